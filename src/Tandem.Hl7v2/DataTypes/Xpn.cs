namespace Tandem.Hl7v2.DataTypes;

/// <summary>A person's name (HL7 v2.8.2 ch. 2A.88).</summary>
/// <param name="Value">Where it stands.</param>
public readonly record struct Xpn(Hl7Value Value)
{
    /// <summary>Family name.</summary>
    public Fn Family => new(Value[1]);

    /// <summary>First given name.</summary>
    public string? Given => Value[2].Text;

    /// <summary>Further given names or initials.</summary>
    public string? FurtherGiven => Value[3].Text;

    /// <summary>Such as Jr.</summary>
    public string? Suffix => Value[4].Text;

    /// <summary>Such as Dr.</summary>
    public string? Prefix => Value[5].Text;

    /// <summary>Such as MD; withdrawn after v2.6.</summary>
    public string? Degree => Value[6].Text;

    /// <summary>Table 0200: L legal, D display, M maiden…</summary>
    public string? TypeCode => Value[7].Text;

    /// <summary>Start and end, until v2.6.</summary>
    public Hl7Value ValidityRange => Value[10];

    /// <summary>From when.</summary>
    public Dtm? EffectiveDate => Dtm.Read(Value[12]);

    /// <summary>Until when.</summary>
    public Dtm? ExpirationDate => Dtm.Read(Value[13]);

    /// <summary>Such as MD.</summary>
    public string? ProfessionalSuffix => Value[14].Text;
}
