using Xunit;

namespace Tandem.Tests.Care.Intake.Mapping;

public sealed class SourceClockTests
{
    [Theory]
    [InlineData("20260115080000", "America/Chicago", "2026-01-15T08:00:00-06:00")]
    [InlineData("20260715080000", "America/Chicago", "2026-07-15T08:00:00-05:00")]
    [InlineData("20260715080000", "America/Phoenix", "2026-07-15T08:00:00-07:00")]
    [InlineData("20260715080000", "Europe/London", "2026-07-15T08:00:00+01:00")]
    [InlineData("20260715080000+0530", "America/Chicago", "2026-07-15T08:00:00+05:30")]
    [InlineData("2026071508", "America/Chicago", "2026-07-15T08:00:00-05:00")]
    [InlineData("20260715080000.1234", "America/Chicago", "2026-07-15T08:00:00.123-05:00")]
    [InlineData("20260715", "America/Chicago", "2026-07-15")]
    [InlineData("202607", "America/Chicago", "2026-07")]
    public void A_time_without_offset_is_read_on_the_sources_clock(string sent, string zone, string expected)
    {
        var (effective, warnings) = Effective(sent, zone);
        Assert.Equal(expected, effective);
        Assert.Equal(0, warnings);
    }

    [Theory]
    [InlineData("20260308023000", "2026-03-08T03:30:00-05:00")]
    [InlineData("20261101013000", "2026-11-01T01:30:00-05:00")]
    public void A_time_that_a_clock_change_skipped_or_repeated_is_settled_and_warned_of(string sent, string expected)
    {
        var (effective, warnings) = Effective(sent, "America/Chicago");
        Assert.Equal(expected, effective);
        Assert.Equal(1, warnings);
    }

    [Fact]
    public void An_unknown_zone_is_a_fault_of_the_settings() =>
        Assert.Throws<ArgumentException>(() => Effective("20260101", "Central Time"));

    private static (string? Effective, int Warnings) Effective(string sent, string zone)
    {
        var mapped = MappingText.Mapped(
            $"{MappingText.Pid}\rOBR|1||F1|1^Panel\rOBX|1|ST|2^Code||x||||||F|||{sent}", "ORU^R01", MappingText.North with { TimeZone = zone });
        return (mapped.All("Observation").Single()["effectiveDateTime"].Text, mapped.Warnings.Count);
    }
}
