using Tandem.Kernel;

namespace Tandem.Care.Loops;

/// <summary>What a pathway wants done about one fact: everything a loop needs, decided before anything is written.</summary>
public sealed record LoopProposal
{
    /// <summary>pathway|version|action|cause. The same key always means the same loop, so proposing twice is harmless.</summary>
    public required string Key { get; init; }

    /// <summary>The pathway's id, such as <c>follow-up-after-discharge</c>.</summary>
    public required string Pathway { get; init; }

    /// <summary>The pathway's version that decided.</summary>
    public required string PathwayVersion { get; init; }

    /// <summary>The action's id inside the PlanDefinition, such as <c>contact</c>; the loop's kind in lists and filters.</summary>
    public required string Action { get; init; }

    /// <summary>Logical id of the patient.</summary>
    public required string Patient { get; init; }

    /// <summary>The fact, as a reference: <c>Encounter/abc</c>, <c>Observation/…</c>.</summary>
    public required string Focus { get; init; }

    /// <summary>What is to be done, in a few words.</summary>
    public required LocalizedText Title { get; init; }

    /// <summary>Why it is here: the fact in one sentence.</summary>
    public required LocalizedText Why { get; init; }

    /// <summary>What closes it, in one sentence.</summary>
    public required LocalizedText ClosedBy { get; init; }

    /// <summary>The facts that give it its place on the list, each with its points. The tier's own points are added by the hub.</summary>
    public IReadOnlyList<ScorePart> Parts { get; init; } = [];

    /// <summary>When the fact held (occurred), not when it was noticed.</summary>
    public required DateTimeOffset Opened { get; init; }

    /// <summary>When it must be closed.</summary>
    public required DateTimeOffset Due { get; init; }

    /// <summary>How urgent its kind is.</summary>
    public required LoopTier Tier { get; init; }

    /// <summary>The team accountable for it until a person takes it (FHIR reference, such as <c>CareTeam/…</c> or <c>Organization/…</c>).</summary>
    public required string OwnerTeam { get; init; }

    /// <summary>Who stands in when the ladder has come to its end (FHIR reference).</summary>
    public required string BackUp { get; init; }

    /// <summary>The ladder, in order of time. At least one step.</summary>
    public required IReadOnlyList<LadderStep> Ladder { get; init; }

    /// <summary>How often the back-up is called again after the ladder's last step.</summary>
    public TimeSpan RepeatEvery { get; init; } = TimeSpan.FromDays(1);

    /// <summary>What a person is asked for when closing it.</summary>
    public required EvidenceRule Evidence { get; init; }

    /// <summary>The loop's id (of its Task): the same for the same key.</summary>
    public string Id => LoopIds.Of(Key);
}

/// <summary>The ids of loops.</summary>
public static class LoopIds
{
    /// <summary>The Task's logical id for a proposal's key.</summary>
    public static string Of(string key) => Ids.From("loop", key);
}

/// <summary>One fact that weighs in a loop's place on the list.</summary>
/// <param name="Code">Which fact, such as <c>critical-result</c>, <c>high-risk</c>; stays the same over time.</param>
/// <param name="Points">Its weight: one point moves the loop as far as one hour of waiting does.</param>
/// <param name="Fact">The fact with its value.</param>
public sealed record ScorePart(string Code, int Points, LocalizedText Fact);

/// <summary>One step of the ladder: at its instant, if the loop is still open, it goes to someone else.</summary>
/// <param name="At">When.</param>
/// <param name="To">To whom: a FHIR reference to a team, organisation, role or person.</param>
/// <param name="How">How they are told: <c>worklist</c>, <c>page</c>, <c>email</c>, <c>text</c>.</param>
public sealed record LadderStep(DateTimeOffset At, string To, string How);

/// <summary>How urgent a kind of loop is.</summary>
public enum LoopTier
{
    /// <summary>Minutes: cannot be snoozed past its next ladder step.</summary>
    Red,

    /// <summary>Hours.</summary>
    Orange,

    /// <summary>Days.</summary>
    Routine,
}

/// <summary>What a person must give to close a loop.</summary>
/// <param name="Kind">Which form is shown and which resource it becomes.</param>
/// <param name="MayCloseByHand">False when only a fact in the record closes it, such as a result that must arrive.</param>
public sealed record EvidenceRule(EvidenceKind Kind, bool MayCloseByHand = true);

/// <summary>The kinds of evidence, each with a form of its own.</summary>
public enum EvidenceKind
{
    /// <summary>The person or caregiver was reached: becomes a Communication. An attempt with the outcome "reached" closes the loop.</summary>
    ContactOutcome,

    /// <summary>Who was told a critical result, and that it was read back: becomes a Communication.</summary>
    CriticalResultTold,

    /// <summary>A visit took place: an Encounter, named or documented.</summary>
    Visit,

    /// <summary>Medications were reconciled: becomes a Procedure.</summary>
    MedicationReconciliation,

    /// <summary>A person looked at it and says what was done: becomes a Communication.</summary>
    Acknowledgement,
}
