namespace Tandem.Hl7v2.DataTypes;

/// <summary>A quantity with units (HL7 v2.8.2 ch. 2A.16).</summary>
/// <param name="Value">Where it stands.</param>
public readonly record struct Cq(Hl7Value Value)
{
    /// <summary>The number.</summary>
    public string? Quantity => Value[1].Text;

    /// <summary>The units.</summary>
    public string? Units => Value[2].Text;
}
