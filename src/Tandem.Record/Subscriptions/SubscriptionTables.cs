using Tandem.Kernel.Data;
using Tandem.Record.Log;

namespace Tandem.Record.Subscriptions;

/// <summary>What is kept of subscriptions beside the resources themselves.</summary>
internal static class SubscriptionTables
{
    /// <summary>The events of each subscription: numbered from 1 without a gap, in the order of the log. What is made under the id of a deleted one is stored under the numbers that follow (see <see cref="Begun"/>).</summary>
    internal static readonly Table Events = new(
        "subscriptions_events",
        TableKind.Append,
        [new("subscription", DbKind.Text), new("number", DbKind.Integer)],
        [new("seq", DbKind.Integer), new("kind", DbKind.Integer)],
        [new("seq", "subscription, seq")]);

    /// <summary>How far each subscriber was told.</summary>
    internal static readonly Table Progress = new(
        "subscriptions_progress",
        TableKind.Rows,
        [new("subscription", DbKind.Text)],
        [
            new("delivered", DbKind.Integer), new("shaken", DbKind.Integer), new("failures", DbKind.Integer),
            new("failing_since", DbKind.Integer, Nullable: true),
        ],
        []);

    /// <summary>On whose behalf each subscription was made: what it tells is what that scope sees.</summary>
    internal static readonly Table Owners = new(
        "subscriptions_owners",
        TableKind.Rows,
        [new("subscription", DbKind.Text)],
        [
            new("actor", DbKind.Text), new("organization", DbKind.Text, Nullable: true), new("role", DbKind.Text), new("purpose", DbKind.Text),
            new("reach", DbKind.Text), new("teams", DbKind.Text),
        ],
        []);

    /// <summary>
    /// From which place in the log on each subscription asks for what it asks for now: changes up to there are no events of it. Kept when it is made, when its topic or filters change, and when it is deleted. Then the
    /// last number is kept too (<c>earlier</c>): what is made under its id counts from there, and the events up to it are removed at night.
    /// </summary>
    internal static readonly Table Begun = new("subscriptions_begun", TableKind.Rows, [new("subscription", DbKind.Text)], [new("seq", DbKind.Integer), new("earlier", DbKind.Integer)], []);

    private const string Earlier = "COALESCE((SELECT b.earlier FROM subscriptions_begun b WHERE b.subscription = $1), 0)";

    private const string LastNumber = $"COALESCE((SELECT MAX(e.number) FROM subscriptions_events e WHERE e.subscription = $1 AND e.number > {Earlier}), {Earlier})";

    /// <summary>The last number as it is stored, the last place in the log, and where the subscription began.</summary>
    internal const string ReadLast =
        $"SELECT {LastNumber}, "
        + "COALESCE((SELECT MAX(seq) FROM subscriptions_events WHERE subscription = $1), 0), "
        + "COALESCE((SELECT seq FROM subscriptions_begun WHERE subscription = $1), 0)";

    /// <summary>How many events a subscription has had: the last number as it is told.</summary>
    internal const string ReadCount = $"SELECT {LastNumber} - {Earlier}";

    internal const string ReadBegun = "SELECT seq, earlier FROM subscriptions_begun WHERE subscription = $1";

    internal const string HasSeq = "SELECT 1 FROM subscriptions_events WHERE subscription = $1 AND seq = $2";

    /// <summary>Events by their numbers as they are told; those at most <see cref="MostNumber"/>.</summary>
    internal const string ReadEvents =
        $"SELECT number - {Earlier}, seq, kind FROM subscriptions_events WHERE subscription = $1 AND number > {Earlier} AND number >= {Earlier} + $2 AND number <= {Earlier} + $3 "
        + "AND seq > COALESCE((SELECT b.seq FROM subscriptions_begun b WHERE b.subscription = $1), 0) ORDER BY number LIMIT $4";

    /// <summary>No number is greater, and both engines can add to it.</summary>
    internal const long MostNumber = 1L << 60;

    internal const string ReadProgress = "SELECT delivered, shaken, failures, failing_since FROM subscriptions_progress WHERE subscription = $1";

    internal const string ReadOwner = "SELECT actor, organization, role, purpose, reach, teams FROM subscriptions_owners WHERE subscription = $1";

    internal const string ReadCurrent =
        $"SELECT {LogTables.Columns} FROM resources r JOIN log l ON l.seq = r.seq WHERE r.type = 'Subscription' AND r.deleted = 0 ORDER BY l.rid";

    /// <summary>Every subscription as it was at a place in the log.</summary>
    internal const string ReadAt =
        $"SELECT {LogTables.Columns} FROM log l WHERE l.type = 'Subscription' AND l.seq <= $1 "
        + "AND l.seq = (SELECT MAX(m.seq) FROM log m WHERE m.rid = l.rid AND m.seq <= $1) ORDER BY l.rid";
}

/// <summary>An event of a subscription.</summary>
/// <param name="Number">1, 2, 3 …</param>
/// <param name="Seq">The change's place in the log.</param>
/// <param name="Kind">What the change was.</param>
internal sealed record NotedEvent(long Number, long Seq, Interactions Kind)
{
    internal static NotedEvent Read(DbRow row) => new(row.Integer(0), row.Integer(1), (Interactions)row.Integer(2));
}

/// <summary>How far a subscriber was told, and since when it does not work.</summary>
/// <param name="Delivered">The last event number that arrived.</param>
/// <param name="IsShaken">True after a handshake.</param>
/// <param name="Failures">Failed tries in a row.</param>
/// <param name="FailingSince">When the first of them was, or null.</param>
internal sealed record Progress(long Delivered, bool IsShaken, int Failures, DateTimeOffset? FailingSince)
{
    internal static readonly Progress None = new(0, false, 0, null);

    /// <summary>The beginning that it goes on from (<see cref="SubscriptionTables.Begun"/>).</summary>
    internal long Begun { get; init; }

    internal static Progress Read(DbRow row) => new(row.Integer(0), row.Integer(1) != 0, (int)row.Integer(2), row.InstantOrNull(3));

    internal DbValue[] Row(string subscription) => [subscription, Delivered, IsShaken, Failures, FailingSince];
}
