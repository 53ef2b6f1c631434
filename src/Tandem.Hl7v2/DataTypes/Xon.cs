namespace Tandem.Hl7v2.DataTypes;

/// <summary>An organisation (HL7 v2.8.2 ch. 2A.87).</summary>
/// <param name="Value">Where it stands.</param>
public readonly record struct Xon(Hl7Value Value)
{
    /// <summary>Name.</summary>
    public string? Name => Value[1].Text;

    /// <summary>Table 0204.</summary>
    public string? TypeCode => Value[2].Text;

    /// <summary>Who assigned the number.</summary>
    public Hd AssigningAuthority => new(Value[6]);

    /// <summary>Table 0203.</summary>
    public string? IdentifierTypeCode => Value[7].Text;

    /// <summary>The number since v2.3.1.</summary>
    public string? Id => Value[10].Text;
}
