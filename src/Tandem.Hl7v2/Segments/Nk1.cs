using Tandem.Hl7v2.DataTypes;

namespace Tandem.Hl7v2.Segments;

/// <summary>A next of kin or other contact (HL7 v2.8.2 ch. 3.4.5).</summary>
/// <param name="Segment">The segment; when it is not there every field is empty.</param>
public readonly record struct Nk1(Hl7Segment Segment)
{
    /// <summary>The first NK1 of a message.</summary>
    public static Nk1 In(Hl7Message message) => new(message.First("NK1"));

    /// <summary>NK1-1: set id.</summary>
    public string? SetId => Segment[1].Text;

    /// <summary>NK1-2: names; one for each repetition that was sent.</summary>
    public IEnumerable<Xpn> Names => Segment[2].Repetitions.AsEnumerable().Where(v => v.Exists).Select(v => new Xpn(v));

    /// <summary>NK1-3: relationship.</summary>
    public Cwe Relationship => new(Segment[3]);

    /// <summary>NK1-4: addresses; one for each repetition that was sent.</summary>
    public IEnumerable<Xad> Addresses => Segment[4].Repetitions.AsEnumerable().Where(v => v.Exists).Select(v => new Xad(v));

    /// <summary>NK1-5: phones; one for each repetition that was sent.</summary>
    public IEnumerable<Xtn> Phones => Segment[5].Repetitions.AsEnumerable().Where(v => v.Exists).Select(v => new Xtn(v));

    /// <summary>NK1-6: business phones; one for each repetition that was sent.</summary>
    public IEnumerable<Xtn> BusinessPhones => Segment[6].Repetitions.AsEnumerable().Where(v => v.Exists).Select(v => new Xtn(v));

    /// <summary>NK1-7: contact role.</summary>
    public Cwe ContactRole => new(Segment[7]);

    /// <summary>NK1-8: start date.</summary>
    public Hl7Value StartDate => Segment[8];

    /// <summary>NK1-9: end date.</summary>
    public Hl7Value EndDate => Segment[9];

    /// <summary>NK1-13: organizations; one for each repetition that was sent.</summary>
    public IEnumerable<Xon> Organizations => Segment[13].Repetitions.AsEnumerable().Where(v => v.Exists).Select(v => new Xon(v));

    /// <summary>NK1-15: sex.</summary>
    public Cwe Sex => new(Segment[15]);

    /// <summary>NK1-16: birth at.</summary>
    public Hl7Value BirthAt => Segment[16];

    /// <summary>NK1-40: telecoms; one for each repetition that was sent.</summary>
    public IEnumerable<Xtn> Telecoms => Segment[40].Repetitions.AsEnumerable().Where(v => v.Exists).Select(v => new Xtn(v));
}
