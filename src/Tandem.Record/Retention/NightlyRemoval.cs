using System.Globalization;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Tandem.Kernel.Actors;
using Tandem.Kernel.Data;
using Tandem.Record.Log;

namespace Tandem.Record.Retention;

/// <summary>
/// Removes what was kept for its time, once a night, in small groups between everything else that is written. Each group is removed in one commit with an event for the access log that
/// tells the kind and how many. What is on legal hold stays. Of several nodes one does it. Thread-safe.
/// </summary>
public sealed partial class NightlyRemoval(
    RecordStore record, IEnumerable<RetainedKind> kinds, RetentionSettings settings, RetentionRules rules, TrailKeeper trails, TimeProvider clock, ILogger<NightlyRemoval> log, ReadHolds? holds = null) : BackgroundService
{
    /// <summary>Rows in one commit at most.</summary>
    internal const int Group = 500;

    private const string Work = "retention";
    private readonly IReadOnlyList<RetainedKind> kinds = [.. kinds.Where(kind => kind.RemovedBy == RemovedBy.Night)];

    /// <summary>Removes what is due now. For tests; the service does it by itself.</summary>
    /// <returns>How many rows of each kind; nothing while another node is at it.</returns>
    internal async Task<IReadOnlyDictionary<string, int>> RunAsync(CancellationToken cancel)
    {
        var removed = new Dictionary<string, int>(StringComparer.Ordinal);
        if (!Kept(await record.WithWriterAsync<bool>(session => record.Database.TryTake(session.Writer, Work), cancel)))
            return removed;
        try
        {
            var began = clock.GetUtcNow();
            var before = kinds.ToDictionary(kind => kind.Code, kind => began - TimeSpan.FromDays(rules.DaysOf(kind, began)), StringComparer.Ordinal); // one rule for the whole night
            foreach (var kind in kinds)
                removed[kind.Code] = await RemoveAsync(kind, began, before[kind.Code], cancel);
            Kept(await record.WriteAsync<bool>(
                AccessScope.System,
                session =>
                {
                    foreach (var kind in kinds)
                        new RetentionRun(kind.Code, began, removed[kind.Code], before[kind.Code], IsWhole: true).Write(session);
                    return true;
                },
                cancel));
        }
        finally
        {
            await record.WithWriterAsync<bool>(
                session =>
                {
                    record.Database.GiveBack(session.Writer, Work);
                    return true;
                },
                CancellationToken.None);
        }

        return removed;
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                var now = clock.GetUtcNow();
                await Task.Delay(settings.NextAfter(now) - now, clock, stoppingToken);
                await RunAsync(stoppingToken);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (DatabaseException e)
            {
                Stopped(log, e);
            }
        }
    }

    private async Task<int> RemoveAsync(RetainedKind kind, DateTimeOffset began, DateTimeOffset before, CancellationToken cancel)
    {
        for (var removed = 0; ;)
        {
            var gone = await RemoveGroupAsync(kind, new(kind.Code, began, removed, before, IsWhole: false), cancel);
            removed += gone;
            if (gone < Group)
                return removed;
        }
    }

    /// <param name="kind">Of which kind.</param>
    /// <param name="run">What went before this group; how far it is now is kept in the same commit.</param>
    /// <param name="cancel">Gives up between groups.</param>
    private async Task<int> RemoveGroupAsync(RetainedKind kind, RetentionRun run, CancellationToken cancel)
    {
        var held = holds?.Invoke() ?? HeldPatients.None;
        if (held.IsWholeHub)
            return 0;
        var keys = record.Database.Read(session => kind.IsOfPatients
            ? session.Query(kind.Find, kind.KeyOf, run.Before, Group, held.Text)
            : session.Query(kind.Find, kind.KeyOf, run.Before, Group));
        if (keys.Count == 0)
            return 0;
        var trail = trails.Begin(new TrailFacts("retention-removed") { Address = Work });
        trail.Serves(AccessScope.System);
        return Kept(await record.WriteAsync<int>(
            AccessScope.System with { Trail = trail },
            session =>
            {
                foreach (var key in keys)
                    session.Remove(kind.Table, key);
                (run with { Removed = run.Removed + keys.Count }).Write(session);
                session.Acted(new TrailAct("retention-removed", ActKind.Permission, string.Create(CultureInfo.InvariantCulture, $"{kind.Code}: {keys.Count} from before {run.Before:yyyy-MM-dd}")));
                return keys.Count;
            },
            cancel));
    }

    private static T Kept<T>(Kernel.Outcomes.Outcome<T> outcome) => outcome.Refusal is { } refusal ? throw new DatabaseUnavailableException(refusal.Text) : outcome.Value;

    [LoggerMessage(EventId = 340, Level = LogLevel.Error, Message = "What was kept for its time could not be removed; it will be tried next night.")]
    private static partial void Stopped(ILogger log, Exception fault);
}
