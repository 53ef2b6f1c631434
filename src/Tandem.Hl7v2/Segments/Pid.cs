using Tandem.Hl7v2.DataTypes;

namespace Tandem.Hl7v2.Segments;

/// <summary>The patient (HL7 v2.8.2 ch. 3.4.2).</summary>
/// <param name="Segment">The segment; when it is not there every field is empty.</param>
public readonly record struct Pid(Hl7Segment Segment)
{
    /// <summary>The first PID of a message.</summary>
    public static Pid In(Hl7Message message) => new(message.First("PID"));

    /// <summary>PID-2: external id; one for each repetition that was sent.</summary>
    public IEnumerable<Cx> ExternalId => Segment[2].Repetitions.AsEnumerable().Where(v => v.Exists).Select(v => new Cx(v));

    /// <summary>PID-3: identifiers; one for each repetition that was sent.</summary>
    public IEnumerable<Cx> Identifiers => Segment[3].Repetitions.AsEnumerable().Where(v => v.Exists).Select(v => new Cx(v));

    /// <summary>PID-4: alternate ids; one for each repetition that was sent.</summary>
    public IEnumerable<Cx> AlternateIds => Segment[4].Repetitions.AsEnumerable().Where(v => v.Exists).Select(v => new Cx(v));

    /// <summary>PID-5: names; one for each repetition that was sent.</summary>
    public IEnumerable<Xpn> Names => Segment[5].Repetitions.AsEnumerable().Where(v => v.Exists).Select(v => new Xpn(v));

    /// <summary>PID-6: mothers maiden name; one for each repetition that was sent.</summary>
    public IEnumerable<Xpn> MothersMaidenName => Segment[6].Repetitions.AsEnumerable().Where(v => v.Exists).Select(v => new Xpn(v));

    /// <summary>PID-7: birth at.</summary>
    public Hl7Value BirthAt => Segment[7];

    /// <summary>PID-8: sex.</summary>
    public Cwe Sex => new(Segment[8]);

    /// <summary>PID-9: aliases; one for each repetition that was sent.</summary>
    public IEnumerable<Xpn> Aliases => Segment[9].Repetitions.AsEnumerable().Where(v => v.Exists).Select(v => new Xpn(v));

    /// <summary>PID-10: races; one for each repetition that was sent.</summary>
    public IEnumerable<Cwe> Races => Segment[10].Repetitions.AsEnumerable().Where(v => v.Exists).Select(v => new Cwe(v));

    /// <summary>PID-11: addresses; one for each repetition that was sent.</summary>
    public IEnumerable<Xad> Addresses => Segment[11].Repetitions.AsEnumerable().Where(v => v.Exists).Select(v => new Xad(v));

    /// <summary>PID-12: county.</summary>
    public string? County => Segment[12].Text;

    /// <summary>PID-13: home phones; one for each repetition that was sent.</summary>
    public IEnumerable<Xtn> HomePhones => Segment[13].Repetitions.AsEnumerable().Where(v => v.Exists).Select(v => new Xtn(v));

    /// <summary>PID-14: work phones; one for each repetition that was sent.</summary>
    public IEnumerable<Xtn> WorkPhones => Segment[14].Repetitions.AsEnumerable().Where(v => v.Exists).Select(v => new Xtn(v));

    /// <summary>PID-15: language.</summary>
    public Cwe Language => new(Segment[15]);

    /// <summary>PID-16: marital status.</summary>
    public Cwe MaritalStatus => new(Segment[16]);

    /// <summary>PID-17: religion.</summary>
    public Cwe Religion => new(Segment[17]);

    /// <summary>PID-18: account number.</summary>
    public Cx AccountNumber => new(Segment[18]);

    /// <summary>PID-19: social security number.</summary>
    public string? SocialSecurityNumber => Segment[19].Text;

    /// <summary>PID-20: drivers licence.</summary>
    public string? DriversLicence => Segment[20].Text;

    /// <summary>PID-21: mothers identifiers; one for each repetition that was sent.</summary>
    public IEnumerable<Cx> MothersIdentifiers => Segment[21].Repetitions.AsEnumerable().Where(v => v.Exists).Select(v => new Cx(v));

    /// <summary>PID-22: ethnicities; one for each repetition that was sent.</summary>
    public IEnumerable<Cwe> Ethnicities => Segment[22].Repetitions.AsEnumerable().Where(v => v.Exists).Select(v => new Cwe(v));

    /// <summary>PID-23: birth place.</summary>
    public string? BirthPlace => Segment[23].Text;

    /// <summary>PID-24: multiple birth.</summary>
    public string? MultipleBirth => Segment[24].Text;

    /// <summary>PID-25: birth order.</summary>
    public string? BirthOrder => Segment[25].Text;

    /// <summary>PID-29: died at.</summary>
    public Hl7Value DiedAt => Segment[29];

    /// <summary>PID-30: died.</summary>
    public string? Died => Segment[30].Text;

    /// <summary>PID-33: updated at.</summary>
    public Hl7Value UpdatedAt => Segment[33];

    /// <summary>PID-40: telecoms; one for each repetition that was sent.</summary>
    public IEnumerable<Xtn> Telecoms => Segment[40].Repetitions.AsEnumerable().Where(v => v.Exists).Select(v => new Xtn(v));
}
