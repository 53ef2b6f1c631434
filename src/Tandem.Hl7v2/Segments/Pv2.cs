using Tandem.Hl7v2.DataTypes;

namespace Tandem.Hl7v2.Segments;

/// <summary>Further facts of the visit (HL7 v2.8.2 ch. 3.4.4).</summary>
/// <param name="Segment">The segment; when it is not there every field is empty.</param>
public readonly record struct Pv2(Hl7Segment Segment)
{
    /// <summary>The first PV2 of a message.</summary>
    public static Pv2 In(Hl7Message message) => new(message.First("PV2"));

    /// <summary>PV2-3: admit reason.</summary>
    public Cwe AdmitReason => new(Segment[3]);

    /// <summary>PV2-8: expected admit at.</summary>
    public Hl7Value ExpectedAdmitAt => Segment[8];

    /// <summary>PV2-9: expected discharge at.</summary>
    public Hl7Value ExpectedDischargeAt => Segment[9];

    /// <summary>PV2-10: estimated days.</summary>
    public string? EstimatedDays => Segment[10].Text;

    /// <summary>PV2-12: description.</summary>
    public string? Description => Segment[12].Text;

    /// <summary>PV2-13: referrers; one for each repetition that was sent.</summary>
    public IEnumerable<Xcn> Referrers => Segment[13].Repetitions.AsEnumerable().Where(v => v.Exists).Select(v => new Xcn(v));

    /// <summary>PV2-25: priority.</summary>
    public Cwe Priority => new(Segment[25]);
}
