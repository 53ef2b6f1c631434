namespace Tandem.Hl7v2.DataTypes;

/// <summary>A pointer to data elsewhere (HL7 v2.8.2 ch. 2A.62).</summary>
/// <param name="Value">Where it stands.</param>
public readonly record struct Rp(Hl7Value Value)
{
    /// <summary>Where it is.</summary>
    public string? Pointer => Value[1].Text;

    /// <summary>Application that holds it.</summary>
    public Hd Application => new(Value[2]);

    /// <summary>Table 0834.</summary>
    public string? Type => Value[3].Text;

    /// <summary>Table 0291.</summary>
    public string? Subtype => Value[4].Text;
}
