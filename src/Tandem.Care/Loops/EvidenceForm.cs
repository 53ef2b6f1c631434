using Tandem.Kernel.Outcomes;

namespace Tandem.Care.Loops;

/// <summary>What a person states as evidence or about an attempt.</summary>
/// <param name="Kind">Which form it was.</param>
/// <param name="Occurred">When it happened; null when it could not be read.</param>
public sealed record EvidenceForm(EvidenceKind Kind, DateTimeOffset? Occurred)
{
    internal const int LongestNote = 4_000;
    private static readonly TimeSpan ClockDifference = TimeSpan.FromMinutes(2);

    /// <summary>What came of the contact; null where nobody was to be reached.</summary>
    public AttemptOutcome? Outcome { get; init; }

    /// <summary>How: <c>phone</c>, <c>video</c>, <c>in-person</c>, <c>message</c>, or empty; a visit that is not in the record is <c>video</c> or <c>in-person</c>.</summary>
    public string Medium { get; init; } = "";

    /// <summary>Who was reached, told or seen by, in words: "Dr. Testperson, ward 3".</summary>
    public string Whom { get; init; } = "";

    /// <summary>True when the person told repeated the result and both identifiers.</summary>
    public bool ReadBack { get; init; }

    /// <summary>An Encounter in the record (reference) that is the visit; empty when the visit is only stated.</summary>
    public string Encounter { get; init; } = "";

    /// <summary>What is to be remembered.</summary>
    public string Note { get; init; } = "";

    /// <summary>What is wrong with the time or the length, or null.</summary>
    internal Refusal? TimeFault(DateTimeOffset now)
    {
        if (Occurred is not { } occurred)
            return LoopActs.Missing("occurred", LoopWords.NoTime);
        if (occurred > now + ClockDifference)
            return LoopActs.Missing("occurred", LoopWords.InTheFuture);
        return Note.Length > LongestNote || Whom.Length > LongestNote ? LoopActs.Missing("note", LoopWords.TooLong) : null;
    }

    /// <summary>What is missing or wrong for the evidence asked for, or null.</summary>
    internal Refusal? Fault(EvidenceKind asked, DateTimeOffset now) => TimeFault(now) ?? asked switch
    {
        EvidenceKind.ContactOutcome when Outcome is not AttemptOutcome.Reached => LoopActs.Missing("outcome", LoopWords.OnlyReachedCloses),
        EvidenceKind.CriticalResultTold when Whom.Length == 0 => LoopActs.Missing("whom", LoopWords.WhomTold),
        EvidenceKind.CriticalResultTold when !ReadBack => LoopActs.Missing("readBack", LoopWords.ReadBack),
        EvidenceKind.Acknowledgement when Note.Length == 0 => LoopActs.Missing("note", LoopWords.WhatWasDone),
        EvidenceKind.Visit when Medium is not ("in-person" or "video") && (Medium.Length > 0 || Encounter.Length == 0) => LoopActs.Missing("medium", LoopWords.NotSeen),
        EvidenceKind.Visit when Encounter.Length == 0 && Whom.Length == 0 => LoopActs.Missing("whom", LoopWords.WhoSaw),
        _ => null,
    };
}
