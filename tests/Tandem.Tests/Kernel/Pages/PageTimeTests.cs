using Tandem.Kernel.Pages;
using Tandem.Tests.Support;

namespace Tandem.Tests.Kernel.Pages;

public sealed class PageTimeTests
{
    // 2 March 2026, 15:00 UTC: 10:00 in New York, 09:00 in Chicago.
    private static readonly PageTime Time = new(new ManualClock(), new SiteSettings { TimeZone = "America/New_York" });

    [Theory]
    [InlineData(0, "today 10:00")]
    [InlineData(-11, "yesterday 23:00")]
    [InlineData(14, "tomorrow 00:00")]
    [InlineData(72, "Thu 5 Mar 10:00")]
    [InlineData(-24 * 90, "2 Dec 2025 10:00")]
    [InlineData(24 * 7, "Mon 9 Mar 11:00")] // summer time began on 8 March
    public void Exact_times_name_the_day_as_people_do(int hours, string expected) =>
        PhraseTests.In("en-US", () => Assert.Equal(expected, Time.Exact(Time.Now.AddHours(hours))));

    [Fact]
    public void Another_zone_is_named_and_has_its_own_days()
    {
        PhraseTests.In("en-US", () =>
        {
            Assert.Equal("today 09:00 CST", Time.Exact(Time.Now, "America/Chicago"));
            Assert.Equal("today 00:00 JST", Time.Exact(Time.Now, "Asia/Tokyo")); // in Tokyo the third of March has begun
            Assert.Equal("today 10:00", Time.Exact(Time.Now, "America/Toronto"));
            Assert.Equal("today 10:00", Time.Exact(Time.Now, "Nowhere/Here"));
        });
    }

    [Fact]
    public void Spanish_days_and_dates_are_Spanish() => PhraseTests.In("es-US", () =>
    {
        Assert.Equal("hoy 10:00", Time.Exact(Time.Now));
        Assert.Equal("jue 5 mar 10:00", Time.Exact(Time.Now.AddHours(72)));
        Assert.Equal("4 mar 1951", PageTime.Date(new DateOnly(1951, 3, 4)));
    });

    [Theory]
    [InlineData(59, "now", "due now")]
    [InlineData(-59, "now", "due now")]
    [InlineData(60, "in 1 min", "due in 1 min")]
    [InlineData(-35 * 60 - 59, "35 min ago", "overdue by 35 min")]
    [InlineData(7805, "in 2 h 10", "due in 2 h 10")]
    [InlineData(7200, "in 2 h", "due in 2 h")]
    [InlineData(-3 * 86400 - 4 * 3600, "3 d 4 h ago", "overdue by 3 d 4 h")]
    [InlineData(12 * 86400 + 5, "in 12 d", "due in 12 d")]
    [InlineData(-400 * 86400, "13 mo ago", "overdue by 13 mo")]
    [InlineData(-900 * 86400, "2 y ago", "overdue by 2 y")]
    public void Relative_times_are_cut_and_never_promise_more_than_is_left(int seconds, string relative, string due) => PhraseTests.In("en-US", () =>
    {
        Assert.Equal(relative, Time.Relative(Time.Now.AddSeconds(seconds)));
        Assert.Equal(due, Time.Due(Time.Now.AddSeconds(seconds)));
    });

    [Fact]
    public void A_zone_that_does_not_exist_is_a_problem_of_the_settings()
    {
        Assert.Contains("Mars/Base", Assert.Single(new SiteSettings { TimeZone = "Mars/Base" }.Problems()), StringComparison.Ordinal);
        Assert.Empty(new SiteSettings().Problems());
    }
}
