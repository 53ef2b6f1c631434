using Tandem.Fhir.Json;
using Tandem.Fhir.Views;
using Tandem.Kernel.Pages;
using Tandem.Record.Access;

namespace Tandem.Trust.Access;

/// <summary>
/// From when to when something holds. A bound with a time is a moment; a day, month or year without one begins and ends at midnight where the site is, whichever zone that is when it is asked, so it is kept as the
/// site's clock shows it (<see cref="AccessTables.ClockOf"/>). All four hold together.
/// </summary>
/// <param name="Since">From this moment (inclusive), milliseconds since 1970 UTC.</param>
/// <param name="SinceDay">From this time (inclusive) on the site's clock.</param>
/// <param name="Until">To this moment (exclusive).</param>
/// <param name="UntilDay">To this time (exclusive) on the site's clock.</param>
internal readonly record struct Validity(long Since, long SinceDay, long Until, long UntilDay)
{
    internal static readonly Validity Always = new(long.MinValue, AccessTables.NoDayBegin, AccessTables.NoEnd, AccessTables.NoDayEnd);

    /// <summary>What a Period (R4) says, no longer than what it stands in.</summary>
    internal static Validity Of(FhirNode period, Validity within)
    {
        if (FhirDateTime.TryParse(period["start"u8].Text, out var start))
            within = IsDay(start) ? within with { SinceDay = Math.Max(within.SinceDay, Low(start)) } : within with { Since = Math.Max(within.Since, Low(start)) };
        return FhirDateTime.TryParse(period["end"u8].Text, out var end) ? within.To(end) : within;
    }

    /// <summary>The same, ending with a date, the day included.</summary>
    internal Validity To(FhirDateTime end) => IsDay(end) ? this with { UntilDay = Math.Min(UntilDay, High(end)) } : this with { Until = Math.Min(Until, High(end)) };

    /// <summary>When a row ends by its two bounds; null while it lasts.</summary>
    internal static DateTimeOffset? End(long until, long untilDay, SiteSettings site)
    {
        DateTimeOffset? moment = until == AccessTables.NoEnd ? null : DateTimeOffset.FromUnixTimeMilliseconds(until);
        return untilDay == AccessTables.NoDayEnd || (site.MomentOf(untilDay) is var day && moment < day) ? moment : day;
    }

    private static bool IsDay(FhirDateTime time) => time.Precision <= DatePrecision.Day;

    private static long Low(FhirDateTime time) => time.Low(TimeZoneInfo.Utc).ToUnixTimeMilliseconds();

    private static long High(FhirDateTime time) => time.High(TimeZoneInfo.Utc).ToUnixTimeMilliseconds();
}
