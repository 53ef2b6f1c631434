using Tandem.Kernel.Data;
using Tandem.Record.Log;

namespace Tandem.Record.Retention;

/// <summary>What the next removal would take of a kind, and what the last one took.</summary>
/// <param name="Due">How many rows; more than <see cref="RetentionPreview.Most"/> are counted as one more than that.</param>
/// <param name="Last">The last removal, or null when there was none.</param>
public sealed record RetentionOutlook(long Due, RetentionRun? Last);

/// <summary>Looks ahead to the next removal without removing anything, by the same statements. Thread-safe.</summary>
public sealed class RetentionPreview(
    RecordStore record, IEnumerable<RetainedKind> kinds, RetentionSettings settings, RetentionRules rules, TimeProvider clock, ReadHolds? holds = null)
{
    /// <summary>So many rows of a kind are counted at most.</summary>
    public const int Most = 10_000;

    /// <summary>When the next removal begins.</summary>
    public DateTimeOffset Next => settings.NextAfter(clock.GetUtcNow());

    /// <summary>Each kind by its code, as far as the hub removes it by itself. On hold is what would be on hold now.</summary>
    public IReadOnlyDictionary<string, RetentionOutlook> Read()
    {
        var (next, held) = (Next, holds?.Invoke() ?? HeldPatients.None);
        return record.Database.Read(session =>
        {
            var last = session.Query(RetentionRun.ReadLast, RetentionRun.Read).ToDictionary(run => run.Kind, StringComparer.Ordinal);
            return kinds.Where(kind => kind.RemovedBy != RemovedBy.Command).ToDictionary(
                kind => kind.Code, kind => new RetentionOutlook(Due(session, kind, next - TimeSpan.FromDays(rules.DaysOf(kind, next)), held), last.GetValueOrDefault(kind.Code)), StringComparer.Ordinal);
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
        return record.Database.Read(session => Due(session, kind, at - TimeSpan.FromDays(days), held));
    }

    /// <summary>The first removal on a day where the site is, or after it; never before the next. Of what goes every hour, the hour in which the day begins.</summary>
    public DateTimeOffset FirstOn(DateOnly day, RetainedKind? kind = null) => kind?.RemovedBy == RemovedBy.Hour
        ? new[] { rules.BeginOf(day), clock.GetUtcNow() }.Max()
        : settings.NextAfter(rules.BeginOf(day).AddTicks(-1)) is var first && first > Next ? first : Next;

    private static long Due(DbSession session, RetainedKind kind, DateTimeOffset before, HeldPatients held)
    {
        if (held.IsWholeHub && kind.RemovedBy == RemovedBy.Night)
            return 0;
        var count = $"SELECT COUNT(*) FROM ({kind.Find}) AS due";
        return kind.IsOfPatients
            ? session.First(count, row => row.Integer(0), before, Most + 1, held.Text)
            : session.First(count, row => row.Integer(0), before, Most + 1);
    }
}
