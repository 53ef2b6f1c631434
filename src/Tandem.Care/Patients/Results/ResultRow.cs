namespace Tandem.Care.Patients;

/// <summary>One value of one analyte of one patient.</summary>
public sealed record ResultRow
{
    /// <summary>What was measured, as addresses and series name it: a LOINC code, or another code with a hash of its system.</summary>
    public required string Code { get; init; }

    /// <summary>The unit by which values may be compared (UCUM where sent); empty without one.</summary>
    public string Unit { get; init; } = "";

    /// <summary>When it was true of the patient; a day without a time stands at noon UTC.</summary>
    public DateTimeOffset At { get; init; }

    /// <summary>The Observation, with #n for its nth component.</summary>
    public required string Id { get; init; }

    /// <summary>False when only the day is known.</summary>
    public bool HasTime { get; init; } = true;

    /// <summary>The analyte's name as sent.</summary>
    public string Name { get; init; } = "";

    /// <summary>laboratory, vital-signs, survey …; empty when not stated.</summary>
    public string Category { get; init; } = "";

    /// <summary>The number, for drawing; null for words and for values known only as below or above.</summary>
    public double? Number { get; init; }

    /// <summary>The value with its digits as sent and its comparator; null when there is none.</summary>
    public string? Value { get; init; }

    /// <summary>The unit as written for people.</summary>
    public string UnitText { get; init; } = "";

    /// <summary>Lower end of the usual range.</summary>
    public double? Low { get; init; }

    /// <summary>Upper end of the usual range.</summary>
    public double? High { get; init; }

    /// <summary>The usual range as sent, or null.</summary>
    public string? Range { get; init; }

    /// <summary>HH, LL, AA, H, L, A, N …, or null.</summary>
    public string? Flag { get; init; }

    /// <summary>final, corrected, cancelled …</summary>
    public string Status { get; init; } = "";

    /// <summary>Why there is no value, as sent, or null.</summary>
    public string? Absent { get; init; }

    /// <summary>When this version was recorded.</summary>
    public DateTimeOffset Recorded { get; init; }

    /// <summary>The Observation's version.</summary>
    public int Version { get; init; }

    /// <summary>Where it came from (<c>meta.source</c>), or null.</summary>
    public string? Source { get; init; }

    /// <summary>Who measured.</summary>
    public string? Place { get; init; }

    /// <summary>Place of the version in the log.</summary>
    public long Seq { get; init; }

    /// <summary>True while it stands: neither cancelled nor withdrawn.</summary>
    public bool Stands => Status is not ("cancelled" or "entered-in-error");

    /// <summary>True when the laboratory replaced an earlier value.</summary>
    public bool IsCorrected => Status is "corrected" or "amended";
}
