using System.Globalization;

namespace Tandem.Fhir.FhirPath.Model;

/// <summary>A number with a unit: a UCUM code, or a calendar keyword such as <c>week</c> or <c>months</c>.</summary>
/// <param name="Value">The number.</param>
/// <param name="Unit">The unit; <c>1</c> when there is none.</param>
public sealed record PathQuantity(decimal Value, string Unit)
{
    internal bool IsCalendar => CalendarUnit.Find(Unit) is not null;

    /// <summary>As FHIRPath writes it: <c>5 'mg'</c>, <c>1 week</c>.</summary>
    public override string ToString()
    {
        var number = Value.ToString(CultureInfo.InvariantCulture);
        return IsCalendar ? $"{number} {Unit}" : $"{number} '{Unit}'";
    }

    /// <summary>Less than, equal, greater; null when the units measure different things or are not known.</summary>
    internal static int? Compare(PathQuantity left, PathQuantity right) => Align(left, right, out var a, out var b) ? a.CompareTo(b) : null;

    /// <summary>Equal after rounding to the least precise side, in the larger unit (FHIRPath 2.0, 6.1.2).</summary>
    internal static bool Equivalent(PathQuantity left, PathQuantity right)
    {
        left = left with { Unit = CalendarUnit.Find(left.Unit)?.Ucum ?? left.Unit };
        right = right with { Unit = CalendarUnit.Find(right.Unit)?.Ucum ?? right.Unit };
        if (!Align(left, right, out var a, out var b))
            return false;
        try
        {
            var inLeft = left.Value == 0 ? 1 : a / left.Value;
            var inRight = right.Value == 0 ? 1 : b / right.Value;
            var larger = Math.Max(Math.Abs(inLeft), Math.Abs(inRight));
            return larger == 0 ? a == b : Numbers.Equivalent(a / larger, b / larger);
        }
        catch (OverflowException)
        {
            return a == b;
        }
    }

    /// <summary>Adds with a sign, in the unit of <paramref name="left"/>; null when the units do not fit.</summary>
    /// <exception cref="OverflowException">The result is too large.</exception>
    internal static PathQuantity? Add(PathQuantity left, PathQuantity right, int sign)
    {
        if (left.Unit == right.Unit)
            return left with { Value = left.Value + sign * right.Value };
        if (CalendarUnit.Find(left.Unit) is { } a && CalendarUnit.Find(right.Unit) is { } b && a == b)
            return left with { Value = left.Value + sign * right.Value };
        if (!Align(left with { Value = 1 }, right, out var one, out var other) || one == 0)
            return null;
        return left with { Value = left.Value + sign * Numbers.Trim(other / one) };
    }

    /// <summary>The product, or the quotient, with its composed unit; null when a unit is not known or the divisor is zero.</summary>
    internal static PathQuantity? Combine(PathQuantity left, PathQuantity right, bool divide)
    {
        if (divide && right.Value == 0)
            return null;
        var value = divide ? left.Value / right.Value : left.Value * right.Value;
        var (a, b) = (CalendarUnit.Find(left.Unit)?.Ucum ?? left.Unit, CalendarUnit.Find(right.Unit)?.Ucum ?? right.Unit);
        if (b == "1")
            return new(value, left.Unit);
        if (divide && a == b)
            return new(value, "1");
        if (UcumUnit.Parse(a) is null || UcumUnit.Parse(b) is null)
            return null;
        if (divide)
            return new(value, a == "1" ? "/" + Grouped(b) : $"{a}/{Grouped(b)}");
        return new(value, a == "1" ? right.Unit : $"{Grouped(a)}.{Grouped(b)}");
    }

    /// <summary>True when both measure the same kind of thing.</summary>
    internal static bool Comparable(PathQuantity left, PathQuantity right) =>
        Align(left with { Value = 1 }, right with { Value = 1 }, out _, out _);

    private static string Grouped(string unit) => unit.AsSpan().ContainsAny('.', '/') ? $"({unit})" : unit;

    private static bool Align(PathQuantity left, PathQuantity right, out decimal a, out decimal b)
    {
        (a, b) = (left.Value, right.Value);
        if (left.Unit == right.Unit)
            return true;
        var (leftCalendar, rightCalendar) = (CalendarUnit.Find(left.Unit), CalendarUnit.Find(right.Unit));
        if (leftCalendar?.Months > 0 || rightCalendar?.Months > 0)
            return Months(leftCalendar, ref a) && Months(rightCalendar, ref b);

        return UcumUnit.Parse(leftCalendar?.Ucum ?? left.Unit) is { } from
            && UcumUnit.Parse(rightCalendar?.Ucum ?? right.Unit) is { } to
            && UcumUnit.TryAlign(from, ref a, to, ref b);
    }

    private static bool Months(CalendarUnit? unit, ref decimal value)
    {
        if (unit is null or { Months: 0 } || Math.Abs(value) > decimal.MaxValue / 12)
            return false;
        value *= unit.Months;
        return true;
    }
}
