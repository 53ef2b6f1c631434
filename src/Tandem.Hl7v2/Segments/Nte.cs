using Tandem.Hl7v2.DataTypes;

namespace Tandem.Hl7v2.Segments;

/// <summary>A note (HL7 v2.8.2 ch. 2.14.10).</summary>
/// <param name="Segment">The segment; when it is not there every field is empty.</param>
public readonly record struct Nte(Hl7Segment Segment)
{
    /// <summary>The first NTE of a message.</summary>
    public static Nte In(Hl7Message message) => new(message.First("NTE"));

    /// <summary>NTE-1: set id.</summary>
    public string? SetId => Segment[1].Text;

    /// <summary>NTE-2: source.</summary>
    public string? Source => Segment[2].Text;

    /// <summary>NTE-3: comments.</summary>
    public Hl7Value Comments => Segment[3];

    /// <summary>NTE-4: type.</summary>
    public Cwe Type => new(Segment[4]);
}
