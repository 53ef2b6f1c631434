namespace Tandem.Fhir.FhirPath.Model;

/// <summary>The first and last moment a partial date or time can mean.</summary>
internal static class DateBoundaries
{
    private static readonly TimeSpan Earliest = TimeSpan.FromHours(14);
    private static readonly TimeSpan Latest = TimeSpan.FromHours(-12);

    /// <summary>Precision as the count of digits that are written: year 4 … millisecond 17; a time's hour 2 … millisecond 9.</summary>
    internal static int Digits(PartialDateTime date)
    {
        var time = date.Kind == FhirValueKind.Time ? 8 : 0;
        return date.Precision == DatePrecision.Second && date.FractionDigits > 0 ? 17 - time : 4 + 2 * (int)date.Precision - time;
    }

    /// <summary>Null when the digits name no precision of this type.</summary>
    internal static PartialDateTime? Of(PartialDateTime date, int? digits, bool high)
    {
        var isTime = date.Kind == FhirValueKind.Time;
        var wanted = digits ?? (isTime ? 9 : date.Kind == FhirValueKind.Date ? 8 : 17);
        if (PrecisionOf(isTime ? wanted + 8 : wanted) is not { } precision || (isTime && precision < DatePrecision.Hour) || (date.Kind == FhirValueKind.Date && precision > DatePrecision.Day))
            return null;
        var local = high ? Last(date) : date.Local;
        var (kept, fraction) = (Cut(local, precision), wanted is 17 || (isTime && wanted == 9) ? 3 : 0);
        if (fraction == 0 && precision == DatePrecision.Second)
            kept = kept.AddTicks(-(kept.Ticks % TimeSpan.TicksPerSecond));
        TimeSpan? offset = isTime || precision < DatePrecision.Hour ? null : date.Offset ?? (high ? Latest : Earliest);
        return new(date.Kind, precision, kept, offset, fraction);
    }

    private static DatePrecision? PrecisionOf(int digits) => digits switch
    {
        4 => DatePrecision.Year,
        6 => DatePrecision.Month,
        8 => DatePrecision.Day,
        10 => DatePrecision.Hour,
        12 => DatePrecision.Minute,
        14 or 17 => DatePrecision.Second,
        _ => null,
    };

    /// <summary>The last millisecond. FHIR has no date-time known to the hour (R4 2.24.0.1): such an hour stands for its first minute.</summary>
    private static DateTime Last(PartialDateTime date)
    {
        var local = date.Local;
        if (date.Precision == DatePrecision.Second && date.FractionDigits > 0)
            return local;
        var lastMonth = date.Precision == DatePrecision.Year ? 12 : local.Month;
        var lastDay = date.Precision < DatePrecision.Day ? DateTime.DaysInMonth(local.Year, lastMonth) : local.Day;
        var day = new DateTime(local.Year, lastMonth, lastDay);
        return date.Precision switch
        {
            < DatePrecision.Hour => day.AddTicks(TimeSpan.TicksPerDay - TimeSpan.TicksPerMillisecond),
            DatePrecision.Hour or DatePrecision.Minute => local.AddTicks(TimeSpan.TicksPerMinute - TimeSpan.TicksPerMillisecond),
            _ => local.AddMilliseconds(999),
        };
    }

    private static DateTime Cut(DateTime local, DatePrecision precision) => precision switch
    {
        DatePrecision.Year => new(local.Year, 1, 1),
        DatePrecision.Month => new(local.Year, local.Month, 1),
        DatePrecision.Day => local.Date,
        DatePrecision.Hour => local.AddTicks(-(local.Ticks % TimeSpan.TicksPerHour)),
        DatePrecision.Minute => local.AddTicks(-(local.Ticks % TimeSpan.TicksPerMinute)),
        _ => local.AddTicks(-(local.Ticks % TimeSpan.TicksPerMillisecond)),
    };
}
