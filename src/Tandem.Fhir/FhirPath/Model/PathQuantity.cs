using System.Globalization;

namespace Tandem.Fhir.FhirPath.Model;

/// <summary>A number with a unit: a UCUM code, or a calendar keyword such as <c>week</c> or <c>months</c>.</summary>
/// <param name="Value">The number.</param>
/// <param name="Unit">The unit; <c>1</c> when there is none.</param>
public sealed record PathQuantity(decimal Value, string Unit)
{
    /// <summary>The unit's UCUM code: of a calendar keyword that of the same, for years and months roughly the same, length.</summary>
    public string Code => CalendarUnit.Find(Unit)?.Ucum ?? Unit;

    internal bool IsCalendar => CalendarUnit.Find(Unit) is not null;

    /// <summary>Of a FHIR Quantity in UCUM: beside calendar durations and dates its unit of time is the calendar's (FHIR R4 2.9.1.5).</summary>
    internal bool IsElement { get; init; }

    private bool HasScale => UcumUnit.Parse(Unit)?.Scale is not null;

    /// <summary>As FHIRPath writes it: <c>5 'mg'</c>, <c>1 week</c>.</summary>
    public override string ToString()
    {
        var number = Value.ToString(CultureInfo.InvariantCulture);
        return IsCalendar ? $"{number} {Unit}" : $"{number} '{Unit}'";
    }

    /// <summary>Less than, equal, greater; null when the units measure different things or are not known.</summary>
    internal static int? Compare(PathQuantity left, PathQuantity right) => Align(left, right, out var a, out var b) ? a.CompareTo(b) : null;

    /// <summary>A hash that quantities share which <see cref="Compare"/> finds equal.</summary>
    internal static int Hash(PathQuantity quantity) => UcumUnit.Parse(quantity.Code)?.Hash(quantity.Value) ?? quantity.Value.GetHashCode();

    /// <summary>Equal after rounding to the least precise side, in the larger unit (FHIRPath 2.0, 6.1.2).</summary>
    internal static bool Equivalent(PathQuantity left, PathQuantity right)
    {
        left = left with { Unit = left.Code };
        right = right with { Unit = right.Code };
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

    /// <summary>Adds with a sign, in the more granular unit (FHIRPath 2.0, 6.6); null when the units do not fit, and for temperatures on two scales.</summary>
    /// <exception cref="OverflowException">The result is too large.</exception>
    internal static PathQuantity? Add(PathQuantity left, PathQuantity right, int sign)
    {
        if (left.Unit == right.Unit)
            return left with { Value = left.Value + sign * right.Value };
        if (left.HasScale || right.HasScale || !Align(left with { Value = 1 }, right with { Value = 1 }, out var a, out var b))
            return null;
        if (a > b)
            return left.In(right) is { } finer ? finer with { Value = finer.Value + sign * right.Value } : null;
        return right.In(left) is { } other ? left with { Value = left.Value + sign * other.Value } : null;
    }

    /// <summary>The same in another unit; null when it measures another thing.</summary>
    /// <exception cref="OverflowException">The result is too large.</exception>
    internal PathQuantity? In(string unit) => In(new PathQuantity(1, unit));

    private PathQuantity? In(PathQuantity wanted)
    {
        if (Unit == wanted.Unit)
            return this;
        if (wanted.HasScale)
            return UcumUnit.Parse(Unit) is { } from && UcumUnit.ConvertExactly(Value, from, UcumUnit.Parse(wanted.Unit)!) is { } degrees ? wanted with { Value = degrees } : null;
        return Align(this, wanted with { Value = 1 }, out var amount, out var one) && one != 0 ? wanted with { Value = Numbers.Trim(amount / one) } : null;
    }

    /// <summary>The product, or the quotient, with its composed unit; null when a unit is not known or the divisor is zero.</summary>
    internal static PathQuantity? Combine(PathQuantity left, PathQuantity right, bool divide)
    {
        if (divide && right.Value == 0)
            return null;
        var value = divide ? left.Value / right.Value : left.Value * right.Value;
        var (a, b) = (left.Code, right.Code);
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
        if (left.IsElement && rightCalendar is not null)
            leftCalendar ??= CalendarUnit.OfUcum(left.Unit);
        if (right.IsElement && leftCalendar is not null)
            rightCalendar ??= CalendarUnit.OfUcum(right.Unit);
        if (leftCalendar is not null && rightCalendar is not null)
            return Align(leftCalendar, ref a, rightCalendar, ref b);
        if ((leftCalendar is not null || rightCalendar is not null) && (IsLong(left.Unit, leftCalendar) || IsLong(right.Unit, rightCalendar)))
            return false;

        return UcumUnit.Parse(leftCalendar?.Ucum ?? left.Unit) is { } from
            && UcumUnit.Parse(rightCalendar?.Ucum ?? right.Unit) is { } to
            && UcumUnit.TryAlign(from, ref a, to, ref b);
    }

    /// <summary>Years and months: a calendar's have no definite length and so none in common with those of UCUM.</summary>
    private static bool IsLong(string unit, CalendarUnit? calendar) => (calendar ?? CalendarUnit.OfUcum(unit))?.Months > 0;

    private static bool Align(CalendarUnit left, ref decimal a, CalendarUnit right, ref decimal b)
    {
        var inMonths = left.Months > 0 && right.Months > 0;
        return Scale(left, ref a) && Scale(right, ref b);

        bool Scale(CalendarUnit unit, ref decimal value)
        {
            decimal length = inMonths ? unit.Months : unit.Months > 0 ? unit.UnanchoredDays * TimeSpan.TicksPerDay : unit.Ticks;
            if (Math.Abs(value) > decimal.MaxValue / length)
                return false;
            value *= length;
            return true;
        }
    }
}
