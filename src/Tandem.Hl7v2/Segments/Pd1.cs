using Tandem.Hl7v2.DataTypes;

namespace Tandem.Hl7v2.Segments;

/// <summary>Further facts of the patient (HL7 v2.8.2 ch. 3.4.11).</summary>
/// <param name="Segment">The segment; when it is not there every field is empty.</param>
public readonly record struct Pd1(Hl7Segment Segment)
{
    /// <summary>The first PD1 of a message.</summary>
    public static Pd1 In(Hl7Message message) => new(message.First("PD1"));

    /// <summary>PD1-3: primary facilities; one for each repetition that was sent.</summary>
    public IEnumerable<Xon> PrimaryFacilities => Segment[3].Repetitions.AsEnumerable().Where(v => v.Exists).Select(v => new Xon(v));

    /// <summary>PD1-4: primary care providers; one for each repetition that was sent.</summary>
    public IEnumerable<Xcn> PrimaryCareProviders => Segment[4].Repetitions.AsEnumerable().Where(v => v.Exists).Select(v => new Xcn(v));

    /// <summary>PD1-12: protection indicator.</summary>
    public string? ProtectionIndicator => Segment[12].Text;
}
