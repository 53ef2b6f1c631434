using Tandem.Hl7v2.DataTypes;

namespace Tandem.Hl7v2.Segments;

/// <summary>The event (HL7 v2.8.2 ch. 3.4.1).</summary>
/// <param name="Segment">The segment; when it is not there every field is empty.</param>
public readonly record struct Evn(Hl7Segment Segment)
{
    /// <summary>The first EVN of a message.</summary>
    public static Evn In(Hl7Message message) => new(message.First("EVN"));

    /// <summary>EVN-1: type.</summary>
    public string? Type => Segment[1].Text;

    /// <summary>EVN-2: recorded at.</summary>
    public Hl7Value RecordedAt => Segment[2];

    /// <summary>EVN-3: planned at.</summary>
    public Hl7Value PlannedAt => Segment[3];

    /// <summary>EVN-4: reason.</summary>
    public Cwe Reason => new(Segment[4]);

    /// <summary>EVN-5: operators; one for each repetition that was sent.</summary>
    public IEnumerable<Xcn> Operators => Segment[5].Repetitions.AsEnumerable().Where(v => v.Exists).Select(v => new Xcn(v));

    /// <summary>EVN-6: occurred at.</summary>
    public Hl7Value OccurredAt => Segment[6];

    /// <summary>EVN-7: facility.</summary>
    public Hd Facility => new(Segment[7]);
}
