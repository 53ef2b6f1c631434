using Tandem.Fhir.Json;

namespace Tandem.Care.Pathways;

/// <summary>Who is called, and when, while a loop stays open: a PlanDefinition of the type workflow-definition.</summary>
internal sealed record EscalationLadder(string Name, IReadOnlyList<LadderRung> Rungs, TimeSpan RepeatEvery, bool IsOwn)
{
    /// <summary>Reads a ladder; null with the fault when it cannot be used.</summary>
    internal static EscalationLadder? Read(string file, FhirNode plan, bool isOwn, Action<ContentFault> fault)
    {
        if (plan["name"u8].Text is not { } name)
        {
            fault(new(file, "name", "A ladder needs a name."));
            return null;
        }

        var rungs = new List<LadderRung>();
        var index = 0;
        foreach (var action in plan["action"u8].Items)
        {
            var path = $"action[{index++}]";
            var related = action["relatedAction"u8].First;
            var role = action["participant"u8].First["role"u8].FirstCode();
            if (related["actionId"u8].Text is not ("opened" or "due") || PathwayDuration.Read(related["offsetDuration"u8]) is not { } offset)
                fault(new(file, path + ".relatedAction", "Say how long after \"opened\" or \"due\" it is, in min, h, d or wk."));
            else if (role is null)
                fault(new(file, path + ".participant", "Say which team role is called."));
            else
                rungs.Add(new(related["actionId"u8].Is("due"u8), offset, role, action.Extension("how")["valueCode"u8].Text ?? "worklist"));
        }

        if (rungs.Count != index || index == 0)
        {
            if (index == 0)
                fault(new(file, "action", "A ladder needs at least one step."));
            return null;
        }

        var repeat = PathwayDuration.Read(plan.Extension("repeat-every")["valueDuration"u8]);
        return new(name, rungs, repeat?.Span is { Ticks: > 0 } span ? span : TimeSpan.FromDays(1), isOwn);
    }
}

/// <summary>One step of a ladder.</summary>
/// <param name="AfterDue">Counted from the due time, else from the opening.</param>
/// <param name="Offset">How long after.</param>
/// <param name="Role">The team role that is called.</param>
/// <param name="How">worklist, page, email, text.</param>
internal sealed record LadderRung(bool AfterDue, PathwayDuration Offset, string Role, string How);
