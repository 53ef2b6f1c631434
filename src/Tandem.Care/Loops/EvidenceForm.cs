using Tandem.Kernel.Outcomes;

namespace Tandem.Care.Loops;

/// <summary>What a person states as evidence or about an attempt.</summary>
/// <param name="Kind">Which form it was.</param>
/// <param name="Occurred">When it happened.</param>
public sealed record EvidenceForm(EvidenceKind Kind, DateTimeOffset Occurred)
{
    private const int LongestNote = 4_000;
    private static readonly TimeSpan ClockDifference = TimeSpan.FromMinutes(2);

    /// <summary>What came of the contact; null where nobody was to be reached.</summary>
    public AttemptOutcome? Outcome { get; init; }

    /// <summary>How: <c>phone</c>, <c>video</c>, <c>in-person</c>, <c>message</c>, or empty.</summary>
    public string Medium { get; init; } = "";

    /// <summary>Who was reached or told, in words: "Dr. Testperson, ward 3".</summary>
    public string Whom { get; init; } = "";

    /// <summary>True when the person told repeated the result and both identifiers.</summary>
    public bool ReadBack { get; init; }

    /// <summary>An Encounter in the record (reference) that is the visit; empty when the visit is only stated.</summary>
    public string Encounter { get; init; } = "";

    /// <summary>What is to be remembered.</summary>
    public string Note { get; init; } = "";

    /// <summary>What is missing or wrong, or null.</summary>
    internal Refusal? Fault(EvidenceKind asked, DateTimeOffset now)
    {
        if (Occurred > now + ClockDifference)
            return Wrong("occurred", "The time lies in the future. Give the time when it happened.");
        if (Note.Length > LongestNote || Whom.Length > LongestNote)
            return Wrong("note", "The note is too long. Shorten it to 4,000 characters.");
        return asked switch
        {
            EvidenceKind.ContactOutcome when Outcome is not AttemptOutcome.Reached =>
                Wrong("outcome", "Contact closes this only when somebody was reached. Record anything else as an attempt."),
            EvidenceKind.CriticalResultTold when Whom.Length == 0 => Wrong("whom", "Say who was told the result."),
            EvidenceKind.CriticalResultTold when !ReadBack => Wrong("readBack", "The result must be read back before this can be closed."),
            EvidenceKind.Acknowledgement when Note.Length == 0 => Wrong("note", "Say what was done."),
            EvidenceKind.Visit when Encounter.Length == 0 && Whom.Length == 0 => Wrong("whom", "Say who saw the patient, or name the visit."),
            EvidenceKind.Visit when Encounter.Length > 0 && !Encounter.StartsWith("Encounter/", StringComparison.Ordinal) =>
                Wrong("encounter", "The visit is not known. Choose one of the patient's visits."),
            _ => null,
        };
    }

    private static Refusal Wrong(string field, string text) =>
        Refusal.Unprocessable(text, new RefusalDetail("required", text, field));
}
