namespace Tandem.Hl7v2.Segments;

/// <summary>An acknowledgement (HL7 v2.8.2 ch. 2.14.8).</summary>
/// <param name="Segment">The segment; when it is not there every field is empty.</param>
public readonly record struct Msa(Hl7Segment Segment)
{
    /// <summary>The first MSA of a message.</summary>
    public static Msa In(Hl7Message message) => new(message.First("MSA"));

    /// <summary>MSA-1: code.</summary>
    public string? Code => Segment[1].Text;

    /// <summary>MSA-2: control id.</summary>
    public string? ControlId => Segment[2].Text;

    /// <summary>MSA-3: text.</summary>
    public string? Text => Segment[3].Text;
}
