using Tandem.Kernel.Pages;

namespace Tandem.Care.Intake;

/// <summary>One reason why a person should look at a feed, with its figure and where to go.</summary>
/// <param name="Tone">How pressing it is.</param>
/// <param name="Text">The reason with its figure, in the reader's language.</param>
/// <param name="Href">Where it can be looked into.</param>
internal sealed record FeedConcern(Tone Tone, string Text, string Href)
{
    /// <summary>Longer than this between receiving and applying, on average, and what people see is old.</summary>
    internal static readonly TimeSpan LongLag = TimeSpan.FromMinutes(1);

    private static readonly TimeSpan OneMinute = TimeSpan.FromMinutes(1);

    /// <summary>All reasons, the most pressing first; none for a feed in order.</summary>
    internal static IReadOnlyList<FeedConcern> Of(FeedStatus feed)
    {
        var concerns = new List<FeedConcern>();
        if (feed is { SilentFor: { } silent, UsualPause: { } usual })
            concerns.Add(new(Tone.Urgent, FeedsWords.SilentWhy.With(Spans.Short(silent), Spans.Short(usual < OneMinute ? OneMinute : usual)), PageOf(feed)));
        if (feed.Quarantined > 0)
            concerns.Add(new(Tone.Caution, feed.Refused > 0
                ? FeedsWords.QuarantinedWhyRecent.For(feed.Quarantined, feed.Refused, feed.Received)
                : FeedsWords.QuarantinedWhy.For(feed.Quarantined), QuarantineOf(feed)));
        if (feed.Lag is { } lag && lag > LongLag)
            concerns.Add(new(Tone.Caution, FeedsWords.LagWhy.With(Spans.Short(lag)), PageOf(feed)));
        if (feed.Source.RegisteredByItself)
            concerns.Add(new(Tone.Info, FeedsWords.UnconfirmedWhy, PageOf(feed)));
        return concerns;
    }

    internal static string QuarantineOf(FeedStatus feed) => $"/feeds/quarantine?source={Uri.EscapeDataString(feed.Source.Id)}";

    internal static string PageOf(FeedStatus feed) =>
        feed.Source.Id == FeedSources.Unknown ? QuarantineOf(feed) : "/feeds/sources/" + Uri.EscapeDataString(feed.Source.Id);
}
