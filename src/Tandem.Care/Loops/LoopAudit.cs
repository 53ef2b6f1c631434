using Tandem.Kernel.Data;
using Tandem.Record.Log;

namespace Tandem.Care.Loops;

/// <summary>An open loop that breaks the promise.</summary>
/// <param name="Loop">The loop's id.</param>
/// <param name="Lacks">What it lacks: <c>owner</c>, <c>back-up</c>, <c>ladder</c>, <c>clock</c>, or <c>late clock</c> when it should have climbed and did not.</param>
public sealed record BrokenPromise(string Loop, string Lacks);

/// <summary>The promise, checked: every open loop has one accountable owner, a running clock and a ladder.</summary>
public static class LoopAudit
{
    /// <summary>How long after its instant a climb counts as missed.</summary>
    public static readonly TimeSpan Grace = TimeSpan.FromMinutes(5);

    internal const string ReadUnsound = "SELECT id, lacks FROM loops_unsound ORDER BY id LIMIT 1000";

    internal const string ReadLate = "SELECT id FROM loops_clock WHERE next_at < $1 ORDER BY next_at, id LIMIT 1000";

    internal const string ReadOpen = "SELECT id FROM loops_worklist WHERE list = $1 ORDER BY rank_at, id";

    internal const string ReadClocks = "SELECT id FROM loops_clock ORDER BY next_at, id";

    /// <summary>What breaks the promise now, at most a thousand of each; cheap enough for a health check.</summary>
    public static IReadOnlyList<BrokenPromise> Find(RecordStore record, DateTimeOffset now) => record.Database.Snapshot(session =>
        (IReadOnlyList<BrokenPromise>)
        [
            .. session.Query(ReadUnsound, row => new BrokenPromise(row.Text(0), row.Text(1))),
            .. session.Query(ReadLate, row => new BrokenPromise(row.Text(0), "late clock"), now - Grace),
        ]);

    /// <summary>As <see cref="Find"/>, and every open loop is held against the clocks one by one; for the verify command.</summary>
    public static IReadOnlyList<BrokenPromise> FindAll(RecordStore record, DateTimeOffset now)
    {
        var without = record.Database.Snapshot(session =>
        {
            var open = session.Query(ReadOpen, row => row.Text(0), Lists.All).Concat(session.Query(ReadOpen, row => row.Text(0), Lists.Snoozed));
            var clocks = session.Query(ReadClocks, row => row.Text(0)).ToHashSet(StringComparer.Ordinal);
            return open.Where(id => !clocks.Contains(id)).ToList();
        });
        return [.. Find(record, now), .. without.Select(id => new BrokenPromise(id, "clock"))];
    }
}
