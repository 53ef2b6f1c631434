using Microsoft.Extensions.Logging;
using Tandem.Kernel.Actors;
using Tandem.Kernel.Data;

namespace Tandem.Record.Subscriptions;

/// <summary>What all lanes share.</summary>
internal sealed record DeliveryTools(
    SubscriptionRecord Record, NotificationWriter Writer, RestHook Hook, MailChannel Mail, EventSignal Signal, TimeProvider Clock, ILogger Log);

/// <summary>
/// The one ordered lane of a subscription: handshake, events in their order, beats, and patience with an endpoint that does not answer. What
/// arrived is kept, so a restart goes on behind it; what may have arrived is sent again under the same numbers.
/// </summary>
internal sealed class DeliveryLane(string id, DeliveryTools tools)
{
    private static readonly TimeSpan LookAgain = TimeSpan.FromSeconds(5);
    private readonly Lock gate = new();
    private TaskCompletionSource changed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Progress progress = Progress.None;
    private long seen;
    private long lastSent;
    private int batch = int.MaxValue; // events that the endpoint takes in its time, as far as is known
    private Task reset = Task.CompletedTask;

    /// <summary>The subscription has another version.</summary>
    internal void Changed()
    {
        lock (gate)
            changed.TrySetResult();
    }

    /// <summary>Runs until the subscription is off, gone or the hub stops.</summary>
    internal async Task RunAsync(CancellationToken cancel)
    {
        lastSent = tools.Clock.GetTimestamp();
        while (!cancel.IsCancellationRequested)
        {
            try
            {
                reset = Watch(); // before looking, so that no change slips through
                if (tools.Record.Find(id, AccessScope.System) is not { IsServed: true } subscriber)
                    return;
                if (subscriber.Version.Seq != seen)
                    (seen, progress) = (subscriber.Version.Seq, ProgressOf(subscriber));
                await StepAsync(subscriber, cancel);
            }
            catch (OperationCanceledException) when (cancel.IsCancellationRequested)
            {
                return;
            }
            catch (DatabaseUnavailableException)
            {
                await PauseAsync(LookAgain, cancel);
            }
        }
    }

    private async Task StepAsync(Subscriber subscriber, CancellationToken cancel)
    {
        if (HasEnded(subscriber))
            await tools.Record.SetStatusAsync(subscriber, "off", null, cancel);
        else if (tools.Record.IsForsaken(id))
            await tools.Record.SetStatusAsync(subscriber, "off", "Who made it may not see the record any more. Sign in or connect again, and ask for it anew.", cancel);
        else if (tools.Record.TopicOf(subscriber) is not { } topic || Interest.Of(subscriber, topic, tools.Record.Store.Own).Refusal is not null)
            await LoseTopicAsync(subscriber, cancel);
        else if (subscriber.IsStreamed)
            await StreamedAsync(subscriber, cancel);
        else if (subscriber.Status == "requested" || !progress.IsShaken)
            await ShakeAsync(subscriber, cancel);
        else
            await DeliverAsync(subscriber, cancel);
    }

    /// <summary>How far it is: it may have begun anew, and while it is asked for what failed before counts no more.</summary>
    private Progress ProgressOf(Subscriber subscriber)
    {
        var kept = tools.Record.ProgressOf(id);
        return subscriber.Status == "requested" ? kept with { Failures = 0, FailingSince = null } : kept;
    }

    private bool HasEnded(Subscriber subscriber) => subscriber.HasEnded(tools.Clock.GetUtcNow());

    private async Task LoseTopicAsync(Subscriber subscriber, CancellationToken cancel)
    {
        if (subscriber.Status != "error")
            await tools.Record.SetStatusAsync(subscriber, "error", "The topic of this subscription is not there any more, or one of its filters is none that could be followed: its channel, content and filters have to stand where the guide has them. Write it again to be told why.", cancel);
        else
            await PauseAsync(LookAgain, cancel);
    }

    /// <summary>Who connects by himself needs no handshake: the subscription is active at once.</summary>
    private async Task StreamedAsync(Subscriber subscriber, CancellationToken cancel)
    {
        if (subscriber.Status == "active")
            await Task.WhenAny(reset, IdleAsync(subscriber, cancel));
        else
            await tools.Record.SetStatusAsync(subscriber, "active", null, cancel);
    }

    /// <summary>Waits for the next beat, the end of the subscription, or long enough to look for what other nodes wrote.</summary>
    private Task IdleAsync(Subscriber subscriber, CancellationToken cancel)
    {
        var idle = tools.Record.Options.LookAgain;
        if (!subscriber.IsStreamed && Rest(subscriber) is var rest && rest < idle)
            idle = rest;
        return Task.Delay(UntilEnd(subscriber, idle), tools.Clock, cancel);
    }

    /// <summary>So long, or until the subscription ends.</summary>
    private TimeSpan UntilEnd(Subscriber subscriber, TimeSpan most)
    {
        var left = subscriber.End - tools.Clock.GetUtcNow() is { } rest && rest < most ? rest : most;
        return left > TimeSpan.Zero ? left : TimeSpan.Zero;
    }

    private async Task ShakeAsync(Subscriber subscriber, CancellationToken cancel)
    {
        if (progress.IsShaken) // with the endpoint that it had before
        {
            batch = int.MaxValue;
            await KeepAsync(progress with { IsShaken = false, Failures = 0, FailingSince = null }, cancel);
        }

        var (fault, _) = await SendAsync(subscriber, "handshake", [], cancel);
        if (fault is not null)
        {
            await FailedAsync(subscriber, fault, cancel);
            return;
        }

        await KeepAsync(progress with { IsShaken = true, Failures = 0, FailingSince = null }, cancel);
        await tools.Record.SetStatusAsync(subscriber, "active", null, cancel);
    }

