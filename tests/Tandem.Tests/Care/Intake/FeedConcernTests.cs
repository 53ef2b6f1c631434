using System.Globalization;
using Tandem.Care.Intake;
using Tandem.Kernel.Pages;

namespace Tandem.Tests.Care.Intake;

/// <summary>The page of feeds says why one needs a look, with the figure and the way there.</summary>
public sealed class FeedConcernTests
{
    private static readonly FeedStatus InOrder = new(
        new FeedSource { Id = "north-adt", Zone = "UTC" }, DateTimeOffset.UnixEpoch, 1, 240, 0, 240, 0, TimeSpan.FromSeconds(1), 0, null) { UsualPause = TimeSpan.FromMinutes(12) };

    public FeedConcernTests() => CultureInfo.CurrentUICulture = CultureInfo.CurrentCulture = Languages.Culture(Languages.English);

    [Fact]
    public void A_feed_in_order_gives_no_reason() => Assert.Empty(FeedConcern.Of(InOrder));

    [Fact]
    public void Every_reason_is_given_with_its_figure_and_its_place_the_most_pressing_first()
    {
        var troubled = InOrder with
        {
            SilentFor = TimeSpan.FromMinutes(200), Quarantined = 12, Refused = 3, Lag = TimeSpan.FromSeconds(130), Source = InOrder.Source with { RegisteredByItself = true },
        };

        Assert.Equal(
            [
                new(Tone.Urgent, "Nothing for 3 h 20; usually a message every 12 min", "/feeds/sources/north-adt"),
                new(Tone.Caution, "12 messages wait in quarantine (last 24 h: 3 of 240)", "/feeds/quarantine?source=north-adt"),
                new(Tone.Caution, "Applied 2 min after receiving, on average over 24 h", "/feeds/sources/north-adt"),
                new(Tone.Info, "It registered itself; look at its settings", "/feeds/sources/north-adt"),
            ],
            FeedConcern.Of(troubled));
    }

    [Fact]
    public void Old_messages_in_quarantine_are_counted_alone_and_short_pauses_are_a_minute()
    {
        var feed = InOrder with { Quarantined = 1, SilentFor = TimeSpan.FromMinutes(20), UsualPause = TimeSpan.FromSeconds(20) };

        Assert.Equal(
            ["Nothing for 20 min; usually a message every 1 min", "1 message waits in quarantine"], FeedConcern.Of(feed).Select(concern => concern.Text));
    }
}
