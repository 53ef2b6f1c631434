using Tandem.Fhir.Json;
using Tandem.Fhir.Search;
using Tandem.Fhir.Structure;
using Tandem.Kernel.Data;
using Tandem.Record.Log;
using Tandem.Record.Subscriptions;
using Tandem.Tests.Support;

namespace Tandem.Tests.Record.Subscriptions;

/// <summary>The topics that ship, and what fires them.</summary>
public sealed class TopicTests
{
    private const string Step = "\"extension\":[{\"url\":\"https://tandem.example/fhir/StructureDefinition/loop\",\"extension\":[{\"url\":\"step\",\"valueInteger\":N}]}],";

    public static TheoryData<string> Shipped =>
        [.. Directory.EnumerateFiles(Path.Combine(Repository.Root, "content", "topics"), "*.json").Select(file => Path.GetFileNameWithoutExtension(file)).Order(StringComparer.Ordinal)];

    [Theory]
    [MemberData(nameof(Shipped))]
    public void A_shipped_topic_is_sound_and_can_be_followed(string name)
    {
        var root = Root(name);

        Assert.DoesNotContain(StructureCheck.Check(root, "Basic"), issue => issue.IsError);
        Assert.Null(SubscriptionTopics.Fault(root));
        Assert.Equal($"https://tandem.example/fhir/SubscriptionTopic/{name}", TopicReader.Read(root).Value.Url);
    }

    [Theory]
    [InlineData("loop", null, """{"resourceType":"Task","status":"requested","intent":"order"}""", true)]
    [InlineData("loop", """{"resourceType":"Task","status":"requested","intent":"order"}""", """{"resourceType":"Task","status":"accepted","intent":"order"}""", false)]
    [InlineData("loop", """{"resourceType":"Task","status":"accepted","intent":"order"}""", """{"resourceType":"Task","status":"completed","intent":"order"}""", true)]
    [InlineData("loop", """{"resourceType":"Task","status":"cancelled","intent":"order"}""", """{"resourceType":"Task","status":"requested","intent":"order"}""", true)]
    [InlineData("encounter-finished", null, """{"resourceType":"Encounter","status":"finished","class":{"code":"IMP"}}""", true)]
    [InlineData("encounter-finished", """{"resourceType":"Encounter","status":"in-progress","class":{"code":"IMP"}}""", """{"resourceType":"Encounter","status":"finished","class":{"code":"IMP"}}""", true)]
    [InlineData("encounter-finished", """{"resourceType":"Encounter","status":"finished","class":{"code":"IMP"}}""", """{"resourceType":"Encounter","status":"finished","class":{"code":"AMB"}}""", false)]
    [InlineData("encounter-finished", """{"resourceType":"Encounter","status":"finished","class":{"code":"IMP"}}""", null, false)]
    [InlineData("critical-result", null, """{"resourceType":"Observation","status":"final","code":{"text":"K"},"interpretation":[{"coding":[{"code":"HH"}]}]}""", true)]
    [InlineData("critical-result", null, """{"resourceType":"Observation","status":"final","code":{"text":"K"},"interpretation":[{"coding":[{"code":"H"}]}]}""", false)]
    [InlineData("critical-result", """{"resourceType":"Observation","status":"final","code":{"text":"K"},"valueString":"a","interpretation":[{"coding":[{"code":"HH"}]}]}""", """{"resourceType":"Observation","status":"corrected","code":{"text":"K"},"valueString":"b","interpretation":[{"coding":[{"code":"HH"}]}]}""", true)]
    [InlineData("critical-result", """{"resourceType":"Observation","status":"final","code":{"text":"K"},"valueString":"a","interpretation":[{"coding":[{"code":"HH"}]}]}""", """{"resourceType":"Observation","status":"amended","code":{"text":"K"},"valueString":"a","interpretation":[{"coding":[{"code":"HH"}]}]}""", false)]
    [InlineData("access-ended", """{"resourceType":"PractitionerRole","active":true}""", """{"resourceType":"PractitionerRole","active":false}""", true)]
    [InlineData("access-ended", """{"resourceType":"PractitionerRole","active":false}""", """{"resourceType":"PractitionerRole","active":false,"period":{"end":"2026-01-01"}}""", false)]
    [InlineData("access-ended", null, """{"resourceType":"PractitionerRole","active":false}""", false)]
    [InlineData("patient-record", null, """{"resourceType":"Patient"}""", true)]
    [InlineData("patient-record", """{"resourceType":"Condition","subject":{"reference":"Patient/x"}}""", null, true)]
    [InlineData("patient-record", null, """{"resourceType":"Organization","name":"x"}""", false)]
    public async Task A_topic_fires_for_what_it_is_about(string name, string? before, string? after, bool fires) =>
        Assert.Equal(fires, await FiresAsync(name, before, after));

    [Fact]
    public async Task A_loop_that_climbs_its_ladder_fires_and_one_that_stays_does_not()
    {
        static string Task(int step) => $$"""{"resourceType":"Task",{{Step.Replace("N", $"{step}", StringComparison.Ordinal)}}"status":"requested","intent":"order"}""";

        Assert.True(await FiresAsync("loop", Task(0), Task(1)));
        Assert.False(await FiresAsync("loop", Task(1), Task(1)));
    }

    private static async Task<bool> FiresAsync(string name, string? before, string? after)
    {
        using var record = new RecordFixture(Engine.Sqlite);
        var type = RecordFixture.Json((before ?? after)!)["resourceType"u8].Text!;
        var old = before is null ? null : await record.PutAsync(type, "x", before);
        var now = after is null ? (await record.DeleteAsync(type, "x")).Value : await record.PutAsync(type, "x", after);
        var change = new IndexedChange(new Change(old, now!), SearchIndexOptions.Default);
        return TopicReader.Read(Root(name)).Value.Triggers.Any(trigger => trigger.Fires(change));
    }

    private static FhirNode Root(string name) =>
        FhirJson.ParseStored(File.ReadAllBytes(Path.Combine(Repository.Root, "content", "topics", name + ".json"))).Root;
}
