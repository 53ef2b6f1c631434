namespace Tandem.Hl7v2.DataTypes;

/// <summary>An identifier with its type and authority (HL7 v2.8.2 ch. 2A.14).</summary>
/// <param name="Value">Where it stands.</param>
public readonly record struct Cx(Hl7Value Value)
{
    /// <summary>The number.</summary>
    public string? Id => Value[1].Text;

    /// <summary>Who assigned it.</summary>
    public Hd AssigningAuthority => new(Value[4]);

    /// <summary>Table 0203: MR, SS, VN…</summary>
    public string? TypeCode => Value[5].Text;

    /// <summary>Where it was assigned.</summary>
    public Hd AssigningFacility => new(Value[6]);

    /// <summary>From when.</summary>
    public Dtm? EffectiveDate => Dtm.Read(Value[7]);

    /// <summary>Until when.</summary>
    public Dtm? ExpirationDate => Dtm.Read(Value[8]);
}
