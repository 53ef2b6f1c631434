using Tandem.Kernel.Actors;
using Tandem.Kernel.Data;
using Tandem.Record.Log;

namespace Tandem.Care.Intake;

/// <summary>How a feed is doing.</summary>
/// <param name="Source">The source; for messages of unknown senders one of that name.</param>
/// <param name="LastMessageAt">When its last message came; null when none ever did.</param>
/// <param name="PerMinute">Messages per minute over the last ten minutes.</param>
/// <param name="Received">Messages of the last 24 hours, repetitions included.</param>
/// <param name="Repeated">Repetitions of the last 24 hours.</param>
/// <param name="Applied">Applied in the last 24 hours.</param>
/// <param name="Refused">Sent to quarantine in the last 24 hours.</param>
/// <param name="Lag">Mean time from receiving to applying over the last 24 hours; null when nothing was applied.</param>
/// <param name="Quarantined">Waiting in quarantine now.</param>
/// <param name="SilentFor">How long it has been silent when that is much longer than usual; else null.</param>
public sealed record FeedStatus(
    FeedSource Source, DateTimeOffset? LastMessageAt, double PerMinute, long Received, long Repeated, long Applied, long Refused, TimeSpan? Lag,
    long Quarantined, TimeSpan? SilentFor)
{
    /// <summary>How long it usually pauses between messages; null when too little is known of it.</summary>
    public TimeSpan? UsualPause { get; init; }
}

/// <summary>Lists the feeds with their figures.</summary>
public static class ListFeeds
{
    internal const string ReadCounts =
        "SELECT source, CAST(SUM(received) AS BIGINT), CAST(SUM(repeated) AS BIGINT), CAST(SUM(applied) AS BIGINT), CAST(SUM(quarantined) AS BIGINT), "
        + "CAST(SUM(lag_ms) AS BIGINT), CAST(SUM(CASE WHEN minute > $2 THEN received ELSE 0 END) AS BIGINT) "
        + "FROM intake_counts WHERE minute > $1 GROUP BY source";

    internal const string ReadRhythm =
        "SELECT source, COUNT(*), MIN(minute), MAX(minute) FROM intake_counts WHERE minute > $1 AND received > 0 GROUP BY source";

    internal const string ReadLast = "SELECT received_at FROM intake_messages WHERE source = $1 ORDER BY number DESC LIMIT 1";

    internal const string CountPending = "SELECT COUNT(*) FROM intake_pending";

    private const int DayInMinutes = 24 * 60;
    private const int RateMinutes = 10;

    /// <summary>All registered sources and, when there are such messages, unknown senders.</summary>
    public static IReadOnlyList<FeedStatus> Handle(RecordStore record, FeedSources sources, TimeProvider clock, AccessScope scope)
    {
        if (!scope.May(Interactions.Read, HubParts.Feeds))
            return [];
        var now = clock.GetUtcNow();
        return record.Database.Snapshot(session => Read(session, sources, now));
    }

    /// <summary>Messages that are kept and not applied yet.</summary>
    public static long Waiting(RecordStore record) => record.Database.Read(session => session.First(CountPending, row => row.Integer(0)));

    private static List<FeedStatus> Read(DbSession session, FeedSources sources, DateTimeOffset now)
    {
        var minute = Inbox.Minute(now);
        var counts = session.Query(ReadCounts, Counts.Read, minute - DayInMinutes, minute - RateMinutes).ToDictionary(row => row.Source);
        var rhythms = session.Query(ReadRhythm, Rhythm.Read, minute - (7 * DayInMinutes)).ToDictionary(row => row.Source);
        var waiting = session.Query(FindQuarantined.CountBySource, row => (Source: row.Text(0), Count: row.Integer(1))).ToDictionary(row => row.Source, row => row.Count);
        var unknown = new FeedSource { Id = FeedSources.Unknown, Zone = "UTC" };
        var feeds = new List<FeedStatus>();
        foreach (var source in sources.All.Append(unknown))
        {
            var last = session.First(ReadLast, row => (DateTimeOffset?)row.Instant(0), source.Id);
            if (source == unknown && last is null)
                continue;
            var count = counts.GetValueOrDefault(source.Id, new Counts(source.Id, 0, 0, 0, 0, 0, 0));
            var rhythm = source == unknown ? null : rhythms.GetValueOrDefault(source.Id);
            var silent = last is { } at ? rhythm?.Silence(now - at) : null;
            TimeSpan? lag = count.Applied == 0 ? null : TimeSpan.FromMilliseconds(count.LagMs / count.Applied);
            feeds.Add(new(source, last, (double)count.Recent / RateMinutes, count.Received, count.Repeated, count.Applied, count.Refused, lag,
                waiting.GetValueOrDefault(source.Id), silent) { UsualPause = rhythm?.Usual });
        }

        return feeds;
    }

    private sealed record Counts(string Source, long Received, long Repeated, long Applied, long Refused, long LagMs, long Recent)
    {
        internal static Counts Read(DbRow row) =>
            new(row.Text(0), row.Integer(1), row.Integer(2), row.Integer(3), row.Integer(4), row.Integer(5), row.Integer(6));
    }
}

/// <summary>How often a source usually sends.</summary>
/// <param name="Source">Which.</param>
/// <param name="Minutes">In how many minutes of the last week it sent.</param>
/// <param name="First">The first of them.</param>
/// <param name="Last">The last of them.</param>
internal sealed record Rhythm(string Source, long Minutes, long First, long Last)
{
    /// <summary>A feed is silent when nothing came for so many of its usual intervals.</summary>
    internal const int Intervals = 10;

    private const int LeastMinutes = 10;
    private static readonly TimeSpan Shortest = TimeSpan.FromMinutes(15);

    internal static Rhythm Read(DbRow row) => new(row.Text(0), row.Integer(1), row.Integer(2), row.Integer(3));

    /// <summary>How long it usually pauses; null when too little is known of the source.</summary>
    internal TimeSpan? Usual => Minutes < LeastMinutes ? null : TimeSpan.FromMinutes((double)(Last - First) / (Minutes - 1));

    /// <summary>The silence when it is unusual; null when it is not, or when too little is known of the source.</summary>
    internal TimeSpan? Silence(TimeSpan since) => Usual is { } usual && since > Shortest && since > usual * Intervals ? since : null;
}
