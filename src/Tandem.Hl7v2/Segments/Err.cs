using Tandem.Hl7v2.DataTypes;

namespace Tandem.Hl7v2.Segments;

/// <summary>An error (HL7 v2.8.2 ch. 2.14.5).</summary>
/// <param name="Segment">The segment; when it is not there every field is empty.</param>
public readonly record struct Err(Hl7Segment Segment)
{
    /// <summary>The first ERR of a message.</summary>
    public static Err In(Hl7Message message) => new(message.First("ERR"));

    /// <summary>ERR-1: old location.</summary>
    public Hl7Value OldLocation => Segment[1];

    /// <summary>ERR-2: locations.</summary>
    public Hl7Value Locations => Segment[2];

    /// <summary>ERR-3: code.</summary>
    public Cwe Code => new(Segment[3]);

    /// <summary>ERR-4: severity.</summary>
    public string? Severity => Segment[4].Text;

    /// <summary>ERR-5: application code.</summary>
    public Cwe ApplicationCode => new(Segment[5]);

    /// <summary>ERR-7: diagnostics.</summary>
    public string? Diagnostics => Segment[7].Text;

    /// <summary>ERR-8: user message.</summary>
    public string? UserMessage => Segment[8].Text;
}
