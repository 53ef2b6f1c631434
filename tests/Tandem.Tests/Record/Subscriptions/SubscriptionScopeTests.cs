using System.Net;
using System.Net.Sockets;
using System.Text;
using Tandem.Kernel.Actors;
using Tandem.Kernel.Data;
using Tandem.Record.Access;
using Tandem.Record.Subscriptions;

namespace Tandem.Tests.Record.Subscriptions;

/// <summary>On whose behalf notifications speak, what mail says, and where a filter draws its line.</summary>
public sealed class SubscriptionScopeTests : IAsyncLifetime
{
    private SubscriptionServer server = null!;
    private Receiver receiver = null!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        receiver = await Receiver.StartAsync();
        server = await new SubscriptionServer(Engine.Sqlite).StartAsync();
        await server.PutTaskTopicAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await server.DisposeAsync();
        await receiver.DisposeAsync();
    }

    [Fact]
    public async Task An_event_that_the_owner_does_not_see_any_more_is_told_by_its_number_alone()
    {
        await SubscribeAsync("s", content: "full-resource");
        await server.Store.WriteAsync<int>(
            AccessScope.System,
            session =>
            {
                session.Write(SubscriptionTables.Owners, "s", "Practitioner/x", (string?)null, "none", "TREAT", nameof(Reach.NoOne), "");
                return 0;
            },
            Cancel);
        await server.PutTaskAsync("a", "completed");

        var told = await receiver.UntilAsync("event-notification");
        Assert.Equal([1L], Receiver.NumbersOf(told));
        Assert.Single(told["entry"u8].Items.AsEnumerable());
        Assert.DoesNotContain("Task/a", told.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Of_what_its_owner_does_not_reach_a_subscription_tells_not_even_a_number()
    {
        await SubscribeAsync("s", content: "id-only");
        var reach = Reach.Limited(new AccessLayer("app", [new Grant(Tandem.Kernel.Actors.Interactions.Look, [], Whose.Of("p2"))]));
        await server.Store.WriteAsync<int>(
            AccessScope.System,
            session =>
            {
                session.Write(SubscriptionTables.Owners, "s", "Practitioner/x", (string?)null, "app", "TREAT", KeptReach.ToText(reach), "");
                return 0;
            },
            Cancel);
        await server.PutTaskAsync("a", "completed", "p1");
        await server.PutTaskAsync("b", "completed", "p2");

        Assert.Equal(["Task/b"], await FocusAsync("s", 1));
    }

    [Fact]
    public async Task Only_who_made_a_subscription_is_connected_to_it()
    {
        await server.PutAsync("Subscription/w", SubscriptionServer.Subscription("w", "websocket"));
        await server.UntilAsync("w", "active");

        foreach (var path in new[] { "Subscription/w/$get-ws-binding-token", "Subscription/w/$stream" })
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, path);
            request.Headers.Add("X-Actor", "Practitioner/other");
            using var response = await server.Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, Cancel);
            Assert.Equal(HttpStatusCode.Forbidden, response.StatusCode);
        }

        using var nobody = new HttpRequestMessage(HttpMethod.Get, "Subscription/w/$stream");
        nobody.Headers.Add("X-Nobody", "true");
        using var refused = await server.Client.SendAsync(nobody, Cancel);
        Assert.Equal(HttpStatusCode.Unauthorized, refused.StatusCode);
    }

    [Fact]
    public async Task Somebody_else_lets_a_subscription_begin_again_for_who_made_it_and_changes_nothing_of_it()
    {
        await SubscribeAsync("s");
        var (same, widened) = (SubscriptionServer.Subscription("s", endpoint: receiver.Endpoint), SubscriptionServer.Subscription("s", endpoint: receiver.Endpoint, content: "full-resource"));
        Assert.Equal(403, await server.PutAsAsync("Practitioner/other", "Subscription/s", widened));
        Assert.Equal(403, await server.PutAsAsync("Practitioner/other", "Subscription/s", widened.Replace("\"status\":\"requested\"", "\"status\":\"off\"", StringComparison.Ordinal)));
        Assert.Equal(403, await server.PutAsAsync("Practitioner/other", "Subscription/s", same.Replace("\"reason\":\"test\"", "\"reason\":\"test\",\"end\":\"2099-01-01T00:00:00Z\"", StringComparison.Ordinal)));
        Assert.Equal(200, await server.PutAsAsync("Practitioner/other", "Subscription/s", same.Replace("\"status\":\"requested\"", "\"status\":\"off\"", StringComparison.Ordinal)));
        await server.UntilAsync("s", "off");
        Assert.Equal(200, await server.PutAsAsync("Practitioner/other", "Subscription/s", same));
        await server.UntilAsync("s", "active");

        var record = (SubscriptionRecord)server.Services.GetService(typeof(SubscriptionRecord))!;
        Assert.True(record.IsOwn("s", AccessScope.System));
    }

    [Fact]
    public async Task A_filter_lets_through_one_patient_and_a_patients_record_is_every_type()
    {
        await server.PutAsync("Basic/record", SubscriptionServer.Topic("http://topics.example/record", "Resource"));
        await SubscribeAsync("one", filter: "Task?patient=Patient/p2");
        await SubscribeAsync("all", filter: "patient=Patient/p2", topic: "http://topics.example/record");
        await SubscribeAsync("own", filter: $"patient={SubscriptionServer.Own}/Patient/p2", topic: "http://topics.example/record");
        await server.PutTaskAsync("a", "completed", "p1");
        await server.PutTaskAsync("b", "completed", "p2");
        await server.PutAsync("Condition/c", """{"resourceType":"Condition","id":"c","subject":{"reference":"Patient/p2"}}""");
        using var deleted = await server.Client.DeleteAsync(new Uri("Condition/c", UriKind.Relative), Cancel);
        await server.PutAsync("Appointment/d", """
            {"resourceType":"Appointment","id":"d","status":"booked","participant":[{"actor":{"reference":"Patient/p1"},"status":"accepted"},{"actor":{"reference":"Patient/p2"},"status":"accepted"}]}
            """);
        using var cancelled = await server.Client.DeleteAsync(new Uri("Appointment/d", UriKind.Relative), Cancel);

        Assert.Equal(["Task/b"], await FocusAsync("one", 1));
        Assert.Equal(["Task/b", "Condition/c", "Condition/c", "Appointment/d", "Appointment/d"], await FocusAsync("own", 5));
        Assert.Equal(["Task/b", "Condition/c", "Condition/c", "Appointment/d", "Appointment/d"], await FocusAsync("all", 5));
        var entries = (await server.GetAsync("Subscription/all/$events"))["entry"u8].Items.AsEnumerable().Where(entry => entry["fullUrl"u8].Text!.EndsWith("Condition/c", StringComparison.Ordinal));
        Assert.Equal(["PUT 201", "DELETE 204"], entries.Select(entry => $"{entry["request"u8]["method"u8].Text} {entry["response"u8]["status"u8].Text}"));
    }

    [Fact] // R5 Subscription.filterBy.resourceType
    public async Task A_filter_on_one_type_holds_back_nothing_of_another()
    {
        await server.PutAsync("Basic/record", SubscriptionServer.Topic("http://topics.example/record", "Resource"));
        await SubscribeAsync("s", content: "full-resource", filter: "Task?patient=Patient/p2", topic: "http://topics.example/record");
        await server.PutTaskAsync("a", "completed", "p1");
        await server.PutAsync("Condition/c", """{"resourceType":"Condition","id":"c","subject":{"reference":"Patient/p1"}}""");
        await server.PutTaskAsync("b", "completed", "p2");
        using var deleted = await server.Client.DeleteAsync(new Uri("Condition/c", UriKind.Relative), Cancel);

        Assert.Equal(["Condition/c", "Task/b", "Condition/c"], await FocusAsync("s", 3));
        var entries = (await server.GetAsync("Subscription/s/$events"))["entry"u8].Items.AsEnumerable().Skip(1);
        Assert.Equal([("PUT", true), ("PUT", true), ("DELETE", false)], entries.Select(entry => (entry["request"u8]["method"u8].Text, entry["resource"u8].Exists))); // what is deleted has none (R4 2.36.6)
    }

    [Fact]
    public async Task A_subscription_and_its_events_that_are_taken_in_at_once_are_not_missed()
    {
        await server.PutAsync("Subscription/w", SubscriptionServer.Subscription("w", "websocket"));
        await server.UntilAsync("w", "active");
        await server.PutTaskAsync("a", "completed");
        await FocusAsync("w", 1);
        await server.Store.WriteAsync<int>( // as after a crash before anything was noted: all is taken in anew, in one batch
            AccessScope.System,
            session =>
            {
                session.Write(Tandem.Record.Reactions.ReactionTables.Cursors, "subscriptions", 0);
                session.Remove(SubscriptionTables.Events, "w", 1);
                return 0;
            },
            Cancel);
        await server.StopAsync();
        await server.StartAsync();

        Assert.Equal(["Task/a"], await FocusAsync("w", 1));
    }

    [Fact]
    public async Task What_is_taken_in_anew_is_an_event_once()
    {
        await server.PutAsync("Subscription/w", SubscriptionServer.Subscription("w", "websocket"));
        await server.UntilAsync("w", "active");
        await server.PutTaskAsync("a", "completed");
        await server.PutTaskAsync("b", "completed");
        await FocusAsync("w", 2);
        await server.Store.WriteAsync<int>(
            AccessScope.System,
            session =>
            {
                session.Write(Tandem.Record.Reactions.ReactionTables.Cursors, "subscriptions", 0);
                session.Remove(SubscriptionTables.Events, "w", 1);
                return 0;
            },
            Cancel);
        await server.StopAsync();
        await server.StartAsync();
        await server.PutTaskAsync("c", "completed");

        Assert.Equal(["Task/b", "Task/a", "Task/c"], await FocusAsync("w", 3));
        Assert.Equal([2L, 3, 4], Receiver.NumbersOf(await server.GetAsync("Subscription/w/$events")));
    }

    [Fact]
    public async Task Mail_says_that_something_is_there_and_nothing_of_the_record()
    {
        using var relay = new TcpListener(IPAddress.Loopback, 0);
        relay.Start();
        await using var mailing = await new SubscriptionServer(
            Engine.Sqlite, SubscriptionServer.Quick with { MailRelay = relay.LocalEndpoint.ToString()!, MailFrom = "hub@example.org" }).StartAsync();
        await mailing.PutTaskTopicAsync();
        Assert.StartsWith("Mail carries no content", await mailing.RefusedAsync("Subscription/m", SubscriptionServer.Subscription("m", "email", "mailto:desk@example.org")), StringComparison.Ordinal);

        await mailing.PutAsync("Subscription/m", SubscriptionServer.Subscription("m", "email", "mailto:desk@example.org", content: "empty"));
        var handshake = await TakeMailAsync(relay);
        await mailing.UntilAsync("m", "active");
        await mailing.PutTaskAsync("secret", "completed");
        var told = await TakeMailAsync(relay);

        Assert.Contains("handshake of subscription m", handshake, StringComparison.Ordinal);
        Assert.Contains("event-notification of subscription m", told, StringComparison.Ordinal);
        Assert.Equal($"event-notification\nEvents since the subscription began: 1\nStatus: {mailing.Address}Subscription/m/$status\nEvents: {mailing.Address}Subscription/m/$events", BodyOf(told));
    }

    private async Task SubscribeAsync(string id, string content = "id-only", string? filter = null, string topic = SubscriptionServer.TaskTopic)
    {
        await server.PutAsync($"Subscription/{id}", SubscriptionServer.Subscription(id, endpoint: receiver.Endpoint, content: content, filter: filter, topic: topic));
        await server.UntilAsync(id, "active");
    }

    /// <summary>What the first events of a subscription are about, as soon as there are so many.</summary>
    private async Task<IEnumerable<string>> FocusAsync(string id, int count)
    {
        for (var i = 0; i < 3_000; i++)
        {
            var events = Receiver.Events(await server.GetAsync($"Subscription/{id}/$events")).ToList();
            if (events.Count >= count)
                return events.Select(parts => parts.Single(part => part["name"u8].Text == "focus")["valueReference"u8]["reference"u8].Text![server.Address.ToString().Length..]);
            await Task.Delay(20, Cancel);
        }

        throw new TimeoutException($"{id} has fewer than {count} events.");
    }

    /// <summary>What a mail says, as whoever reads it sees it (RFC 2045, 6.7 and 6.8): of what is encoded nothing could be found.</summary>
    private static string BodyOf(string message)
    {
        var lines = message.Split('\n', StringSplitOptions.TrimEntries);
        var body = lines.SkipWhile(line => line.Length > 0).ToList();
        var text = lines.Contains("Content-Transfer-Encoding: base64", StringComparer.OrdinalIgnoreCase)
            ? Encoding.UTF8.GetString(Convert.FromBase64String(string.Concat(body)))
            : string.Join('\n', body).Replace("=\n", "", StringComparison.Ordinal).Replace("=0D=0A", "\n", StringComparison.Ordinal).Replace("=0A", "\n", StringComparison.Ordinal).Replace("=3D", "=", StringComparison.Ordinal);
        return text.Trim();
    }

    /// <summary>A relay's part of one conversation (RFC 5321); gives the message.</summary>
    private static async Task<string> TakeMailAsync(TcpListener relay)
    {
        using var client = await relay.AcceptTcpClientAsync(Cancel);
        await using var stream = client.GetStream();
        using var reader = new StreamReader(stream, Encoding.ASCII);
        var message = new StringBuilder();
        await SayAsync(stream, "220 relay");
        while (await reader.ReadLineAsync(Cancel) is { } line)
        {
            await SayAsync(stream, line.StartsWith("DATA", StringComparison.Ordinal) ? "354 go on" : "250 ok");
            if (!line.StartsWith("DATA", StringComparison.Ordinal))
                continue;
            while (await reader.ReadLineAsync(Cancel) is { } text and not ".")
                message.AppendLine(text);
            await SayAsync(stream, "250 taken");
            break;
        }

        return message.ToString();
    }

    private static async Task SayAsync(NetworkStream stream, string line) => await stream.WriteAsync(Encoding.ASCII.GetBytes(line + "\r\n"), Cancel);
}
