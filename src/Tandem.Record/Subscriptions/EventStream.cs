using System.Runtime.CompilerServices;
using Tandem.Kernel.Actors;
using Tandem.Kernel.Data;
using Tandem.Record.Access;

namespace Tandem.Record.Subscriptions;

/// <summary>One notification on its way to a client that is connected.</summary>
/// <param name="Last">The last event number in it, or of the subscription when it has none.</param>
/// <param name="Bundle">Its text.</param>
/// <param name="HasEvents">False for handshakes and beats.</param>
/// <param name="Begun">The beginning of the subscription that its numbers go on from (<see cref="SubscriptionTables.Begun"/>).</param>
internal sealed record Streamed(long Last, byte[] Bundle, bool HasEvents, long Begun);

/// <summary>Who is connected to a subscription.</summary>
/// <param name="Admission">By what it was let in (<see cref="IAdmissions"/>).</param>
/// <param name="Who">Who it is: a stream shows what the owner of the subscription sees.</param>
internal sealed record Connected(string Admission, WorkOwner Who);

/// <summary>What clients are sent that connect to the hub: a handshake, then the events in order, and beats between them; at last a beat with the status off when the subscription has ended.</summary>
internal sealed class EventStream(SubscriptionRecord record, NotificationWriter writer, EventSignal signal, TimeProvider clock, IAdmissions? admissions = null)
{
    private static readonly TimeSpan LookAgain = TimeSpan.FromSeconds(5);

    /// <summary>Follows a subscription until it is off, gone, forsaken or somebody else's, or the client leaves. While the database is away it waits, and goes on where it was.</summary>
    /// <param name="id">Which.</param>
    /// <param name="after">The last event number the client has; null, or one that it has not come to, for the last one that was sent to anybody.</param>
    /// <param name="connected">The client: nothing more is told once it is let in no more.</param>
    /// <param name="cancel">The client left.</param>
    internal async IAsyncEnumerable<Streamed> FollowAsync(string id, long? after, Connected connected, [EnumeratorCancellation] CancellationToken cancel)
    {
        var (place, handshake) = await BeginAsync(id, after, connected, cancel);
        if (handshake is not null)
            yield return handshake;
        while (!place.HasEnded)
        {
            if (await NextAsync(place, cancel) is { } next)
                yield return next;
        }
    }

    private async Task<(Place Place, Streamed? Handshake)> BeginAsync(string id, long? after, Connected connected, CancellationToken cancel)
    {
        while (true)
        {
            try
            {
                var progress = record.ProgressOf(id);
                var position = after <= record.Count(id) ? after.Value : progress.Delivered; // a number beyond is of a deleted one that had this id
                var place = new Place(id, connected) { Begun = progress.Begun, Position = position, Sent = clock.GetTimestamp(), Subscriber = Followed(id, connected) };
                return (place, place.Subscriber is { } first ? Write(first, "handshake", [], record.OwnerOf(id), progress.Begun) : null);
            }
            catch (DatabaseUnavailableException)
            {
                await PauseAsync(Task.Delay(LookAgain, clock, cancel), cancel);
            }
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

    /// <summary>True while a client is let in and the subscription is its own.</summary>
    internal bool IsLetIn(string id, Connected connected) => IsAdmitted(connected.Admission) && record.IsOwn(id, connected.Who);

    /// <summary>What is to be sent next; null when there was nothing for a while.</summary>
    private async Task<Streamed?> NextAsync(Place place, CancellationToken cancel)
    {
        try
        {
            return Followed(place.Id, place.Connected) is { } subscriber ? await LookAsync(place, subscriber, cancel) : End(place);
        }
        catch (DatabaseUnavailableException)
        {
            await PauseAsync(Task.Delay(LookAgain, clock, cancel), cancel);
            return null;
        }
    }

    private async Task<Streamed?> LookAsync(Place place, Subscriber subscriber, CancellationToken cancel)
    {
        place.Subscriber = subscriber;
        var news = signal.NextAsync(place.Id);
        if (record.ProgressOf(place.Id) is var now && now.Begun != place.Begun)
            (place.Begun, place.Position) = (now.Begun, now.Delivered);
        var events = record.Events(place.Id, place.Position + 1, long.MaxValue, subscriber.MaxCount ?? record.Options.MostEvents);
        var rest = subscriber.Heartbeat is { } period ? period - clock.GetElapsedTime(place.Sent) : LookAgain;
        if (events.Count == 0 && (subscriber.Heartbeat is null || rest > TimeSpan.Zero))
        {
            await PauseAsync(Task.WhenAny(news, Task.Delay(rest < LookAgain ? rest : LookAgain, clock, cancel)), cancel);
            return null;
        }

        if (Followed(place.Id, place.Connected) is null)
            return null; // since it was looked at, and what was read may have come after that
        var scope = record.OwnerOf(place.Id);
        var next = Write(subscriber, events.Count > 0 ? "event-notification" : "heartbeat", events, scope, place.Begun);
        if (events.Count > 0 && await scope.Trail.KeepAsync(scope, 0) is not null)
        {
            await PauseAsync(Task.Delay(LookAgain, clock, cancel), cancel); // what cannot be put on the trail is not told yet
            return null;
        }

        (place.Position, place.Sent) = (next.HasEvents ? next.Last : place.Position, clock.GetTimestamp());
        return next;
    }

    /// <summary>Who is connected still and whose subscription is not served any more is told so.</summary>
    private Streamed? End(Place place)
    {
        var (current, isLetIn) = (record.Find(place.Id, AccessScope.System), IsLetIn(place.Id, place.Connected));
        place.HasEnded = true;
        if (!isLetIn || (current ?? place.Subscriber) is not { } subscriber)
            return null;
        var count = current is null ? place.Position : record.Count(place.Id);
        var written = writer.Write(new Notification(subscriber with { Status = "off" }, "heartbeat", count, [], PayloadContent.Empty, AccessScope.Nobody));
        return new Streamed(written.Last, written.Bundle, HasEvents: false, place.Begun);
    }

    private static async Task PauseAsync(Task pause, CancellationToken cancel)
    {
        await Task.WhenAny(pause);
        cancel.ThrowIfCancellationRequested();
    }

    /// <summary>The subscription as long as it is served, its end has not come, and both who made it and who is connected may be told.</summary>
    private Subscriber? Followed(string id, Connected connected) =>
        IsLetIn(id, connected) && record.Find(id, AccessScope.System) is { IsServed: true } subscriber && !subscriber.HasEnded(clock.GetUtcNow()) && !record.IsForsaken(id) ? subscriber : null;

    private Streamed Write(Subscriber subscriber, string type, IReadOnlyList<NotedEvent> events, AccessScope scope, long begun)
    {
        var written = writer.Write(new Notification(subscriber, type, events.Count > 0 ? null : record.Count(subscriber.Id), events, subscriber.Content, scope));
        return new Streamed(written.Last, written.Bundle, events.Count > 0, begun);
    }

    /// <summary>Where a client is.</summary>
    private sealed class Place(string id, Connected connected)
    {
        internal string Id => id;

        internal Connected Connected => connected;

        /// <summary>The subscription as it was last followed, or null.</summary>
        internal Subscriber? Subscriber { get; set; }

        /// <summary>The beginning that the position counts from.</summary>
        internal long Begun { get; set; }

        /// <summary>The last event number that was sent.</summary>
        internal long Position { get; set; }

        /// <summary>When something was sent last, by the clock's ticks.</summary>
        internal long Sent { get; set; }

        internal bool HasEnded { get; set; }
    }
}
