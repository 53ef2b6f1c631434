using NodaTime;
using NodaTime.Text;
using Tandem.Kernel.Calendars;

namespace Tandem.Tests.Kernel.Calendars;

public sealed class BusinessCalendarTests
{
    private static readonly DateTimeZone Chicago = BusinessCalendar.ZoneNamed("America/Chicago")!;
    private static readonly BusinessCalendar Us = BusinessCalendar.UnitedStates(Chicago);

    [Theory]
    [InlineData("2026-01-01", "New Year's Day")]
    [InlineData("2026-01-19", "Birthday of Martin Luther King, Jr.")]
    [InlineData("2026-02-16", "Washington's Birthday")]
    [InlineData("2026-05-25", "Memorial Day")]
    [InlineData("2026-06-19", "Juneteenth National Independence Day")]
    [InlineData("2026-07-03", "Independence Day")] // the 4th is a Saturday
    [InlineData("2026-07-04", null)]
    [InlineData("2026-09-07", "Labor Day")]
    [InlineData("2026-10-12", "Columbus Day")]
    [InlineData("2026-11-11", "Veterans Day")]
    [InlineData("2026-11-26", "Thanksgiving Day")]
    [InlineData("2026-12-25", "Christmas Day")]
    [InlineData("2021-07-05", "Independence Day")] // the 4th is a Sunday
    [InlineData("2027-12-31", "New Year's Day")] // 1 January 2028 is a Saturday
    [InlineData("2020-06-19", null)] // not yet a holiday
    public void Federal_holidays_fall_on_the_days_that_were_published(string date, string? name) =>
        Assert.Equal(name, Us.HolidayOn(Date(date)));

    [Theory]
    [InlineData("2026-03-06", 2, "2026-03-10")] // Friday → Tuesday
    [InlineData("2026-05-21", 2, "2026-05-26")] // Thursday before Memorial Day → Friday, Tuesday
    [InlineData("2026-07-01", 2, "2026-07-06")] // Wednesday; Friday the 3rd is kept for the 4th
    [InlineData("2026-03-07", 1, "2026-03-09")] // Saturday → Monday
    [InlineData("2026-11-25", 1, "2026-11-27")] // the day before Thanksgiving
    [InlineData("2026-03-07", 0, "2026-03-09")]
    [InlineData("2026-03-09", 0, "2026-03-09")]
    public void Business_days_are_counted_after_the_date(string from, int days, string expected) =>
        Assert.Equal(Date(expected), Us.AddBusinessDays(Date(from), days));

    [Fact]
    public void A_site_adds_days_of_its_own_and_keeps_another_weekend()
    {
        var calendar = new BusinessCalendar(
            Chicago, [IsoDayOfWeek.Friday, IsoDayOfWeek.Saturday], [new SingleDate(new LocalDate(2026, 3, 8)) { Name = "Move to the new building" }]);

        Assert.Equal(new LocalDate(2026, 3, 9), calendar.AddBusinessDays(new LocalDate(2026, 3, 5), 1));
        Assert.Equal("Move to the new building", calendar.HolidayOn(new LocalDate(2026, 3, 8)));
    }

    [Theory]
    [InlineData("2026-03-08", "2026-03-08T23:59:59-05:00")] // clocks go forward that night
    [InlineData("2026-03-07", "2026-03-07T23:59:59-06:00")]
    [InlineData("2026-11-01", "2026-11-01T23:59:59-06:00")] // clocks go back
    public void A_day_ends_at_the_last_second_of_the_clock_there(string date, string expected) =>
        Assert.Equal(DateTimeOffset.Parse(expected, null), BusinessCalendar.EndOfDay(Date(date), Chicago));

    [Fact]
    public void A_calendar_without_a_working_day_is_refused() =>
        Assert.Throws<ArgumentException>(() => new BusinessCalendar(Chicago, Enumerable.Range(1, 7).Select(day => (IsoDayOfWeek)day), []));

    [Fact]
    public void A_zone_without_the_name_is_none() => Assert.Null(BusinessCalendar.ZoneNamed("Mars/Olympus"));

    private static LocalDate Date(string text) => LocalDatePattern.Iso.Parse(text).Value;
}
