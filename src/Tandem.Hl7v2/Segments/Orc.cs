using Tandem.Hl7v2.DataTypes;

namespace Tandem.Hl7v2.Segments;

/// <summary>Facts common to an order (HL7 v2.8.2 ch. 4.5.1).</summary>
/// <param name="Segment">The segment; when it is not there every field is empty.</param>
public readonly record struct Orc(Hl7Segment Segment)
{
    /// <summary>The first ORC of a message.</summary>
    public static Orc In(Hl7Message message) => new(message.First("ORC"));

    /// <summary>ORC-1: control.</summary>
    public string? Control => Segment[1].Text;

    /// <summary>ORC-2: placer number.</summary>
    public Ei PlacerNumber => new(Segment[2]);

    /// <summary>ORC-3: filler number.</summary>
    public Ei FillerNumber => new(Segment[3]);

    /// <summary>ORC-4: placer group number.</summary>
    public Ei PlacerGroupNumber => new(Segment[4]);

    /// <summary>ORC-5: status.</summary>
    public string? Status => Segment[5].Text;

    /// <summary>ORC-9: at.</summary>
    public Hl7Value At => Segment[9];

    /// <summary>ORC-12: ordering providers; one for each repetition that was sent.</summary>
    public IEnumerable<Xcn> OrderingProviders => Segment[12].Repetitions.AsEnumerable().Where(v => v.Exists).Select(v => new Xcn(v));

    /// <summary>ORC-15: effective at.</summary>
    public Hl7Value EffectiveAt => Segment[15];

    /// <summary>ORC-21: ordering facilities; one for each repetition that was sent.</summary>
    public IEnumerable<Xon> OrderingFacilities => Segment[21].Repetitions.AsEnumerable().Where(v => v.Exists).Select(v => new Xon(v));
}
