namespace Tandem.Hl7v2.DataTypes;

/// <summary>A hierarchic designator: who assigned something (HL7 v2.8.2 ch. 2A.33).</summary>
/// <param name="Value">Where it stands.</param>
public readonly record struct Hd(Hl7Value Value)
{
    /// <summary>Local name of the authority.</summary>
    public string? NamespaceId => Value[1].Text;

    /// <summary>World-wide id.</summary>
    public string? UniversalId => Value[2].Text;

    /// <summary>Kind of world-wide id: ISO, UUID, DNS, CLIA…</summary>
    public string? UniversalIdType => Value[3].Text;
}
