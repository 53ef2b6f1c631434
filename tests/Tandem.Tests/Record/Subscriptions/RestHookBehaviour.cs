using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Tandem.Fhir.Structure;
using Tandem.Kernel.Data;
using Tandem.Record.Subscriptions;
using Tandem.Tests.Care.Intake;

namespace Tandem.Tests.Record.Subscriptions;

public sealed class SqliteRestHookTests() : RestHookBehaviour(Engine.Sqlite);

public sealed class PostgresRestHookTests() : RestHookBehaviour(Engine.Postgres);

/// <summary>Subscriptions with the channel rest-hook, against a real endpoint (subscriptions-backport 1.1 on R4).</summary>
public abstract class RestHookBehaviour(Engine engine) : IAsyncLifetime
{
    private SubscriptionServer server = null!;
    private Receiver receiver = null!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        receiver = await Receiver.StartAsync();
        server = await new SubscriptionServer(engine).StartAsync();
        await server.PutTaskTopicAsync();
        await server.PutAsync("Patient/p1", """{"resourceType":"Patient","id":"p1"}""");
    }

    public async ValueTask DisposeAsync()
    {
        if (server is not null)
            await server.DisposeAsync();
        if (receiver is not null)
            await receiver.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task A_handshake_makes_a_subscription_active_and_events_follow()
    {
        await SubscribeAsync(content: "full-resource");
        await server.PutTaskAsync("a", "requested");
        await server.PutTaskAsync("a", "completed");

        var handshake = receiver.Accepted[0];
        Assert.Equal(("handshake", "requested", "0"), (Receiver.TypeOf(handshake), Receiver.Status(handshake, "status")["valueCode"u8].Text, Receiver.Status(handshake, "eventsSinceSubscriptionStart")["valueString"u8].Text));
        var told = await receiver.UntilAsync("event-notification");
        Assert.Equal([1L], receiver.Numbers);
        Assert.Equal(("history", "active", "1"), (told["type"u8].Text, Receiver.Status(told, "status")["valueCode"u8].Text, Receiver.Status(told, "eventsSinceSubscriptionStart")["valueString"u8].Text));
        var entries = told["entry"u8].Items.AsEnumerable().ToList();
        Assert.Equal(["Parameters", "Task", "Patient"], entries.Select(entry => entry["resource"u8]["resourceType"u8].Text));
        Assert.Equal(("2", "completed", "PUT", "Task/a"), (entries[1]["resource"u8]["meta"u8]["versionId"u8].Text, entries[1]["resource"u8]["status"u8].Text, entries[1]["request"u8]["method"u8].Text, entries[1]["request"u8]["url"u8].Text));
        Assert.Equal($"{server.Address}Task/a", Receiver.Events(told).Single().Single(part => part["name"u8].Text == "focus")["valueReference"u8]["reference"u8].Text);
        Assert.DoesNotContain(StructureCheck.Check(told), issue => issue.IsError);
    }

    [Theory]
    [InlineData("empty", 1, false)]
    [InlineData("id-only", 3, true)]
    public async Task A_notification_says_no_more_than_was_asked_for(string content, int entries, bool hasFocus)
    {
        await SubscribeAsync(content: content);
        await server.PutTaskAsync("a", "completed");

        var told = await receiver.UntilAsync("event-notification");
        Assert.Equal(entries, told["entry"u8].Items.Count);
        Assert.All(told["entry"u8].Items.AsEnumerable().Skip(1), entry => Assert.False(entry["resource"u8].Exists));
        Assert.Equal(hasFocus, Receiver.Events(told).Single().Exists(part => part["name"u8].Text == "focus"));
        Assert.Equal(hasFocus, told.Document.Root.ToString().Contains("Task/a", StringComparison.Ordinal));
        Assert.Equal(
            hasFocus ? ["PUT Task/a 201"] : [],
            told["entry"u8].Items.AsEnumerable().Skip(1).Take(1).Select(entry => $"{entry["request"u8]["method"u8].Text} {entry["request"u8]["url"u8].Text} {entry["response"u8]["status"u8].Text}"));
    }

    [Fact]
    public async Task Delivery_ends_without_a_fault_when_the_hub_goes_down_without_having_waited_for_it()
    {
        await SubscribeAsync();
        var delivery = server.Services.GetServices<IHostedService>().OfType<DeliverNotifications>().Single();
        delivery.Dispose();

        await delivery.ExecuteTask!.WaitAsync(TimeSpan.FromMinutes(1), Cancel); // throws what it ended with
    }

    [Fact]
    public async Task Five_hundred_writes_at_once_are_told_once_each_and_in_the_order_of_the_log()
    {
        await SubscribeAsync();
        await Parallel.ForEachAsync(Enumerable.Range(0, 500), new ParallelOptions { MaxDegreeOfParallelism = 32, CancellationToken = Cancel }, async (i, _) => await server.PutTaskAsync($"t{i}", "completed"));
        await receiver.UntilNumberAsync(500);

        Assert.Equal(Enumerable.Range(1, 500).Select(i => (long)i), receiver.Numbers);
        var told = receiver.Accepted.SelectMany(Receiver.Events).Select(parts => parts.Single(part => part["name"u8].Text == "focus")["valueReference"u8]["reference"u8].Text![(server.Address.ToString().Length)..]);
        var log = server.Store.ReadLog(0, 2000, Tandem.Kernel.Actors.AccessScope.System).Where(entry => entry.Type == "Task").Select(entry => entry.Reference);
        Assert.Equal(log, told);
    }

    [Fact]
    public async Task An_endpoint_that_fails_gets_everything_under_the_same_numbers_when_it_is_back()
    {
        await SubscribeAsync();
        receiver.Answer = 503;
        for (var i = 0; i < 5; i++)
            await server.PutTaskAsync($"t{i}", "completed");
        var failing = await server.UntilAsync("s", "error");
        receiver.Answer = 200;
        await receiver.UntilNumberAsync(5);

        Assert.Equal("The endpoint answered 503.", failing["error"u8].Text);
        Assert.Equal([1, 2, 3, 4, 5], receiver.Numbers);
        Assert.True(receiver.Refused.Count >= 3);
        Assert.All(receiver.Refused, bundle => Assert.Equal(1, Receiver.NumbersOf(bundle).First()));
        Assert.All(receiver.Refused.Skip(1), bundle => Assert.Single(Receiver.NumbersOf(bundle))); // what did not take many may take one
        Assert.False((await server.UntilAsync("s", "active"))["error"u8].Exists);
    }

    [Fact]
    public async Task An_endpoint_that_takes_few_events_at_once_is_sent_one_more_after_each_that_it_took_whole()
    {
        await SubscribeAsync();
        await FallBehindAsync(receiver, 1, 12);
        (receiver.MostEvents, receiver.Answer) = (4, 200);
        await receiver.UntilNumberAsync(12);

        Assert.Equal([1, 1, 1, 2, 3, 4], receiver.Accepted.Skip(1).Select(bundle => Receiver.NumbersOf(bundle).Count())); // eleven were refused, then five
        Assert.Equal(Enumerable.Range(1, 12).Select(i => (long)i), receiver.Numbers);
    }

    [Fact]
    public async Task Another_endpoint_is_sent_as_many_events_at_once_as_any()
    {
        await SubscribeAsync();
        await FallBehindAsync(receiver, 1, 12);
        (receiver.MostEvents, receiver.Answer) = (1, 200);
        await receiver.UntilNumberAsync(12);
        await using var other = await Receiver.StartAsync();
        other.Answer = 503;
        await server.PutAsync("Subscription/s", SubscriptionServer.Subscription("s", endpoint: other.Endpoint));
        await FallBehindAsync(other, 13, 24);
        other.Answer = 200;
        await other.UntilNumberAsync(24);

        Assert.Equal([12], other.Accepted.Skip(1).Select(bundle => Receiver.NumbersOf(bundle).Count()));
    }

    [Fact]
    public async Task What_waits_for_a_subscription_is_not_told_after_its_filter_has_changed()
    {
        await SubscribeAsync(filter: "Task?patient=Patient/p1");
        receiver.Answer = 503;
        for (var i = 0; i < 3; i++)
            await server.PutTaskAsync($"t{i}", "completed");
        await UntilNotedAsync(3);
        await server.PutAsync("Patient/p2", """{"resourceType":"Patient","id":"p2"}""");
        await using var other = await Receiver.StartAsync();
        await server.PutAsync("Subscription/s", SubscriptionServer.Subscription("s", endpoint: other.Endpoint, filter: "Task?patient=Patient/p2"));
        await server.UntilAsync("s", "active");
        await server.PutTaskAsync("mine", "completed", "p2");
        await server.PutTaskAsync("other", "completed", "p1");
        await other.UntilNumberAsync(4);

        Assert.Equal([4L], other.Numbers);
        Assert.EndsWith("Task/mine", Receiver.Events(other.Accepted[^1]).Single().Single(part => part["name"u8].Text == "focus")["valueReference"u8]["reference"u8].Text, StringComparison.Ordinal);
        Assert.Equal([4L], Receiver.NumbersOf(await server.GetAsync("Subscription/s/$events")));
    }

    [Fact]
    public async Task A_subscription_that_is_made_anew_under_the_id_of_a_deleted_one_begins_without_events()
    {
        await SubscribeAsync();
        await server.PutTaskAsync("told", "completed");
        await receiver.UntilNumberAsync(1);
        receiver.Answer = 503;
        await server.PutTaskAsync("waiting", "completed");
        await UntilNotedAsync(2);
        using (var deleted = await server.Client.DeleteAsync(new Uri("Subscription/s", UriKind.Relative), Cancel))
            Assert.True(deleted.IsSuccessStatusCode);
        await server.PutTaskAsync("between", "completed");
        await using var other = await Receiver.StartAsync();
        await server.PutAsync("Subscription/s", SubscriptionServer.Subscription("s", endpoint: other.Endpoint));
        await server.UntilAsync("s", "active");
        await server.PutTaskAsync("new", "completed");
        await other.UntilNumberAsync(1);

        Assert.Equal(("handshake", "0"), (Receiver.TypeOf(other.Accepted[0]), Receiver.Status(other.Accepted[0], "eventsSinceSubscriptionStart")["valueString"u8].Text));
        Assert.Equal([1L, 2, 3], server.Store.Database.Read(session => session.Query("SELECT number FROM subscriptions_events WHERE subscription = 's' ORDER BY number", row => row.Integer(0)))); // what may be very many goes at night
        Assert.Equal([1L], Receiver.NumbersOf(await server.GetAsync("Subscription/s/$events")));
        Assert.EndsWith("Task/new", Receiver.Events(other.Accepted[1]).Single().Single(part => part["name"u8].Text == "focus")["valueReference"u8]["reference"u8].Text, StringComparison.Ordinal);
    }

    [Fact] // backport 1.1: a channel is verified by its handshake
    public async Task A_new_endpoint_is_sent_nothing_before_it_has_taken_its_handshake()
    {
        await SubscribeAsync();
        await using var other = await Receiver.StartAsync();
        other.Answer = 500;
        await server.PutAsync("Subscription/s", SubscriptionServer.Subscription("s", endpoint: other.Endpoint));
        await server.UntilAsync("s", "error");
        await server.PutTaskAsync("a", "completed");
        await UntilNotedAsync(1);
        other.Answer = 200;
        await other.UntilNumberAsync(1);

        Assert.Equal(["handshake", "event-notification"], other.Accepted.Select(Receiver.TypeOf));
        Assert.All(other.Refused, bundle => Assert.Equal("handshake", Receiver.TypeOf(bundle)));
    }

    [Fact]
    public async Task What_happens_while_a_changed_subscription_shakes_hands_is_told_afterwards()
    {
        await RestartAsync(SubscriptionServer.Quick with { FailuresUntilError = int.MaxValue });
        await SubscribeAsync();
        await using var other = await Receiver.StartAsync();
        other.Answer = 503;
        await server.PutAsync("Subscription/s", SubscriptionServer.Subscription("s", endpoint: other.Endpoint));
        await server.PutTaskAsync("a", "completed");
        await UntilNotedAsync(1);
        Assert.Equal("requested", (await server.GetAsync("Subscription/s"))["status"u8].Text);
        other.Answer = 200;
        await other.UntilNumberAsync(1);

        Assert.Equal(["handshake", "event-notification"], other.Accepted.Select(Receiver.TypeOf));
    }

    [Fact]
    public async Task A_notification_ends_with_the_event_that_fills_it_and_one_that_is_too_large_is_told_by_its_reference()
    {
        await RestartAsync(SubscriptionServer.Quick with { NotificationBytes = 3_000 });
        await SubscribeAsync(content: "full-resource");
        foreach (var (id, size) in new[] { ("a", 2_000), ("b", 2_000), ("c", 2_000), ("d", 4_000) })
            await server.PutAsync($"Task/{id}", $$"""{"resourceType":"Task","id":"{{id}}","status":"completed","intent":"order","description":"{{new string('x', size)}}"}""");
        await receiver.UntilNumberAsync(4);

        Assert.Equal([1, 2, 3, 4], receiver.Numbers);
        var first = await server.GetAsync("Subscription/s/$events");
        Assert.Equal([1L, 2L], Receiver.NumbersOf(first));
        Assert.Equal("4", Receiver.Status(first, "eventsSinceSubscriptionStart")["valueString"u8].Text);
        var rest = await server.GetAsync("Subscription/s/$events?eventsSinceNumber=3");
        Assert.Equal([3L, 4L], Receiver.NumbersOf(rest));
        Assert.Equal([("Task/c", true), ("Task/d", false)], rest["entry"u8].Items.AsEnumerable().Skip(1).Select(entry => (entry["request"u8]["url"u8].Text, entry["resource"u8].Exists)));
        await server.PutAsync("Patient/p1", """{"resourceType":"Patient","id":"p1"}""");
        foreach (var (id, size) in new[] { ("e", 4_000), ("f", 500) })
            await server.PutAsync($"Task/{id}", $$"""{"resourceType":"Task","id":"{{id}}","status":"completed","intent":"order","for":{"reference":"Patient/p1"},"description":"{{new string('x', size)}}"}""");
        await receiver.UntilNumberAsync(6);
        var both = await server.GetAsync("Subscription/s/$events?eventsSinceNumber=5"); // of both the patient goes along, with the second one whole
        Assert.Equal([("Task/e", false), ("Task/f", true), ("Patient/p1", true)], both["entry"u8].Items.AsEnumerable().Skip(1).Select(entry => (entry["request"u8]["url"u8].Text, entry["resource"u8].Exists)));
        Assert.All(receiver.Accepted, bundle => Assert.InRange(bundle["entry"u8].Items.AsEnumerable().Count(entry => entry["resource"u8]["resourceType"u8].Text == "Task"), 0, 2));
    }

    [Fact]
    public async Task A_subscription_is_active_again_when_its_topic_is_there_again()
    {
        await RestartAsync(SubscriptionServer.Quick with { LookAgain = TimeSpan.FromMilliseconds(100) });
        await SubscribeAsync();
        using (var deleted = await server.Client.DeleteAsync(new Uri("Basic/task-done", UriKind.Relative), Cancel))
            Assert.True(deleted.IsSuccessStatusCode);
        await server.UntilAsync("s", "error");
        await server.PutTaskTopicAsync();

        await server.UntilAsync("s", "active");
        Assert.False((await server.GetAsync("Subscription/s"))["error"u8].Exists);
    }

    [Fact] // else it would look well and tell nothing
    public async Task A_subscription_says_when_its_topic_cannot_be_filtered_so_any_more()
    {
        await RestartAsync(SubscriptionServer.Quick with { LookAgain = TimeSpan.FromMilliseconds(100) });
        await SubscribeAsync(filter: "Task?patient=Patient/p1");
        await server.PutAsync("Basic/task-done", SubscriptionServer.Topic(SubscriptionServer.TaskTopic, "Task").Replace("\"valueString\":\"patient\"", "\"valueString\":\"owner\"", StringComparison.Ordinal));
        Assert.StartsWith("The topic of this subscription is not there any more, or one of its filters", (await server.UntilAsync("s", "error"))["error"u8].Text, StringComparison.Ordinal);
        await server.PutTaskTopicAsync();

        await server.UntilAsync("s", "active");
    }

    [Fact]
    public async Task What_is_a_topic_no_longer_has_no_events()
    {
        await server.PutAsync("Basic/any", SubscriptionServer.Topic("http://topics.example/any", "Task"));
        await SubscribeAsync();
        await server.PutAsync("Subscription/any", SubscriptionServer.Subscription("any", endpoint: receiver.Endpoint, topic: "http://topics.example/any"));
        await server.UntilAsync("any", "active");
        await server.PutAsync("Basic/task-done", """{"resourceType":"Basic","id":"task-done","code":{"text":"retired"}}""");
        await server.PutTaskAsync("a", "completed");
        await receiver.UntilNumberAsync(1);

        await UntilNotedAsync(1, "any");
        await UntilNotedAsync(0);
    }

    [Fact]
    public async Task A_restart_in_the_middle_loses_and_repeats_no_number()
    {
        await SubscribeAsync();
        for (var i = 0; i < 20; i++)
            await server.PutTaskAsync($"before{i}", "completed");
        await receiver.UntilNumberAsync(20);
        receiver.Answer = 500;
        for (var i = 0; i < 30; i++)
            await server.PutTaskAsync($"between{i}", "completed");
        await server.StopAsync();
        receiver.Answer = 200;
        await server.StartAsync();
        for (var i = 0; i < 20; i++)
            await server.PutTaskAsync($"after{i}", "completed");
        await receiver.UntilNumberAsync(70);

        Assert.Equal(Enumerable.Range(1, 70).Select(i => (long)i), receiver.Numbers);
    }

    [Fact] // no look comes to its time on this clock
    public async Task Events_that_follow_each_other_at_once_wake_by_themselves()
    {
        await RestartAsync(SubscriptionServer.Quick, hasTimers: false);
        await SubscribeAsync();
        for (var round = 1; round <= 20; round++)
        {
            await server.PutTaskAsync($"first{round}", "completed");
            await server.PutTaskAsync($"second{round}", "completed");
            await receiver.UntilNumberAsync(2 * round);
        }
    }

    [Fact] // on this clock neither
    public async Task Another_endpoint_is_asked_at_once_and_what_it_took_is_kept()
    {
        await RestartAsync(SubscriptionServer.Quick, hasTimers: false);
        await SubscribeAsync(filter: "Task?patient=Patient/p1");
        await server.PutTaskAsync("a", "completed");
        await receiver.UntilNumberAsync(1);
        await using var other = await Receiver.StartAsync();
        await server.PutAsync("Subscription/s", SubscriptionServer.Subscription("s", endpoint: other.Endpoint, filter: "Task?patient=Patient/p2"));
        await server.UntilAsync("s", "active");
        await server.PutTaskAsync("b", "completed", "p2");
        await other.UntilNumberAsync(2);

        await Eventually.TrueAsync(() => server.Services.GetRequiredService<SubscriptionRecord>().ProgressOf("s").Delivered == 2);
    }

    /// <summary>Begins on a new database with other settings.</summary>
    private async Task RestartAsync(SubscriptionOptions options, bool hasTimers = true)
    {
        await server.DisposeAsync();
        server = await new SubscriptionServer(engine, options, hasTimers).StartAsync();
        await server.PutTaskTopicAsync();
    }

    private Task UntilNotedAsync(long count, string id = "s") => Eventually.TrueAsync(() => server.Services.GetRequiredService<SubscriptionRecord>().Count(id) == count);

    /// <summary>Events of these numbers wait for an endpoint that takes none of them.</summary>
    private async Task FallBehindAsync(Receiver endpoint, int first, int last)
    {
        endpoint.Answer = 503;
        for (var i = first; i <= last; i++)
        {
            await server.PutTaskAsync($"t{i}", "completed");
            await Eventually.TrueAsync(() => endpoint.Refused.Count > 0);
        }

        await UntilNotedAsync(last);
    }

    private async Task SubscribeAsync(string id = "s", string content = "id-only", string? filter = null, string extensions = "")
    {
        await server.PutAsync($"Subscription/{id}", SubscriptionServer.Subscription(id, endpoint: receiver.Endpoint, content: content, filter: filter, extensions: extensions));
        await server.UntilAsync(id, "active");
    }
}
