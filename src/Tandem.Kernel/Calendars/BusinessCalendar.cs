using System.Collections.Concurrent;
using System.Collections.Frozen;
using NodaTime;

namespace Tandem.Kernel.Calendars;

/// <summary>Which days are worked, and when a day ends somewhere. Immutable and thread-safe.</summary>
public sealed class BusinessCalendar
{
    private const int LongestClosure = 366;

    private readonly FrozenSet<IsoDayOfWeek> weekend;
    private readonly IReadOnlyList<HolidayRule> holidays;
    private readonly ConcurrentDictionary<int, FrozenDictionary<LocalDate, string>> years = [];

    /// <summary>A calendar.</summary>
    /// <param name="zone">Where its days begin and end, unless a person's own zone is given.</param>
    /// <param name="weekend">The days of the week that are never worked.</param>
    /// <param name="holidays">The other days off.</param>
    /// <exception cref="ArgumentException">No day of the week is left to work on.</exception>
    public BusinessCalendar(DateTimeZone zone, IEnumerable<IsoDayOfWeek> weekend, IEnumerable<HolidayRule> holidays)
    {
        Zone = zone;
        this.weekend = weekend.ToFrozenSet();
        this.holidays = [.. holidays];
        if (Enumerable.Range(1, 7).All(day => this.weekend.Contains((IsoDayOfWeek)day)))
            throw new ArgumentException("A calendar needs at least one day of the week that is worked.", nameof(weekend));
    }

    /// <summary>Monday to Friday but for the federal holidays of the United States, in a zone.</summary>
    public static BusinessCalendar UnitedStates(DateTimeZone zone) =>
        new(zone, [IsoDayOfWeek.Saturday, IsoDayOfWeek.Sunday], UsFederalHolidays.Rules);

    /// <summary>Where its days begin and end, unless a person's own zone is given.</summary>
    public DateTimeZone Zone { get; }

    /// <summary>What the day off is called; null when the date is no holiday.</summary>
    public string? HolidayOn(LocalDate date) => years.GetOrAdd(date.Year, Year).GetValueOrDefault(date);

    /// <summary>True on a day that is neither weekend nor holiday.</summary>
    public bool IsBusinessDay(LocalDate date) => !weekend.Contains(date.DayOfWeek) && HolidayOn(date) is null;

    /// <summary>
    /// The n-th business day after a date; the date itself never counts. Zero gives the date when it is a business day, else the next one.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">Fewer than zero days.</exception>
    /// <exception cref="InvalidOperationException">A whole year without a business day: the calendar is wrong.</exception>
    public LocalDate AddBusinessDays(LocalDate date, int days)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(days);
        if (days == 0)
            return IsBusinessDay(date) ? date : Next(date);
        for (var i = 0; i < days; i++)
            date = Next(date);
        return date;
    }

    /// <summary>The last second of a day in a zone: 23:59:59 by the clock there, also on days that the clocks change.</summary>
    public static DateTimeOffset EndOfDay(LocalDate date, DateTimeZone zone) =>
        zone.AtStartOfDay(date.PlusDays(1)).ToInstant().Minus(Duration.FromSeconds(1)).InZone(zone).ToDateTimeOffset();

    /// <summary>The date of an instant in a zone.</summary>
    public static LocalDate DateOf(DateTimeOffset instant, DateTimeZone zone) => Instant.FromDateTimeOffset(instant).InZone(zone).Date;

    /// <summary>The zone of an IANA name such as <c>America/Chicago</c>; null when there is none.</summary>
    public static DateTimeZone? ZoneNamed(string? name) => name is null ? null : DateTimeZoneProviders.Tzdb.GetZoneOrNull(name);

    private LocalDate Next(LocalDate date)
    {
        for (var i = 0; i < LongestClosure; i++)
        {
            date = date.PlusDays(1);
            if (IsBusinessDay(date))
                return date;
        }

        throw new InvalidOperationException($"The calendar has no business day in the year up to {date}.");
    }

    private FrozenDictionary<LocalDate, string> Year(int year)
    {
        var days = new Dictionary<LocalDate, string>();
        foreach (var kept in Enumerable.Range(year - 1, 3)) // a holiday of the next year may be kept in this one
        {
            foreach (var rule in holidays)
            {
                if (rule.In(kept) is { } date && date.Year == year)
                    days.TryAdd(date, rule.Name);
            }
        }

        return days.ToFrozenDictionary();
    }
}
