using Tandem.Fhir.Json;

namespace Tandem.Care.Pathways;

/// <summary>Who is called, and when, while a loop stays open: a PlanDefinition of the type workflow-definition.</summary>
internal sealed record EscalationLadder(string Name, IReadOnlyList<LadderRung> Rungs, TimeSpan RepeatEvery, bool IsOwn)
{
    /// <summary>Reads a ladder; null with the fault when it cannot be used.</summary>
    internal static EscalationLadder? Read(string file, FhirNode plan, bool isOwn, Action<ContentFault> fault)
    {
        var source = new ContentSource(file, fault);
        var name = source.Required(plan, "name", "A ladder needs a name.");
        ExecutedElements.OfLadder(plan, source);
        var rungs = new List<LadderRung>();
        var index = 0;
        foreach (var action in plan["action"u8].Items)
        {
            if (Rung(action, $"action[{index++}]", source) is { } rung)
                rungs.Add(rung);
        }

        if (index == 0)
            source.Report("action", "A ladder needs at least one step.");
        var repeat = source.Duration(plan.Extension("repeat-every")["valueDuration"u8], "extension(repeat-every)", new(1, PathwayUnit.Days));
        if (repeat?.Span == TimeSpan.Zero)
            source.Report("extension(repeat-every)", "The back-up cannot be called without a pause.");
        return source.Failed ? null : new(name!, rungs, repeat!.Span, isOwn);
    }

    private static LadderRung? Rung(FhirNode action, string path, ContentSource source)
    {
        var related = action["relatedAction"u8].First;
        var role = action["participant"u8].First["role"u8].FirstCode();
        var how = action.Extension("how")["valueCode"u8].Text ?? "worklist";
        if (how is not ("worklist" or "page" or "email" or "text"))
            source.Report(path + ".extension(how)", "They are called by worklist, page, email or text.");
        if (related["actionId"u8].Text is not ("opened" or "due") || PathwayDuration.Read(related["offsetDuration"u8]) is not { } offset)
            source.Report(path + ".relatedAction", "Say how long after \"opened\" or \"due\" it is, in min, h, d or wk.");
        else if (role is null)
            source.Report(path + ".participant", "Say which team role is called.");
        else
            return new(related["actionId"u8].Is("due"u8), offset, role, how);
        return null;
    }
}

/// <summary>One step of a ladder.</summary>
/// <param name="AfterDue">Counted from the due time, else from the opening.</param>
/// <param name="Offset">How long after.</param>
/// <param name="Role">The team role that is called.</param>
/// <param name="How">worklist, page, email, text.</param>
internal sealed record LadderRung(bool AfterDue, PathwayDuration Offset, string Role, string How);
