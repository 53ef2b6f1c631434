using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Tandem.Fhir.Json;
using Tandem.Fhir.Search;
using Tandem.Kernel.Actors;
using Tandem.Kernel.Data;
using Tandem.Record;
using Tandem.Record.Log;
using Tandem.Record.Subscriptions;
using Tandem.Tests.Support;

namespace Tandem.Tests.Record.Subscriptions;

/// <summary>A hub's FHIR interface with subscriptions, that can be stopped and started over the same database.</summary>
internal sealed class SubscriptionServer : IAsyncDisposable
{
    internal const string Own = "https://hub.example.org/fhir";
    internal const string TaskTopic = "http://topics.example/task-done";
    private readonly TestDatabase testDatabase;
    private readonly SubscriptionOptions options;
    private readonly bool delivers;
    private readonly Action<IServiceCollection>? add;
    private WebApplication app = null!;

    internal SubscriptionServer(Engine engine, SubscriptionOptions? options = null, bool hasTimers = true, bool delivers = true, Action<IServiceCollection>? add = null)
        : this(TestDatabase.StartedOnce(engine, "subscriptions", MakeTables), options ?? Quick, hasTimers, delivers, add)
    {
    }

    private SubscriptionServer(TestDatabase testDatabase, SubscriptionOptions options, bool hasTimers, bool delivers, Action<IServiceCollection>? add)
    {
        (this.testDatabase, this.options, this.delivers, this.add) = (testDatabase, options, delivers, add);
        Clock = hasTimers ? new ManualClock() : new ClockWithoutTimers();
    }

    /// <summary>Loopback endpoints, and patience for a test only.</summary>
    internal static SubscriptionOptions Quick { get; } = new()
    {
        AllowLoopback = true,
        FirstPause = TimeSpan.FromMilliseconds(30),
        LongestPause = TimeSpan.FromMilliseconds(60),
        Timeout = TimeSpan.FromSeconds(60),
        Ping = TimeSpan.FromSeconds(1),
    };

    internal ManualClock Clock { get; }

    internal HttpClient Client { get; private set; } = null!;

    internal RecordStore Store => app.Services.GetRequiredService<RecordStore>();

    internal IServiceProvider Services => app.Services;

