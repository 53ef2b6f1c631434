namespace Tandem.Trust.Audit;

/// <summary>In which way something of a record came to somebody.</summary>
internal enum DisclosureKind
{
    /// <summary>Outside of the hub (telephone, fax, paper); noted by hand.</summary>
    Noted,

    /// <summary>By a bulk export.</summary>
    Export,

    /// <summary>By notifications that were asked for.</summary>
    Notification,

    /// <summary>A system or service read it.</summary>
    System,

    /// <summary>The patient, or who stands for them, let an app in.</summary>
    App,

    /// <summary>For research.</summary>
    Research,

    /// <summary>Somebody opened the record in an emergency.</summary>
    Emergency,
}

/// <summary>
/// A line of the accounting of disclosures (45 CFR 164.528(b)): when, to whom, what, what for. What went to the same recipient for the same purpose is one line with the first and the last
/// time and how often (164.528(b)(3)).
/// </summary>
/// <param name="Kind">In which way.</param>
/// <param name="First">When, or when first.</param>
/// <param name="Last">When last.</param>
/// <param name="Times">How often.</param>
/// <param name="Recipient">The name of who received it.</param>
/// <param name="Address">Where the recipient is; empty where it is not known.</param>
/// <param name="What">A short description of what it was.</param>
/// <param name="Purpose">What for.</param>
internal sealed record Disclosure(DisclosureKind Kind, DateTimeOffset First, DateTimeOffset Last, int Times, string Recipient, string Address, string What, string Purpose)
{
    /// <summary>What was noted by hand; null for what follows from the access log.</summary>
    internal NotedDisclosure? Noted { get; init; }

    /// <summary>The events that it follows from.</summary>
    internal IReadOnlyList<AuditRow> Rows { get; init; } = [];
}

/// <summary>The accounting of a patient's disclosures over a time.</summary>
/// <param name="Patient">Logical id.</param>
/// <param name="From">From when (inclusive).</param>
/// <param name="To">Until when (exclusive): when it was made.</param>
/// <param name="Lines">The latest first.</param>
/// <param name="Held">What an agency had held back, with its statement; the latest first. For who answers for privacy alone.</param>
/// <param name="Studies">Research of this time that is summed up (45 CFR 164.528(b)(4)), whoever was among it.</param>
/// <param name="Given">When such a statement was handed out in this time, and by whom (reference); the latest first.</param>
internal sealed record Accounting(
    string Patient, DateTimeOffset From, DateTimeOffset To, IReadOnlyList<Disclosure> Lines, IReadOnlyList<(Disclosure Line, DisclosureSuspension By)> Held, IReadOnlyList<SummedStudy> Studies,
    IReadOnlyList<(DateTimeOffset At, string By)> Given)
{
    /// <summary>The longest time that a patient can ask for, in years (45 CFR 164.528(a)(1)).</summary>
    internal const int MostYears = 6;

    /// <summary>How many years an address asks for; all six unless it says 1 to 6.</summary>
    internal static int YearsIn(string? text) => text is [>= '1' and <= '6'] ? text[0] - '0' : MostYears;
}
