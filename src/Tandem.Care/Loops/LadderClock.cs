using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Tandem.Kernel.Actors;
using Tandem.Kernel.Data;
using Tandem.Record.Log;

namespace Tandem.Care.Loops;

/// <summary>
/// Makes ladders climb and snoozes end. What is due is read from the record and decided again within the write, from the step that the Task
/// says: a climb happens once, whatever restarts or however many nodes look at the same clock.
/// </summary>
public sealed class LadderClock(RecordStore record, TimeProvider clock, ILogger<LadderClock> log) : BackgroundService
{
    private const int Batch = 200;
    private const int MostStepsAtOnce = 100;
    private static readonly TimeSpan LookAgain = TimeSpan.FromSeconds(1);

    internal const string ReadDue = "SELECT id FROM loops_clock WHERE next_at <= $1 ORDER BY next_at, id LIMIT $2";

    internal const string ReadNext = "SELECT next_at FROM loops_clock ORDER BY next_at LIMIT 1";

    /// <summary>Does all that has come due by <paramref name="now"/>.</summary>
    /// <returns>How many steps were taken.</returns>
    /// <exception cref="DatabaseUnavailableException">The database cannot keep it now; the next tick does it.</exception>
    public async Task<int> TickAsync(DateTimeOffset now, CancellationToken cancel)
    {
        var steps = 0;
        while (true)
        {
            var due = record.Database.Read(session => session.Query(ReadDue, row => row.Text(0), now, Batch));
            if (due.Count == 0)
                return steps;
            var outcome = await record.WriteAsync<int>(AccessScope.System, session => Climb(session, due, now), cancel);
            if (!outcome.Succeeded(out var taken, out var refusal))
                throw new DatabaseUnavailableException(refusal.Text);
            steps += taken;
        }
    }

    /// <summary>When the next ladder climbs or snooze ends; null when no loop is open.</summary>
    public DateTimeOffset? Next() => record.Database.Read(session => session.First<DateTimeOffset?>(ReadNext, row => row.Instant(0)));

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await TickAsync(clock.GetUtcNow(), stoppingToken);
                await Task.Delay(Pause(), clock, stoppingToken);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception e)
            {
                log.LogError(e, "Ladders could not climb; trying again in a moment.");
                await Task.WhenAny(Task.Delay(LookAgain, clock, stoppingToken));
            }
        }
    }

    private static int Climb(WriteSession session, List<string> due, DateTimeOffset now)
    {
        var taken = 0;
        foreach (var id in due)
        {
            for (var step = 0; step < MostStepsAtOnce && LoopMoves.Find(session, id) is { } loop; step++)
            {
                var move = LoopClock.Decide(loop, now);
                if (move.Step is null)
                    break;
                LoopMoves.Keep(session, move);
                taken++;
            }
        }

        return taken;
    }

    /// <summary>Until the next instant, but never long: another node or a new loop may bring an earlier one.</summary>
    private TimeSpan Pause()
    {
        var wait = (Next() ?? DateTimeOffset.MaxValue) - clock.GetUtcNow();
        return wait < TimeSpan.FromMilliseconds(1) ? TimeSpan.FromMilliseconds(1) : wait < LookAgain ? wait : LookAgain;
    }
}
