namespace Tandem.Hl7v2.DataTypes;

/// <summary>An entity identifier, such as an order number (HL7 v2.8.2 ch. 2A.28).</summary>
/// <param name="Value">Where it stands.</param>
public readonly record struct Ei(Hl7Value Value)
{
    /// <summary>The number.</summary>
    public string? Id => Value[1].Text;

    /// <summary>Local name of who assigned it.</summary>
    public string? NamespaceId => Value[2].Text;

    /// <summary>World-wide id of who assigned it.</summary>
    public string? UniversalId => Value[3].Text;

    /// <summary>Kind of that id.</summary>
    public string? UniversalIdType => Value[4].Text;
}
