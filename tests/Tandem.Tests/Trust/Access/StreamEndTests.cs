using System.Net;
using System.Net.WebSockets;
using System.Text;
using Microsoft.AspNetCore.WebUtilities;
using Tandem.Fhir.Json;
using Tandem.Kernel.Actors;
using Tandem.Kernel.Data;
using Tandem.Record.Log;
using Tandem.Tests.Record.Subscriptions;
using Tandem.Tests.Trust.Smart;
using Tandem.Trust.People;
using Tandem.Trust.SignIn;
using Tandem.Trust.Smart;

namespace Tandem.Tests.Trust.Access;

/// <summary>What was let in once and lasts, streams and websockets of subscriptions, ends or falls silent with the next event after the reason for it was taken away.</summary>
public sealed class StreamEndTests(StreamHub shared) : IClassFixture<StreamHub>, IAsyncLifetime
{
    private const string Everything = "http://topics.example/everything";
    private SmartHub hub = null!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => hub = await shared.StartedAsync(Everything);

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task A_stream_and_a_websocket_end_with_the_session_they_were_opened_in()
    {
        using var eva = await EngineerAsync("eva");
        var ofSession = await SubscribeAsync(eva);
        using var stream = await StreamAsync(ofSession, eva);
        using var socket = new ClientWebSocket();
        var token = await BindingTokenAsync(ofSession, eva);
        await ConnectAsync(socket, token);
        Assert.Contains("handshake", await ReceiveAsync(socket), StringComparison.Ordinal); // who is bound only afterwards goes on behind what the stream was sent
        await TaskAsync("session-before");
        Assert.Contains("session-before", await NextEventAsync(stream), StringComparison.Ordinal);
        Assert.Contains("session-before", await NextEventAsync(socket), StringComparison.Ordinal);

        Assert.Equal(1, (await hub.Get<Sessions>().RevokeAsync("eva", null, null, Actor.Hub, Cancel)).Value);
        await TaskAsync("session-after");

        Assert.Null(await EndedAsync(NextEventAsync(stream)));
        Assert.Null(await EndedAsync(NextEventAsync(socket)));
        Assert.Equal(WebSocketCloseStatus.PolicyViolation, socket.CloseStatus);
        using var again = new ClientWebSocket();
        await ConnectAsync(again, token); // made in the session that ended
        Assert.Contains("\"OperationOutcome\"", await ReceiveAsync(again), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_stream_ends_with_the_role_it_was_opened_in()
    {
        using var rolf = await EngineerAsync("rolf");
        var ofRole = await SubscribeAsync(rolf);
        using var stream = await StreamAsync(ofRole, rolf);
        await TaskAsync("role-before");
        Assert.Contains("role-before", await NextEventAsync(stream), StringComparison.Ordinal);

        Assert.Null((await hub.Get<GiveRole>().TakeAsync("rolf", "integration-engineer", null, AccessScope.System, Cancel)).Refusal);
        await TaskAsync("role-after");

        Assert.Null(await EndedAsync(NextEventAsync(stream)));
    }

    [Fact]
    public async Task A_stream_of_an_app_ends_when_its_token_is_given_back_and_shows_nothing_that_another_leave_subscribed_to()
    {
        using var tina = await EngineerAsync("tina");
        var ofBrowser = await SubscribeAsync(tina);
        var (client, token) = await TokenAsync(tina);
        using var app = new HttpClient { BaseAddress = new Uri(hub.Address) };
        app.DefaultRequestHeaders.Authorization = new("Bearer", token);
        var ofApp = await SubscribeAsync(app);
        foreach (var path in new[] { $"/fhir/Subscription/{ofBrowser}/$stream", $"/fhir/Subscription/{ofBrowser}/$get-ws-binding-token" })
            Assert.Equal(HttpStatusCode.Forbidden, (await hub.GetAsync(path, token)).Status);
        using var stream = await StreamAsync(ofApp, app);
        await TaskAsync("token-before");
        Assert.Contains("token-before", await NextEventAsync(stream), StringComparison.Ordinal);

        Assert.Equal(HttpStatusCode.OK, (await hub.PostAsync("/oauth/revoke", new() { ["token"] = token, ["client_id"] = client })).Status);
        await TaskAsync("token-after");

        Assert.Null(await EndedAsync(NextEventAsync(stream)));
    }

    [Fact]
    public async Task A_stream_of_a_service_tells_nothing_of_what_a_consent_or_a_relationship_had_opened()
    {
        using var service = await ServiceAsync();
        await PatientAsync("con");
        await PatientAsync("rel");
        await ConsentAsync("active");
        var ofService = await SubscribeAsync(service, "full-resource", Everything);
        using var stream = await StreamAsync(ofService, service);
        await ConditionAsync("open", "con", "F10.20", "zfirst");
        Assert.Contains("zfirst", await UntilEventAsync(stream, "Condition/open"), StringComparison.Ordinal);
        await ConditionAsync("near", "rel", "I50.9", "znear");
        Assert.Contains("znear", await UntilEventAsync(stream, "Condition/near"), StringComparison.Ordinal);

        await ConsentAsync("inactive");
        await hub.PutAsync("Encounter", "e-rel", """{"resourceType":"Encounter","status":"entered-in-error","class":{"code":"IMP"},"subject":{"reference":"Patient/rel"}}""");
        await ConditionAsync("open", "con", "F10.20", "zafterwards");
        await ConditionAsync("near", "rel", "I50.9", "zafterwards");
        await ConditionAsync("last", "con", "I50.9", "zplain");

        var told = await UntilEventAsync(stream, "Condition/last");
        Assert.Contains("zplain", told, StringComparison.Ordinal);
        Assert.DoesNotContain("zafterwards", told, StringComparison.Ordinal);
    }

    private async Task<HttpClient> EngineerAsync(string id) => await hub.BrowserOfAsync(new Person(id, $"{id} Testperson", "integration-engineer", null, []));

    private async Task<HttpClient> ServiceAsync()
    {
        await hub.PutAsync("Organization", "clinic", """{"resourceType":"Organization","name":"Sample clinic"}""");
        var (service, _) = await hub.AddAsync(new ClientMetadata { ClientName = "Sample listener", TokenEndpointAuthMethod = "private_key_jwt", GrantTypes = ["client_credentials"], Scope = "system/*.cruds", Jwks = hub.Keys.Published });
        await hub.Get<RecordStore>().WriteAsync<bool>(
            AccessScope.System,
            session =>
            {
                (service with { Organization = "Organization/clinic" }).Write(session);
                return true;
            },
            Cancel);
        var form = hub.ServiceForm(hub.Assert(client: service.Id));
        form["scope"] = "system/*.cruds";
        var client = new HttpClient { BaseAddress = new Uri(hub.Address) };
        client.DefaultRequestHeaders.Authorization = new("Bearer", (await hub.TokenAsync(form)).Json.GetProperty("access_token").GetString());
        return client;
    }

    private async Task<(string Client, string Token)> TokenAsync(HttpClient engineer)
    {
        var (client, _) = await hub.AddAsync(new ClientMetadata
        {
            ClientName = "Sample monitor", TokenEndpointAuthMethod = "none", GrantTypes = ["authorization_code", "refresh_token"], RedirectUris = [SmartHub.Redirect], Scope = "user/Subscription.cruds user/Task.rs offline_access",
        });
        var request = hub.Request(client);
        request["scope"] = client.Metadata.Scope!;
        var allowed = await hub.AllowAsync(request, patient: null, by: engineer);
        var answer = await hub.TokenAsync(hub.Exchange(QueryHelpers.ParseQuery(allowed.Query)["code"].ToString(), client));
        return (client.Id, answer.Json.GetProperty("access_token").GetString()!);
    }

    private async Task PatientAsync(string id)
    {
        await hub.PutAsync("Patient", id, $$"""{"resourceType":"Patient","name":[{"family":"Sampleton"}]}""");
        await hub.PutAsync("Encounter", "e-" + id, $$$"""{"resourceType":"Encounter","status":"in-progress","class":{"code":"IMP"},"subject":{"reference":"Patient/{{{id}}}"},"serviceProvider":{"reference":"Organization/clinic"}}""");
    }

    private Task ConditionAsync(string id, string patient, string code, string text) => hub.PutAsync(
        "Condition", id, $$$"""{"resourceType":"Condition","id":"{{{id}}}","code":{"coding":[{"system":"http://hl7.org/fhir/sid/icd-10-cm","code":"{{{code}}}"}],"text":"{{{text}}}"},"subject":{"reference":"Patient/{{{patient}}}"}}""");

    private Task ConsentAsync(string status) => hub.PutAsync(
        "Consent", "c-con", $$"""{"resourceType":"Consent","status":"{{status}}","patient":{"reference":"Patient/con"},"dateTime":"2026-01-01","provision":{"type":"permit","securityLabel":[{"code":"ETH"}]} }""");

    private Task TaskAsync(string id) => hub.PutAsync("Task", id, """{"resourceType":"Task","status":"completed","intent":"order"}""");

    /// <summary>Gives the id of the subscription, once it is active.</summary>
    private async Task<string> SubscribeAsync(HttpClient by, string content = "id-only", string topic = SubscriptionServer.TaskTopic)
    {
        using var request = Ask(HttpMethod.Post, "/fhir/Subscription");
        request.Content = new StringContent(SubscriptionServer.Subscription("new", "websocket", content: content, topic: topic), Encoding.UTF8, "application/fhir+json");
        using var answer = await by.SendAsync(request, Cancel);
        Assert.True(answer.StatusCode == HttpStatusCode.Created, await answer.Content.ReadAsStringAsync(Cancel));
        var id = answer.Headers.Location!.OriginalString.Split("/Subscription/")[1].Split('/')[0];
        for (var i = 0; i < 1200; i++, await Task.Delay(50, Cancel))
        {
            if (hub.Get<RecordStore>().Read("Subscription", id, AccessScope.System).Succeeded(out var version, out _) && version.Root["status"u8].Text == "active")
                return id;
        }

        throw new TimeoutException($"{id} is not active.");
    }

    private static async Task<StreamReader> StreamAsync(string id, HttpClient by)
    {
        using var request = Ask(HttpMethod.Get, $"/fhir/Subscription/{id}/$stream");
        var answer = await by.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, Cancel);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        return new StreamReader(await answer.Content.ReadAsStreamAsync(Cancel));
    }

    private static async Task<string> BindingTokenAsync(string id, HttpClient by)
    {
        using var request = Ask(HttpMethod.Get, $"/fhir/Subscription/{id}/$get-ws-binding-token");
        using var answer = await by.SendAsync(request, Cancel);
        var parts = FhirJson.ParseStored(await answer.Content.ReadAsByteArrayAsync(Cancel)).Root["parameter"u8].Items.AsEnumerable();
        return parts.Single(part => part["name"u8].Text == "token")["valueString"u8].Text!;
    }

    private static HttpRequestMessage Ask(HttpMethod method, string path)
    {
        var request = new HttpRequestMessage(method, path);
        request.Headers.Accept.ParseAdd("application/fhir+json");
        return request;
    }

    private async Task ConnectAsync(ClientWebSocket socket, string token)
    {
        await socket.ConnectAsync(new Uri($"ws{hub.Fhir["http".Length..]}/subscriptions/ws"), Cancel);
        await socket.SendAsync(Encoding.UTF8.GetBytes("bind-with-token " + token), WebSocketMessageType.Text, endOfMessage: true, Cancel);
    }

    /// <summary>The next notification with an event; null when the stream has ended.</summary>
    private static async Task<string?> NextEventAsync(StreamReader stream)
    {
        while (await stream.ReadLineAsync(Cancel) is { } line)
        {
            if (line.StartsWith("data: ", StringComparison.Ordinal) && line.Contains("event-notification", StringComparison.Ordinal))
                return line;
        }

        return null;
    }

    private static async Task<string?> NextEventAsync(ClientWebSocket socket)
    {
        while (await ReceiveAsync(socket) is { } text)
        {
            if (text.Contains("event-notification", StringComparison.Ordinal))
                return text;
        }

        return null;
    }

    /// <summary>What comes next while time goes by: a stream whose owner hears of nothing any more is not woken, it looks by itself.</summary>
    private async Task<string?> EndedAsync(Task<string?> next)
    {
        for (var i = 0; i < 1200 && !next.IsCompleted; i++)
        {
            hub.Clock.Advance(TimeSpan.FromSeconds(5));
            await Task.WhenAny(next, Task.Delay(50, Cancel));
        }

        return next.IsCompleted ? await next : throw new TimeoutException("The stream goes on.");
    }

    /// <summary>Everything that is told up to the notification that names something.</summary>
    private static async Task<string> UntilEventAsync(StreamReader stream, string named)
    {
        var told = new StringBuilder();
        while (await NextEventAsync(stream) is { } next)
        {
            if (told.Append(next) is not null && next.Contains(named, StringComparison.Ordinal))
                return told.ToString();
        }

        throw new InvalidOperationException("The stream ended: " + told);
    }

    private static async Task<string?> ReceiveAsync(ClientWebSocket socket)
    {
        using var text = new MemoryStream();
        var buffer = new byte[4096];
        WebSocketReceiveResult read;
        do
        {
            read = await socket.ReceiveAsync(buffer, Cancel);
            text.Write(buffer, 0, read.Count);
        }
        while (!read.EndOfMessage);
        return read.MessageType == WebSocketMessageType.Close ? null : Encoding.UTF8.GetString(text.ToArray());
    }
}

/// <summary>A hub with topics for all streams, started by the first test that needs it.</summary>
public sealed class StreamHub : IAsyncDisposable
{
    private SmartHub? hub;

    internal async Task<SmartHub> StartedAsync(string everything)
    {
        if (hub is not null)
            return hub;
        hub = await SmartHub.StartAsync(Engine.Sqlite);
        await hub.PutAsync("Basic", "task-done", SubscriptionServer.Topic(SubscriptionServer.TaskTopic, "Task"));
        await hub.PutAsync("Basic", "everything", SubscriptionServer.Topic(everything, "Condition"));
        return hub;
    }

    public async ValueTask DisposeAsync()
    {
        if (hub is not null)
            await hub.DisposeAsync();
    }
}
