namespace Tandem.Hl7v2.DataTypes;

/// <summary>A person in a role, with number and name (HL7 v2.8.2 ch. 2A.86).</summary>
/// <param name="Value">Where it stands.</param>
public readonly record struct Xcn(Hl7Value Value)
{
    /// <summary>The number.</summary>
    public string? Id => Value[1].Text;

    /// <summary>Family name.</summary>
    public Fn Family => new(Value[2]);

    /// <summary>First given name.</summary>
    public string? Given => Value[3].Text;

    /// <summary>Further given names.</summary>
    public string? FurtherGiven => Value[4].Text;

    /// <summary>Such as Jr.</summary>
    public string? Suffix => Value[5].Text;

    /// <summary>Such as Dr.</summary>
    public string? Prefix => Value[6].Text;

    /// <summary>Such as MD.</summary>
    public string? Degree => Value[7].Text;

    /// <summary>Who assigned the number.</summary>
    public Hd AssigningAuthority => new(Value[9]);

    /// <summary>Table 0200.</summary>
    public string? NameTypeCode => Value[10].Text;

    /// <summary>Table 0203, such as NPI.</summary>
    public string? TypeCode => Value[13].Text;
}