    internal Uri Address => Client.BaseAddress!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    internal async Task<SubscriptionServer> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        builder.Services.AddSingleton<Database>(_ => testDatabase.Open());
        builder.Services.AddSingleton<TimeProvider>(Clock);
        builder.Services.AddSingleton(options);
        builder.Services.AddSingleton(new SearchIndexOptions(TimeZoneInfo.Utc) { Own = new(Own) });
        builder.Services.AddRecord().AddRest();
        add?.Invoke(builder.Services);
        if (!delivers)
            builder.Services.RemoveHosted(service => service == typeof(DeliverNotifications));
        app = builder.Build();
        app.Use((http, next) =>
        {
            if (http.Request.Headers.TryGetValue("X-Actor", out var actor))
                http.SetScope(AccessScope.System with { Actor = new Actor(actor.ToString(), "") });
            else if (!http.Request.Headers.ContainsKey("X-Nobody"))
                http.SetScope(AccessScope.System);
            return next(http);
        });
        app.MapFhir();
        await app.StartAsync(Cancel);
        Client = new HttpClient { BaseAddress = new Uri(app.Urls.Single() + "/fhir/") };
        return this;
    }

    internal async Task StopAsync()
    {
        Client.Dispose();
        await app.StopAsync(Cancel);
        await app.DisposeAsync();
    }

    /// <summary>Makes a subscription and waits until it is active.</summary>
    internal async Task SubscribeAsync(string id, string channel, string? endpoint, string extensions = "")
    {
        await PutAsync($"Subscription/{id}", Subscription(id, channel, endpoint, extensions: extensions));
        await UntilAsync(id, "active");
    }

    /// <summary>What the server answers to somebody else than it knows its own tests by.</summary>
    internal async Task<int> PutAsAsync(string actor, string path, string body)
    {
        using var request = new HttpRequestMessage(HttpMethod.Put, path) { Content = new StringContent(body, Encoding.UTF8, "application/fhir+json") };
        request.Headers.Add("X-Actor", actor);
        using var response = await Client.SendAsync(request, Cancel);
        return (int)response.StatusCode;
    }

    internal async Task<FhirNode> PutAsync(string path, string body)
    {
        using var content = new StringContent(body, Encoding.UTF8, "application/fhir+json");
        using var response = await Client.PutAsync(new Uri(path, UriKind.Relative), content, Cancel);
        var text = await response.Content.ReadAsByteArrayAsync(Cancel);
        Assert.True(response.IsSuccessStatusCode, Encoding.UTF8.GetString(text));
        return FhirJson.ParseStored(text).Root;
    }

    /// <summary>The words of a refusal with 422.</summary>
    internal async Task<string> RefusedAsync(string path, string body)
    {
        using var content = new StringContent(body, Encoding.UTF8, "application/fhir+json");
        using var response = await Client.PutAsync(new Uri(path, UriKind.Relative), content, Cancel);
        var root = FhirJson.ParseStored(await response.Content.ReadAsByteArrayAsync(Cancel)).Root;
        Assert.Equal((422, "OperationOutcome"), ((int)response.StatusCode, root["resourceType"u8].Text));
        return root["issue"u8].First["diagnostics"u8].Text!;
    }

    internal async Task<FhirNode> GetAsync(string path)
    {
        using var response = await Client.GetAsync(new Uri(path, UriKind.Relative), Cancel);
        var text = await response.Content.ReadAsByteArrayAsync(Cancel);
        Assert.True(response.IsSuccessStatusCode, Encoding.UTF8.GetString(text));
        return FhirJson.ParseStored(text).Root;
    }

    internal Task<FhirNode> PutTaskAsync(string id, string status, string patient = "p1") => PutAsync(
        $"Task/{id}", $$$"""{"resourceType":"Task","id":"{{{id}}}","status":"{{{status}}}","intent":"order","for":{"reference":"Patient/{{{patient}}}"}}""");

    /// <summary>Waits until a subscription has a status, for a minute at most.</summary>
    internal async Task<FhirNode> UntilAsync(string id, string status)
    {
        for (var i = 0; i < 3_000; i++)
        {
            var subscription = await GetAsync($"Subscription/{id}");
            if (subscription["status"u8].Text == status)
                return subscription;
            await Task.Delay(20, Cancel);
        }

        throw new TimeoutException($"The subscription {id} is {(await GetAsync($"Subscription/{id}"))["status"u8].Text}, not {status}.");
    }

    /// <summary>A topic of tasks that are completed, to be filtered by patient; shows the patient along.</summary>
    internal Task PutTaskTopicAsync() => PutAsync("Basic/task-done", Topic(TaskTopic, "Task", """
        {"url":"queryCriteria","extension":[{"url":"previous","valueString":"status:not=completed"},{"url":"resultForCreate","valueCode":"test-passes"},
        {"url":"current","valueString":"status=completed"},{"url":"resultForDelete","valueCode":"test-fails"},{"url":"requireBoth","valueBoolean":true}]}
        """));

    internal static string Topic(string url, string type, string? criteria = null) => $$$"""
        {"resourceType":"Basic","id":"{{{url[(url.LastIndexOf('/') + 1)..]}}}",
        "extension":[{"url":"{{{Backport.Topic}}}url","valueUri":"{{{url}}}"},
        {"url":"{{{Backport.Topic}}}resourceTrigger","extension":[{"url":"resource","valueUri":"{{{type}}}"}{{{(criteria is null ? "" : "," + criteria)}}}]},
        {"url":"{{{Backport.Topic}}}canFilterBy","extension":[{"url":"resource","valueUri":"{{{type}}}"},{"url":"filterParameter","valueString":"patient"}]},
        {"url":"{{{Backport.Topic}}}notificationShape","extension":[{"url":"resource","valueUri":"Task"},{"url":"include","valueString":"Task:patient"}]}],
        "modifierExtension":[{"url":"{{{Backport.Topic}}}status","valueCode":"active"}],
        "code":{"coding":[{"system":"http://hl7.org/fhir/fhir-types","code":"SubscriptionTopic"}]}}
        """;

    internal static string Subscription(
        string id, string channel = "rest-hook", string? endpoint = null, string content = "id-only", string topic = TaskTopic, string? filter = null, string extensions = "", string status = "requested") => $$$"""
        {"resourceType":"Subscription","id":"{{{id}}}","status":"{{{status}}}","reason":"test","criteria":"{{{topic}}}"
        {{{(filter is null ? "" : $",\"_criteria\":{{\"extension\":[{{\"url\":\"{Backport.FilterCriteria}\",\"valueString\":\"{filter}\"}}]}}")}}}
        ,"channel":{ {{{(extensions.Length == 0 ? "" : $"\"extension\":[{extensions}],")}}} {{{Type(channel)}}}
        {{{(endpoint is null ? "" : $",\"endpoint\":\"{endpoint}\"")}}}
        ,"payload":"application/fhir+json","_payload":{"extension":[{"url":"{{{Backport.PayloadContent}}}","valueCode":"{{{content}}}"}]} } }
        """;

    private static string Type(string channel) => channel == "server-sent-events"
        ? $$$"""
          "type":"websocket","_type":{"extension":[{"url":"{{{Backport.ChannelType}}}","valueCoding":{"system":"{{{Backport.ChannelSystem}}}","code":"server-sent-events"}}]}
          """
        : $"\"type\":\"{channel}\"";

    private static void MakeTables(TestDatabase empty)
    {
        var server = new SubscriptionServer(empty, Quick, hasTimers: true, delivers: false, add: null).StartAsync().GetAwaiter().GetResult();
        server.StopAsync().GetAwaiter().GetResult();
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        testDatabase.Dispose();
    }
}