    private async Task DeliverAsync(Subscriber subscriber, CancellationToken cancel)
    {
        var news = tools.Signal.NextAsync(id);
        var most = progress.Failures > 0 ? 1 : Math.Min(batch, subscriber.MaxCount ?? tools.Record.Options.MostEvents); // what did not take many in its time may take one, and then fewer
        var events = tools.Record.Events(id, progress.Delivered + 1, long.MaxValue, most);
        var isBeat = events.Count == 0 && (Rest(subscriber) <= TimeSpan.Zero || progress.Failures > 0);
        if (events.Count == 0 && !isBeat)
        {
            if (subscriber.Status == "error") // and nothing fails: its topic is there again
                await tools.Record.SetStatusAsync(subscriber, "active", null, cancel);
            else
                await Task.WhenAny(reset, news, IdleAsync(subscriber, cancel));
            return;
        }

        if (HasEnded(subscriber) || tools.Record.IsForsaken(id))
            return; // since the step began, and what was read may have come after that: the next step ends it

        var (fault, last) = await SendAsync(subscriber, isBeat ? "heartbeat" : "event-notification", events, cancel);
        if (fault is not null)
        {
            batch = events.Count > 1 ? events.Count / 2 : batch;
            await FailedAsync(subscriber, fault, cancel);
            return;
        }

        batch = events.Count == batch ? batch + 1 : batch;
        if (events.Count > 0 || progress.Failures > 0)
            await KeepAsync(progress with { Delivered = events.Count > 0 ? last : progress.Delivered, Failures = 0, FailingSince = null }, cancel);
        if (subscriber.Status == "error")
            await tools.Record.SetStatusAsync(subscriber, "active", null, cancel);
    }

    /// <summary>How long until the next beat; a long time when none is wanted.</summary>
    private TimeSpan Rest(Subscriber subscriber) =>
        subscriber.Heartbeat is { } period ? period - tools.Clock.GetElapsedTime(lastSent) : TimeSpan.FromDays(1);

    /// <returns>Why it did not arrive, or null, and the last event number in it.</returns>
    private async Task<(string? Fault, long Last)> SendAsync(Subscriber subscriber, string type, IReadOnlyList<NotedEvent> events, CancellationToken cancel)
    {
        lastSent = tools.Clock.GetTimestamp();
        var count = events.Count > 0 ? events[^1].Number : tools.Record.Count(id);
        if (subscriber.Channel == ChannelKind.Email)
            return (await InTimeAsync(subscriber, limit => tools.Mail.SendAsync(subscriber, type, count, limit), cancel), count);
        var told = subscriber with { Status = subscriber.Status == "error" && events.Count > 0 ? "active" : subscriber.Status };
        var scope = tools.Record.OwnerOf(id);
        var written = tools.Writer.Write(new Notification(told, type, count, events, subscriber.Content, scope));
        if (events.Count > 0 && await scope.Trail.KeepAsync(scope, 0) is { } refusal)
            return (refusal.Text, written.Last);
        return (await InTimeAsync(subscriber, limit => tools.Hook.SendAsync(subscriber, written.Bundle, limit), cancel), written.Last);
    }

    private async Task<string?> InTimeAsync(Subscriber subscriber, Func<CancellationToken, Task<string?>> send, CancellationToken cancel)
    {
        var wait = subscriber.Timeout ?? tools.Record.Options.Timeout;
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        limit.CancelAfter(wait);
        try
        {
            return await send(limit.Token);
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            return $"The endpoint did not answer within {wait.TotalSeconds:0} seconds.";
        }
    }

    /// <summary>Counts the failure, tells it after a few, gives up after long, and waits: longer each time, or until the subscription changes.</summary>
    private async Task FailedAsync(Subscriber subscriber, string fault, CancellationToken cancel)
    {
        var (now, options) = (tools.Clock.GetUtcNow(), tools.Record.Options);
        await KeepAsync(progress with { Failures = progress.Failures + 1, FailingSince = progress.FailingSince ?? now }, cancel);
        tools.Log.LogWarning("The subscription {Subscription} could not be told ({Failures} times in a row).", id, progress.Failures);
        if (now - progress.FailingSince >= options.FailingUntilOff)
        {
            await tools.Record.SetStatusAsync(subscriber, "off", fault + " It was tried for too long; set the status to requested to begin again.", cancel);
            return;
        }

        if (progress.Failures >= options.FailuresUntilError && subscriber.Status != "error")
        {
            await tools.Record.SetStatusAsync(subscriber, "error", fault, cancel);
            reset = Watch(); // this change is our own
        }

        var pause = options.FirstPause * Math.Pow(2, Math.Min(progress.Failures - 1, 30));
        await PauseAsync(UntilEnd(subscriber, pause < options.LongestPause ? pause : options.LongestPause), cancel);
    }

    private async Task PauseAsync(TimeSpan pause, CancellationToken cancel) => await Task.WhenAny(reset, Task.Delay(pause, tools.Clock, cancel));

    private async Task KeepAsync(Progress next, CancellationToken cancel)
    {
        await tools.Record.KeepAsync(id, next, cancel);
        progress = next;
    }

    /// <summary>Completes when the subscription changes after this call.</summary>
    private Task Watch()
    {
        lock (gate)
        {
            if (changed.Task.IsCompleted)
                changed = new(TaskCreationOptions.RunContinuationsAsynchronously);
            return changed.Task;
        }
    }
}
