namespace Tandem.Hl7v2.DataTypes;

/// <summary>A structured number such as &gt; 100 or 1:128 (HL7 v2.8.2 ch. 2A.70).</summary>
/// <param name="Value">Where it stands.</param>
public readonly record struct Sn(Hl7Value Value)
{
    /// <summary>&gt;, &lt;, &gt;=, &lt;=, = or &lt;&gt;.</summary>
    public string? Comparator => Value[1].Text;

    /// <summary>First number.</summary>
    public string? First => Value[2].Text;

    /// <summary>-, +, / or : or .</summary>
    public string? Separator => Value[3].Text;

    /// <summary>Second number.</summary>
    public string? Second => Value[4].Text;
}
