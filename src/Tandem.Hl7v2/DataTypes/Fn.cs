namespace Tandem.Hl7v2.DataTypes;

/// <summary>A family name (HL7 v2.8.2 ch. 2A.30).</summary>
/// <param name="Value">Where it stands.</param>
public readonly record struct Fn(Hl7Value Value)
{
    /// <summary>The whole surname.</summary>
    public string? Surname => Value[1].Text;

    /// <summary>Such as van.</summary>
    public string? OwnPrefix => Value[2].Text;

    /// <summary>Without prefix.</summary>
    public string? OwnSurname => Value[3].Text;
}
