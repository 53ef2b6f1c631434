namespace Tandem.Hl7v2.DataTypes;

/// <summary>The message type (HL7 v2.8.2 ch. 2A.44).</summary>
/// <param name="Value">Where it stands.</param>
public readonly record struct Msg(Hl7Value Value)
{
    /// <summary>Such as ADT.</summary>
    public string? Code => Value[1].Text;

    /// <summary>Such as A01.</summary>
    public string? Trigger => Value[2].Text;

    /// <summary>Such as ADT_A01.</summary>
    public string? Structure => Value[3].Text;
}
