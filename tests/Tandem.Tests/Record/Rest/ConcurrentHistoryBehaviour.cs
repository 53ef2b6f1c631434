using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using Tandem.Kernel.Data;
using Tandem.Tests.Support;

namespace Tandem.Tests.Record.Rest;

public sealed class SqliteConcurrentHistoryTests() : ConcurrentHistoryBehaviour(Engine.Sqlite);

public sealed class PostgresConcurrentHistoryTests() : ConcurrentHistoryBehaviour(Engine.Postgres);

/// <summary>
/// Sixteen clients at once, 20,000 operations (TANDEM_HISTORY sets how many): reads, updates and patches with and without If-Match,
/// and races of conditional creates.
/// </summary>
public abstract class ConcurrentHistoryBehaviour(Engine engine) : IAsyncLifetime
{
    private const int Clients = 16;
    private static readonly int PerClient = (int.TryParse(Environment.GetEnvironmentVariable("TANDEM_HISTORY"), CultureInfo.InvariantCulture, out var asked) ? asked : 20_000) / Clients;
    private const int Resources = 20;
    private readonly ConcurrentBag<Operated> history = [];
    private readonly ConcurrentBag<(string Key, int Status, string Id)> creates = [];
    private FhirServer server = null!;

    public ValueTask InitializeAsync()
    {
        server = new FhirServer(engine);
        return ValueTask.CompletedTask;
    }

    public async ValueTask DisposeAsync()
    {
        if (server is not null)
            await server.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task Every_answer_is_one_that_a_single_order_of_writes_can_have_given()
    {
        for (var i = 0; i < Resources; i++)
            await server.PutAsync($"Basic/r{i}", Body($"r{i}", "0"));

        await Task.WhenAll(Enumerable.Range(0, Clients).Select(client => Task.Run(() => ClientAsync(client))));

        var kept = new Dictionary<string, IReadOnlyList<string>>();
        foreach (var key in Enumerable.Range(0, Resources).Select(i => $"r{i}"))
            kept[key] = await TokensAsync(key);
        Assert.Equal(Clients * PerClient, history.Count + creates.Count);
        Assert.Empty(HistoryChecker.Faults(history, kept));
        Assert.Contains(history, one => one.Status == 412);
        Assert.Empty(creates.GroupBy(one => one.Key).Where(one => one.Count(create => create.Status == 201) != 1 || one.Select(create => create.Id).Distinct().Count() != 1)
            .Select(one => $"{one.Key}: {string.Join(' ', one)}"));
        Assert.Contains(creates, one => one.Status == 200);
    }

    private async Task ClientAsync(int client)
    {
        var random = new Random(client);
        var known = Enumerable.Repeat(1, Resources).ToArray();
        for (var i = 0; i < PerClient; i++)
        {
            var (at, token) = (random.Next(Resources), $"{client}-{i}");
            var choice = random.Next(10);
            if (choice == 0)
                await CreateAsync($"{i / 8}");
            else if (choice < 4)
                known[at] = await ReadAsync(at);
            else
                known[at] = Math.Max(known[at], await WriteAsync(at, token, choice < 8 ? known[at] : 0, isPatch: choice % 2 == 0));
        }
    }

    private async Task<int> ReadAsync(int at)
    {
        var start = Stopwatch.GetTimestamp();
        var answer = await server.GetAsync($"Basic/r{at}");
        var version = int.Parse(answer.ETag![3..^1], CultureInfo.InvariantCulture);
        history.Add(new($"r{at}", start, Stopwatch.GetTimestamp(), false, 0, (int)answer.Status, version, answer.Json["code"u8]["text"u8].Text!));
        return version;
    }

    private async Task<int> WriteAsync(int at, string token, int ifMatch, bool isPatch)
    {
        List<(string, string)> headers = ifMatch > 0 ? [("If-Match", $"W/\"{ifMatch}\"")] : [];
        var start = Stopwatch.GetTimestamp();
        var answer = isPatch
            ? await server.SendAsync("PATCH", $"Basic/r{at}", $$"""[{"op":"replace","path":"/code/text","value":"{{token}}"}]""", [.. headers, ("Content-Type", "application/json-patch+json")])
            : await server.PutAsync($"Basic/r{at}", Body($"r{at}", token), [.. headers]);
        var version = (int)answer.Status < 300 ? int.Parse(answer.ETag![3..^1], CultureInfo.InvariantCulture) : 0;
        history.Add(new($"r{at}", start, Stopwatch.GetTimestamp(), true, ifMatch, (int)answer.Status, version, token));
        return version;
    }

    private async Task CreateAsync(string key)
    {
        var answer = await server.PostAsync(
            "Patient", $$"""{"resourceType":"Patient","identifier":[{"system":"urn:race","value":"{{key}}"}]}""", ("If-None-Exist", $"identifier=urn:race|{key}"));
        creates.Add((key, (int)answer.Status, answer.Json["id"u8].Text!));
    }

    private async Task<IReadOnlyList<string>> TokensAsync(string key)
    {
        var tokens = new List<string>();
        for (var page = await server.GetAsync($"Basic/{key}/_history?_count=1000"); ; page = await server.GetAsync(page.Link("next")!))
        {
            tokens.AddRange(page.Json["entry"u8].Items.AsEnumerable().Select(entry => entry["resource"u8]["code"u8]["text"u8].Text!));
            if (page.Link("next") is null)
                break;
        }

        tokens.Reverse();
        return tokens;
    }

    private static string Body(string id, string token) => $$$"""{"resourceType":"Basic","id":"{{{id}}}","code":{"text":"{{{token}}}"}}""";
}
