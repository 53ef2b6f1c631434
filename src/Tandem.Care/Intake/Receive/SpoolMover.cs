using System.Diagnostics;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Tandem.Kernel.Actors;
using Tandem.Kernel.Data;
using Tandem.Record.Log;

namespace Tandem.Care.Intake;

/// <summary>
/// Brings acknowledged messages from the spool into the record's inbox, in order. What a crash leaves in the spool is moved at the next start; a message
/// moved twice is the same message.
/// </summary>
internal sealed class SpoolMover(
    Spool spool, Inbox inbox, RecordStore record, MessageReading reading, RecentReadings recent, ILogger<SpoolMover> log) : BackgroundService
{
    private const int Batch = 256;
    private static readonly TimeSpan LookAgain = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(5);
    private static readonly TimeSpan MaintainEvery = TimeSpan.FromMilliseconds(250);
    private readonly SemaphoreSlim turn = new(1);
    private long after;
    private long maintained;

    /// <summary>Moves until the spool holds nothing new. For commands and tests; the service does it by itself.</summary>
    internal async Task CatchUpAsync(CancellationToken cancel)
    {
        while (await StepAsync(cancel))
        {
        }
    }

    /// <inheritdoc/>
    public override void Dispose()
    {
        base.Dispose(); // says that it is over, before a step that still runs finds anything gone
        turn.Dispose();
    }

    /// <inheritdoc/>
    protected override Task ExecuteAsync(CancellationToken stoppingToken) => Task.Run(() => RunAsync(stoppingToken), stoppingToken);

    private async Task RunAsync(CancellationToken cancel)
    {
        while (!cancel.IsCancellationRequested)
        {
            var more = inbox.Arrived.Next;
            try
            {
                if (await StepAsync(cancel))
                    await Task.Delay(Pause, cancel); // the first after a quiet time goes at once; of a stream several go together
                else
                    await more.WaitAsync(cancel);
            }
            catch (Exception e) when (cancel.IsCancellationRequested && e is OperationCanceledException or ObjectDisposedException)
            {
                return; // the hub ends in the middle of a step; what was not moved is moved at the next start
            }
            catch (Exception e)
            {
                log.LogError(e, "Acknowledged messages wait in the spool; moving them goes on in a moment.");
                await Task.WhenAny(Task.Delay(LookAgain, cancel));
            }
        }
    }

    /// <summary>Moves one batch; false when there is none.</summary>
    private async Task<bool> StepAsync(CancellationToken cancel)
    {
        await turn.WaitAsync(cancel);
        try
        {
            var batch = spool.Next(after, Batch);
            if (batch.Count == 0)
                return false;
            if (!await TryMoveAsync(batch, cancel))
            {
                foreach (var message in batch)
                    await MoveAsync([message], cancel);
            }

            after = batch[^1].Number;
            foreach (var message in batch)
                recent.ForgetHead(message.Number);
            spool.Moved(batch);
            inbox.Signal.Tell();
            Maintain();
            return true;
        }
        finally
        {
            turn.Release();
        }
    }

    /// <summary>Moves all or none; false when one of them stands in the way.</summary>
    private async Task<bool> TryMoveAsync(List<SpooledMessage> batch, CancellationToken cancel)
    {
        try
        {
            await MoveAsync(batch, cancel);
            return true;
        }
        catch (DatabaseException e) when (e is not DatabaseUnavailableException && batch.Count > 1)
        {
            log.LogWarning(e, "{Count} messages could not be moved together; they are moved one by one.", batch.Count);
            return false;
        }
    }

    private async Task MoveAsync(List<SpooledMessage> batch, CancellationToken cancel)
    {
        var read = batch.ConvertAll(message => (Message: message, Head: recent.RecallHead(message.Number) ?? ReadAgain(message)));
        var moved = await record.WriteAsync<bool>(
            AccessScope.System,
            session =>
            {
                foreach (var (message, its) in read)
                    Inbox.Stage(session, message.Number, message.Arrival, its);
                return true;
            },
            cancel);
        if (moved.Refusal is { } refusal)
            throw new DatabaseUnavailableException(refusal.Text);
    }

    /// <summary>Reads what was forgotten, and remembers it for whoever applies it next.</summary>
    private MessageHead ReadAgain(SpooledMessage message)
    {
        var again = reading.Read(message.Arrival);
        var head = MessageHead.Of(message.Arrival, again);
        recent.Remember(message.Number, message.Arrival, head, again);
        return head;
    }

    private void Maintain()
    {
        if (Stopwatch.GetElapsedTime(maintained) < MaintainEvery)
            return;
        maintained = Stopwatch.GetTimestamp();
        spool.Maintain();
    }
}
