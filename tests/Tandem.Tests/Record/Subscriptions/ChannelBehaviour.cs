using System.Net;
using System.Text;
using Tandem.Fhir.Json;
using Tandem.Kernel.Data;
using Tandem.Record.Subscriptions;
using Tandem.Tests.Care.Intake;
using Tandem.Tests.Support;

namespace Tandem.Tests.Record.Subscriptions;

public sealed class SqliteChannelTests() : ChannelBehaviour(Engine.Sqlite);

public sealed class PostgresChannelTests() : ChannelBehaviour(Engine.Postgres);

/// <summary>Server-sent events, beats, dead endpoints, and the operations to look things up with.</summary>
public abstract class ChannelBehaviour(Engine engine) : IAsyncLifetime
{
    private const string Beat = "http://hl7.org/fhir/uv/subscriptions-backport/StructureDefinition/backport-heartbeat-period";
    private const string Timeout = "http://hl7.org/fhir/uv/subscriptions-backport/StructureDefinition/backport-timeout";
    private SubscriptionServer server = null!;
    private Receiver receiver = null!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        receiver = await Receiver.StartAsync();
        server = await new SubscriptionServer(engine).StartAsync();
        await server.PutTaskTopicAsync();
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
    public async Task Server_sent_events_carry_their_numbers_and_go_on_from_the_last_one_named()
    {
        await server.SubscribeAsync("e", "server-sent-events", null);
        for (var i = 0; i < 3; i++)
            await server.PutTaskAsync($"t{i}", "completed");
        using var request = new HttpRequestMessage(HttpMethod.Get, "Subscription/e/$stream");
        request.Headers.Add("Last-Event-ID", "1");
        using var response = await server.Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, Cancel);
        using var reader = new StreamReader(await response.Content.ReadAsStreamAsync(Cancel));

        var numbers = new List<long>();
        var ids = new List<string>();
        while (numbers.LastOrDefault() < 3)
        {
            var line = await reader.ReadLineAsync(Cancel);
            if (line!.StartsWith("id: ", StringComparison.Ordinal))
                ids.Add(line[4..]);
            else if (line.StartsWith("data: ", StringComparison.Ordinal))
                numbers.AddRange(Receiver.NumbersOf(Json(line[6..])));
        }

