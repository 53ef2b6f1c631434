using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Tandem.Fhir.Json;
using Tandem.Kernel.Actors;
using Tandem.Kernel.Data;
using Tandem.Record.Log;
using Tandem.Record.Subscriptions;
using Tandem.Tests.Care.Intake;
using Tandem.Tests.Support;

namespace Tandem.Tests.Record.Subscriptions;

public sealed class SqliteDeliveryLaneTests() : DeliveryLaneBehaviour(Engine.Sqlite);

public sealed class PostgresDeliveryLaneTests() : DeliveryLaneBehaviour(Engine.Postgres);

/// <summary>When a lane beats, how long it waits for an endpoint that fails, and how much it tells at once: on a clock that is moved by hand.</summary>
public abstract class DeliveryLaneBehaviour(Engine engine) : IAsyncLifetime
{
    private static readonly TimeSpan LongIdle = TimeSpan.FromHours(1);
    private readonly HandClock clock = new();
    private readonly FillingKeeper keeper = new();
    private readonly CancellationTokenSource stop = new();
    private SubscriptionServer server = null!;
    private Receiver receiver = null!;
    private RestHook hook = null!;
    private Task running = Task.CompletedTask;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private SubscriptionRecord Record => server.Services.GetRequiredService<SubscriptionRecord>();

    /// <summary>How long the lane waited each time that something had failed.</summary>
    private IReadOnlyList<double> Pauses => [.. clock.Waits.Where(wait => wait.For <= Record.Options.LongestPause).Select(wait => wait.For.TotalSeconds)];

