using Tandem.Hl7v2.DataTypes;
using Xunit;

namespace Tandem.Tests.Hl7v2.DataTypes;

public sealed class DtmTests
{
    [Theory]
    [InlineData("2026", "2026-01-01T00:00:00.0000", DtmPrecision.Year, null)]
    [InlineData("202611", "2026-11-01T00:00:00.0000", DtmPrecision.Month, null)]
    [InlineData("20261120", "2026-11-20T00:00:00.0000", DtmPrecision.Day, null)]
    [InlineData("2026112008", "2026-11-20T08:00:00.0000", DtmPrecision.Hour, null)]
    [InlineData("202611200830-0500", "2026-11-20T08:30:00.0000", DtmPrecision.Minute, -300)]
    [InlineData("20261120083015", "2026-11-20T08:30:15.0000", DtmPrecision.Second, null)]
    [InlineData(" 20261120083015.25+0545 ", "2026-11-20T08:30:15.2500", DtmPrecision.Fraction, 345)]
    [InlineData("20261120+0100", "2026-11-20T00:00:00.0000", DtmPrecision.Day, 60)]
    public void A_time_is_read_with_its_precision_and_offset(string text, string local, DtmPrecision precision, int? minutes)
    {
        Assert.True(Dtm.TryParse(text, out var time));
        Assert.Equal(local, time.Local.ToString("yyyy-MM-ddTHH:mm:ss.ffff", System.Globalization.CultureInfo.InvariantCulture));
        Assert.Equal((precision, minutes), (time.Precision, (int?)time.Offset?.TotalMinutes));
        Assert.True(Dtm.TryParse(time.ToString(), out var again));
        Assert.Equal(time, again);
    }

    [Theory]
    [InlineData("")]
    [InlineData("0000")]
    [InlineData("00000000")]
    [InlineData("20261320")]
    [InlineData("20260230")]
    [InlineData("2026112")]
    [InlineData("2026112025")]
    [InlineData("20261120.5")]
    [InlineData("20261120083015.")]
    [InlineData("20261120083015+9900")]
    [InlineData("20261120083015-05")]
    [InlineData("2026-11-20")]
    [InlineData("today")]
    public void What_is_no_time_is_refused(string text) => Assert.False(Dtm.TryParse(text, out _));

    [Fact]
    public void A_precision_stated_beside_the_value_is_kept()
    {
        var message = SharedHl7Data.Read("MSH|^~\\&|A\rPID|||||||195001020000^D\r");
        Assert.Equal(DtmPrecision.Day, Dtm.Read(message.At("PID-7"))!.Value.Precision);
    }
}
