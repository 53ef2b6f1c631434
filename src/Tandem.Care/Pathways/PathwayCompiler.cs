using Tandem.Care.Loops;
using Tandem.Fhir.Json;
using Tandem.Fhir.Views;

namespace Tandem.Care.Pathways;

/// <summary>Compiles a PlanDefinition into a <see cref="PathwayPlan"/>, or says everything that is wrong with it and where.</summary>
internal sealed class PathwayCompiler
{
    private readonly ContentSource source;
    private readonly List<PathwayAction> actions = [];

    private PathwayCompiler(ContentSource source) => this.source = source;

    /// <summary>Compiles one version of a pathway.</summary>
    /// <param name="file">How faults name it.</param>
    /// <param name="plan">The PlanDefinition.</param>
    /// <param name="isOwn">True when the site wrote it itself.</param>
    /// <param name="fault">Called for each thing that is wrong.</param>
    /// <returns>The plan; null when anything is wrong.</returns>
    internal static PathwayPlan? Compile(string file, FhirNode plan, bool isOwn, Action<ContentFault> fault)
    {
        var compiler = new PathwayCompiler(new ContentSource(file, fault));
        return compiler.Plan(plan, isOwn);
    }

    private PathwayPlan? Plan(FhirNode plan, bool isOwn)
    {
        var name = source.Required(plan, "name", "A pathway needs a name, the same in all its versions.");
        var version = source.Required(plan, "version", "A pathway needs a version.");
        if ((name + version)?.Contains('|') == true)
            source.Report("name", "Name and version must not contain |.");
        var title = plan.Words("title") ?? LocalizedText.AsWritten(name ?? "");
        var effective = new Period(plan["effectivePeriod"u8]);
        var stage = StageOf(plan, effective);
        if (stage is null)
            source.Report("status", "The status must be draft, active or retired.");
        if (stage is not PathwayStage.Draft && effective.Start is null)
            source.Report("effectivePeriod.start", "Say from which day it is in force.");
        ExecutedElements.OfPathway(plan, source);
        Walk(plan, "", Surroundings.None);
        if (actions.Count == 0 && !source.Failed)
            source.Report("action", "No step of it opens a loop: give a step a due time (relatedAction) and what closes it (output).");
        foreach (var twice in actions.GroupBy(action => action.Id).Where(group => group.Count() > 1))
            source.Report("action", $"Two steps have the id {twice.Key}.");
        if (source.Failed)
            return null;
        return new PathwayPlan(actions)
        {
            Pathway = name!,
            Version = version!,
            Title = title,
            Stage = stage!.Value,
            From = effective.Start?.Low(TimeZoneInfo.Utc) ?? DateTimeOffset.MinValue,
            Until = effective.End?.High(TimeZoneInfo.Utc) ?? DateTimeOffset.MaxValue,
            IsOwn = isOwn,
            Organizations = [.. plan["useContext"u8].Items.AsEnumerable().Select(use => use["valueReference"u8]["reference"u8].Text).OfType<string>()],
        };
    }

    /// <summary>A plan retired without an end is one that should never have been: it is taken for a draft.</summary>
    private static PathwayStage? StageOf(FhirNode plan, Period effective) => plan["status"u8].Text switch
    {
        "draft" => PathwayStage.Draft,
        "active" => plan["experimental"u8].Boolean == true ? PathwayStage.Trial : PathwayStage.Active,
        "retired" => effective.End is null ? PathwayStage.Draft : PathwayStage.Retired,
        _ => null,
    };

    private void Walk(FhirNode parent, string path, Surroundings around)
    {
        var index = 0;
        foreach (var action in parent["action"u8].Items)
        {
            var here = $"{path}action[{index++}]";
            var inner = around.With(action, here, source);
            if (action["action"u8].Exists)
                Walk(action, here + ".", inner);
            else if (Action(action, here, inner) is { } compiled)
                actions.Add(compiled);
        }
    }

