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
    RecordStore record, IEnumerable<RetainedKind> kinds, RetentionSettings settings, TrailKeeper trails, TimeProvider clock, ILogger<NightlyRemoval> log, ReadHolds? holds = null) : BackgroundService
{
    /// <summary>Rows in one commit at most.</summary>
    internal const int Group = 500;

    private const string Work = "retention";

    /// <summary>Removes what is due now. For tests; the service does it by itself.</summary>
    /// <returns>How many rows of each kind; nothing while another node is at it.</returns>
    internal async Task<IReadOnlyDictionary<string, int>> RunAsync(CancellationToken cancel)
    {
        var removed = new Dictionary<string, int>(StringComparer.Ordinal);
        if (!Kept(await record.WithWriterAsync<bool>(session => record.Database.TryTake(session.Writer, Work), cancel)))
            return removed;
        try
        {
            foreach (var kind in kinds)
                removed[kind.Code] = await RemoveAsync(kind, cancel);
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

    private async Task<int> RemoveAsync(RetainedKind kind, CancellationToken cancel)
    {
        var before = clock.GetUtcNow() - TimeSpan.FromDays(settings.DaysOf(kind));
        for (var removed = 0; ;)
        {
            var gone = await RemoveGroupAsync(kind, before, cancel);
            removed += gone;
            if (gone < Group)
                return removed;
        }
    }

    private async Task<int> RemoveGroupAsync(RetainedKind kind, DateTimeOffset before, CancellationToken cancel)
    {
        var held = holds?.Invoke() ?? HeldPatients.None;
        if (held.IsWholeHub)
            return 0;
        var keys = record.Database.Read(session => kind.IsOfPatients
            ? session.Query(kind.Find, kind.KeyOf, before, Group, held.Text)
            : session.Query(kind.Find, kind.KeyOf, before, Group));
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
                session.Acted(new TrailAct("retention-removed", ActKind.Permission, string.Create(CultureInfo.InvariantCulture, $"{kind.Code}: {keys.Count} from before {before:yyyy-MM-dd}")));
                return keys.Count;
            },
            cancel));
    }

    private static T Kept<T>(Kernel.Outcomes.Outcome<T> outcome) => outcome.Refusal is { } refusal ? throw new DatabaseUnavailableException(refusal.Text) : outcome.Value;

    [LoggerMessage(EventId = 340, Level = LogLevel.Error, Message = "What was kept for its time could not be removed; it will be tried next night.")]
    private static partial void Stopped(ILogger log, Exception fault);
}
