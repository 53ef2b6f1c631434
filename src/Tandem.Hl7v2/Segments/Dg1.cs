using Tandem.Hl7v2.DataTypes;

namespace Tandem.Hl7v2.Segments;

/// <summary>A diagnosis (HL7 v2.8.2 ch. 6.5.2).</summary>
/// <param name="Segment">The segment; when it is not there every field is empty.</param>
public readonly record struct Dg1(Hl7Segment Segment)
{
    /// <summary>The first DG1 of a message.</summary>
    public static Dg1 In(Hl7Message message) => new(message.First("DG1"));

    /// <summary>DG1-1: set id.</summary>
    public string? SetId => Segment[1].Text;

    /// <summary>DG1-2: coding method.</summary>
    public string? CodingMethod => Segment[2].Text;

    /// <summary>DG1-3: code.</summary>
    public Cwe Code => new(Segment[3]);

    /// <summary>DG1-4: description.</summary>
    public string? Description => Segment[4].Text;

    /// <summary>DG1-5: at.</summary>
    public Hl7Value At => Segment[5];

    /// <summary>DG1-6: type.</summary>
    public Cwe Type => new(Segment[6]);

    /// <summary>DG1-15: priority.</summary>
    public string? Priority => Segment[15].Text;

    /// <summary>DG1-20: identifier.</summary>
    public Ei Identifier => new(Segment[20]);

    /// <summary>DG1-21: action code.</summary>
    public string? ActionCode => Segment[21].Text;
}