    private PathwayAction? Action(FhirNode action, string path, Surroundings around)
    {
        var id = source.Required(action, "id", "A step that opens a loop needs an id.", path);
        if (around.Triggers.Count == 0)
            source.Report(path + ".trigger", "Neither the step nor one around it says what starts it.");
        if (around.Anchor is null)
            source.Report(path + ".extension(anchor)", "Neither the step nor one around it says when the fact held.");
        var evidence = Evidence(action, path);
        var title = source.Text(action.Words("title"), path + ".title", "A step needs a title.");
        var why = source.Text(action["reason"u8].First.Words("text"), path + ".reason[0].text", "Say why the loop is there.");
        var closedBy = source.Text(action.Words("description"), path + ".description", "Say what closes the loop.");
        var due = source.Duration(action["relatedAction"u8].First["offsetDuration"u8], path + ".relatedAction[0].offsetDuration", null);
        var noLaterThan = NoLaterThan(action, path);
        var scores = Scores(action, path);
        var kind = action.Extension("evidence-kind");
        if (KindOf(kind["valueCode"u8].Text) is not { } form)
        {
            source.Report(path + ".extension(evidence-kind)", "The forms are acknowledgement, contact-outcome, critical-result-told, visit and medication-reconciliation.");
            return null;
        }

        if (source.Failed)
            return null;
        return new()
        {
            Id = id!,
            Triggers = around.Triggers,
            Applicability = around.Applicability,
            Stops = around.Stops,
            Anchor = around.Anchor!,
            Basis = around.Basis,
            SameFact = around.SameFact,
            Responsible = around.Responsible,
            LookBack = around.LookBack,
            Due = due!,
            NoLaterThan = noLaterThan,
            Evidence = evidence,
            ByHand = new EvidenceRule(form, !kind["_valueCode"u8].Extension("record-only").Exists),
            Tier = action["priority"u8].Text switch { "stat" => LoopTier.Red, "asap" or "urgent" => LoopTier.Orange, _ => LoopTier.Routine },
            OwnerRole = around.OwnerRole ?? "coordination",
            BackUpRole = around.BackUpRole ?? around.OwnerRole ?? "coordination",
            Ladder = around.Ladder ?? "",
            Title = title!,
            Why = why!,
            ClosedBy = closedBy!,
            Scores = scores,
            Inputs = around.Inputs,
        };
    }

    private List<PathwayEvidence> Evidence(FhirNode action, string path)
    {
        var all = new List<PathwayEvidence>();
        var index = 0;
        foreach (var output in action["output"u8].Items)
        {
            var here = $"{path}.output[{index++}]";
            var type = source.Type(output, here);
            var expression = output.Extension("condition")["valueExpression"u8];
            var condition = source.Expression(expression, here + ".extension(condition)");
            var apart = output.Extension("apart")["valueDuration"u8];
            var length = apart.Exists ? source.Duration(apart, here + ".extension(apart)", null)?.Span : TimeSpan.Zero;
            if (type is null || condition is null || length is null)
                continue;
            var meaning = expression.Words("description") ?? LocalizedText.AsWritten("");
            all.Add(new(
                type, condition, Math.Max(1, (int)(output.Extension("count")["valueInteger"u8].Number ?? 1)), length.Value,
                output.Extension("by-due")["valueBoolean"u8].Boolean == true, meaning));
        }

        if (all.Count == 0)
            source.Report(path + ".output", "Say which facts close the loop.");
        return all;
    }

    private Fhir.FhirPath.FhirPathExpression? NoLaterThan(FhirNode action, string path)
    {
        var index = 0;
        foreach (var value in action["dynamicValue"u8].Items)
        {
            var here = $"{path}.dynamicValue[{index++}]";
            if (value["path"u8].Is("restriction.period.end"u8))
                return source.Expression(value["expression"u8], here + ".expression");
            source.Report(here + ".path", "Only restriction.period.end, the date it must not be later than, can be set.");
        }

        return null;
    }

    private List<PathwayScore> Scores(FhirNode action, string path)
    {
        var scores = new List<PathwayScore>();
        foreach (var score in action.ExtensionsOf("score"))
        {
            var here = path + ".extension(score)";
            var when = score.Extension("when")["valueExpression"u8];
            var fact = source.Text(score.Extension("fact").Words("valueString"), here + ".fact", "Say the fact that gives the points.");
            var condition = when.Exists ? source.Expression(when, here + ".when") : null;
            if (fact is not null && score.Extension("code")["valueCode"u8].Text is { } code && score.Extension("points")["valueInteger"u8].Number is { } points)
                scores.Add(new(code, (int)points, condition, fact));
            else
                source.Report(here, "A score needs code, points and fact.");
        }

        return scores;
    }

    private static EvidenceKind? KindOf(string? code) => code switch
    {
        null or "acknowledgement" => EvidenceKind.Acknowledgement,
        "contact-outcome" => EvidenceKind.ContactOutcome,
        "critical-result-told" => EvidenceKind.CriticalResultTold,
        "visit" => EvidenceKind.Visit,
        "medication-reconciliation" => EvidenceKind.MedicationReconciliation,
        _ => null,
    };
}
