using System.Net;
using System.Net.WebSockets;
using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Tandem.Fhir.Json;
using Tandem.Kernel.Data;
using Tandem.Record.Subscriptions;
using Tandem.Tests.Care.Intake;
using Tandem.Tests.Support;

namespace Tandem.Tests.Record.Subscriptions;

public sealed class SqliteWebSocketTests() : WebSocketBehaviour(Engine.Sqlite);

public sealed class PostgresWebSocketTests() : WebSocketBehaviour(Engine.Postgres);

/// <summary>Subscriptions whose events are told over a websocket.</summary>
public abstract class WebSocketBehaviour(Engine engine) : IAsyncLifetime
{
    private SubscriptionServer server = null!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        server = await new SubscriptionServer(engine).StartAsync();
        await server.PutTaskTopicAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (server is not null)
            await server.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task A_websocket_bound_by_a_token_gets_the_events_and_again_what_a_cut_may_have_lost()
    {
        await server.SubscribeAsync("w", "websocket", null);
        using (var socket = await BoundAsync("w"))
        {
            Assert.Equal("handshake", Receiver.TypeOf(await ReceiveAsync(socket)));
            await server.PutTaskAsync("a", "completed");
            Assert.Equal([1L], Receiver.NumbersOf(await ReceiveAsync(socket)));
            socket.Abort();
        }

        using (var again = await BoundAsync("w"))
        {
            Assert.Equal("handshake", Receiver.TypeOf(await ReceiveAsync(again)));
            Assert.Equal([1L], Receiver.NumbersOf(await ReceiveAsync(again)));
            var reading = ReceiveAsync(again); // a client that reads answers pings
            await UntilSentAsync("w", 1);
            again.Abort();
            await Assert.ThrowsAnyAsync<Exception>(() => reading);
        }

        await server.PutTaskAsync("b", "completed");
        using var last = await BoundAsync("w");
        Assert.Equal("handshake", Receiver.TypeOf(await ReceiveAsync(last)));
        Assert.Equal([2L], Receiver.NumbersOf(await ReceiveAsync(last)));
        await last.CloseAsync(WebSocketCloseStatus.NormalClosure, null, Cancel);
    }

    [Fact]
    public async Task A_websocket_goes_on_once_the_database_is_back_and_is_closed_when_it_cannot_go_on()
    {
        var gate = await RestartAsync();
        await server.SubscribeAsync("w", "websocket", null);
        using var socket = await BoundAsync("w");
        Assert.Equal("handshake", Receiver.TypeOf(await ReceiveAsync(socket)));
        gate.Fault = new DatabaseUnavailableException("The server is away.");
        await server.PutTaskAsync("a", "completed");
        await Eventually.TrueAsync(() => gate.Faults > 1);
        gate.Fault = null;
        Assert.Equal([1L], Receiver.NumbersOf(await ReceiveAsync(socket)));

        gate.Fault = new InvalidOperationException("It is broken.");
        Assert.Equal(WebSocketCloseStatus.InternalServerError, await ClosedAsync(socket));
    }

    [Fact]
    public async Task A_websocket_is_told_when_a_subscription_has_ended_and_closed_after_the_last()
    {
        await RestartAsync();
        await server.SubscribeAsync("off", "websocket", null);
        await server.SubscribeAsync("gone", "websocket", null);
        using var socket = await BoundAsync("off");
        Assert.Equal("handshake", Receiver.TypeOf(await ReceiveAsync(socket)));
        await SendAsync(socket, $"bind-with-token {await TokenAsync("gone")}");
        Assert.Equal("handshake", Receiver.TypeOf(await ReceiveAsync(socket)));

        await server.PutAsync("Subscription/off", SubscriptionServer.Subscription("off", "websocket", status: "off"));
        Assert.Equal(("Subscription/off", "off"), Ended(await ReceiveAsync(socket)));
        await server.PutTaskAsync("a", "completed");
        Assert.Equal([1L], Receiver.NumbersOf(await ReceiveAsync(socket)));
        using (var deleted = await server.Client.DeleteAsync(new Uri("Subscription/gone", UriKind.Relative), Cancel))
            Assert.True(deleted.IsSuccessStatusCode);
        Assert.Equal(("Subscription/gone", "off"), Ended(await ReceiveAsync(socket)));
        Assert.Equal(WebSocketCloseStatus.NormalClosure, await ClosedAsync(socket));

        (string, string?) Ended(FhirNode bundle) =>
            (Receiver.Status(bundle, "subscription")["valueReference"u8]["reference"u8].Text![server.Address.ToString().Length..], Receiver.Status(bundle, "status")["valueCode"u8].Text);
    }

