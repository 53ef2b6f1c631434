using System.Collections.Frozen;
using Tandem.Fhir.Json;

namespace Tandem.Care.Pathways;

/// <summary>
/// What of a PlanDefinition (R4 12.18) the hub carries out. Everything else that a pathway or ladder says is refused where it stands, so that nothing is
/// dropped in silence; words that only describe are let through.
/// </summary>
internal sealed class ExecutedElements
{
    private static readonly FrozenSet<string> OfPlan = Names(
        "resourceType id meta language text contained url identifier version name title subtitle type status experimental subjectCodeableConcept date publisher contact "
        + "description useContext jurisdiction purpose usage copyright approvalDate lastReviewDate effectivePeriod topic author editor reviewer endorser relatedArtifact extension action");

    private const string Described = "id extension prefix title description textEquivalent code reason documentation participant type subjectCodeableConcept "
        + "groupingBehavior selectionBehavior requiredBehavior precheckBehavior cardinalityBehavior ";

    private static readonly FrozenSet<string> OfGroup = Names(Described + "trigger condition input action");
    private static readonly FrozenSet<string> OfStep = Names(Described + "trigger condition input output relatedAction dynamicValue priority action");
    private static readonly FrozenSet<string> OfRung = Names(Described + "relatedAction");
    private static readonly FrozenSet<string> GroupExtensions = Names("anchor basis same-fact responsible look-back ladder");
    private static readonly FrozenSet<string> StepExtensions = Names("anchor basis same-fact responsible look-back ladder evidence-kind score");
    private static readonly FrozenSet<string> RungExtensions = Names("how");

    /// <summary>The elements within an element of a step.</summary>
    private static readonly FrozenDictionary<string, FrozenSet<string>> Within = new Dictionary<string, string>
    {
        ["trigger"] = "id extension type data condition",
        ["condition"] = "id extension kind expression",
        ["input"] = "id extension type",
        ["output"] = "id extension type",
        ["relatedAction"] = "id extension actionId relationship offsetDuration",
        ["participant"] = "id extension type role",
        ["dynamicValue"] = "id extension path expression",
    }.ToFrozenDictionary(pair => pair.Key, pair => Names(pair.Value));

    private static readonly FrozenSet<string> OfData = Names("id extension type codeFilter");
    private static readonly FrozenSet<string> OfCodeFilter = Names("id extension path valueSet code");

    /// <summary>Elements of which one value says what the hub does anyway.</summary>
    private static readonly FrozenDictionary<string, string> OnlyValue = new Dictionary<string, string>
    {
        ["type"] = "create",
        ["subjectCodeableConcept"] = "Patient",
        ["groupingBehavior"] = "logical-group",
        ["selectionBehavior"] = "all",
        ["requiredBehavior"] = "must",
        ["precheckBehavior"] = "yes",
        ["cardinalityBehavior"] = "single",
    }.ToFrozenDictionary();

    private readonly ContentSource source;
    private readonly HashSet<string> ids = new(StringComparer.Ordinal);

    private ExecutedElements(ContentSource source) => this.source = source;

    /// <summary>Reports what a pathway says and the hub does not do.</summary>
    internal static void OfPathway(FhirNode plan, ContentSource source)
    {
        var elements = new ExecutedElements(source);
        elements.Plan(plan);
        elements.Gather(plan);
        elements.Steps(plan, "", []);
    }

    /// <summary>Reports what a ladder says and the hub does not do.</summary>
    internal static void OfLadder(FhirNode plan, ContentSource source)
    {
        var elements = new ExecutedElements(source);
        elements.Plan(plan);
        var index = 0;
        foreach (var rung in plan["action"u8].Items)
        {
            var here = $"action[{index++}]";
            elements.Check(rung, here, OfRung, RungExtensions, rung);
            elements.Parts(rung, here, []);
            elements.AtMostOne(rung, "participant", here);
        }
    }

    private void Plan(FhirNode plan)
    {
        Check(plan, "", OfPlan, null, default);
        if (plan["subjectCodeableConcept"u8] is { Exists: true } subject && subject.FirstCode() != "Patient")
            source.Report("subjectCodeableConcept", "Only plans about a Patient are carried out.");
        var index = 0;
        foreach (var use in plan["useContext"u8].Items)
        {
            if (use["valueReference"u8]["reference"u8].Text is null)
                source.Report($"useContext[{index}]", "A pathway is limited to organisations only: name each in valueReference; say anything else in a condition.");
            index++;
        }
    }

    private void Gather(FhirNode parent)
    {
        foreach (var action in parent["action"u8].Items)
        {
            if (action["id"u8].Text is { } id)
                ids.Add(id);
            Gather(action);
        }
    }

    private void Steps(FhirNode parent, string path, IReadOnlyList<string> around)
    {
        var index = 0;
        foreach (var action in parent["action"u8].Items)
        {
            var here = $"{path}action[{index++}]";
            IReadOnlyList<string> within = action["id"u8].Text is { } id ? [.. around, id] : around;
            var isGroup = action["action"u8].Exists;
            Check(action, here, isGroup ? OfGroup : OfStep, isGroup ? GroupExtensions : StepExtensions, action);
            Parts(action, here, within);
            AtMostOne(action, "reason", here);
            AtMostOne(action, "dynamicValue", here);
            Steps(action, here + ".", within);
        }
    }

