using System.Globalization;

namespace Tandem.Fhir.FhirPath.Model;

/// <summary>Reads a unit of the form <c>term (('.' | '/') term)*</c> with powers, parentheses and <c>{annotations}</c> (UCUM section 2.1).</summary>
internal ref struct UcumParser(ReadOnlySpan<char> text)
{
    private readonly ReadOnlySpan<char> text = text;
    private int at;
    private int open;

    internal UcumUnit? Parse()
    {
        var unit = Terms();
        return at == text.Length && at > 0 ? unit : null;
    }

    private UcumUnit? Terms()
    {
        var sign = 1;
        if (Skip('/'))
            sign = -1;
        var result = UcumUnit.One;
        var single = sign == 1;
        while (true)
        {
            if (Component() is not { } unit)
                return null;
            result = single && (at == text.Length || text[at] is not ('.' or '/')) ? unit : result.Times(unit, sign);
            single = false;
            if (Skip('.'))
                sign = 1;
            else if (Skip('/'))
                sign = -1;
            else
                return result;
        }
    }

    private UcumUnit? Component()
    {
        UcumUnit? unit;
        if (Skip('('))
        {
            if (++open > 8)
                return null;
            unit = Terms();
            if (unit is null || !Skip(')'))
                return null;
        }
        else if (at < text.Length && text[at] == '{')
        {
            return Annotation() ? UcumUnit.One : null;
        }
        else
        {
            unit = Atom();
        }

        if (unit is not null && Power(out var power))
            unit = unit.Power(power);
        return unit is not null && Annotation() ? unit : null;
    }

    private UcumUnit? Atom()
    {
        var start = at;
        if (at < text.Length && char.IsAsciiDigit(text[at]))
            return Number();
        while (at < text.Length && text[at] is not ('.' or '/' or '(' or ')' or '{' or '+' or '-') && !char.IsAsciiDigit(text[at]))
        {
            if (text[at] == '[')
            {
                var close = text[at..].IndexOf(']');
                if (close < 0)
                    return null;
                at += close;
            }

            at++;
        }

        return at == start ? null : UcumTable.Find(text[start..at]);
    }

    private UcumUnit? Number()
    {
        if (text[at..].StartsWith("10*") || text[at..].StartsWith("10^"))
        {
            at += 3;
            return Power(out var tens) ? UcumUnit.One.Prefixed(tens) : UcumUnit.One.Prefixed(1);
        }

        var start = at;
        while (at < text.Length && char.IsAsciiDigit(text[at]))
            at++;
        return int.TryParse(text[start..at], NumberStyles.None, CultureInfo.InvariantCulture, out var value) && value > 0 ? new(value, 0, []) : null;
    }

    private bool Power(out int power)
    {
        var start = at;
        if (at < text.Length && text[at] is '+' or '-')
            at++;
        while (at < text.Length && char.IsAsciiDigit(text[at]))
            at++;
        if (int.TryParse(text[start..at], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out power) && Math.Abs(power) <= 24)
            return true;
        at = start;
        return false;
    }

    private bool Annotation()
    {
        if (at >= text.Length || text[at] != '{')
            return true;
        var close = text[at..].IndexOf('}');
        at += close + 1;
        return close > 0;
    }

    private bool Skip(char expected)
    {
        if (at >= text.Length || text[at] != expected)
            return false;
        at++;
        return true;
    }
}