    [Fact]
    public async Task Who_is_connected_when_the_hub_stops_is_told_so_and_keeps_it_from_stopping_no_longer_than_a_moment()
    {
        await server.DisposeAsync();
        server = await new SubscriptionServer(engine, add: services => services.Configure<HostOptions>(host => host.ShutdownTimeout = TimeSpan.FromHours(1))).StartAsync();
        await server.PutTaskTopicAsync();
        await server.SubscribeAsync("w", "websocket", null);
        await server.SubscribeAsync("s", "server-sent-events", null);
        using var socket = await BoundAsync("w");
        Assert.Equal("handshake", Receiver.TypeOf(await ReceiveAsync(socket)));
        using var unbound = await ConnectAsync();
        using var streamed = await server.Client.GetAsync(new Uri("Subscription/s/$stream", UriKind.Relative), HttpCompletionOption.ResponseHeadersRead, Cancel);
        using var stream = new StreamReader(await streamed.Content.ReadAsStreamAsync(Cancel));
        Assert.StartsWith("event:", await stream.ReadLineAsync(Cancel), StringComparison.Ordinal);

        server.Services.GetRequiredService<IHostApplicationLifetime>().StopApplication();

        Assert.Equal(WebSocketCloseStatus.EndpointUnavailable, await ClosedAsync(socket));
        Assert.Equal(WebSocketCloseStatus.EndpointUnavailable, await ClosedAsync(unbound));
        Assert.EndsWith("\n\n", await stream.ReadToEndAsync(Cancel).WaitAsync(TimeSpan.FromSeconds(60), Cancel), StringComparison.Ordinal); // whole events, and an end
        var stopping = server.DisposeAsync().AsTask(); // neither of both has closed its side
        server = null!;
        await stopping.WaitAsync(TimeSpan.FromSeconds(60), Cancel);
    }

    [Fact]
    public async Task A_websocket_without_a_token_of_ours_gets_nothing()
    {
        await server.SubscribeAsync("w", "websocket", null);
        using var socket = await ConnectAsync();
        await SendAsync(socket, "bind-with-token AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA");
        Assert.Equal("OperationOutcome", (await ReceiveAsync(socket))["resourceType"u8].Text);

        var token = await TokenAsync("w");
        server.Clock.Advance(TimeSpan.FromMinutes(10)); // to the instant of its expiration
        await SendAsync(socket, $"bind-with-token {token}");
        Assert.Equal("OperationOutcome", (await ReceiveAsync(socket))["resourceType"u8].Text);
    }

    [Fact]
    public async Task A_websocket_ends_that_binds_nothing_in_time_or_shows_one_wrong_token_after_the_other()
    {
        await using var strict = await new SubscriptionServer(engine, SubscriptionServer.Quick with { BindWithin = TimeSpan.FromMilliseconds(50) }).StartAsync();
        using var silent = await ConnectAsync(strict);
        Assert.Equal(WebSocketCloseStatus.PolicyViolation, await ClosedAsync(silent));

        using var guessing = await ConnectAsync();
        for (var i = 0; i < 5; i++)
        {
            await SendAsync(guessing, "bind-with-token AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA");
            Assert.Equal("OperationOutcome", (await ReceiveAsync(guessing))["resourceType"u8].Text);
        }

        Assert.Equal(WebSocketCloseStatus.PolicyViolation, await ClosedAsync(guessing));

        static async Task<WebSocketCloseStatus?> ClosedAsync(ClientWebSocket socket) =>
            (await socket.ReceiveAsync(new byte[256], Cancel).WaitAsync(TimeSpan.FromSeconds(60), Cancel)).CloseStatus;
    }

