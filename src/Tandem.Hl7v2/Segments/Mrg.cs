using Tandem.Hl7v2.DataTypes;

namespace Tandem.Hl7v2.Segments;

/// <summary>The identity that is merged away (HL7 v2.8.2 ch. 3.4.10).</summary>
/// <param name="Segment">The segment; when it is not there every field is empty.</param>
public readonly record struct Mrg(Hl7Segment Segment)
{
    /// <summary>The first MRG of a message.</summary>
    public static Mrg In(Hl7Message message) => new(message.First("MRG"));

    /// <summary>MRG-1: identifiers; one for each repetition that was sent.</summary>
    public IEnumerable<Cx> Identifiers => Segment[1].Repetitions.AsEnumerable().Where(v => v.Exists).Select(v => new Cx(v));

    /// <summary>MRG-3: account number.</summary>
    public Cx AccountNumber => new(Segment[3]);

    /// <summary>MRG-5: visit number.</summary>
    public Cx VisitNumber => new(Segment[5]);

    /// <summary>MRG-7: names; one for each repetition that was sent.</summary>
    public IEnumerable<Xpn> Names => Segment[7].Repetitions.AsEnumerable().Where(v => v.Exists).Select(v => new Xpn(v));
}
