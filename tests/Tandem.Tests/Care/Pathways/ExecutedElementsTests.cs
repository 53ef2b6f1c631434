using System.Text;
using System.Text.Json.Nodes;
using Tandem.Care.Pathways;

namespace Tandem.Tests.Care.Pathways;

/// <summary>Nothing that a pathway or ladder says is dropped in silence: it is carried out, it only describes, or it is refused where it stands.</summary>
public sealed class ExecutedElementsTests
{
    private const string Group = "action/0";
    private const string Step = "action/0/action/0";

    [Theory]
    [InlineData(Step, "timingTiming", """{"repeat":{"frequency":1,"period":1,"periodUnit":"d"}}""", "action[0].action[0].timingTiming")]
    [InlineData(Step, "timingDateTime", "\"2026-03-01\"", "action[0].action[0].timingDateTime")]
    [InlineData(Step, "timingAge", """{"value":65,"code":"a"}""", "action[0].action[0].timingAge")]
    [InlineData(Step, "timingPeriod", """{"start":"2026-03-01"}""", "action[0].action[0].timingPeriod")]
    [InlineData(Step, "timingDuration", """{"value":2,"code":"d"}""", "action[0].action[0].timingDuration")]
    [InlineData(Step, "timingRange", """{"low":{"value":2}}""", "action[0].action[0].timingRange")]
    [InlineData(Group, "timingTiming", """{"repeat":{"frequency":1}}""", "action[0].timingTiming")]
    [InlineData(Step, "type", """{"coding":[{"code":"remove"}]}""", "action[0].action[0].type")]
    [InlineData(Group, "groupingBehavior", "\"sentence-group\"", "action[0].groupingBehavior")]
    [InlineData(Group, "selectionBehavior", "\"exactly-one\"", "action[0].selectionBehavior")]
    [InlineData(Group, "selectionBehavior", "\"any\"", "action[0].selectionBehavior")]
    [InlineData(Step, "requiredBehavior", "\"could\"", "action[0].action[0].requiredBehavior")]
    [InlineData(Step, "precheckBehavior", "\"no\"", "action[0].action[0].precheckBehavior")]
    [InlineData(Step, "cardinalityBehavior", "\"multiple\"", "action[0].action[0].cardinalityBehavior")]
    [InlineData(Step, "definitionCanonical", "\"http://example.org/ActivityDefinition/x\"", "action[0].action[0].definitionCanonical")]
    [InlineData(Step, "transform", "\"http://example.org/StructureMap/x\"", "action[0].action[0].transform")]
    [InlineData(Step, "goalId", "[\"g\"]", "action[0].action[0].goalId")]
    [InlineData(Step, "subjectReference", """{"reference":"Group/g"}""", "action[0].action[0].subjectReference")]
    [InlineData(Step, "modifierExtension", """[{"url":"http://example.org/not"}]""", "action[0].action[0].modifierExtension")]
    [InlineData(Step, "novelty", "true", "action[0].action[0].novelty")]
    [InlineData(Group, "priority", "\"stat\"", "action[0].priority")]
    [InlineData(Group, "output", """[{"type":"Procedure"}]""", "action[0].output")]
    [InlineData(Group, "relatedAction", """[{"actionId":"x","relationship":"after"}]""", "action[0].relatedAction")]
    [InlineData(Group, "dynamicValue", """[{"path":"restriction.period.end"}]""", "action[0].dynamicValue")]
    [InlineData(Step + "/relatedAction/0", "relationship", "\"before-start\"", "action[0].action[0].relatedAction[0].relationship")]
    [InlineData(Step + "/relatedAction/0", "relationship", "\"concurrent\"", "action[0].action[0].relatedAction[0].relationship")]
    [InlineData(Step + "/relatedAction/0", "actionId", "\"visit-within-7-days\"", "action[0].action[0].relatedAction[0].actionId")]
    [InlineData(Step + "/relatedAction/0", "offsetRange", """{"low":{"value":1}}""", "action[0].action[0].relatedAction[0].offsetRange")]
    [InlineData(Step, "relatedAction", """[{"actionId":"discharge","relationship":"after","offsetDuration":{"value":2,"code":"d"}},{"actionId":"discharge","relationship":"after"}]""", "action[0].action[0].relatedAction[1]")]
    [InlineData(Step, "dynamicValue", """[{"path":"priority","expression":{"language":"text/fhirpath","expression":"1"}}]""", "action[0].action[0].dynamicValue[0].path")]
    [InlineData(Step, "reason", """[{"text":"a"},{"text":"b"}]""", "action[0].action[0].reason[1]")]
    [InlineData(Group + "/trigger/0", "type", "\"periodic\"", "action[0].trigger[0].type")]
    [InlineData(Group + "/trigger/0", "type", "\"data-added\"", "action[0].trigger[0].type")]
    [InlineData(Group + "/trigger/0", "timingTiming", """{"repeat":{"frequency":1}}""", "action[0].trigger[0].timingTiming")]
    [InlineData(Group + "/trigger/0", "name", "\"discharge\"", "action[0].trigger[0].name")]
    [InlineData(Group + "/trigger/0", "data", null, "action[0].trigger[0].data")]
    [InlineData(Group + "/trigger/0/data/0", "dateFilter", """[{"path":"period"}]""", "action[0].trigger[0].data[0].dateFilter")]
    [InlineData(Group + "/trigger/0/data/0", "limit", "1", "action[0].trigger[0].data[0].limit")]
    [InlineData(Group + "/trigger/0/data/0", "codeFilter", """[{"path":"type"}]""", "action[0].trigger[0].data[0].codeFilter")]
    [InlineData(Group + "/trigger/0/data/0", "codeFilter", """[{"searchParam":"type","code":[{"code":"x"}]}]""", "action[0].trigger[0].data[0].codeFilter.searchParam")]
    [InlineData(Group + "/condition/0", "kind", "\"precondition\"", "action[0].condition[0].kind")]
    [InlineData(Step + "/output/0", "codeFilter", """[{"path":"code"}]""", "action[0].action[0].output[0].codeFilter")]
    [InlineData(Group + "/input/0", "dateFilter", """[{"path":"date"}]""", "action[0].input[0].dateFilter")]
    [InlineData(Group + "/participant/0", "type", "\"patient\"", "action[0].participant[0].type")]
    [InlineData(Step, "extension", """[{"url":"https://tandem.example/fhir/StructureDefinition/look-bak"}]""", "action[0].action[0].extension(look-bak)")]
    [InlineData(Step, "extension", """[{"url":"https://tandem.example/fhir/StructureDefinition/evidence-kind","valueCode":"vist"}]""", "action[0].action[0].extension(evidence-kind)")]
    [InlineData("", "library", "[\"http://example.org/Library/x\"]", "library")]
    [InlineData("", "goal", """[{"description":{"text":"g"}}]""", "goal")]
    [InlineData("", "subjectCodeableConcept", """{"coding":[{"code":"Practitioner"}]}""", "subjectCodeableConcept")]
    [InlineData("", "useContext", """[{"code":{"code":"age"},"valueRange":{"low":{"value":65}}}]""", "useContext[0]")]
    public async Task What_a_pathway_says_and_the_hub_does_not_do_is_refused_where_it_stands(string place, string element, string? value, string path)
    {
        var faults = await CheckAsync("pathways/follow-up-after-discharge.json", place, element, value);

        var fault = Assert.Single(faults, fault => fault.Path == path);
        if (element.StartsWith("timing", StringComparison.Ordinal))
            Assert.StartsWith(place.StartsWith(Step, StringComparison.Ordinal) ? "Step contact: " : "Step discharge: ", fault.Reason, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(Step, "timingTiming", "Step contact: timingTiming is not carried out. A step is due once, as offsetDuration in relatedAction says; it is neither repeated nor begun by a calendar.")]
    [InlineData(Step, "definitionCanonical", "Step contact: definitionCanonical is not carried out. A step opens a loop and applies no definition.")]
    public async Task The_refusal_names_the_step_and_says_what_there_is_instead(string place, string element, string reason) =>
        Assert.Contains(await CheckAsync("pathways/follow-up-after-discharge.json", place, element, "\"x\""), fault => fault.Reason == reason);

    [Theory]
    [InlineData(Step, "type", """{"coding":[{"code":"create"}]}""")]
    [InlineData(Group, "groupingBehavior", "\"logical-group\"")]
    [InlineData(Group, "selectionBehavior", "\"all\"")]
    [InlineData(Step, "requiredBehavior", "\"must\"")]
    [InlineData(Step, "cardinalityBehavior", "\"single\"")]
    [InlineData(Step, "documentation", """[{"type":"citation","citation":"MLN908628"}]""")]
    [InlineData(Step, "code", """[{"text":"call"}]""")]
    [InlineData(Step + "/relatedAction/0", "relationship", "\"after-start\"")]
    [InlineData("", "publisher", "\"Region\"")]
    [InlineData("", "extension", """[{"url":"http://example.org/from-an-editor","valueString":"x"}]""")]
    public async Task What_says_what_the_hub_does_anyway_or_only_describes_is_let_through(string place, string element, string value) =>
        Assert.Empty(await CheckAsync("pathways/follow-up-after-discharge.json", place, element, value));

    [Theory]
    [InlineData("action/0", "timingTiming", """{"repeat":{"frequency":1}}""", "action[0].timingTiming")]
    [InlineData("action/0", "condition", """[{"kind":"applicability"}]""", "action[0].condition")]
    [InlineData("action/0", "extension", """[{"url":"https://tandem.example/fhir/StructureDefinition/how","valueCode":"pigeon"}]""", "action[0].extension(how)")]
    [InlineData("action/0", "participant", """[{"role":{"coding":[{"code":"a"}]}},{"role":{"coding":[{"code":"b"}]}}]""", "action[0].participant[1]")]
    [InlineData("action/0/relatedAction/0", "relationship", "\"before-end\"", "action[0].relatedAction[0].relationship")]
    [InlineData("", "extension", """[{"url":"https://tandem.example/fhir/StructureDefinition/repeat-every","valueDuration":{"value":1,"code":"mo"}}]""", "extension(repeat-every)")]
    public async Task A_ladder_is_held_against_the_same(string place, string element, string value, string path) =>
        Assert.Contains(await CheckAsync("ladders/ladder-red.json", place, element, value), fault => fault.Path == path);

    private static async Task<IReadOnlyList<ContentFault>> CheckAsync(string file, string place, string element, string? value)
    {
        var text = await File.ReadAllTextAsync(Path.Combine(ShippedContent.Folder, file), TestContext.Current.CancellationToken);
        Assert.Empty(ContentLoader.Check(file, Encoding.UTF8.GetBytes(text)));
        var root = JsonNode.Parse(text)!;
        var at = root;
        foreach (var part in place.Split('/', StringSplitOptions.RemoveEmptyEntries))
            at = int.TryParse(part, out var index) ? at![index] : at![part];
        if (value is null)
            at!.AsObject().Remove(element);
        else
            at![element] = JsonNode.Parse(value);
        return ContentLoader.Check(file, Encoding.UTF8.GetBytes(root.ToJsonString()));
    }
}
