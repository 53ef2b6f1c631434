namespace Tandem.Fhir.FhirPath.Model;

/// <summary>Dates and times plus or minus a time-valued quantity (FHIRPath 2.0, 6.8).</summary>
internal static class DateArithmetic
{
    /// <summary>Adds <paramref name="amount"/> times <paramref name="sign"/>; null when the result lies outside years 1 to 9999.</summary>
    /// <exception cref="FhirPathException">The quantity is no definite duration.</exception>
    internal static PartialDateTime? Add(PartialDateTime date, PathQuantity amount, int sign, int position)
    {
        var unit = CalendarUnit.Of(amount) ?? throw new FhirPathException(
            $"A date or time cannot be moved by the unit '{amount.Unit}': write a calendar duration such as 3 months, or a UCUM unit from weeks to milliseconds.", position);
        try
        {
            var value = amount.Value * sign;
            return date.Kind == FhirValueKind.Time ? MoveTime(date, unit, value, position) : Move(date, unit, value);
        }
        catch (Exception e) when (e is OverflowException or ArgumentOutOfRangeException)
        {
            return null;
        }
    }

    private static PartialDateTime Move(PartialDateTime date, CalendarUnit unit, decimal value)
    {
        if (unit.Months > 0)
        {
            var months = checked((int)(decimal.Truncate(value) * unit.Months));
            return date.With(date.Local.AddMonths(date.Precision == DatePrecision.Year ? months / 12 * 12 : months));
        }

        var ticks = Ticks(unit, value);
        return date.Precision switch
        {
            DatePrecision.Year => date.With(date.Local.AddYears((int)(ticks / TimeSpan.TicksPerDay / 365))),
            DatePrecision.Month => date.With(date.Local.AddMonths((int)(ticks / TimeSpan.TicksPerDay / 30))),
            DatePrecision.Day => date.With(date.Local.AddDays(ticks / TimeSpan.TicksPerDay)),
            DatePrecision.Hour => date.With(date.Local.AddTicks(ticks - ticks % TimeSpan.TicksPerHour)),
            DatePrecision.Minute => date.With(date.Local.AddTicks(ticks - ticks % TimeSpan.TicksPerMinute)),
            _ => Exact(date, date.Local.AddTicks(ticks)),
        };
    }

    private static PartialDateTime MoveTime(PartialDateTime time, CalendarUnit unit, decimal value, int position)
    {
        if (unit.Ticks is 0 or >= TimeSpan.TicksPerDay)
            throw new FhirPathException("A time of day can be moved by hours, minutes, seconds and milliseconds.", position);
        var ticks = Ticks(unit, value);
        ticks -= time.Precision switch
        {
            DatePrecision.Hour => ticks % TimeSpan.TicksPerHour,
            DatePrecision.Minute => ticks % TimeSpan.TicksPerMinute,
            _ => 0,
        };
        var moved = (time.Local.Ticks + ticks) % TimeSpan.TicksPerDay;
        return Exact(time, new DateTime(moved < 0 ? moved + TimeSpan.TicksPerDay : moved));
    }

    private static PartialDateTime Exact(PartialDateTime date, DateTime local)
    {
        var digits = local.Ticks % TimeSpan.TicksPerSecond == 0 ? date.FractionDigits : Math.Max(3, date.FractionDigits);
        return new(date.Kind, date.Precision, local, date.Offset, digits);
    }

    /// <summary>Fractions count only for calendar seconds; of every other unit whole ones are added.</summary>
    private static long Ticks(CalendarUnit unit, decimal value) =>
        checked((long)((unit.KeepsFraction ? value : decimal.Truncate(value)) * unit.Ticks));
}
