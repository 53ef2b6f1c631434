using Tandem.Hl7v2.DataTypes;

namespace Tandem.Hl7v2.Segments;

/// <summary>A specimen (HL7 v2.8.2 ch. 7.4.3).</summary>
/// <param name="Segment">The segment; when it is not there every field is empty.</param>
public readonly record struct Spm(Hl7Segment Segment)
{
    /// <summary>The first SPM of a message.</summary>
    public static Spm In(Hl7Message message) => new(message.First("SPM"));

    /// <summary>SPM-1: set id.</summary>
    public string? SetId => Segment[1].Text;

    /// <summary>SPM-2: identifier.</summary>
    public Hl7Value Identifier => Segment[2];

    /// <summary>SPM-4: type.</summary>
    public Cwe Type => new(Segment[4]);

    /// <summary>SPM-7: collection method.</summary>
    public Cwe CollectionMethod => new(Segment[7]);

    /// <summary>SPM-8: source site.</summary>
    public Cwe SourceSite => new(Segment[8]);

    /// <summary>SPM-17: collected at.</summary>
    public Hl7Value CollectedAt => Segment[17];

    /// <summary>SPM-18: received at.</summary>
    public Hl7Value ReceivedAt => Segment[18];

    /// <summary>SPM-21: reject reasons; one for each repetition that was sent.</summary>
    public IEnumerable<Cwe> RejectReasons => Segment[21].Repetitions.AsEnumerable().Where(v => v.Exists).Select(v => new Cwe(v));
}
