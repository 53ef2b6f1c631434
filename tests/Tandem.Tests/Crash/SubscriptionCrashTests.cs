using System.Collections.Concurrent;
using System.Net.Http.Headers;
using System.Text;
using Tandem.Fhir.Json;
using Tandem.Kernel.Data;
using Tandem.Tests.Record.Subscriptions;

namespace Tandem.Tests.Crash;

/// <summary>
/// A subscriber hears of everything that was acknowledged, in the order of the log, although the hub is killed again and again while the subscriber's endpoint is
/// down; it comes back before the hub does, or long after.
/// </summary>
public sealed class SubscriptionCrashTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(Engine.Sqlite, 3)]
    [InlineData(Engine.Postgres, 1)]
    public async Task Nothing_is_missed_and_nothing_reordered_across_kills(Engine engine, int kills)
    {
        await using var hub = new KilledHub(engine);
        await using var receiver = await Receiver.StartAsync();
        using var client = new HttpClient { BaseAddress = new Uri(hub.Address, "fhir/") };
        await hub.StartAsync(Cancel);
        await SubscribeAsync(client, receiver);

        var random = new Random(20261126);
        var acknowledged = new ConcurrentBag<string>();
        for (var kill = 0; kill < kills; kill++)
        {
            var before = acknowledged.Count;
            var writing = Task.WhenAll(Enumerable.Range(0, 3).Select(writer => WriteAsync(client, $"{kill}-{writer}", acknowledged)));
            while (acknowledged.Count < before + 20)
                await Task.Delay(10, Cancel);
            receiver.Answer = 503;
            var (refused, more) = (receiver.Refused.Count, acknowledged.Count);
            while (receiver.Refused.Count == refused || acknowledged.Count < more + 10)
                await Task.Delay(10, Cancel);
            await Task.Delay(random.Next(200), Cancel);
            await hub.KillAsync();
            await writing;
            refused = receiver.Refused.Count;
            if (kill > 0)
                receiver.Answer = 200;
            await hub.StartAsync(Cancel);
            while (kill == 0 && receiver.Refused.Count == refused)
                await Task.Delay(10, Cancel);
            receiver.Answer = 200;
        }

        await AssertToldAsync(client, receiver, acknowledged);
    }

    [Fact(Timeout = 300_000)]
    public async Task Another_node_goes_on_when_the_one_that_delivers_is_killed_while_the_endpoint_is_down()
    {
        await using var one = new KilledHub(Engine.Postgres);
        await using var receiver = await Receiver.StartAsync();
        await one.StartAsync(Cancel);
        await using var two = one.Beside();
        using var first = new HttpClient { BaseAddress = new Uri(one.Address, "fhir/") };
        using var second = new HttpClient { BaseAddress = new Uri(two.Address, "fhir/") };
        await SubscribeAsync(first, receiver); // by the node that was alone, so it delivers
        await two.StartAsync(Cancel);

        var acknowledged = new ConcurrentBag<string>();
        var atFirst = WriteAsync(first, "one", acknowledged);
        var atSecond = WriteAsync(second, "two", acknowledged, most: 60);
        while (receiver.Numbers.Count < 10)
            await Task.Delay(10, Cancel);
        receiver.Answer = 503;
        while (receiver.Refused.Count == 0)
            await Task.Delay(10, Cancel);
        await one.KillAsync();
        await Task.WhenAll(atFirst, atSecond);
        var refused = receiver.Refused.Count;
        while (receiver.Refused.Count == refused)
            await Task.Delay(10, Cancel);
        receiver.Answer = 200;

        await AssertToldAsync(second, receiver, acknowledged);
    }

    private static async Task SubscribeAsync(HttpClient client, Receiver receiver)
    {
        Assert.True(await PutAsync(client, "Basic/task-done", SubscriptionServer.Topic(SubscriptionServer.TaskTopic, "Task")));
        Assert.True(await PutAsync(client, "Subscription/s", SubscriptionServer.Subscription("s", endpoint: receiver.Endpoint)));
        await receiver.UntilAsync("handshake");
        while ((await GetAsync(client, "Subscription/s"))["status"u8].Text != "active")
            await Task.Delay(20, Cancel);
    }

    /// <summary>All that is in the log was told, in its order; and all that was acknowledged is in the log.</summary>
    private static async Task AssertToldAsync(HttpClient client, Receiver receiver, IEnumerable<string> acknowledged)
    {
        var log = await LogAsync(client);
        var told = await UntilAsync(receiver, log.Count);
        Assert.Empty(acknowledged.Except(log));
        Assert.Equal(Enumerable.Range(1, log.Count).Select(number => (long)number), told.Select(one => one.Number));
        Assert.Equal(log, told.Select(one => one.Task));
    }

    /// <summary>Writes tasks until the hub is gone, or there are so many.</summary>
    private static async Task WriteAsync(HttpClient client, string writer, ConcurrentBag<string> acknowledged, int most = int.MaxValue)
    {
        try
        {
            for (var i = 0; i < most; i++)
            {
                var id = $"t{writer}-{i}";
                if (!await PutAsync(client, $"Task/{id}", $$"""{"resourceType":"Task","id":"{{id}}","status":"completed","intent":"order"}"""))
                    return;
                acknowledged.Add(id);
            }
        }
        catch (HttpRequestException)
        {
            // the hub was killed in the middle of it
        }
    }

    /// <summary>The tasks in the order of the log.</summary>
    private static async Task<List<string>> LogAsync(HttpClient client)
    {
        var log = new List<string>();
        for (var page = await GetAsync(client, "Task/_history?_count=500"); ;)
        {
            log.AddRange(page["entry"u8].Items.AsEnumerable().Select(entry => entry["resource"u8]["id"u8].Text!));
            if (page["link"u8].Items.AsEnumerable().FirstOrDefault(link => link["relation"u8].Is("next"u8))["url"u8].Text is not { } next)
                break;
            page = await GetAsync(client, next);
        }

        log.Reverse();
        return log;
    }

    /// <summary>What the receiver was told, each event once: what may have arrived is told again under the same number.</summary>
    private static async Task<List<(long Number, string Task)>> UntilAsync(Receiver receiver, int count)
    {
        for (var i = 0; ; i++)
        {
            var told = receiver.Accepted.SelectMany(Receiver.Events).Select(parts => (
                long.Parse(parts.Single(part => part["name"u8].Is("eventNumber"u8))["valueString"u8].Text!, System.Globalization.CultureInfo.InvariantCulture),
                parts.Single(part => part["name"u8].Is("focus"u8))["valueReference"u8]["reference"u8].Text!.Split('/')[^1])).DistinctBy(one => one.Item1).ToList();
            if (told.Count >= count || i > 3_000)
                return told;
            await Task.Delay(20, Cancel);
        }
    }

    private static async Task<bool> PutAsync(HttpClient client, string path, string json)
    {
        using var body = new ByteArrayContent(Encoding.UTF8.GetBytes(json));
        body.Headers.ContentType = new MediaTypeHeaderValue("application/fhir+json");
        using var answer = await client.PutAsync(new Uri(path, UriKind.Relative), body, Cancel);
        return answer.IsSuccessStatusCode;
    }

    private static async Task<FhirNode> GetAsync(HttpClient client, string path) =>
        FhirJson.ParseStored(await client.GetByteArrayAsync(new Uri(path, UriKind.RelativeOrAbsolute), Cancel)).Root;
}
