namespace Tandem.Care.Results;

/// <summary>Why a result is critical.</summary>
public enum CriticalReason
{
    /// <summary>Below the site's limit.</summary>
    Low,

    /// <summary>Above the site's limit.</summary>
    High,

    /// <summary>The laboratory marked it LL, HH or AA (HL7 v2 table 0078), whatever its value.</summary>
    Flagged,
}

/// <summary>A result that somebody must be told of now.</summary>
/// <param name="Reason">Why.</param>
/// <param name="Analyte">What was measured, in the site's words, else as the laboratory calls it.</param>
/// <param name="AnalyteEs">The same in Spanish, where the site has words for it.</param>
/// <param name="Value">The value with comparator and unit, as the laboratory stated it.</param>
/// <param name="Limit">The limit that was passed with its unit, such as <c>≥ 6.2 mmol/L</c>; the flag when the laboratory marked it.</param>
public sealed record CriticalFinding(CriticalReason Reason, string Analyte, string AnalyteEs, string Value, string Limit);
