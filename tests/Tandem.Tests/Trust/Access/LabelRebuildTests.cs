using Tandem.Fhir.Views;
using Tandem.Kernel.Actors;
using Tandem.Kernel.Data;
using Tandem.Record.Access;
using Tandem.Tests.Support;
using Tandem.Trust.Access;

namespace Tandem.Tests.Trust.Access;

/// <summary>A program that labels otherwise than the one before labels anew what is there.</summary>
public sealed class LabelRebuildTests
{
    private const string Condition = """{"resourceType":"Condition","id":"c","code":{"coding":[{"system":"http://hl7.org/fhir/sid/icd-10-cm","code":"F11.20"}]},"subject":{"reference":"Patient/p"}}""";

    [Theory]
    [InlineData(Engine.Sqlite)]
    [InlineData(Engine.Postgres)]
    public async Task A_rebuild_is_owed_when_the_shape_or_the_rules_changed_and_else_not(Engine engine)
    {
        var rules = LabelRules.Read(AccessFixture.Content);
        using var fixture = new RecordFixture(engine, Labelling(rules));
        await fixture.PutAsync("Patient", "p", """{"resourceType":"Patient","id":"p"}""");
        await fixture.PutAsync("Condition", "c", Condition);
        Assert.Equal(["ETH"], Labels(fixture));

        await UnlabelAsync(fixture); // as a program would have left it that knew less
        Assert.Empty(await StartAsync(fixture, Labelling(rules)));
        Assert.Equal(["ETH"], await StartAsync(fixture, Labelling(rules, LabelProjection.Shape + 1)));

        await UnlabelAsync(fixture);
        Assert.Empty(await StartAsync(fixture, Labelling(rules, LabelProjection.Shape + 1)));
        Assert.Empty(await StartAsync(fixture, Labelling(LabelRules.None)));
        Assert.Equal(["ETH"], await StartAsync(fixture, Labelling(rules)));
    }

    private static LabelProjection Labelling(LabelRules rules, int shape = LabelProjection.Shape) => new(rules, OwnAddresses.None, shape);

    private static async Task<IReadOnlyList<string>> StartAsync(RecordFixture fixture, LabelProjection labels)
    {
        fixture.Restart(labels);
        await fixture.Store.RebuildStaleAsync(TestContext.Current.CancellationToken);
        return Labels(fixture);
    }

    private static List<string> Labels(RecordFixture fixture) => fixture.Database.Read(session => session.Query("SELECT label FROM access_labels", row => row.Text(0)));

    private static async Task UnlabelAsync(RecordFixture fixture)
    {
        var keys = fixture.Database.Read(session => session.Query("SELECT rid, label FROM access_labels", row => new DbValue[] { row.Integer(0), row.Text(1) }));
        Assert.Null((await fixture.Store.WriteAsync<bool>(
            AccessScope.System,
            session =>
            {
                keys.ForEach(key => session.Remove(AccessTables.Labels, key));
                return true;
            },
            TestContext.Current.CancellationToken)).Refusal);
    }
}
