using Tandem.Care.Patients;
using Tandem.Kernel.Actors;
using Tandem.Kernel.Data;
using Tandem.Record.Access;
using Tandem.Record.Log;

namespace Tandem.Care.Loops;

/// <summary>What climbed to a reader and waits for an answer, as far as every page tells it: numbers only.</summary>
/// <param name="Waiting">How many wait; <see cref="FindEscalations.Most"/> means so many or more.</param>
/// <param name="Unseen">How many of them climbed since the reader last marked them as seen.</param>
/// <param name="UnseenCritical">How many of those are critical.</param>
/// <param name="Newest">When the last of the unseen climbed; null without one.</param>
public sealed record EscalationSum(int Waiting, int Unseen, int UnseenCritical, DateTimeOffset? Newest)
{
    /// <summary>Nothing waits.</summary>
    public static readonly EscalationSum None = new(0, 0, 0, null);
}

/// <summary>Counts what climbed to a reader; cheap enough for the head of every page.</summary>
public static class FindEscalations
{
    /// <summary>No more are counted.</summary>
    public const int Most = 100;

    internal const string ReadWaiting =
        "SELECT e.climbed_at, e.tier FROM loops_escalated e WHERE e.receiver = $1 /*reach Task:e.id*/ ORDER BY e.climbed_at DESC, e.id DESC LIMIT $2";

    internal const string ReadSeen = "SELECT receiver, until_at FROM loops_seen WHERE person = $1";

    /// <summary>What waits for a reader.</summary>
    public static EscalationSum Find(RecordStore record, Receiving receiving, AccessScope scope)
    {
        if (scope.Reach == Reach.NoOne)
            return EscalationSum.None;
        return record.Database.Read(session =>
        {
            var seen = SeenUntil(session, scope.Actor.Reference);
            var waiting = receiving.All.Distinct().SelectMany(receiver => session.QueryWithin(
                scope, ReadWaiting, row => (Receiver: receiver, ClimbedAt: row.Instant(0), Tier: (LoopTier)row.Integer(1)), KeyText.Of(receiver), Most)).ToList();
            var unseen = waiting.FindAll(one => one.ClimbedAt > seen.GetValueOrDefault(one.Receiver));
            return new EscalationSum(
                Math.Min(waiting.Count, Most),
                Math.Min(unseen.Count, Most),
                unseen.Count(one => one.Tier == LoopTier.Red),
                unseen.Count > 0 ? unseen.Max(one => one.ClimbedAt) : null);
        });
    }

    /// <summary>Until which climb a reader has seen what climbed to each receiver; none for receivers of whom they never said so.</summary>
    public static IReadOnlyDictionary<string, DateTimeOffset> SeenUntil(RecordStore record, AccessScope scope) =>
        record.Database.Read(session => SeenUntil(session, scope.Actor.Reference));

    internal static Dictionary<string, DateTimeOffset> SeenUntil(DbSession session, string person) =>
        session.Query(ReadSeen, row => (Receiver: row.Text(0), Until: row.Instant(1)), person).ToDictionary(row => row.Receiver, row => row.Until);
}
