using Tandem.Hl7v2.DataTypes;

namespace Tandem.Hl7v2.Segments;

/// <summary>The message header (HL7 v2.8.2 ch. 2.14.9).</summary>
/// <param name="Segment">The segment; when it is not there every field is empty.</param>
public readonly record struct Msh(Hl7Segment Segment)
{
    /// <summary>The first MSH of a message.</summary>
    public static Msh In(Hl7Message message) => new(message.First("MSH"));

    /// <summary>MSH-3: sending application.</summary>
    public Hd SendingApplication => new(Segment[3]);

    /// <summary>MSH-4: sending facility.</summary>
    public Hd SendingFacility => new(Segment[4]);

    /// <summary>MSH-5: receiving application.</summary>
    public Hd ReceivingApplication => new(Segment[5]);

    /// <summary>MSH-6: receiving facility.</summary>
    public Hd ReceivingFacility => new(Segment[6]);

    /// <summary>MSH-7: at.</summary>
    public Dtm? At => Dtm.Read(Segment[7]);

    /// <summary>MSH-9: type.</summary>
    public Msg Type => new(Segment[9]);

    /// <summary>MSH-10: control id.</summary>
    public string? ControlId => Segment[10].Text;

    /// <summary>MSH-11: processing id.</summary>
    public string? ProcessingId => Segment[11].Text;

    /// <summary>MSH-12: version.</summary>
    public string? Version => Segment[12].Text;

    /// <summary>MSH-13: sequence number.</summary>
    public string? SequenceNumber => Segment[13].Text;

    /// <summary>MSH-15: accept acknowledgement.</summary>
    public string? AcceptAcknowledgement => Segment[15].Text;

    /// <summary>MSH-16: application acknowledgement.</summary>
    public string? ApplicationAcknowledgement => Segment[16].Text;

    /// <summary>MSH-17: country.</summary>
    public string? Country => Segment[17].Text;

    /// <summary>MSH-18: character sets.</summary>
    public Hl7Value CharacterSets => Segment[18];

    /// <summary>MSH-19: language.</summary>
    public Cwe Language => new(Segment[19]);
}