        Assert.Equal("text/event-stream", response.Content.Headers.ContentType!.MediaType);
        Assert.Equal([2, 3], numbers);
        Assert.Equal("3", ids[^1]);
    }

    [Fact]
    public async Task A_number_of_a_deleted_subscription_keeps_nothing_back_from_the_one_made_under_its_id()
    {
        await server.SubscribeAsync("e", "server-sent-events", null);
        for (var i = 0; i < 3; i++)
            await server.PutTaskAsync($"t{i}", "completed");
        await UntilCountAsync(3);
        using (var deleted = await server.Client.DeleteAsync(new Uri("Subscription/e", UriKind.Relative), Cancel))
            Assert.True(deleted.IsSuccessStatusCode);
        await server.SubscribeAsync("e", "server-sent-events", null);
        await server.PutTaskAsync("new", "completed");
        await UntilCountAsync(1);
        Assert.Equal([1L], Receiver.NumbersOf(await server.GetAsync("Subscription/e/$events?eventsSinceNumber=1&eventsUntilNumber=9223372036854775807")));
        Assert.Empty(Receiver.NumbersOf(await server.GetAsync("Subscription/e/$events?eventsSinceNumber=9223372036854775807")));
        using var request = new HttpRequestMessage(HttpMethod.Get, "Subscription/e/$stream");
        request.Headers.Add("Last-Event-ID", "3");
        using var response = await server.Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, Cancel);
        using var reader = new StreamReader(await response.Content.ReadAsStreamAsync(Cancel));

        var line = "";
        while (!line.StartsWith("id: ", StringComparison.Ordinal))
            line = (await reader.ReadLineAsync(Cancel))!;
        Assert.Equal("id: 1", line);

        async Task UntilCountAsync(int count)
        {
            while (Receiver.NumbersOf(await server.GetAsync("Subscription/e/$events")).Count() < count)
                await Task.Delay(10, Cancel);
        }
    }

    [Fact] // HTML 9.2.6: a line that does not begin with data is dropped, and an empty one ends the event
    public async Task A_server_sent_event_is_whole_though_its_resource_was_sent_over_several_lines()
    {
        await server.PutAsync("Subscription/e", SubscriptionServer.Subscription("e", "server-sent-events", content: "full-resource"));
        await server.UntilAsync("e", "active");
        await server.PutAsync("Task/t", "{\r\n  \"resourceType\": \"Task\",\r\n  \"id\": \"t\",\r\n\r\n  \"status\": \"completed\",\n\t\"intent\": \"order\",\r  \"description\": \"two\\nlines\"\n}");
        using var response = await server.Client.GetAsync(new Uri("Subscription/e/$stream", UriKind.Relative), HttpCompletionOption.ResponseHeadersRead, Cancel);
        using var reader = new StreamReader(await response.Content.ReadAsStreamAsync(Cancel));

        string line;
        do
            line = (await reader.ReadLineAsync(Cancel))!;
        while (!line.StartsWith("data: ", StringComparison.Ordinal) || !Receiver.NumbersOf(Json(line[6..])).Any());
        var task = Json(line[6..])["entry"u8].Items.AsEnumerable().ElementAt(1)["resource"u8];
        Assert.Equal(("completed", "two\nlines"), (task["status"u8].Text, task["description"u8].Text));
        Assert.Equal("", await reader.ReadLineAsync(Cancel));
    }

    [Fact]
    public async Task A_quiet_endpoint_gets_beats()
    {
        await server.SubscribeAsync("s", "rest-hook", receiver.Endpoint, $$"""{"url":"{{Beat}}","valueUnsignedInt":1}""");

        var beat = await receiver.UntilAsync("heartbeat");

        Assert.Equal(("active", "0"), (Receiver.Status(beat, "status")["valueCode"u8].Text, Receiver.Status(beat, "eventsSinceSubscriptionStart")["valueString"u8].Text));
        Assert.Empty(Receiver.Events(beat));
    }

    [Fact]
    public async Task A_slow_endpoint_delays_no_other_and_is_given_up_after_its_time()
    {
        await using var slow = await Receiver.StartAsync();
        await server.SubscribeAsync("patient", "rest-hook", slow.Endpoint, $$"""{"url":"{{Timeout}}","valueUnsignedInt":600}""");
        await server.SubscribeAsync("slow", "rest-hook", slow.Endpoint, $$"""{"url":"{{Timeout}}","valueUnsignedInt":1}""");
        await server.SubscribeAsync("s", "rest-hook", receiver.Endpoint);
        slow.Delay = TimeSpan.FromMinutes(10);
        await server.PutTaskAsync("a", "completed");
        await receiver.UntilNumberAsync(1);

        Assert.Equal("active", (await server.GetAsync("Subscription/patient"))["status"u8].Text); // it still waits; the other endpoint did not
        Assert.Equal("The endpoint did not answer within 1 seconds.", (await server.UntilAsync("slow", "error"))["error"u8].Text);
    }

    [Fact]
    public async Task What_fails_for_too_long_is_off_and_begins_again_when_asked_to()
    {
        await server.SubscribeAsync("s", "rest-hook", receiver.Endpoint);
        receiver.Answer = 500;
        await server.PutTaskAsync("a", "completed");
        await server.UntilAsync("s", "error");
        server.Clock.Advance(TimeSpan.FromDays(4));
        Assert.StartsWith("The endpoint answered 500.", (await server.UntilAsync("s", "off"))["error"u8].Text, StringComparison.Ordinal);

        receiver.Answer = 200;
        await server.SubscribeAsync("s", "rest-hook", receiver.Endpoint);
        await receiver.UntilNumberAsync(1);
        Assert.Equal([1L], receiver.Numbers);
    }

    [Fact]
    public async Task What_was_off_before_it_ever_took_a_handshake_has_all_its_tries_again()
    {
        receiver.Answer = 500;
        await AskAsync();
        await server.UntilAsync("s", "error");
        server.Clock.Advance(TimeSpan.FromDays(4));
        await server.UntilAsync("s", "off");

        await AskAsync();
        Assert.Equal("error", await OtherThanAsync("requested"));
        receiver.Answer = 200;
        await server.UntilAsync("s", "active");

        Task<FhirNode> AskAsync() => server.PutAsync("Subscription/s", SubscriptionServer.Subscription("s", endpoint: receiver.Endpoint));

        async Task<string?> OtherThanAsync(string status)
        {
            for (var i = 0; i < 3_000; i++)
            {
                if ((await server.GetAsync("Subscription/s"))["status"u8].Text is var now && now != status)
                    return now;
                await Task.Delay(20, Cancel);
            }

            return status;
        }
    }

    [Fact]
    public async Task A_subscription_ends_when_it_said_it_would()
    {
        var end = server.Clock.GetUtcNow().AddHours(1).ToString("O", System.Globalization.CultureInfo.InvariantCulture);
        var body = SubscriptionServer.Subscription("s", endpoint: receiver.Endpoint).Replace("\"reason\":\"test\"", $"\"reason\":\"test\",\"end\":\"{end}\"", StringComparison.Ordinal);
        await server.PutAsync("Subscription/s", body);
        await server.UntilAsync("s", "active");
        server.Clock.Advance(TimeSpan.FromHours(2));
        await server.PutTaskAsync("a", "completed"); // wakes the lane, whose clock stood still

        Assert.False((await server.UntilAsync("s", "off"))["error"u8].Exists);
        Assert.Empty(receiver.Numbers);
    }

    [Fact]
    public async Task Events_and_status_can_be_asked_for()
    {
        await server.SubscribeAsync("s", "rest-hook", receiver.Endpoint);
        for (var i = 1; i <= 5; i++)
            await server.PutTaskAsync($"t{i}", "completed");
        await receiver.UntilNumberAsync(5);

        var some = await server.GetAsync("Subscription/s/$events?eventsSinceNumber=2&eventsUntilNumber=4");
        Assert.Equal(("query-event", "5"), (Receiver.TypeOf(some), Receiver.Status(some, "eventsSinceSubscriptionStart")["valueString"u8].Text));
        Assert.Equal([2, 3, 4], Receiver.NumbersOf(some));
        Assert.Single((await server.GetAsync("Subscription/s/$events?content=empty"))["entry"u8].Items.AsEnumerable());
        using var more = await server.Client.GetAsync(new Uri("Subscription/s/$events?content=full-resource", UriKind.Relative), Cancel);
        Assert.Equal(HttpStatusCode.BadRequest, more.StatusCode);

        foreach (var path in new[] { "Subscription/s/$status", "Subscription/$status?id=s", "Subscription/$status?status=active" })
        {
            var status = await server.GetAsync(path);
            Assert.Equal(("searchset", "1", "query-status"), (status["type"u8].Text, status["total"u8].Text, Receiver.TypeOf(status)));
        }

        foreach (var path in new[] { "Subscription/$status?status=bogus", "Subscription/$status?status=,", "Subscription/$status?id=," })
        {
            using var refused = await server.Client.GetAsync(new Uri(path, UriKind.Relative), Cancel);
            Assert.Equal(HttpStatusCode.BadRequest, refused.StatusCode);
        }
    }

    private static FhirNode Json(string text) => FhirJson.ParseStored(Encoding.UTF8.GetBytes(text)).Root;
}