    public async ValueTask InitializeAsync()
    {
        receiver = await Receiver.StartAsync();
        var options = SubscriptionServer.Quick with { FirstPause = TimeSpan.FromSeconds(1), LongestPause = TimeSpan.FromSeconds(10), LookAgain = LongIdle, NotificationBytes = 3_000 };
        server = await new SubscriptionServer(engine, options, delivers: false, add: services => services.AddSingleton<TrailKeeper>(keeper)).StartAsync();
        await server.PutTaskTopicAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync();
        await running;
        hook?.Dispose();
        stop.Dispose();
        if (server is not null)
            await server.DisposeAsync();
        if (receiver is not null)
            await receiver.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task A_beat_is_sent_when_nothing_else_was_for_its_whole_period()
    {
        await BeginAsync($$"""{"url":"{{Backport.HeartbeatPeriod}}","valueUnsignedInt":60}""");
        await RestsAsync(60);
        Advance(50);
        await server.PutTaskAsync("a", "completed");
        await receiver.UntilNumberAsync(1);
        await RestsAsync(60, at: 50);
        Advance(59);
        Assert.Equal(["handshake", "event-notification"], receiver.Accepted.Select(Receiver.TypeOf));

        Advance(1);
        var beat = await receiver.UntilAsync("heartbeat");

        Assert.Equal(("active", "1"), (Receiver.Status(beat, "status")["valueCode"u8].Text, Receiver.Status(beat, "eventsSinceSubscriptionStart")["valueString"u8].Text));
        Assert.Equal(["handshake", "event-notification", "heartbeat"], receiver.Accepted.Select(Receiver.TypeOf));
    }

    [Fact]
    public async Task A_beat_that_does_not_arrive_is_tried_again_until_it_does()
    {
        await BeginAsync($$"""{"url":"{{Backport.HeartbeatPeriod}}","valueUnsignedInt":60}""");
        await RestsAsync(60);
        receiver.Answer = 503;
        Advance(60);
        await FailedAsync(1);
        Advance(1);
        await FailedAsync(2);
        Assert.Equal("active", await StatusAsync());
        Advance(2);
        await FailedAsync(3);
        Assert.Equal("error", await StatusAsync());

        receiver.Answer = 200;
        Advance(4);
        await server.UntilAsync("s", "active");

        Assert.All(receiver.Refused, bundle => Assert.Equal("heartbeat", Receiver.TypeOf(bundle)));
        Assert.Equal(["handshake", "heartbeat"], receiver.Accepted.Select(Receiver.TypeOf));
    }

    [Fact]
    public async Task Pauses_double_up_to_the_longest_and_the_third_failure_is_told()
    {
        await BeginAsync();
        receiver.Answer = 503;
        await server.PutTaskAsync("a", "completed");
        foreach (var (failures, pause) in new[] { 1, 2, 4, 8, 10, 10 }.Index())
        {
            await FailedAsync(failures + 1);
            Assert.Equal(failures + 1 < 3 ? "active" : "error", await StatusAsync());
            Assert.Equal(pause, Pauses[^1]);
            Assert.Equal(failures + 1, receiver.Refused.Count);
            Advance(pause);
        }

        await FailedAsync(7);
        receiver.Answer = 200;
        Advance(10);
        await receiver.UntilNumberAsync(1);
        Assert.Equal("active", Receiver.Status(receiver.Accepted[^1], "status")["valueCode"u8].Text); // it is, for whoever reads it has taken it
        await server.UntilAsync("s", "active");
    }

    [Fact]
    public async Task What_is_asked_for_anew_while_it_fails_has_all_its_tries_again()
    {
        await BeginAsync();
        receiver.Answer = 503;
        await server.PutTaskAsync("a", "completed");
        for (var failures = 1; failures < 5; failures++)
        {
            await FailedAsync(failures);
            Advance(10);
        }

        await FailedAsync(5);
        await server.PutAsync("Subscription/s", SubscriptionServer.Subscription("s", endpoint: receiver.Endpoint));
        await FailedAsync(6);
        Assert.Equal(("requested", 1.0), (await StatusAsync(), Pauses[^1]));
        receiver.Answer = 200;
        Advance(1);
        await receiver.UntilNumberAsync(1);
        Assert.Equal(["handshake", "handshake", "event-notification"], receiver.Accepted.Select(Receiver.TypeOf));
    }

    [Fact]
    public async Task What_failed_long_ago_and_worked_since_is_not_given_up_at_the_next_failure()
    {
        await BeginAsync();
        receiver.Answer = 503;
        await server.PutTaskAsync("a", "completed");
        await FailedAsync(1);
        receiver.Answer = 200;
        Advance(1);
        await receiver.UntilNumberAsync(1);
        clock.Advance(Record.Options.FailingUntilOff);
        receiver.Answer = 503;
        await server.PutTaskAsync("b", "completed");
        await FailedAsync(2);
        Assert.Equal("active", await StatusAsync());
        clock.Advance(Record.Options.FailingUntilOff - TimeSpan.FromSeconds(1));
        await FailedAsync(3);
        Assert.Equal("active", await StatusAsync());
        Advance(2);
        Assert.StartsWith("The endpoint answered 503. It was tried for too long", (await server.UntilAsync("s", "off"))["error"u8].Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(200)]
    [InlineData(503)]
    public async Task A_subscription_is_off_at_its_end_though_nothing_happens(int answer)
    {
        await BeginAsync(end: clock.GetUtcNow().AddMinutes(10));
        receiver.Answer = answer;
        if (answer == 200)
        {
            await RestsAsync(600);
        }
        else
        {
            Advance(598);
            await server.PutTaskAsync("a", "completed");
            await FailedAsync(1);
            Advance(1);
            await FailedAsync(2);
            Assert.Equal([1.0, 1.0], Pauses); // the second would be two seconds, and the end is in one
        }

        Advance(answer == 200 ? 600 : 1);
        await server.UntilAsync("s", "off");
        await running.WaitAsync(TimeSpan.FromMinutes(1), Cancel);
        Assert.Empty(receiver.Numbers);
    }

    [Fact]
    public async Task A_notification_has_no_more_events_than_the_subscription_says()
    {
        await WaitsAsync(Subscription($$"""{"url":"{{Backport.MaxCount}}","valuePositiveInt":2}"""), events: 5);
        Run();
        await receiver.UntilNumberAsync(5);

        Assert.Equal([[1L, 2L], [3L, 4L], [5L]], receiver.Accepted.Select(Receiver.NumbersOf));
        Assert.Equal(["2", "4", "5"], receiver.Accepted.Select(bundle => Receiver.Status(bundle, "eventsSinceSubscriptionStart")["valueString"u8].Text));
    }

    [Fact]
    public async Task What_had_no_room_in_a_notification_is_told_in_the_next()
    {
        await WaitsAsync(Subscription(content: "full-resource"), events: 5, size: 2_000);
        Run();
        await receiver.UntilNumberAsync(5);

        Assert.Equal([[1L, 2L], [3L, 4L], [5L]], receiver.Accepted.Select(Receiver.NumbersOf));
        await Eventually.TrueAsync(() => Record.ProgressOf("s").Delivered == 5);
    }

    [Fact]
    public async Task What_cannot_be_put_on_the_trail_is_told_when_it_can()
    {
        await BeginAsync();
        keeper.IsFull = true;
        await server.PutTaskAsync("a", "completed");
        await FailedAsync(1);
        Assert.Equal(["handshake"], receiver.Accepted.Select(Receiver.TypeOf));

        keeper.IsFull = false;
        Advance(1);
        await receiver.UntilNumberAsync(1);
        Assert.Equal([1L], receiver.Numbers);
    }

    [Fact]
    public async Task What_happens_before_the_first_handshake_is_no_event()
    {
        foreach (var id in new[] { "s", "other" })
            await server.PutAsync($"Subscription/{id}", SubscriptionServer.Subscription(id, endpoint: receiver.Endpoint));
        Assert.True(await Record.SetStatusAsync(Record.Find("other", AccessScope.System)!, "active", null, Cancel));
        await server.PutTaskAsync("a", "completed");
        await Eventually.TrueAsync(() => Record.Count("other") == 1);

        Assert.Equal(0, Record.Count("s"));
    }

    [Fact]
    public async Task A_lane_that_looked_before_a_subscription_changed_neither_sets_its_status_nor_keeps_a_place()
    {
        await WaitsAsync(Subscription(), events: 1);
        var (looked, progress) = (Record.Find("s", AccessScope.System)!, Record.ProgressOf("s"));
        await server.PutAsync("Subscription/s", SubscriptionServer.Subscription("s", endpoint: receiver.Endpoint, filter: "Task?patient=Patient/p1"));

        Assert.False(await Record.SetStatusAsync(looked, "active", null, Cancel));
        await Record.KeepAsync("s", progress with { Delivered = 7 }, Cancel);

        Assert.Equal(("requested", 0L), (await StatusAsync(), Record.ProgressOf("s").Delivered));
    }

    private string Subscription(string extensions = "", DateTimeOffset? end = null, string content = "id-only")
    {
        var asked = SubscriptionServer.Subscription("s", endpoint: receiver.Endpoint, content: content, extensions: extensions);
        return end is { } at ? asked.Replace("\"reason\":\"test\"", $"\"reason\":\"test\",\"end\":\"{at:O}\"", StringComparison.Ordinal) : asked;
    }

    /// <summary>Makes the subscription, which takes its handshake and rests.</summary>
    private async Task BeginAsync(string extensions = "", DateTimeOffset? end = null)
    {
        await server.PutAsync("Subscription/s", Subscription(extensions, end));
        Run();
        await server.UntilAsync("s", "active");
        await Eventually.TrueAsync(() => clock.Waits.Count > 0);
    }

    /// <summary>Makes the subscription active, without a lane, and lets events be noted for it.</summary>
    private async Task WaitsAsync(string subscription, int events, int size = 0)
    {
        await server.PutAsync("Subscription/s", subscription);
        Assert.True(await Record.SetStatusAsync(Record.Find("s", AccessScope.System)!, "active", null, Cancel));
        await Record.KeepAsync("s", Record.ProgressOf("s") with { IsShaken = true }, Cancel);
        for (var i = 1; i <= events; i++)
            await server.PutAsync($"Task/t{i}", $$"""{"resourceType":"Task","id":"t{{i}}","status":"completed","intent":"order","description":"x{{new string('x', size)}}"}""");
        await Eventually.TrueAsync(() => Record.Count("s") == events);
    }

    /// <summary>Runs the lane, and tells it of what is written to the subscription.</summary>
    private void Run()
    {
        var policy = new EndpointPolicy(Record.Options);
        hook = new RestHook(policy);
        var lane = new DeliveryLane("s", new(
            Record, server.Services.GetRequiredService<NotificationWriter>(), hook, new MailChannel(Record.Options, policy, Record), server.Services.GetRequiredService<EventSignal>(), clock, NullLogger.Instance));
        server.Store.Signal.Committed += changes =>
        {
            if (changes.Any(change => change.After.Type == "Subscription"))
                lane.Changed();
        };
        running = lane.RunAsync(stop.Token);
    }

    private void Advance(int seconds) => clock.Advance(TimeSpan.FromSeconds(seconds));

    /// <summary>Waits until the lane waits for so long, from then on.</summary>
    private Task RestsAsync(int seconds, int at = 0) => Eventually.TrueAsync(() => clock.Waits[^1] == (TimeSpan.FromSeconds(at), TimeSpan.FromSeconds(seconds)));

    /// <summary>Waits until so many tries in a row were counted and the lane waits for the next.</summary>
    private Task FailedAsync(int times) => Eventually.TrueAsync(() => Pauses.Count >= times);

    private async Task<string?> StatusAsync() => (await server.GetAsync("Subscription/s"))["status"u8].Text;
}
