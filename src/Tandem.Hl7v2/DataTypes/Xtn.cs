namespace Tandem.Hl7v2.DataTypes;

/// <summary>A telephone number or electronic address (HL7 v2.8.2 ch. 2A.89).</summary>
/// <param name="Value">Where it stands.</param>
public readonly record struct Xtn(Hl7Value Value)
{
    /// <summary>The number as one text; withdrawn after v2.6 but common.</summary>
    public string? Number => Value[1].Text;

    /// <summary>Table 0201: PRN home, WPN work, NET network…</summary>
    public string? UseCode => Value[2].Text;

    /// <summary>Table 0202: PH, CP, FX, Internet…</summary>
    public string? EquipmentType => Value[3].Text;

    /// <summary>Electronic address.</summary>
    public string? EmailAddress => Value[4].Text;

    /// <summary>Country code.</summary>
    public string? CountryCode => Value[5].Text;

    /// <summary>Area code.</summary>
    public string? AreaCode => Value[6].Text;

    /// <summary>Local number.</summary>
    public string? LocalNumber => Value[7].Text;

    /// <summary>Extension.</summary>
    public string? Extension => Value[8].Text;

    /// <summary>Remark.</summary>
    public string? AnyText => Value[9].Text;

    /// <summary>The number as one text since v2.7.</summary>
    public string? UnformattedNumber => Value[12].Text;
}
