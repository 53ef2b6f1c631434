using System.Text.RegularExpressions;

namespace Tandem.Care.Intake.Mapping;

/// <summary>Limits out of the text of OBX-7 (HL7 v2.8.2 ch. 7.4.2.7): <c>3.5-5.1</c>, <c>&lt;5</c>, <c>&gt;= 60</c>; the text is always kept.</summary>
internal static partial class ReferenceRanges
{
    /// <summary>Lower and upper limit as number literals, either of which may be null.</summary>
    internal static (string? Low, string? High) Limits(string text)
    {
        var dash = text.IndexOf('-', StringComparison.Ordinal);
        if (dash > 0 && Numbers.IsPlain(text.AsSpan(0, dash)) && Numbers.IsPlain(text.AsSpan(dash + 1)))
            return (text[..dash], text[(dash + 1)..]);
        if (Between().Match(text) is { Success: true } between)
            return (Numbers.Literal(between.Groups[1].Value), Numbers.Literal(between.Groups[2].Value));
        if (OneSided().Match(text) is not { Success: true } limit)
            return (null, null);
        var literal = Numbers.Literal(limit.Groups[2].Value);
        return limit.Groups[1].ValueSpan[0] is '<' or '≤' ? (null, literal) : (literal, null);
    }

    internal static void Write(ResourceText text, string? range, string? unit)
    {
        if (string.IsNullOrWhiteSpace(range))
            return;
        var (low, high) = Limits(range.Trim());
        text.Array("referenceRange").Object();
        WriteLimit(text, "low", low, unit);
        WriteLimit(text, "high", high, unit);
        text.Text("text", range).End().End();
    }

    private static void WriteLimit(ResourceText text, string name, string? literal, string? unit)
    {
        if (literal is not null)
            ObservationValues.Quantity(text, name, literal, null, unit, UcumUnits.Code(unit));
    }

    [GeneratedRegex(@"^\s*\(?([-+]?\d*\.?\d+)\s*(?:-|–|_|\^|to)\s*([-+]?\d*\.?\d+)\)?\s*$", RegexOptions.CultureInvariant)]
    private static partial Regex Between();

    [GeneratedRegex(@"^\s*(<=|>=|<|>|≤|≥)\s*([-+]?\d*\.?\d+)\s*$", RegexOptions.CultureInvariant)]
    private static partial Regex OneSided();
}
