namespace Tandem.Hl7v2.DataTypes;

/// <summary>A code with text and system, and an alternate (HL7 v2.8.2 ch. 2A.13); reads CE and CNE too.</summary>
/// <param name="Value">Where it stands.</param>
public readonly record struct Cwe(Hl7Value Value)
{
    /// <summary>The code.</summary>
    public string? Code => Value[1].Text;

    /// <summary>Its text.</summary>
    public string? Display => Value[2].Text;

    /// <summary>Table 0396 name: LN, SCT, I10C…</summary>
    public string? System => Value[3].Text;

    /// <summary>Second code.</summary>
    public string? AlternateCode => Value[4].Text;

    /// <summary>Its text.</summary>
    public string? AlternateDisplay => Value[5].Text;

    /// <summary>Its system.</summary>
    public string? AlternateSystem => Value[6].Text;

    /// <summary>Version of the system.</summary>
    public string? SystemVersion => Value[7].Text;

    /// <summary>Version of the second system.</summary>
    public string? AlternateSystemVersion => Value[8].Text;

    /// <summary>What the author wrote.</summary>
    public string? OriginalText => Value[9].Text;
}
