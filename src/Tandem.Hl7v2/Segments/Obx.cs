using Tandem.Hl7v2.DataTypes;

namespace Tandem.Hl7v2.Segments;

/// <summary>One observation (HL7 v2.8.2 ch. 7.4.2).</summary>
/// <param name="Segment">The segment; when it is not there every field is empty.</param>
public readonly record struct Obx(Hl7Segment Segment)
{
    /// <summary>The first OBX of a message.</summary>
    public static Obx In(Hl7Message message) => new(message.First("OBX"));

    /// <summary>OBX-1: set id.</summary>
    public string? SetId => Segment[1].Text;

    /// <summary>OBX-2: value type.</summary>
    public string? ValueType => Segment[2].Text;

    /// <summary>OBX-3: identifier.</summary>
    public Cwe Identifier => new(Segment[3]);

    /// <summary>OBX-4: sub id.</summary>
    public Hl7Value SubId => Segment[4];

    /// <summary>OBX-5: value.</summary>
    public Hl7Value Value => Segment[5];

    /// <summary>OBX-6: units.</summary>
    public Cwe Units => new(Segment[6]);

    /// <summary>OBX-7: reference range.</summary>
    public Hl7Value ReferenceRange => Segment[7];

    /// <summary>OBX-8: abnormal flags; one for each repetition that was sent.</summary>
    public IEnumerable<Cwe> AbnormalFlags => Segment[8].Repetitions.AsEnumerable().Where(v => v.Exists).Select(v => new Cwe(v));

    /// <summary>OBX-11: status.</summary>
    public string? Status => Segment[11].Text;

    /// <summary>OBX-14: observed at.</summary>
    public Hl7Value ObservedAt => Segment[14];

    /// <summary>OBX-15: producer.</summary>
    public Cwe Producer => new(Segment[15]);

    /// <summary>OBX-16: observers; one for each repetition that was sent.</summary>
    public IEnumerable<Xcn> Observers => Segment[16].Repetitions.AsEnumerable().Where(v => v.Exists).Select(v => new Xcn(v));

    /// <summary>OBX-17: methods; one for each repetition that was sent.</summary>
    public IEnumerable<Cwe> Methods => Segment[17].Repetitions.AsEnumerable().Where(v => v.Exists).Select(v => new Cwe(v));

    /// <summary>OBX-19: analyzed at.</summary>
    public Hl7Value AnalyzedAt => Segment[19];

    /// <summary>OBX-20: body site.</summary>
    public Cwe BodySite => new(Segment[20]);

    /// <summary>OBX-23: performing organization.</summary>
    public Xon PerformingOrganization => new(Segment[23]);
}