    private void Parts(FhirNode action, string path, IReadOnlyList<string> within)
    {
        foreach (var (name, only) in OnlyValue)
        {
            var value = action[name];
            if (value.Exists && (value.IsObject ? value.FirstCode() : value.Text) != only)
                source.Report($"{path}.{name}", $"{Step(action)}only \"{only}\" is carried out.", ContentSource.At(value));
        }

        foreach (var (name, known) in Within)
        {
            var index = 0;
            foreach (var part in action[name].Items)
                Check(part, $"{path}.{name}[{index++}]", known, null, action);
        }

        Related(action, path, within);
        Triggers(action, path);
        Participants(action, path);
    }

    private void Related(FhirNode action, string path, IReadOnlyList<string> within)
    {
        AtMostOne(action, "relatedAction", path);
        var related = action["relatedAction"u8].First;
        if (!related.Exists)
            return;
        if (related["relationship"u8].Text is not ("after" or "after-start" or "after-end"))
            source.Report(path + ".relatedAction[0].relationship", $"{Step(action)}only after, after-start and after-end are carried out: a step is due after its anchor.");
        if (related["actionId"u8].Text is { } other && ids.Contains(other) && !within.Contains(other))
            source.Report(path + ".relatedAction[0].actionId", $"{Step(action)}the time is counted from the anchor, not from another step: name the step around it.");
    }

    private void Triggers(FhirNode action, string path)
    {
        var index = 0;
        foreach (var trigger in action["trigger"u8].Items)
        {
            var here = $"{path}.trigger[{index++}]";
            if (!trigger["data"u8].Exists)
                source.Report(here + ".data", $"{Step(action)}say by which kind of data it is started.");
            var data = 0;
            foreach (var requirement in trigger["data"u8].Items)
            {
                var there = $"{here}.data[{data++}]";
                Check(requirement, there, OfData, null, action);
                foreach (var filter in requirement["codeFilter"u8].Items)
                {
                    Check(filter, there + ".codeFilter", OfCodeFilter, null, action);
                    if (!filter["valueSet"u8].Exists && !filter["code"u8].Exists)
                        source.Report(there + ".codeFilter", $"{Step(action)}a filter needs codes or a value set.");
                }
            }
        }
    }

    private void Participants(FhirNode action, string path)
    {
        var (index, duties) = (0, new HashSet<string>());
        foreach (var participant in action["participant"u8].Items)
        {
            var here = $"{path}.participant[{index++}]";
            if (participant["type"u8].Text is not (null or "practitioner"))
                source.Report(here + ".type", $"{Step(action)}a team answers for it: only practitioner is carried out.");
            if (participant.Extension("duty") is { Exists: true } duty && (duty["valueCode"u8].Text is not ("owner" or "back-up") || !duties.Add(duty["valueCode"u8].Text!)))
                source.Report(here + ".extension(duty)", $"{Step(action)}the duties are owner and back-up, one team role each.");
        }
    }

    private void AtMostOne(FhirNode action, string name, string path)
    {
        if (action[name].Items.Count > 1)
            source.Report($"{path}.{name}[1]", $"{Step(action)}only one {name} is carried out.", ContentSource.At(action[name]));
    }

    private void Check(FhirNode element, string path, FrozenSet<string> known, FrozenSet<string>? extensions, FhirNode step)
    {
        var before = path.Length == 0 ? "" : path + ".";
        foreach (var property in element.Properties)
        {
            if (!known.Contains(property.Name.TrimStart('_')))
                source.Report(before + property.Name, $"{Step(step)}{property.Name} is not carried out. {Instead(property.Name)}", ContentSource.At(property));
        }

        if (extensions is null)
            return;
        foreach (var extension in element["extension"u8].Items)
        {
            if (extension["url"u8].Text is { } url && url.StartsWith(ContentElements.Extensions, StringComparison.Ordinal) && !extensions.Contains(url[ContentElements.Extensions.Length..]))
                source.Report($"{before}extension({url[ContentElements.Extensions.Length..]})", $"{Step(step)}there is no such extension here. Known: {string.Join(", ", extensions.Order(StringComparer.Ordinal))}.");
        }
    }

    private static string Instead(string name) => name switch
    {
        _ when name.StartsWith("timing", StringComparison.Ordinal) => "A step is due once, as offsetDuration in relatedAction says; it is neither repeated nor begun by a calendar.",
        "offsetRange" => "Give one offsetDuration.",
        "transform" or "dynamicValue" => "Only restriction.period.end of a step that opens a loop can be set.",
        _ when name.StartsWith("definition", StringComparison.Ordinal) => "A step opens a loop and applies no definition.",
        "goal" or "goalId" => "Goals are not followed: say in output what closes the loop.",
        "library" => "Write expressions in FHIRPath where they are used.",
        "output" or "relatedAction" or "priority" => "Say it in each step that opens a loop.",
        _ => "Say it in an expression, or leave it out.",
    };

    private static string Step(FhirNode action) => action.Exists ? $"Step {action["id"u8].Text ?? action["title"u8].Text ?? "without id"}: " : "";

    private static FrozenSet<string> Names(string names) => names.Split(' ', StringSplitOptions.RemoveEmptyEntries).ToFrozenSet(StringComparer.Ordinal);
}
