using NodaTime;
using Tandem.Fhir.Json;
using Tandem.Kernel.Calendars;

namespace Tandem.Care.Pathways;

/// <summary>A length of time as a clinical lead states it.</summary>
/// <param name="Value">How many; whole for days and business days.</param>
/// <param name="Unit">Of what.</param>
internal sealed record PathwayDuration(decimal Value, PathwayUnit Unit)
{
    private const decimal Longest = 5_256_000; // ten years in minutes

    /// <summary>Reads a FHIR Duration in min, h, d or wk; days with the extension <c>business-days</c> are business days. Null when it is none.</summary>
    internal static PathwayDuration? Read(FhirNode duration)
    {
        if (duration["value"u8].Number is not { } value || value < 0)
            return null;
        PathwayUnit? unit = (duration["code"u8].Text, duration.Extension("business-days")["valueBoolean"u8].Boolean) switch
        {
            ("d", true) => PathwayUnit.BusinessDays,
            ("d", _) => PathwayUnit.Days,
            ("wk", _) => PathwayUnit.Weeks,
            ("h", _) => PathwayUnit.Hours,
            ("min", _) => PathwayUnit.Minutes,
            _ => null,
        };
        if (unit is not { } known || value > Longest || (known >= PathwayUnit.Days && value != decimal.Truncate(value)))
            return null;
        return new(value, known);
    }

    /// <summary>
    /// The instant this long after another. Minutes and hours are exact. Days end with the day: "2 business days after Friday" is Tuesday
    /// 23:59:59 in the zone, "7 days" is the end of the date 7 days on (CMS counts the discharge date + 7).
    /// </summary>
    internal DateTimeOffset After(DateTimeOffset start, BusinessCalendar calendar, DateTimeZone zone)
    {
        if (Unit is PathwayUnit.Minutes or PathwayUnit.Hours)
            return start + Span;
        var date = BusinessCalendar.DateOf(start, zone);
        var end = Unit == PathwayUnit.BusinessDays ? calendar.AddBusinessDays(date, (int)Value) : date.PlusDays((int)Span.TotalDays);
        return BusinessCalendar.EndOfDay(end, zone);
    }

    /// <summary>The length on the clock; business days count as days.</summary>
    internal TimeSpan Span => Unit switch
    {
        PathwayUnit.Minutes => TimeSpan.FromMinutes((double)Value),
        PathwayUnit.Hours => TimeSpan.FromHours((double)Value),
        PathwayUnit.Weeks => TimeSpan.FromDays(7 * (double)Value),
        _ => TimeSpan.FromDays((double)Value),
    };
}

/// <summary>The units in which pathways state time.</summary>
internal enum PathwayUnit
{
    Minutes,
    Hours,
    Days,
    Weeks,
    BusinessDays,
}
