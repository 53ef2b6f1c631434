using Tandem.Hl7v2.DataTypes;

namespace Tandem.Hl7v2.Segments;

/// <summary>An order and the report on it (HL7 v2.8.2 ch. 4.5.3).</summary>
/// <param name="Segment">The segment; when it is not there every field is empty.</param>
public readonly record struct Obr(Hl7Segment Segment)
{
    /// <summary>The first OBR of a message.</summary>
    public static Obr In(Hl7Message message) => new(message.First("OBR"));

    /// <summary>OBR-1: set id.</summary>
    public string? SetId => Segment[1].Text;

    /// <summary>OBR-2: placer number.</summary>
    public Ei PlacerNumber => new(Segment[2]);

    /// <summary>OBR-3: filler number.</summary>
    public Ei FillerNumber => new(Segment[3]);

    /// <summary>OBR-4: service.</summary>
    public Cwe Service => new(Segment[4]);

    /// <summary>OBR-5: priority.</summary>
    public string? Priority => Segment[5].Text;

    /// <summary>OBR-6: requested at.</summary>
    public Hl7Value RequestedAt => Segment[6];

    /// <summary>OBR-7: observed at.</summary>
    public Hl7Value ObservedAt => Segment[7];

    /// <summary>OBR-8: observed until.</summary>
    public Hl7Value ObservedUntil => Segment[8];

    /// <summary>OBR-11: specimen action code.</summary>
    public string? SpecimenActionCode => Segment[11].Text;

    /// <summary>OBR-13: clinical information.</summary>
    public string? ClinicalInformation => Segment[13].Text;

    /// <summary>OBR-14: specimen received at.</summary>
    public Hl7Value SpecimenReceivedAt => Segment[14];

    /// <summary>OBR-15: specimen source.</summary>
    public Hl7Value SpecimenSource => Segment[15];

    /// <summary>OBR-16: ordering providers; one for each repetition that was sent.</summary>
    public IEnumerable<Xcn> OrderingProviders => Segment[16].Repetitions.AsEnumerable().Where(v => v.Exists).Select(v => new Xcn(v));

    /// <summary>OBR-22: reported at.</summary>
    public Hl7Value ReportedAt => Segment[22];

    /// <summary>OBR-24: diagnostic section.</summary>
    public string? DiagnosticSection => Segment[24].Text;

    /// <summary>OBR-25: status.</summary>
    public string? Status => Segment[25].Text;

    /// <summary>OBR-28: copies to; one for each repetition that was sent.</summary>
    public IEnumerable<Xcn> CopiesTo => Segment[28].Repetitions.AsEnumerable().Where(v => v.Exists).Select(v => new Xcn(v));

    /// <summary>OBR-29: parent.</summary>
    public Hl7Value Parent => Segment[29];

    /// <summary>OBR-31: reasons; one for each repetition that was sent.</summary>
    public IEnumerable<Cwe> Reasons => Segment[31].Repetitions.AsEnumerable().Where(v => v.Exists).Select(v => new Cwe(v));

    /// <summary>OBR-32: interpreters.</summary>
    public Hl7Value Interpreters => Segment[32];

    /// <summary>OBR-34: technicians.</summary>
    public Hl7Value Technicians => Segment[34];
}
