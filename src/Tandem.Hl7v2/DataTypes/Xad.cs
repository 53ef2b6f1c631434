namespace Tandem.Hl7v2.DataTypes;

/// <summary>An address (HL7 v2.8.2 ch. 2A.84).</summary>
/// <param name="Value">Where it stands.</param>
public readonly record struct Xad(Hl7Value Value)
{
    /// <summary>Street; since v2.4 with name and number as sub-components.</summary>
    public Hl7Value Street => Value[1];

    /// <summary>Second line.</summary>
    public string? OtherDesignation => Value[2].Text;

    /// <summary>City.</summary>
    public string? City => Value[3].Text;

    /// <summary>State or province.</summary>
    public string? State => Value[4].Text;

    /// <summary>Postal code.</summary>
    public string? PostalCode => Value[5].Text;

    /// <summary>Country code.</summary>
    public string? Country => Value[6].Text;

    /// <summary>Table 0190: H home, M mailing, BA bad…</summary>
    public string? TypeCode => Value[7].Text;

    /// <summary>Further place name.</summary>
    public string? OtherGeographic => Value[8].Text;

    /// <summary>County.</summary>
    public string? County => Value[9].Text;

    /// <summary>From when.</summary>
    public Dtm? EffectiveDate => Dtm.Read(Value[13]);

    /// <summary>Until when.</summary>
    public Dtm? ExpirationDate => Dtm.Read(Value[14]);
}
