using Tandem.Hl7v2.DataTypes;

namespace Tandem.Hl7v2.Segments;

/// <summary>The visit (HL7 v2.8.2 ch. 3.4.3).</summary>
/// <param name="Segment">The segment; when it is not there every field is empty.</param>
public readonly record struct Pv1(Hl7Segment Segment)
{
    /// <summary>The first PV1 of a message.</summary>
    public static Pv1 In(Hl7Message message) => new(message.First("PV1"));

    /// <summary>PV1-1: set id.</summary>
    public string? SetId => Segment[1].Text;

    /// <summary>PV1-2: patient class.</summary>
    public Cwe PatientClass => new(Segment[2]);

    /// <summary>PV1-3: location.</summary>
    public Pl Location => new(Segment[3]);

    /// <summary>PV1-4: admission type.</summary>
    public Cwe AdmissionType => new(Segment[4]);

    /// <summary>PV1-5: preadmit number.</summary>
    public Cx PreadmitNumber => new(Segment[5]);

    /// <summary>PV1-6: prior location.</summary>
    public Pl PriorLocation => new(Segment[6]);

    /// <summary>PV1-7: attending; one for each repetition that was sent.</summary>
    public IEnumerable<Xcn> Attending => Segment[7].Repetitions.AsEnumerable().Where(v => v.Exists).Select(v => new Xcn(v));

    /// <summary>PV1-8: referring; one for each repetition that was sent.</summary>
    public IEnumerable<Xcn> Referring => Segment[8].Repetitions.AsEnumerable().Where(v => v.Exists).Select(v => new Xcn(v));

    /// <summary>PV1-9: consulting; one for each repetition that was sent.</summary>
    public IEnumerable<Xcn> Consulting => Segment[9].Repetitions.AsEnumerable().Where(v => v.Exists).Select(v => new Xcn(v));

    /// <summary>PV1-10: hospital service.</summary>
    public Cwe HospitalService => new(Segment[10]);

    /// <summary>PV1-11: temporary location.</summary>
    public Pl TemporaryLocation => new(Segment[11]);

    /// <summary>PV1-13: readmission indicator.</summary>
    public Cwe ReadmissionIndicator => new(Segment[13]);

    /// <summary>PV1-14: admit source.</summary>
    public Cwe AdmitSource => new(Segment[14]);

    /// <summary>PV1-15: ambulatory statuses; one for each repetition that was sent.</summary>
    public IEnumerable<Cwe> AmbulatoryStatuses => Segment[15].Repetitions.AsEnumerable().Where(v => v.Exists).Select(v => new Cwe(v));

    /// <summary>PV1-16: vip.</summary>
    public Cwe Vip => new(Segment[16]);

    /// <summary>PV1-17: admitting; one for each repetition that was sent.</summary>
    public IEnumerable<Xcn> Admitting => Segment[17].Repetitions.AsEnumerable().Where(v => v.Exists).Select(v => new Xcn(v));

    /// <summary>PV1-18: patient type.</summary>
    public Cwe PatientType => new(Segment[18]);

    /// <summary>PV1-19: visit number.</summary>
    public Cx VisitNumber => new(Segment[19]);

    /// <summary>PV1-36: discharge disposition.</summary>
    public Cwe DischargeDisposition => new(Segment[36]);

    /// <summary>PV1-37: discharged to.</summary>
    public Cwe DischargedTo => new(Segment[37]);

    /// <summary>PV1-38: diet.</summary>
    public Cwe Diet => new(Segment[38]);

    /// <summary>PV1-39: servicing facility.</summary>
    public Cwe ServicingFacility => new(Segment[39]);

    /// <summary>PV1-42: pending location.</summary>
    public Pl PendingLocation => new(Segment[42]);

    /// <summary>PV1-44: admitted at.</summary>
    public Hl7Value AdmittedAt => Segment[44];

    /// <summary>PV1-45: discharged at.</summary>
    public Hl7Value DischargedAt => Segment[45];

    /// <summary>PV1-50: alternate visit numbers; one for each repetition that was sent.</summary>
    public IEnumerable<Cx> AlternateVisitNumbers => Segment[50].Repetitions.AsEnumerable().Where(v => v.Exists).Select(v => new Cx(v));

    /// <summary>PV1-52: other providers; one for each repetition that was sent.</summary>
    public IEnumerable<Xcn> OtherProviders => Segment[52].Repetitions.AsEnumerable().Where(v => v.Exists).Select(v => new Xcn(v));
}
