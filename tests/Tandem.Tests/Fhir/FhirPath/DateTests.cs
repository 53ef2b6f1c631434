using Tandem.Fhir.FhirPath;
using Tandem.Fhir.FhirPath.Model;
using Xunit;
using static Tandem.Tests.Fhir.FhirPath.Samples;

namespace Tandem.Tests.Fhir.FhirPath;

public sealed class DateTests
{
    [Theory]
    [InlineData("@2020-01-01-1 day", "2019-12-31")]
    [InlineData("@2015-1 year", "2014")]
    [InlineData("@2015-03-1 month", "2015-02")]
    public void A_date_ends_with_its_day(string expression, string expected) => Assert.Equal(expected, Gives(expression));

    [Theory]
    [InlineData("@2026 = @2026-01", "")]
    [InlineData("@2026 < @2027-01", "true")]
    [InlineData("@2026-03 > @2026-02-28", "true")]
    [InlineData("@2026-11-22T10:00Z = @2026-11-22T11:00+01:00", "true")]
    [InlineData("@2026-11-22T10:00Z = @2026-11-22T10:00", "")]
    [InlineData("@2026-11-22T10:00Z < @2026-11-24T10:00", "true")]
    [InlineData("@2026-11-24T10:00 > @2026-11-22T10:00Z", "true")]
    [InlineData("@2026-11-22T10:00:00 = @2026-11-22T10:00:00.000", "true")]
    [InlineData("@2026-11-22T10:00 = @2026-11-22T10:00:00", "")]
    [InlineData("@T10:00 < @T10:01", "true")]
    [InlineData("@2026-01-01 = @T10:00", "false")]
    [InlineData("@2026-01 ~ @2026-01-01", "false")]
    public void Comparison_minds_precision_and_offset(string expression, string expected) => Assert.Equal(expected, Gives(expression));

    [Theory]
    [InlineData("@2024-02-29 + 1 year", "2025-02-28")]
    [InlineData("@2026-01-31 + 1 month", "2026-02-28")]
    [InlineData("@2026-03-01 - 1 day", "2026-02-28")]
    [InlineData("@2026-11-22T23:30:00-05:00 + 45 minutes", "2026-11-23T00:15:00-05:00")]
    [InlineData("@2026-11-22 + 25 hours", "2026-11-23")]
    [InlineData("@2026 + 24 months", "2028")]
    [InlineData("@2026 + 23 months", "2027")]
    [InlineData("@T23:30 + 1 hour", "00:30")]
    [InlineData("@T00:30:00 - 1 hour", "23:30:00")]
    [InlineData("@9999-12-31 + 1 day", "")]
    [InlineData("@2026-11-22T10:00:00 + 0.5 seconds", "2026-11-22T10:00:00.500")]
    [InlineData("@2026-11-22 + 99999999999999999999 days", "")]
    [InlineData("birthDate + 46 years", "2026-02-28")]
    [InlineData("@2020-01-01 + (1 week + 1 day)", "2020-01-09")]
    [InlineData("@2011-01-10 + (1 year + 6 months)", "2012-07-10")]
    [InlineData("@2020-01-01T00:00:00 + (1 hour + 30 minutes)", "2020-01-01T01:30:00")]
    [InlineData("birthDate + 18 years <= today()", "true")]
    public void Arithmetic_follows_the_calendar(string expression, string expected) => Assert.Equal(expected, Gives(expression, Patient));

    [Fact]
    public void A_date_cannot_be_moved_by_what_is_no_time()
    {
        Assert.Contains("cannot be moved by the unit 'mg'", Fails("@2026-01-01 + 3 'mg'"), StringComparison.Ordinal);
        Assert.Contains("cannot be moved by the unit 'mo'", Fails("@2026-01-01 + 1 'mo'"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("now()", "2026-11-22T10:30:00.000-05:00")]
    [InlineData("today()", "2026-11-22")]
    [InlineData("timeOfDay()", "10:30:00.000")]
    [InlineData("now() - 2 days < now()", "true")]
    public void The_clock_is_the_one_given(string expression, string expected) => Assert.Equal(expected, Gives(expression));

    [Fact]
    public void The_clock_is_read_once_per_evaluation()
    {
        var context = new FhirPathContext(Patient) { Clock = new Ticking() };
        Assert.Equal("true", Gives("now() = now()", context));
        Assert.NotEqual(Gives("now()", context), Gives("now()", context));
    }

    [Theory]
    [InlineData("2026", FhirValueKind.Date, true)]
    [InlineData("2026-02-30", FhirValueKind.Date, false)]
    [InlineData("2026-1-1", FhirValueKind.Date, false)]
    [InlineData("0000", FhirValueKind.Date, false)]
    [InlineData("2026-01-01T", FhirValueKind.DateTime, true)]
    [InlineData("2026-01-01T24:00", FhirValueKind.DateTime, false)]
    [InlineData("2026-01-01T10:00:00+15:00", FhirValueKind.DateTime, false)]
    [InlineData("2026-01-01T10:00:00.", FhirValueKind.DateTime, false)]
    [InlineData("2026-01T10:00", FhirValueKind.DateTime, false)]
    [InlineData("10:00:00.1234567", FhirValueKind.Time, true)]
    [InlineData("10:60", FhirValueKind.Time, false)]
    public void Only_dates_that_exist_are_read(string text, FhirValueKind kind, bool exists) =>
        Assert.Equal(exists ? text.TrimEnd('T') : null, PartialDateTime.Parse(text, kind)?.ToString());

    [Fact]
    public void A_date_gives_the_instant_it_begins()
    {
        var date = PartialDateTime.Parse("2026-11", FhirValueKind.Date)!;
        Assert.Equal(new DateTimeOffset(2026, 11, 1, 0, 0, 0, TimeSpan.FromHours(-5)), date.ToInstant(TimeSpan.FromHours(-5)));
        Assert.Equal(DatePrecision.Month, date.Precision);
    }

    [Theory]
    [InlineData("@2026.lowBoundary()", "2026-01-01")]
    [InlineData("@2026-02.highBoundary()", "2026-02-28")]
    [InlineData("@2026-02T.highBoundary()", "2026-02-28T23:59:59.999-12:00")]
    [InlineData("@2026-02-03T10:00Z.lowBoundary(17)", "2026-02-03T10:00:00.000Z")]
    [InlineData("@2026-02-03T10:00:00.250Z.highBoundary()", "2026-02-03T10:00:00.250Z")]
    [InlineData("effective.highBoundary()", "2026-11-20T08:15:00.999-05:00")]
    public void Boundaries_of_a_partial_date(string expression, string expected) => Assert.Equal(expected, Gives(expression, Observation));

    private sealed class Ticking : TimeProvider
    {
        private DateTimeOffset next = Now;

        public override TimeZoneInfo LocalTimeZone => TimeZoneInfo.Utc;

        public override DateTimeOffset GetUtcNow() => next = next.AddSeconds(1);
    }
}
