using Microsoft.Extensions.DependencyInjection;
using Tandem.Fhir.Json;
using Tandem.Kernel.Actors;
using Tandem.Kernel.Data;
using Tandem.Record.Access;
using Tandem.Record.Subscriptions;
using Tandem.Tests.Care.Intake;
using Tandem.Tests.Support;

namespace Tandem.Tests.Record.Subscriptions;

public sealed class SqliteEventStreamTests() : EventStreamBehaviour(Engine.Sqlite);

public sealed class PostgresEventStreamTests() : EventStreamBehaviour(Engine.Postgres);

/// <summary>Where a client that connects goes on, what is kept of what it was sent, and when it is sent a beat.</summary>
public abstract class EventStreamBehaviour(Engine engine) : IAsyncLifetime
{
    private readonly HandClock clock = new();
    private readonly FillingKeeper keeper = new();
    private SubscriptionServer server = null!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private static Connected Owner => new("", WorkOwner.Of(AccessScope.System));

    private SubscriptionRecord Record => server.Services.GetRequiredService<SubscriptionRecord>();

    private EventStream Stream => new(Record, server.Services.GetRequiredService<NotificationWriter>(), server.Services.GetRequiredService<EventSignal>(), clock);

    public async ValueTask InitializeAsync()
    {
        server = await new SubscriptionServer(engine, delivers: false, add: services => services.AddSingleton<TrailKeeper>(keeper)).StartAsync();
        await server.PutTaskTopicAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (server is not null)
            await server.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task Who_has_the_last_event_is_not_told_it_again()
    {
        await BeginAsync();
        await NoteAsync("a", 1);
        await using var told = Stream.FollowAsync("s", after: 1, Owner, Cancel).GetAsyncEnumerator(Cancel);
        Assert.Equal("handshake", await NextAsync(told));

        await NoteAsync("b", 2);

        Assert.Equal("event-notification 2", await NextAsync(told));
    }

    [Fact]
    public async Task Who_has_events_is_told_as_many_at_once_as_the_subscription_says()
    {
        await BeginAsync($$"""{"url":"{{Backport.MaxCount}}","valuePositiveInt":2}""");
        for (var i = 1; i <= 3; i++)
            await NoteAsync($"t{i}", i);
        await using var told = Stream.FollowAsync("s", after: null, Owner, Cancel).GetAsyncEnumerator(Cancel);

        Assert.Equal(["handshake", "event-notification 1 2", "event-notification 3"], [await NextAsync(told), await NextAsync(told), await NextAsync(told)]);
    }

    [Fact]
    public async Task One_that_is_made_anew_by_the_same_person_goes_on_with_its_first_event()
    {
        await BeginAsync();
        await NoteAsync("a", 1);
        await NoteAsync("b", 2);
        await using var told = Stream.FollowAsync("s", after: null, Owner, Cancel).GetAsyncEnumerator(Cancel);
        Assert.Equal(["handshake", "event-notification 1 2"], [await NextAsync(told), await NextAsync(told)]);

        using (var deleted = await server.Client.DeleteAsync(new Uri("Subscription/s", UriKind.Relative), Cancel))
            Assert.True(deleted.IsSuccessStatusCode);
        await BeginAsync();
        await NoteAsync("c", 1);

        Assert.Equal("event-notification 1", await NextAsync(told));
    }

    [Fact]
    public async Task Who_is_connected_when_it_is_deleted_is_told_that_it_is_off_and_how_many_events_there_were()
    {
        await BeginAsync();
        await NoteAsync("a", 1);
        await using var told = Stream.FollowAsync("s", after: null, Owner, Cancel).GetAsyncEnumerator(Cancel);
        Assert.Equal(["handshake", "event-notification 1"], [await NextAsync(told), await NextAsync(told)]);

        using (var deleted = await server.Client.DeleteAsync(new Uri("Subscription/s", UriKind.Relative), Cancel))
            Assert.True(deleted.IsSuccessStatusCode);

        Assert.Equal("heartbeat", await NextAsync(told));
        var last = FhirJson.ParseStored(told.Current.Bundle).Root;
        Assert.Equal(("off", "1"), (Receiver.Status(last, "status")["valueCode"u8].Text, Receiver.Status(last, "eventsSinceSubscriptionStart")["valueString"u8].Text));
        Assert.False(await told.MoveNextAsync());
    }

    [Fact]
    public async Task What_cannot_be_put_on_the_trail_is_told_when_it_can()
    {
        await BeginAsync();
        await using var told = Stream.FollowAsync("s", after: null, Owner, Cancel).GetAsyncEnumerator(Cancel);
        Assert.Equal("handshake", await NextAsync(told));
        keeper.IsFull = true;
        await NoteAsync("a", 1);
        var next = NextAsync(told);
        await Eventually.TrueAsync(() => keeper.Refused > 0);
        await Eventually.TrueAsync(() => clock.Waits.Count > 0);
        Assert.False(next.IsCompleted);

        keeper.IsFull = false;
        clock.Advance(TimeSpan.FromSeconds(5));
        Assert.Equal("event-notification 1", await next);
    }

    [Fact]
    public async Task What_was_told_is_kept_in_one_direction_and_only_of_the_beginning_it_was_told_of()
    {
        await BeginAsync();
        var begun = Record.ProgressOf("s").Begun;
        foreach (var (last, of, kept) in new[] { (5, begun, 5), (3, begun, 5), (7, begun - 1, 5), (7, begun, 7) })
        {
            await Stream.SentAsync("s", new Streamed(last, [], HasEvents: true, of), Cancel);
            Assert.Equal(kept, Record.ProgressOf("s").Delivered);
        }
    }

    [Fact]
    public async Task A_beat_comes_when_nothing_else_did_for_its_whole_period()
    {
        await BeginAsync($$"""{"url":"{{Backport.HeartbeatPeriod}}","valueUnsignedInt":7}""");
        await using var told = Stream.FollowAsync("s", after: null, Owner, Cancel).GetAsyncEnumerator(Cancel);
        Assert.Equal("handshake", await NextAsync(told));
        clock.Advance(TimeSpan.FromSeconds(6));
        await NoteAsync("a", 1);
        Assert.Equal("event-notification 1", await NextAsync(told));

        var next = NextAsync(told);
        await Eventually.TrueAsync(() => clock.Waits.Count == 1);
        clock.Advance(TimeSpan.FromSeconds(5));
        await Eventually.TrueAsync(() => clock.Waits.Count == 2);
        clock.Advance(TimeSpan.FromSeconds(2));

        Assert.Equal("heartbeat", await next);
        Assert.Equal([5.0, 2.0], clock.Waits.Select(wait => wait.For.TotalSeconds));
    }

    private async Task BeginAsync(string extensions = "")
    {
        await server.PutAsync("Subscription/s", SubscriptionServer.Subscription("s", "server-sent-events", extensions: extensions));
        Assert.True(await Record.SetStatusAsync(Record.Find("s", AccessScope.System)!, "active", null, Cancel));
    }

    private async Task NoteAsync(string task, int count)
    {
        var raised = server.Services.GetRequiredService<EventSignal>().NextAsync("s"); // after the event can be read
        await server.PutTaskAsync(task, "completed");
        await raised.WaitAsync(TimeSpan.FromMinutes(1), Cancel);
        Assert.Equal(count, Record.Count("s"));
    }

    /// <summary>The next notification: its type and the numbers of its events.</summary>
    private static async Task<string> NextAsync(IAsyncEnumerator<Streamed> told)
    {
        Assert.True(await told.MoveNextAsync().AsTask().WaitAsync(TimeSpan.FromMinutes(1), Cancel));
        var bundle = FhirJson.ParseStored(told.Current.Bundle).Root;
        return string.Join(' ', [Receiver.TypeOf(bundle)!, .. Receiver.NumbersOf(bundle).Select(number => $"{number}")]);
    }
}
