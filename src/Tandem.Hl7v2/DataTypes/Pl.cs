namespace Tandem.Hl7v2.DataTypes;

/// <summary>A person's location (HL7 v2.8.2 ch. 2A.51).</summary>
/// <param name="Value">Where it stands.</param>
public readonly record struct Pl(Hl7Value Value)
{
    /// <summary>Ward or clinic.</summary>
    public string? PointOfCare => Value[1].Text;

    /// <summary>Room.</summary>
    public string? Room => Value[2].Text;

    /// <summary>Bed.</summary>
    public string? Bed => Value[3].Text;

    /// <summary>Facility.</summary>
    public Hd Facility => new(Value[4]);

    /// <summary>Status of the bed.</summary>
    public string? Status => Value[5].Text;

    /// <summary>Kind of place.</summary>
    public string? Type => Value[6].Text;

    /// <summary>Building.</summary>
    public string? Building => Value[7].Text;

    /// <summary>Floor.</summary>
    public string? Floor => Value[8].Text;

    /// <summary>Free text.</summary>
    public string? Description => Value[9].Text;
}
