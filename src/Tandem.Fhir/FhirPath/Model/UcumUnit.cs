using System.Collections.Concurrent;
using System.Globalization;
using System.Numerics;

namespace Tandem.Fhir.FhirPath.Model;

/// <summary>
/// A unit of the Unified Code for Units of Measure reduced to base units: a factor (<c>Mantissa × 10^Exponent</c>) and the power
/// of each base unit. Covers the units of medicine and daily life, all prefixes, products, quotients, powers and annotations.
/// The mole and arbitrary units count as base units of their own, so amounts and plain numbers are never mixed up.
/// </summary>
internal sealed class UcumUnit
{
    private const int MostKept = 5_000;
    private const int Longest = 100; // characters
    private static readonly ConcurrentDictionary<string, UcumUnit?> Kept = new(StringComparer.Ordinal);

    private readonly SortedDictionary<string, int> powers;

    internal UcumUnit(decimal mantissa, int exponent, SortedDictionary<string, int> powers, string? scale = null) =>
        (Mantissa, Exponent, this.powers, Scale) = (mantissa, exponent, powers, scale);

    internal static UcumUnit One { get; } = new(1, 0, []);

    internal decimal Mantissa { get; }

    internal int Exponent { get; }

    /// <summary>The temperature scale whose zero is not that of the kelvin; null for all other units.</summary>
    internal string? Scale { get; }

    /// <summary>Reads a unit; null when it is not one that is known.</summary>
    internal static UcumUnit? Parse(string text)
    {
        if (text.Length > Longest)
            return null; // and is not kept: texts of resources may have a million characters
        if (Kept.TryGetValue(text, out var known))
            return known;
        UcumUnit? unit;
        try
        {
            unit = new UcumParser(text).Parse();
            if (unit?.Mantissa == 0)
                unit = null; // smaller than the digits there are
        }
        catch (ArithmeticException) // too large, or divided by what is too small for its digits (m/U24)
        {
            unit = null;
        }

        if (Kept.Count < MostKept)
            Kept.TryAdd(text, unit);
        return unit;
    }

    /// <summary>True for units of the same kind: minutes and years, metres and miles.</summary>
    internal bool Measures(UcumUnit other) => powers.SequenceEqual(other.powers);

    /// <summary>Brings two numbers to one unit; false when the units measure different things.</summary>
    internal static bool TryAlign(UcumUnit left, ref decimal a, UcumUnit right, ref decimal b)
    {
        if (!left.Measures(right))
            return false;
        try
        {
            (a, b) = (left.FromScale(a) * left.Mantissa, right.FromScale(b) * right.Mantissa);
            var shift = left.Exponent - right.Exponent;
            if (Math.Abs(shift) > 27)
                return false;
            if (shift > 0)
                a *= Numbers.PowerOfTen(shift);
            else
                b *= Numbers.PowerOfTen(-shift);
            return true;
        }
        catch (OverflowException)
        {
            return false;
        }
    }

    /// <summary>Of the digits in base units, whatever the power of ten: what <see cref="TryAlign"/> makes equal has the same. Times have one, as the calendar reckons them otherwise.</summary>
    internal int Hash(decimal value)
    {
        if (powers.Count == 1 && powers.ContainsKey("s"))
            return "s".Length;
        try
        {
            var digits = Numbers.Trim(FromScale(value) * Mantissa);
            while (digits != 0 && digits.Scale == 0 && digits % 10 == 0)
                digits /= 10;
            var bits = decimal.GetBits(digits);
            return HashCode.Combine(bits[0], bits[1], bits[2], digits < 0);
        }
        catch (OverflowException)
        {
            return value.GetHashCode();
        }
    }

    /// <summary>A number of one unit in another; null when they measure different things.</summary>
    internal static double? Convert(decimal value, UcumUnit from, UcumUnit to)
    {
        if (!from.Measures(to))
            return null;
        var inBase = (double)from.FromScale(value);
        var (up, down) = (from.Mantissa, to.Mantissa);
        try
        {
            inBase = (double)(from.FromScale(value) * up / down);
        }
        catch (OverflowException)
        {
            inBase *= (double)up / (double)down;
        }

        var shift = from.Exponent - to.Exponent;
        var scaled = shift < 0 ? inBase / Math.Pow(10, -shift) : inBase * Math.Pow(10, shift);
        return to.ToScale(scaled);
    }

    /// <summary>As <see cref="Convert"/>, in decimal digits; null too when there is no room for them.</summary>
    internal static decimal? ConvertExactly(decimal value, UcumUnit from, UcumUnit to)
    {
        var one = 1m;
        return TryAlign(from, ref value, to.WithoutScale(), ref one) && one != 0 ? Numbers.Trim(to.ToScale(value / one)) : null;
    }

    internal UcumUnit Times(UcumUnit other, int sign)
    {
        var sum = new SortedDictionary<string, int>(powers, StringComparer.Ordinal);
        foreach (var (name, power) in other.powers)
        {
            var total = sum.GetValueOrDefault(name) + sign * power;
            if (total == 0)
                sum.Remove(name);
            else
                sum[name] = total;
        }

        return new(sign > 0 ? Mantissa * other.Mantissa : Mantissa / other.Mantissa, Exponent + sign * other.Exponent, sum);
    }

    internal UcumUnit Power(int power)
    {
        var result = One;
        for (var i = Math.Abs(power); i > 0; i--)
            result = result.Times(this, Math.Sign(power));
        return result;
    }

    internal UcumUnit Prefixed(int tens) => new(Mantissa, Exponent + tens, powers);

    private decimal FromScale(decimal value) => Scale switch
    {
        "Cel" => value + 273.15m,
        "[degF]" => (value + 459.67m) * 5 / 9,
        _ => value,
    };

    private T ToScale<T>(T kelvin)
        where T : INumber<T> => Scale switch
    {
        "Cel" => kelvin - T.CreateChecked(273.15m),
        "[degF]" => kelvin * T.CreateChecked(9) / T.CreateChecked(5) - T.CreateChecked(459.67m),
        _ => kelvin,
    };

    private UcumUnit WithoutScale() => Scale is null ? this : new(Mantissa, Exponent, powers);

    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture, $"{Mantissa}e{Exponent} {string.Join('.', powers.Select(p => p.Key + p.Value))}");
}
