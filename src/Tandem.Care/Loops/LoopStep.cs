namespace Tandem.Care.Loops;

/// <summary>What is done to a loop in one step.</summary>
public enum StepKind
{
    /// <summary>A pathway opened it.</summary>
    Open,

    /// <summary>A person took it.</summary>
    Claim,

    /// <summary>It was given to a person or team.</summary>
    HandOver,

    /// <summary>It was put out of sight until an instant.</summary>
    Snooze,

    /// <summary>Its snooze ended.</summary>
    Wake,

    /// <summary>Something was tried, with an outcome.</summary>
    Attempt,

    /// <summary>The ladder climbed.</summary>
    Escalate,

    /// <summary>It was closed with evidence.</summary>
    Close,

    /// <summary>Its fact no longer holds, or a person gave the reason why it is not needed.</summary>
    Withdraw,

    /// <summary>Its fact was corrected: other words, other clock.</summary>
    Renew,

    /// <summary>It is open again.</summary>
    Reopen,

    /// <summary>The step before was taken back by the person who made it.</summary>
    Undo,
}

/// <summary>What came of trying to reach somebody.</summary>
public enum AttemptOutcome
{
    Reached,
    NoAnswer,
    LeftMessage,
    Busy,
    WrongNumber,
    Refused,
    Other,
}

/// <summary>One step in a loop's life: the reading of the Provenance that every step writes beside the Task's new version.</summary>
public sealed record LoopStep(StepKind Kind)
{
    /// <summary>The version of the Task that the step made.</summary>
    public int Version { get; init; }

    /// <summary>When it happened; null means when it was recorded.</summary>
    public DateTimeOffset? Occurred { get; init; }

    /// <summary>When it was recorded.</summary>
    public DateTimeOffset Recorded { get; init; }

    /// <summary>Who did it (reference); <c>Device/hub</c> for the hub's own rules.</summary>
    public string Actor { get; init; } = "";

    /// <summary>How pages name who did it.</summary>
    public string ActorName { get; init; } = "";

    /// <summary>Why, in words: of the person, the pathway or the rule (see <see cref="StepReasons"/>); null only in what others wrote.</summary>
    public LocalizedText? Reason { get; init; }

    /// <summary>To whom it went (hand-over, escalation), or null.</summary>
    public string? To { get; init; }

    /// <summary>How they were told (escalation), or null.</summary>
    public string? How { get; init; }

    /// <summary>Until when (snooze), or null.</summary>
    public DateTimeOffset? Until { get; init; }

    /// <summary>What came of it (attempt), or null.</summary>
    public AttemptOutcome? Outcome { get; init; }

    /// <summary>What it rests on: the fact, the evidence (references).</summary>
    public IReadOnlyList<string> RestsOn { get; init; } = [];

    /// <summary>True for a step by which a person answers an escalation, false for one that escalates anew, null for one that changes neither.</summary>
    internal bool? Answers => Kind switch
    {
        StepKind.Claim or StepKind.Attempt or StepKind.HandOver or StepKind.Snooze => true,
        StepKind.Escalate => false,
        _ => null,
    };

    /// <summary>True for a step that a person made.</summary>
    public bool ByPerson => Actor != Kernel.Actors.Actor.Hub.Reference;
}
