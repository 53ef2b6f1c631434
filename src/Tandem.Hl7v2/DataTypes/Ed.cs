namespace Tandem.Hl7v2.DataTypes;

/// <summary>Encapsulated data (HL7 v2.8.2 ch. 2A.24).</summary>
/// <param name="Value">Where it stands.</param>
public readonly record struct Ed(Hl7Value Value)
{
    /// <summary>Application it comes from.</summary>
    public string? Source => Value[1].Text;

    /// <summary>Table 0834, such as TEXT, Image or application.</summary>
    public string? Type => Value[2].Text;

    /// <summary>Table 0291, such as PDF.</summary>
    public string? Subtype => Value[3].Text;

    /// <summary>A, Hex or Base64.</summary>
    public string? Encoding => Value[4].Text;

    /// <summary>The data, encoded.</summary>
    public string? Data => Value[5].Text;
}
