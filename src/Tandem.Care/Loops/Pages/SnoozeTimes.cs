using System.Globalization;
using NodaTime;

namespace Tandem.Care.Loops.Pages;

/// <summary>The times that are offered when a loop is put off, all of which the rules allow.</summary>
internal static class SnoozeTimes
{
    private static readonly LocalTime Morning = new(8, 0);

    /// <summary>In half an hour, an hour, four hours, and the next two mornings of working days; a critical loop only before its next step.</summary>
    internal static IReadOnlyList<DateTimeOffset> For(Loop loop, DateTimeOffset now, string zone)
    {
        var place = DateTimeZoneProviders.Tzdb[zone];
        var minute = now.AddTicks(-(now.Ticks % TimeSpan.TicksPerMinute));
        var today = Instant.FromDateTimeOffset(now).InZone(place).Date;
        var mornings = Enumerable.Range(1, 7).Select(today.PlusDays).Where(day => day.DayOfWeek < IsoDayOfWeek.Saturday).Take(2)
            .Select(day => day.At(Morning).InZoneLeniently(place).ToDateTimeOffset());
        DateTimeOffset[] times = [minute.AddMinutes(30), minute.AddHours(1), minute.AddHours(4), .. mornings];
        return loop.Tier == LoopTier.Red ? [.. times.Where(time => time <= LoopClock.NextStep(loop))] : times;
    }

    /// <summary>As a form's field of date and time writes it, on the site's clock.</summary>
    internal static string Local(DateTimeOffset at, string zone) =>
        Instant.FromDateTimeOffset(at).InZone(DateTimeZoneProviders.Tzdb[zone]).LocalDateTime.ToString("uuuu-MM-dd'T'HH:mm", CultureInfo.InvariantCulture);
}
