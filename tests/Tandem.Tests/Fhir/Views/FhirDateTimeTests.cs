using Tandem.Fhir.Views;

namespace Tandem.Tests.Fhir.Views;

public sealed class FhirDateTimeTests
{
    [Theory]
    [InlineData("2020", DatePrecision.Year, "2020-01-01T00:00:00Z", "2021-01-01T00:00:00Z")]
    [InlineData("2020-02", DatePrecision.Month, "2020-02-01T00:00:00Z", "2020-03-01T00:00:00Z")]
    [InlineData("2020-02-29", DatePrecision.Day, "2020-02-29T00:00:00Z", "2020-03-01T00:00:00Z")]
    [InlineData("1969-12-31", DatePrecision.Day, "1969-12-31T00:00:00Z", "1970-01-01T00:00:00Z")]
    [InlineData("2020-02-29T10:30Z", DatePrecision.Minute, "2020-02-29T10:30:00Z", "2020-02-29T10:31:00Z")]
    [InlineData("2020-02-29T10:30:05+02:00", DatePrecision.Second, "2020-02-29T08:30:05Z", "2020-02-29T08:30:06Z")]
    [InlineData("2020-02-29T10:30:05.1Z", DatePrecision.Fraction, "2020-02-29T10:30:05.100Z", "2020-02-29T10:30:05.101Z")]
    [InlineData("2020-02-29T10:30:05.123456-05:00", DatePrecision.Fraction, "2020-02-29T15:30:05.123Z", "2020-02-29T15:30:05.124Z")]
    [InlineData("2016-12-31T23:59:60Z", DatePrecision.Second, "2016-12-31T23:59:59Z", "2017-01-01T00:00:00Z")]
    [InlineData("0001", DatePrecision.Year, "0001-01-01T00:00:00Z", "0002-01-01T00:00:00Z")]
    public void A_date_stands_for_a_stretch_of_time(string text, DatePrecision precision, string low, string high)
    {
        Assert.True(FhirDateTime.TryParse(text, out var value));
        Assert.Equal(precision, value.Precision);
        Assert.Equal(DateTimeOffset.Parse(low, null), value.Low(TimeZoneInfo.Utc));
        Assert.Equal(DateTimeOffset.Parse(high, null), value.High(TimeZoneInfo.Utc));
    }

    [Theory]
    [InlineData("")]
    [InlineData("20")]
    [InlineData("0000")]
    [InlineData("2020-1")]
    [InlineData("2020-13")]
    [InlineData("2021-02-29")]
    [InlineData("2020-02-30T")]
    [InlineData("2020-02-29T24:00:00Z")]
    [InlineData("2020-02-29T10:60:00Z")]
    [InlineData("2020-02-29T10:30:61Z")]
    [InlineData("2020-02-29T10:30:00.Z")]
    [InlineData("2020-02-29T10:30:00+15:00")]
    [InlineData("2020-02-29T10:30:00+0100")]
    [InlineData("2020-02-29 10:30:00Z")]
    [InlineData("2020-02-29T10:30:00Zx")]
    [InlineData("2020-02-29x")]
    public void What_is_no_date_is_refused(string text) => Assert.False(FhirDateTime.TryParse(text, out _));

    [Fact]
    public void A_day_without_zone_is_a_day_of_the_zone_given_also_when_clocks_change()
    {
        var zone = TimeZoneInfo.FindSystemTimeZoneById("America/Chicago");
        Assert.True(FhirDateTime.TryParse("2026-03-08", out var spring));
        Assert.Equal(TimeSpan.FromHours(23), spring.High(zone) - spring.Low(zone));
        Assert.Equal(new DateTimeOffset(2026, 3, 8, 0, 0, 0, TimeSpan.FromHours(-6)), spring.Low(zone));
        Assert.Equal(new DateOnly(2026, 3, 8), spring.Date);
    }

    [Fact]
    public void The_end_of_the_calendar_does_not_overflow()
    {
        Assert.True(FhirDateTime.TryParse("9999", out var last));
        Assert.True(last.Interval(TimeZoneInfo.Utc).High > last.Interval(TimeZoneInfo.Utc).Low);
        Assert.Equal(9999, last.High(TimeZoneInfo.Utc).Year);
    }
}