    [Fact]
    public async Task A_websocket_is_bound_to_a_hundred_subscriptions_and_says_so_of_more()
    {
        string[] ids = [.. Enumerable.Range(0, 101).Select(at => $"{at:000}{new string('x', 61)}")];
        var entries = ids.Select(id => $$"""{"resource":{{SubscriptionServer.Subscription(id, "websocket")}},"request":{"method":"PUT","url":"Subscription/{{id}}"} }""");
        using var all = new StringContent($$"""{"resourceType":"Bundle","type":"transaction","entry":[{{string.Join(',', entries)}}]}""", Encoding.UTF8, "application/fhir+json");
        using (var written = await server.Client.PostAsync(new Uri("", UriKind.Relative), all, Cancel))
            Assert.Equal(HttpStatusCode.OK, written.StatusCode);
        using (var refused = await server.Client.GetAsync(new Uri($"Subscription/$get-ws-binding-token?{Named(ids)}", UriKind.Relative), Cancel))
            Assert.Equal(HttpStatusCode.BadRequest, refused.StatusCode);

        string[] tokens = [await TokenOfAsync(ids[..100]), await TokenOfAsync(ids[100..])];
        using var socket = await ConnectAsync();
        foreach (var token in (string[])[tokens[0], .. Enumerable.Repeat(tokens[1], 6)])
            await SendAsync(socket, $"bind-with-token {token}");
        var told = new List<FhirNode>();
        while (told.Count < 106) // it goes on, whatever more it is asked for
            told.Add(await ReceiveAsync(socket));
        Assert.Equal(6, told.Count(one => one["issue"u8].First["diagnostics"u8].Text?.Contains("at most 100 subscriptions", StringComparison.Ordinal) == true));
        Assert.Equal(100, told.Where(one => one["resourceType"u8].Is("Bundle"u8)).Select(one => Receiver.Status(one, "subscription")["valueReference"u8]["reference"u8].Text).Distinct().Count());

        using var wordy = await ConnectAsync();
        await SendAsync(wordy, new string('x', 20_000));
        Assert.Equal(WebSocketCloseStatus.PolicyViolation, await ClosedAsync(wordy));

        static string Named(IEnumerable<string> ids) => string.Join('&', ids.Select(id => $"id={id}"));

        async Task<string> TokenOfAsync(string[] ids) =>
            (await server.GetAsync($"Subscription/$get-ws-binding-token?{Named(ids)}"))["parameter"u8].First["valueString"u8].Text!;
    }

    /// <summary>Begins anew with streams that look again at once and whose clients are let in by what is given.</summary>
    private async Task<FailingAdmissions> RestartAsync()
    {
        var gate = new FailingAdmissions();
        await server.DisposeAsync();
        server = await new SubscriptionServer(engine, add: services => services.AddSingleton(provider => new EventStream(
            provider.GetRequiredService<SubscriptionRecord>(), provider.GetRequiredService<NotificationWriter>(), provider.GetRequiredService<EventSignal>(), new HastyClock(), gate))).StartAsync();
        await server.PutTaskTopicAsync();
        return gate;
    }

    private async Task UntilSentAsync(string id, long number)
    {
        var record = server.Services.GetRequiredService<SubscriptionRecord>();
        for (var i = 0; i < 6_000 && record.ProgressOf(id).Delivered < number; i++)
            await Task.Delay(10, Cancel);
    }

    private async Task<string> TokenAsync(string id)
    {
        var answer = await server.GetAsync($"Subscription/$get-ws-binding-token?id={id}");
        var parts = answer["parameter"u8].Items.AsEnumerable().ToDictionary(part => part["name"u8].Text!);
        Assert.Equal(id, parts["subscription"]["valueString"u8].Text);
        Assert.Equal($"ws://{server.Address.Authority}/fhir/subscriptions/ws", parts["websocket-url"]["valueUrl"u8].Text);
        return parts["token"]["valueString"u8].Text!;
    }

    private async Task<ClientWebSocket> BoundAsync(string id)
    {
        var token = await TokenAsync(id);
        var socket = await ConnectAsync();
        await SendAsync(socket, $"bind-with-token {token}");
        return socket;
    }

    private async Task<ClientWebSocket> ConnectAsync(SubscriptionServer? to = null)
    {
        var socket = new ClientWebSocket();
        socket.Options.SetRequestHeader("X-Nobody", "true"); // the token is all it needs
        await socket.ConnectAsync(new Uri($"ws://{(to ?? server).Address.Authority}/fhir/subscriptions/ws"), Cancel);
        return socket;
    }

    private static Task SendAsync(ClientWebSocket socket, string text) =>
        socket.SendAsync(Encoding.UTF8.GetBytes(text), WebSocketMessageType.Text, endOfMessage: true, Cancel);

    private static async Task<FhirNode> ReceiveAsync(ClientWebSocket socket)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        limit.CancelAfter(TimeSpan.FromSeconds(60));
        using var text = new MemoryStream();
        var buffer = new byte[4096];
        WebSocketReceiveResult read;
        do
        {
            read = await socket.ReceiveAsync(buffer, limit.Token);
            text.Write(buffer, 0, read.Count);
        }
        while (!read.EndOfMessage);
        return FhirJson.ParseStored(text.ToArray()).Root;
    }

    /// <summary>With what the hub closes the socket.</summary>
    private static async Task<WebSocketCloseStatus?> ClosedAsync(ClientWebSocket socket)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        limit.CancelAfter(TimeSpan.FromSeconds(60));
        var buffer = new byte[4096];
        while ((await socket.ReceiveAsync(buffer, limit.Token)).MessageType != WebSocketMessageType.Close)
        {
        }

        return socket.CloseStatus;
    }

    /// <summary>On which nothing is waited for long.</summary>
    private sealed class HastyClock : TimeProvider
    {
        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) => base.CreateTimer(callback, state, TimeSpan.FromMilliseconds(20), period);
    }
}
