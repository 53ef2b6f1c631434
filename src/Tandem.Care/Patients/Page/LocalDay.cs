using System.Globalization;
using NodaTime;
using Tandem.Kernel.Pages;

namespace Tandem.Care.Patients;

/// <summary>Days on a patient's own calendar.</summary>
internal static class LocalDay
{
    /// <summary>The day of a moment in a zone of the tz database.</summary>
    internal static DateOnly Of(DateTimeOffset at, string zone) =>
        Instant.FromDateTimeOffset(at).InZone(DateTimeZoneProviders.Tzdb[zone]).Date.ToDateOnly();

    /// <summary>A birth date as it was stated: a day, a month or a year.</summary>
    internal static string Birth(string birthDate) => birthDate.Length switch
    {
        >= 10 when DateOnly.TryParseExact(birthDate, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day) => PageTime.Date(day),
        7 when DateOnly.TryParseExact(birthDate + "-01", "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var month) =>
            month.ToString("MMM yyyy", CultureInfo.CurrentCulture),
        _ => birthDate,
    };
}
