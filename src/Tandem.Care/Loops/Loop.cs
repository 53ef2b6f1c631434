namespace Tandem.Care.Loops;

/// <summary>Where a loop stands.</summary>
public enum LoopState
{
    /// <summary>Waits; its team is accountable.</summary>
    Open,

    /// <summary>A person has taken it.</summary>
    Claimed,

    /// <summary>Out of sight until an instant; its ladder keeps running.</summary>
    Snoozed,

    /// <summary>Closed with evidence.</summary>
    Closed,

    /// <summary>The fact that opened it no longer holds.</summary>
    Withdrawn,
}

/// <summary>
/// One open (or once open) obligation about one patient: the reading of a FHIR Task. Immutable. What the Task holds beyond this stays in
/// the Task.
/// </summary>
public sealed record Loop
{
    /// <summary>Logical id of the Task.</summary>
    public required string Id { get; init; }

    /// <summary>The Task's version; 0 before it is stored. Posts carry it.</summary>
    public int Version { get; init; }

    /// <summary>Where it stands.</summary>
    public LoopState State { get; init; }

    /// <summary>pathway|version|action|cause.</summary>
    public required string Key { get; init; }

    /// <summary>The pathway's id.</summary>
    public required string Pathway { get; init; }

    /// <summary>The pathway's version that decided.</summary>
    public required string PathwayVersion { get; init; }

    /// <summary>The kind: the pathway's action.</summary>
    public required string Action { get; init; }

    /// <summary>Logical id of the patient.</summary>
    public required string Patient { get; init; }

    /// <summary>The fact (reference).</summary>
    public required string Focus { get; init; }

    /// <summary>What is to be done.</summary>
    public required LocalizedText Title { get; init; }

    /// <summary>Why it is here.</summary>
    public required LocalizedText Why { get; init; }

    /// <summary>What closes it.</summary>
    public required LocalizedText ClosedBy { get; init; }

    /// <summary>What gives it its place on the list, without the tier's points.</summary>
    public IReadOnlyList<ScorePart> Parts { get; init; } = [];

    /// <summary>When the fact held.</summary>
    public required DateTimeOffset Opened { get; init; }

    /// <summary>When it must be closed.</summary>
    public required DateTimeOffset Due { get; init; }

    /// <summary>How urgent.</summary>
    public required LoopTier Tier { get; init; }

    /// <summary>The accountable team (reference).</summary>
    public required string Team { get; init; }

    /// <summary>The person who has taken it (reference), or null while the team is accountable.</summary>
    public string? Owner { get; init; }

    /// <summary>How pages name the owner, or null.</summary>
    public string? OwnerName { get; init; }

    /// <summary>Who stands in at the end of the ladder (reference).</summary>
    public required string BackUp { get; init; }

    /// <summary>The ladder in order of time.</summary>
    public required IReadOnlyList<LadderStep> Ladder { get; init; }

    /// <summary>How often the back-up is called after the last step.</summary>
    public TimeSpan RepeatEvery { get; init; } = TimeSpan.FromDays(1);

    /// <summary>How many times it has climbed: steps of the ladder first, then calls of the back-up.</summary>
    public int Step { get; init; }

    /// <summary>When it last climbed, or null.</summary>
    public DateTimeOffset? ClimbedAt { get; init; }

    /// <summary>To whom it last climbed (reference), or null; it is on their list too.</summary>
    public string? EscalatedTo { get; init; }

    /// <summary>True once a person has acted on it since it last climbed (took it, tried, put it off, handed it over).</summary>
    public bool IsAnswered { get; init; }

    /// <summary>Who is to act because it climbed to them (reference): null when it has not climbed, was answered, or is not open.</summary>
    public string? WaitsFor => IsOpen && !IsAnswered ? EscalatedTo : null;

    /// <summary>Until when it is out of sight; null unless snoozed.</summary>
    public DateTimeOffset? SnoozedUntil { get; init; }

    /// <summary>What closing it asks for.</summary>
    public required EvidenceRule Evidence { get; init; }

    /// <summary>What was done about it so far: attempts and closing evidence, oldest first.</summary>
    public IReadOnlyList<LoopOutput> Outputs { get; init; } = [];

    /// <summary>When it was closed or withdrawn, or null.</summary>
    public DateTimeOffset? Ended { get; init; }

    /// <summary>Why it stands where it stands (snoozed, closed, withdrawn, reopened), or null.</summary>
    public LocalizedText? StateReason { get; init; }

    /// <summary>True while it is an obligation: open, claimed or snoozed.</summary>
    public bool IsOpen => State is LoopState.Open or LoopState.Claimed or LoopState.Snoozed;

    /// <summary><c>Task/id</c>.</summary>
    public string Reference => "Task/" + Id;
}

/// <summary>A resource that a loop brought about.</summary>
/// <param name="Kind"><c>attempt</c> or <c>evidence</c>.</param>
/// <param name="Reference">The resource.</param>
public sealed record LoopOutput(string Kind, string Reference)
{
    /// <summary>The kind of a documented attempt.</summary>
    public const string Attempt = "attempt";

    /// <summary>The kind of what closed it.</summary>
    public const string Closing = "evidence";
}
