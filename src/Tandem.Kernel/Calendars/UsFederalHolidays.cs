using NodaTime;

namespace Tandem.Kernel.Calendars;

/// <summary>The legal public holidays of the United States (5 U.S.C. 6103), worked out by rule.</summary>
public static class UsFederalHolidays
{
    /// <summary>The eleven rules. Inauguration Day concerns only the Washington area and is not among them.</summary>
    public static IReadOnlyList<HolidayRule> Rules { get; } =
    [
        new YearlyDate(1, 1, MovesToWeekday: true) { Name = "New Year's Day" },
        new NthWeekday(1, IsoDayOfWeek.Monday, 3) { Name = "Birthday of Martin Luther King, Jr.", FirstYear = 1986 },
        new NthWeekday(2, IsoDayOfWeek.Monday, 3) { Name = "Washington's Birthday", FirstYear = 1971 },
        new NthWeekday(5, IsoDayOfWeek.Monday, -1) { Name = "Memorial Day", FirstYear = 1971 },
        new YearlyDate(6, 19, MovesToWeekday: true) { Name = "Juneteenth National Independence Day", FirstYear = 2021 },
        new YearlyDate(7, 4, MovesToWeekday: true) { Name = "Independence Day" },
        new NthWeekday(9, IsoDayOfWeek.Monday, 1) { Name = "Labor Day" },
        new NthWeekday(10, IsoDayOfWeek.Monday, 2) { Name = "Columbus Day", FirstYear = 1971 },
        new YearlyDate(11, 11, MovesToWeekday: true) { Name = "Veterans Day", FirstYear = 1978 },
        new NthWeekday(11, IsoDayOfWeek.Thursday, 4) { Name = "Thanksgiving Day" },
        new YearlyDate(12, 25, MovesToWeekday: true) { Name = "Christmas Day" },
    ];
}
