using Tandem.Kernel.Data;
using Tandem.Record.Bulk;
using Tandem.Record.Log;

namespace Tandem.Record.Retention;

/// <summary>What the next removal would take of a kind, and what the last one took.</summary>
/// <param name="Due">How many rows; more than <see cref="RetentionPreview.Most"/> are counted as one more than that.</param>
/// <param name="Last">The last removal, or null when there was none.</param>
public sealed record RetentionOutlook(long Due, RetentionRun? Last);

/// <summary>Looks ahead to the next removal without removing anything, by the same statements. Thread-safe.</summary>
public sealed class RetentionPreview(
    RecordStore record, IEnumerable<RetainedKind> kinds, RetentionSettings settings, RetentionRules rules, BulkOptions bulk, TimeProvider clock, ReadHolds? holds = null)
{
    /// <summary>So many rows of a kind are counted at most.</summary>
    public const int Most = 10_000;

    /// <summary>When the next removal begins.</summary>
    public DateTimeOffset Next => settings.NextAfter(clock.GetUtcNow());

    /// <summary>How long the files of finished exports and imports are kept; they are removed every hour.</summary>
    public TimeSpan KeepExports => bulk.KeepFor;

    /// <summary>Each kind by its code. On hold is what would be on hold now.</summary>
    public IReadOnlyDictionary<string, RetentionOutlook> Read()
    {
        var (next, held) = (Next, holds?.Invoke() ?? HeldPatients.None);
        return record.Database.Read(session =>
        {
            var last = session.Query(RetentionRun.ReadLast, RetentionRun.Read).ToDictionary(run => run.Kind, StringComparer.Ordinal);
            return kinds.ToDictionary(
                kind => kind.Code, kind => new RetentionOutlook(held.IsWholeHub ? 0 : Due(session, kind, next - TimeSpan.FromDays(rules.DaysOf(kind, next)), held), last.GetValueOrDefault(kind.Code)), StringComparer.Ordinal);
        });
    }

    /// <summary>What the next removal would take of a kind if it were kept for other days, by the same statements. On hold is what would be on hold now.</summary>
    /// <param name="kind">Of which kind.</param>
    /// <param name="days">How long it would be kept.</param>
    /// <param name="at">When the removal would begin.</param>
    /// <returns>How many rows; more than <see cref="Most"/> are counted as one more than that.</returns>
    public long Try(RetainedKind kind, int days, DateTimeOffset at)
    {
        var held = holds?.Invoke() ?? HeldPatients.None;
        return held.IsWholeHub ? 0 : record.Database.Read(session => Due(session, kind, at - TimeSpan.FromDays(days), held));
    }

    /// <summary>The first removal on a day where the site is, or after it; never before the next.</summary>
    public DateTimeOffset FirstOn(DateOnly day) => settings.NextAfter(rules.BeginOf(day).AddTicks(-1)) is var first && first > Next ? first : Next;

    /// <summary>How many exports and imports would have their files removed at the time of the next removal, and what the last hour removed.</summary>
    public RetentionOutlook ReadExports() => record.Database.Read(session => new RetentionOutlook(
        session.First(BulkJob.CountOld, row => row.Integer(0), Next - bulk.KeepFor),
        session.Query(RetentionRun.ReadLast, RetentionRun.Read).Find(run => run.Kind == BulkJob.RetainedAs)));

    private static long Due(DbSession session, RetainedKind kind, DateTimeOffset before, HeldPatients held)
    {
        var count = $"SELECT COUNT(*) FROM ({kind.Find}) AS due";
        return kind.IsOfPatients
            ? session.First(count, row => row.Integer(0), before, Most + 1, held.Text)
            : session.First(count, row => row.Integer(0), before, Most + 1);
    }
}
