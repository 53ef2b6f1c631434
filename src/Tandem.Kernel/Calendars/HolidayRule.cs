using NodaTime;

namespace Tandem.Kernel.Calendars;

/// <summary>A day off that can be worked out for any year. Immutable.</summary>
public abstract record HolidayRule
{
    /// <summary>What the day is called.</summary>
    public required string Name { get; init; }

    /// <summary>The first year it is kept.</summary>
    public int FirstYear { get; init; } = 1;

    /// <summary>The day on which offices are closed for the holiday of <paramref name="year"/>, which may lie in the year before or after; null when it is not kept.</summary>
    public LocalDate? In(int year) => year < FirstYear ? null : On(year);

    /// <summary>The day of a year in which the holiday is kept.</summary>
    protected abstract LocalDate? On(int year);
}

/// <summary>The same date each year.</summary>
/// <param name="Month">1–12.</param>
/// <param name="Day">Day of the month.</param>
/// <param name="MovesToWeekday">True: on a Saturday it is kept the Friday before, on a Sunday the Monday after (5 U.S.C. 6103(b), E.O. 11582).</param>
public sealed record YearlyDate(int Month, int Day, bool MovesToWeekday) : HolidayRule
{
    /// <inheritdoc/>
    protected override LocalDate? On(int year)
    {
        if (Day > CalendarSystem.Iso.GetDaysInMonth(year, Month))
            return null;
        var date = new LocalDate(year, Month, Day);
        return (MovesToWeekday, date.DayOfWeek) switch
        {
            (true, IsoDayOfWeek.Saturday) => date.PlusDays(-1),
            (true, IsoDayOfWeek.Sunday) => date.PlusDays(1),
            _ => date,
        };
    }
}

/// <summary>The n-th weekday of a month, such as the fourth Thursday of November.</summary>
/// <param name="Month">1–12.</param>
/// <param name="Weekday">Which weekday.</param>
/// <param name="Nth">1–4, or -1 for the last.</param>
public sealed record NthWeekday(int Month, IsoDayOfWeek Weekday, int Nth) : HolidayRule
{
    /// <inheritdoc/>
    protected override LocalDate? On(int year) => Nth > 0
        ? new LocalDate(year, Month, 1).With(DateAdjusters.NextOrSame(Weekday)).PlusWeeks(Nth - 1)
        : new LocalDate(year, Month, CalendarSystem.Iso.GetDaysInMonth(year, Month)).With(DateAdjusters.PreviousOrSame(Weekday));
}

/// <summary>One day that a site adds by hand.</summary>
/// <param name="Date">The day.</param>
public sealed record SingleDate(LocalDate Date) : HolidayRule
{
    /// <inheritdoc/>
    protected override LocalDate? On(int year) => Date.Year == year ? Date : null;
}
