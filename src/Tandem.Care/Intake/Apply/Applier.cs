using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Tandem.Kernel.Actors;
using Tandem.Kernel.Data;
using Tandem.Kernel.Outcomes;
using Tandem.Kernel.Pages;
using Tandem.Record.Log;

namespace Tandem.Care.Intake;

/// <summary>
/// Brings kept messages into the record in the order in which they came. Many share a commit; each is applied as a whole or goes to quarantine, and
/// the feed goes on. What a crash leaves half done is done again from the queue.
/// </summary>
internal sealed class Applier(
    RecordStore record, Inbox inbox, MessageReading reading, RecentReadings recent, TimeProvider clock, ILogger<Applier> log, LiveTopics? live = null) : BackgroundService
{
    /// <summary>Open pages about feeds follow this topic.</summary>
    internal const string FeedsTopic = "feeds";

    private const int Batch = 256;
    private const int MostInFlight = 64; // whoever else writes waits for no more
    private const int Tries = 3;
    private static readonly TimeSpan LookAgain = TimeSpan.FromSeconds(1);

    /// <summary>Applies until nothing waits. For commands and tests; the service does it by itself.</summary>
    internal async Task CatchUpAsync(CancellationToken cancel)
    {
        while (await StepAsync(cancel))
        {
        }
    }

    /// <inheritdoc/>
    protected override Task ExecuteAsync(CancellationToken stoppingToken) => Task.Run(() => RunAsync(stoppingToken), stoppingToken);

    private async Task RunAsync(CancellationToken cancel)
    {
        while (!cancel.IsCancellationRequested)
        {
            var more = inbox.Signal.Next;
            try
            {
                if (!await StepAsync(cancel))
                    await Task.WhenAny(more, Task.Delay(LookAgain, clock, cancel)); // a message may have come in by another node
            }
            catch (OperationCanceledException) when (cancel.IsCancellationRequested)
            {
                return;
            }
            catch (Exception e)
            {
                log.LogError(e, "Applying messages stopped; it goes on in a moment.");
                await Task.WhenAny(Task.Delay(LookAgain, clock, cancel));
            }
        }
    }

    /// <summary>Takes one batch; false when nothing waits.</summary>
    private async Task<bool> StepAsync(CancellationToken cancel)
    {
        var waiting = record.Database.Read(session => session.Query(WaitingMessage.ReadPending, WaitingMessage.Read, Batch));
        var taken = new List<Task>(waiting.Count);
        foreach (var message in waiting)
        {
            if (taken.Count >= MostInFlight)
                await taken[^MostInFlight];
            taken.Add(TakeAsync(message, cancel)); // queued in order; the next is read while the one before is written
        }

        await Task.WhenAll(taken);
        if (waiting.Count > 0)
            live?.Publish(FeedsTopic);
        return waiting.Count > 0;
    }

    private async Task TakeAsync(WaitingMessage waiting, CancellationToken cancel)
    {
        var read = recent.Recall(waiting.Number) ?? reading.Read(waiting.Arrival);
        recent.Forget(waiting.Number);
        var scope = read.Source?.ToScope() ?? AccessScope.System;
        try
        {
            var ahead = new MessageAhead(waiting, read);
            var taken = await record.WriteAsync<MessageState>(scope, session => TakeMessage.Take(session, waiting, read, ahead: ahead), ahead.Resources, ahead, cancel);
            if (!taken.Succeeded(out _, out var refusal))
                throw new DatabaseUnavailableException(refusal.Text);
        }
        catch (Exception e) when (e is not OperationCanceledException and not DatabaseUnavailableException)
        {
            log.LogError(e, "The message {Id} could not be applied (attempt {Attempt}).", waiting.Id, waiting.Attempts + 1);
            await FailedAsync(waiting, read, e, cancel);
        }
    }

    private Task<Outcome<bool>> FailedAsync(WaitingMessage waiting, Reading read, Exception e, CancellationToken cancel) => record.WriteAsync<bool>(
        AccessScope.System,
        session =>
        {
            if (waiting.Attempts + 1 < Tries)
                session.Write(IntakeTables.Pending, waiting.Number, waiting.Attempts + 1);
            else
                TakeMessage.Quarantine(session, waiting, read, $"{e.GetType().Name}: the hub could not apply it; see its log for the message's id.");
            return true;
        },
        cancel);
}
