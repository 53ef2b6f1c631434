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
    RecordStore record, IEnumerable<RetainedKind> kinds, RetentionSettings settings, BulkOptions bulk, TimeProvider clock, ReadHolds? holds = null)
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
                kind => kind.Code, kind => new RetentionOutlook(held.IsWholeHub ? 0 : Due(session, kind, next, held), last.GetValueOrDefault(kind.Code)), StringComparer.Ordinal);
        });
    }

    /// <summary>How many exports and imports will have their files removed by the next removal.</summary>
    public long ReadExports() => record.Database.Read(session => session.First(BulkJob.CountOld, row => row.Integer(0), Next - bulk.KeepFor));

    private long Due(DbSession session, RetainedKind kind, DateTimeOffset next, HeldPatients held)
    {
        var (count, before) = ($"SELECT COUNT(*) FROM ({kind.Find}) AS due", next - TimeSpan.FromDays(settings.DaysOf(kind)));
        return kind.IsOfPatients
            ? session.First(count, row => row.Integer(0), before, Most + 1, held.Text)
            : session.First(count, row => row.Integer(0), before, Most + 1);
    }
}
