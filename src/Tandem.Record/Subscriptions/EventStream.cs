using System.Runtime.CompilerServices;
using Tandem.Kernel.Actors;
using Tandem.Record.Access;

namespace Tandem.Record.Subscriptions;

/// <summary>One notification on its way to a client that is connected.</summary>
/// <param name="Last">The last event number in it, or of the subscription when it has none.</param>
/// <param name="Bundle">Its text.</param>
/// <param name="HasEvents">False for handshakes and beats.</param>
/// <param name="Begun">The beginning of the subscription that its numbers go on from (<see cref="SubscriptionTables.Begun"/>).</param>
internal sealed record Streamed(long Last, byte[] Bundle, bool HasEvents, long Begun);

/// <summary>What clients are sent that connect to the hub: a handshake, then the events in order, and beats between them.</summary>
internal sealed class EventStream(SubscriptionRecord record, NotificationWriter writer, EventSignal signal, TimeProvider clock, IAdmissions? admissions = null)
{
    private static readonly TimeSpan LookAgain = TimeSpan.FromSeconds(5);

    /// <summary>Follows a subscription until it is off, gone or forsaken, or the client leaves.</summary>
    /// <param name="id">Which.</param>
    /// <param name="after">The last event number the client has; null, or one that it has not come to, for the last one that was sent to anybody.</param>
    /// <param name="admission">By what it was let in (<see cref="IAdmissions"/>): nothing more is told once that has ended.</param>
    /// <param name="cancel">The client left.</param>
    internal async IAsyncEnumerable<Streamed> FollowAsync(string id, long? after, string admission, [EnumeratorCancellation] CancellationToken cancel)
    {
        var progress = record.ProgressOf(id);
        var position = after <= record.Count(id) ? after.Value : progress.Delivered; // a number beyond is of a deleted one that had this id
        var sent = clock.GetTimestamp();
        if (Followed(id, admission) is { } first)
            yield return Write(first, "handshake", [], record.OwnerOf(id), progress.Begun);
        while (Followed(id, admission) is { } subscriber)
        {
            var news = signal.NextAsync(id);
            if (record.ProgressOf(id) is var now && now.Begun != progress.Begun)
                (progress, position) = (now, now.Delivered);
            var events = record.Events(id, position + 1, long.MaxValue, subscriber.MaxCount ?? record.Options.MostEvents);
            var rest = subscriber.Heartbeat is { } period ? period - clock.GetElapsedTime(sent) : LookAgain;
            if (events.Count > 0 || (subscriber.Heartbeat is not null && rest <= TimeSpan.Zero))
            {
                if (Followed(id, admission) is null)
                    yield break; // since it was looked at, and what was read may have come after that
                var scope = record.OwnerOf(id);
                var next = Write(subscriber, events.Count > 0 ? "event-notification" : "heartbeat", events, scope, progress.Begun);
                if (events.Count > 0 && await scope.Trail.KeepAsync(scope, 0) is not null)
                {
                    await Task.WhenAny(Task.Delay(LookAgain, clock, cancel)); // what cannot be put on the trail is not told yet
                    cancel.ThrowIfCancellationRequested();
                    continue;
                }

                yield return next;
                position = next.HasEvents ? next.Last : position;
                sent = clock.GetTimestamp();
                continue;
            }

            await Task.WhenAny(news, Task.Delay(rest < LookAgain ? rest : LookAgain, clock, cancel));
            cancel.ThrowIfCancellationRequested();
        }
    }

    /// <summary>Keeps that events were sent: a client that connects without saying where it stood goes on behind them.</summary>
    internal async Task SentAsync(string id, Streamed sent, CancellationToken cancel)
    {
        var progress = record.ProgressOf(id);
        if (sent.Begun == progress.Begun && sent.Last > progress.Delivered)
            await record.KeepAsync(id, progress with { Delivered = sent.Last, IsShaken = true }, cancel);
    }

    /// <summary>True while that holds by which a client was let in.</summary>
    internal bool IsAdmitted(string admission) => admissions?.Hold(admission) != false;

    /// <summary>The subscription as long as it is served and both who made it and who is connected may be told.</summary>
    private Subscriber? Followed(string id, string admission) =>
        IsAdmitted(admission) && record.Find(id, AccessScope.System) is { IsServed: true } subscriber && !record.IsForsaken(id) ? subscriber : null;

    private Streamed Write(Subscriber subscriber, string type, IReadOnlyList<NotedEvent> events, AccessScope scope, long begun)
    {
        var written = writer.Write(new Notification(subscriber, type, events.Count > 0 ? null : record.Count(subscriber.Id), events, subscriber.Content, scope));
        return new Streamed(written.Last, written.Bundle, events.Count > 0, begun);
    }
}
