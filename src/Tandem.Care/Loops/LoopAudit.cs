using Tandem.Fhir.Views;
using Tandem.Kernel.Data;
using Tandem.Record.Log;

namespace Tandem.Care.Loops;

/// <summary>An open loop that breaks the promise.</summary>
/// <param name="Loop">The loop's id.</param>
/// <param name="Lacks">What it lacks: <c>owner</c>, <c>back-up</c>, <c>ladder</c>, <c>clock</c>, <c>worklist</c>, or <c>late clock</c> when it should have climbed and did not.</param>
public sealed record BrokenPromise(string Loop, string Lacks);

/// <summary>The promise, checked: every open loop has one accountable owner, a running clock and a ladder.</summary>
public static class LoopAudit
{
    /// <summary>How long after its instant a climb counts as missed.</summary>
    public static readonly TimeSpan Grace = TimeSpan.FromMinutes(5);

    internal const string ReadUnsound = "SELECT id, lacks FROM loops_unsound ORDER BY id LIMIT 1000";

    internal const string ReadLate = "SELECT id FROM loops_clock WHERE next_at < $1 ORDER BY next_at, id LIMIT 1000";

    internal const string ReadListed = "SELECT id FROM loops_worklist WHERE list = $1 ORDER BY rank_at, id";

    internal const string ReadClocks = "SELECT id FROM loops_clock ORDER BY next_at, id";

    internal const string ReadTasks =
        "SELECT l.seq, l.type, l.id, l.version, l.at, l.lane, l.body, l.patient FROM resources r JOIN log l ON l.seq = r.seq "
        + "WHERE r.type = 'Task' AND r.deleted = 0 AND r.id > $1 ORDER BY r.id LIMIT 500";

    internal const string ReadReach = "SELECT MAX(seq) FROM log";

    internal const string ReadTasksSince =
        "SELECT l.seq, l.type, l.id, l.version, l.at, l.lane, l.body, l.patient FROM log l JOIN resources r ON r.seq = l.seq "
        + "WHERE l.seq > $1 AND l.seq <= $2 AND l.type = 'Task' AND l.deleted = 0 ORDER BY l.seq";

    internal const string ReadClock = "SELECT id FROM loops_clock WHERE next_at = $1 AND id = $2";

    internal const string ReadPlace = "SELECT id FROM loops_worklist WHERE list = $1 AND rank_at = $2 AND id = $3";

    private const long EntriesAtOnce = 10_000;

    /// <summary>What breaks the promise now, at most a thousand of each; cheap enough for a health check.</summary>
    public static IReadOnlyList<BrokenPromise> Find(RecordStore record, DateTimeOffset now) =>
        record.Database.Snapshot(session => (IReadOnlyList<BrokenPromise>)[.. Find(session, now)]);

    /// <summary>
    /// As <see cref="Find(RecordStore, DateTimeOffset)"/>, and every open loop of the record itself is held against the clocks and the worklist one by one:
    /// what has no row there never climbs and is seen by nobody. For the verify command.
    /// </summary>
    public static IReadOnlyList<BrokenPromise> FindAll(RecordStore record, DateTimeOffset now) => record.Database.Snapshot(session =>
    {
        var clocks = session.Query(ReadClocks, row => row.Text(0)).ToHashSet(StringComparer.Ordinal);
        var listed = session.Query(ReadListed, row => row.Text(0), Lists.All).Concat(session.Query(ReadListed, row => row.Text(0), Lists.Snoozed)).ToHashSet(StringComparer.Ordinal);
        return (IReadOnlyList<BrokenPromise>)[.. Find(session, now), .. Unseen(session, clocks, listed, record.Own)];
    });

    /// <summary>
    /// The open loops that changed after a place in the log and have no clock or no place on the worklist, or another than they should; it looks at 10,000
    /// entries of the log at most, so that a health check can go on from look to look.
    /// </summary>
    /// <param name="record">Where.</param>
    /// <param name="after">The place that the call before gave; 0 at first.</param>
    /// <returns>What was found, and the place to go on from.</returns>
    public static (IReadOnlyList<BrokenPromise> Broken, long Position) UnseenSince(RecordStore record, long after) => record.Database.Snapshot(session =>
    {
        var reach = Math.Min(session.First(ReadReach, row => row.IntegerOrNull(0)) ?? 0, after + EntriesAtOnce);
        var open = session.Query(ReadTasksSince, LoopRows.Version, after, reach).Select(version => LoopReading.Read(version, record.Own)).OfType<Loop>();
        return ((IReadOnlyList<BrokenPromise>)[.. open.Select(loop => Unseen(session, loop)).OfType<BrokenPromise>()], Math.Max(after, reach));
    });

    private static BrokenPromise? Unseen(DbSession session, Loop loop)
    {
        if (LoopClock.Next(loop) is not { } next)
            return null;
        var list = loop.State == LoopState.Snoozed ? Lists.Snoozed : Lists.All;
        string[] lacks =
        [
            .. session.Query(ReadClock, row => row.Text(0), next, loop.Id).Count == 0 ? ["clock"] : Array.Empty<string>(),
            .. session.Query(ReadPlace, row => row.Text(0), list, LoopScore.RankAt(loop), loop.Id).Count == 0 ? ["worklist"] : Array.Empty<string>(),
        ];
        return lacks.Length == 0 ? null : new BrokenPromise(loop.Id, string.Join(", ", lacks));
    }

    private static List<BrokenPromise> Find(DbSession session, DateTimeOffset now) =>
    [
        .. session.Query(ReadUnsound, row => new BrokenPromise(row.Text(0), row.Text(1))),
        .. session.Query(ReadLate, row => new BrokenPromise(row.Text(0), "late clock"), now - Grace),
    ];

    private static IEnumerable<BrokenPromise> Unseen(DbSession session, HashSet<string> clocks, HashSet<string> listed, OwnAddresses own)
    {
        for (var after = ""; ;)
        {
            var tasks = session.Query(ReadTasks, LoopRows.Version, after);
            if (tasks.Count == 0)
                yield break;
            foreach (var task in tasks.Where(task => !(clocks.Contains(task.Id) && listed.Contains(task.Id)) && LoopReading.Read(task, own) is { IsOpen: true }))
                yield return new BrokenPromise(task.Id, clocks.Contains(task.Id) ? "worklist" : listed.Contains(task.Id) ? "clock" : "clock, worklist");
            after = tasks[^1].Id;
        }
    }
}
