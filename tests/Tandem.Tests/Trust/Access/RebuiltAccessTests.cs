using Tandem.Kernel.Data;
using Tandem.Kernel.Pages;
using Tandem.Record.Deidentifying;
using Tandem.Record.Log;
using Tandem.Record.Projections;
using Tandem.Tests.Support;

namespace Tandem.Tests.Trust.Access;

/// <summary>Labels, consents and relationships are in force at every moment of the rebuild of their own rows, also for what is written meanwhile.</summary>
public sealed class RebuiltAccessTests
{
    private static readonly RebuildPace OneByOne = new(Resources: 1, Rows: 1);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(Engine.Sqlite)]
    [InlineData(Engine.Postgres)]
    public async Task Nobody_sees_more_or_less_while_the_rows_that_decide_it_are_rebuilt(Engine engine)
    {
        Assert.SkipWhen(engine == Engine.Postgres && PostgresServer.Missing is not null, PostgresServer.Missing ?? "");
        Func<int>? duringRebuild = null;
        using var region = await new AccessFixture(engine, projection => new Watched(projection, () => duringRebuild?.Invoke())).StartAsync();
        await region.PatientAsync("seen", AccessFixture.North);
        await region.PatientAsync("unseen", AccessFixture.South);
        await region.ConditionAsync("labelled", "seen", "F10.20");
        await region.ConditionAsync("refused", "seen", "E11.9");
        await region.ConsentAsync("no", "seen", """{"type":"deny","code":[{"coding":[{"system":"http://hl7.org/fhir/sid/icd-10-cm","code":"E11.9"}]}]}""");
        await region.PutAsync("""{"resourceType":"RelatedPerson","id":"daughter","active":true,"patient":{"reference":"Patient/seen"}}""");
        var (asked, expected) = (0, "plain-seen");
        string Seen() => region.Finds(region.As("physician", AccessFixture.North), "Condition");
        Assert.Equal(expected, Seen());

        foreach (var name in new[] { "access-labels", "access-consents", "access-relations", "access-representatives", "organizations-tree", "search" })
        {
            var (moment, wrong) = (0, new List<string>());
            duringRebuild = () =>
            {
                if (moment++ == 3)
                    Task.Run(() => region.ConditionAsync($"new-{asked}", "seen", "F10.20"), Cancel).GetAwaiter().GetResult(); // hidden from its first moment on
                if (Seen() is var seen && seen != expected)
                    wrong.Add($"{name} at {moment}: {seen}");
                return asked++;
            };
            Assert.True(await region.Store.RebuildAsync(name, OneByOne, Cancel) > 0);
            duringRebuild = null;
            Assert.Empty(wrong);
            Assert.Equal((name, expected), (name, Seen()));
        }

        Assert.True(asked > 30, $"asked {asked} times only");
    }

    [Fact]
    public async Task Nothing_is_exported_for_research_before_the_rows_of_labels_and_consents_are_whole()
    {
        using var fixture = new RecordFixture(Engine.Sqlite, new Told("x"));
        await fixture.PutAsync("Patient", "p", """{"resourceType":"Patient"}""");
        fixture.Restart(new Told("x, rid"));
        var folder = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());

        Assert.Throws<InvalidOperationException>(() => new DeidentifiedExport(fixture.Store, new SiteSettings(), fixture.Clock).Run(folder, [], Cancel));

        Assert.False(Directory.Exists(folder));
    }

    /// <summary>Does something for each resource that a rebuild reads, which is while it is off the writer's thread.</summary>
    private sealed class Watched(IProjection inner, Action duringRebuild) : IProjection
    {
        public string Name => inner.Name;

        public int Version => inner.Version;

        public IReadOnlyList<Table> Tables => inner.Tables;

        public bool TakesSealed => inner.TakesSealed;

        public bool Wants(string type) => inner.Wants(type);

        public void Project(ResourceVersion version, RowSink rows)
        {
            if (Thread.CurrentThread.Name != "record writer")
                duringRebuild();
            inner.Project(version, rows);
        }
    }

    /// <summary>A projection whose rows are indexed in one way or another: another way makes them stale.</summary>
    private sealed class Told(string index) : IProjection
    {
        private readonly Table table = new("test_told", TableKind.Rows, [new("rid", DbKind.Integer)], [new("x", DbKind.Text)], [new("x", index)]);

        public string Name => "told";

        public int Version => 1;

        public IReadOnlyList<Table> Tables => [table];

        public bool Wants(string type) => type == "Patient";

        public void Project(ResourceVersion version, RowSink rows) => rows.Add(table, version.Rid, version.Id);
    }
}
