using System.Globalization;
using NodaTime;
using NodaTime.TimeZones;

namespace Tandem.Kernel.Pages;

/// <summary>
/// How one page tells time: one "now" for the whole page, exact times in the site's zone (or a patient's), and short relative
/// times. Hours are written 00–23 in every language; days carry the month's name, so that no date can be misread. One per request.
/// </summary>
public sealed class PageTime
{
    private readonly DateTimeZone site;

    /// <summary>Reads the clock once.</summary>
    /// <exception cref="DateTimeZoneNotFoundException">The site's time zone is not in the tz database.</exception>
    public PageTime(TimeProvider clock, SiteSettings settings)
    {
        ArgumentNullException.ThrowIfNull(clock);
        ArgumentNullException.ThrowIfNull(settings);
        Now = clock.GetUtcNow();
        site = DateTimeZoneProviders.Tzdb[settings.TimeZone];
    }

    /// <summary>The moment for which the page is written.</summary>
    public DateTimeOffset Now { get; }

    /// <summary>
    /// "today 16:40", "yesterday 09:12", "tomorrow 08:00", "Fri 20 Nov 09:12", in another year "20 Nov 2025 09:12". A zone whose
    /// clock differs from the site's at that moment is named after the time ("16:40 CST").
    /// </summary>
    /// <param name="at">The moment.</param>
    /// <param name="zone">An IANA zone; null or one unknown to the tz database means the site's.</param>
    public string Exact(DateTimeOffset at, string? zone = null)
    {
        var place = Zone(zone);
        var local = Instant.FromDateTimeOffset(at).InZone(place);
        var time = local.ToString("HH':'mm", CultureInfo.InvariantCulture);
        return $"{Day(local.Date, place)} {time}{NameOf(local)}";
    }

    /// <summary>The moment with day, month, year, seconds and zone, for titles and for proof.</summary>
    public string Full(DateTimeOffset at, string? zone = null)
    {
        var local = Instant.FromDateTimeOffset(at).InZone(Zone(zone));
        return $"{local.ToString("ddd d MMM yyyy HH':'mm':'ss", CultureInfo.CurrentCulture)} {local.GetZoneInterval().Name}";
    }

    /// <summary>A calendar day: "today", "yesterday", "tomorrow", "Fri 20 Nov", in another year "20 Nov 2025".</summary>
    public string Day(DateOnly day) => Day(LocalDate.FromDateOnly(day), site);

    /// <summary>The calendar day of an instant where the site is, always in full: "4 Mar 1951".</summary>
    public string DateOf(DateTimeOffset at) => Date(Instant.FromDateTimeOffset(at).InZone(site).Date.ToDateOnly());

    /// <summary>A calendar day always in full, such as a date of birth: "4 Mar 1951".</summary>
    public static string Date(DateOnly day) => LocalDate.FromDateOnly(day).ToString("d MMM yyyy", CultureInfo.CurrentCulture);

    /// <summary>"12 min ago", "in 2 h 10", "now".</summary>
    public string Relative(DateTimeOffset at) => Spans.Tell(at - Now, TimeWords.Ago, TimeWords.In, TimeWords.Now);

    /// <summary>"due in 2 h 10", "overdue by 35 min", "due now".</summary>
    public string Due(DateTimeOffset due) => Spans.Tell(due - Now, TimeWords.OverdueBy, TimeWords.DueIn, TimeWords.DueNow);

    private DateTimeZone Zone(string? name) => (name is null ? null : DateTimeZoneProviders.Tzdb.GetZoneOrNull(name)) ?? site;

    private string NameOf(ZonedDateTime local)
    {
        var here = site.GetUtcOffset(local.ToInstant());
        return local.Offset == here ? "" : " " + local.GetZoneInterval().Name;
    }

    private string Day(LocalDate day, DateTimeZone zone)
    {
        var today = Instant.FromDateTimeOffset(Now).InZone(zone).Date;
        return Period.DaysBetween(today, day) switch
        {
            0 => TimeWords.Today,
            1 => TimeWords.Tomorrow,
            -1 => TimeWords.Yesterday,
            _ when day.Year == today.Year => day.ToString("ddd d MMM", CultureInfo.CurrentCulture),
            _ => day.ToString("d MMM yyyy", CultureInfo.CurrentCulture),
        };
    }
}
