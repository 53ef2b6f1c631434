using Tandem.Benchmarks.Fhir;

namespace Tandem.Benchmarks.Cost;

/// <summary>
/// What one operation costs instead of how many there are a second: processor time, memory and bytes to the disk. Neighbours on the same machine change
/// these little, so two versions of the program can be compared on a busy one.
/// </summary>
internal static class CostBench
{
    private const int Workers = 8;
    private const int WarmUps = 4;
    private static readonly string Only = Environment.GetEnvironmentVariable("TANDEM_BENCH_ONLY") ?? "";

    internal static async Task RunAsync(ResultTable table)
    {
        table.Fact($"{Workers} clients in the hub's own process, whose time is in it; the writer's thread and the database server are told apart");
        foreach (var (engine, postgres) in Engines.All())
            await RunAsync(table, engine, Engines.Fresh(postgres));
    }

    private static async Task RunAsync(ResultTable table, string engine, string? postgres)
    {
        if (!engine.Contains(Only.Split('/')[0], StringComparison.Ordinal))
            return;
        await using var hub = await BenchHub.StartAsync(postgres);
        using var client = hub.NewClient();
        var fhir = new FhirOperations(client);
        foreach (var (what, count, operation) in new (string, int, Func<Task>)[]
        {
            ("GET", 20000, fhir.ReadAsync), ("create", 8000, fhir.CreateAsync), ("update (read and put)", 8000, fhir.ReadAndPutAsync), ("transaction of ten", 1200, fhir.TransactionAsync),
            ("ten resources that point to each other", 1200, fhir.LinkedTransactionAsync),
        })
        {
            if (!what.Contains(Only.Split('/')[^1], StringComparison.Ordinal))
                continue;
            await Load.TimesAsync(Workers, Pace.Count(count * 3), operation); // until it is compiled as it will be
            await MeasureAsync(table, $"{engine}: {what}", hub, postgres, Pace.Count(count), operation);
        }

        await SearchesAsync(table, engine, postgres, hub, client);
    }

    private static async Task SearchesAsync(ResultTable table, string engine, string? postgres, BenchHub hub, HttpClient client)
    {
        if (!SyntheaBundles.AreThere)
        {
            table.Fact("no search was measured: the Synthea patients are not beside the checkout (TANDEM_DATA)");
            return;
        }

        var searches = new SearchCosts(hub, client);
        var wanted = searches.All.Where(one => one.What.Contains(Only.Split('/')[^1], StringComparison.Ordinal)).ToList();
        if (wanted.Count == 0)
            return;
        await searches.FillAsync();
        for (var round = 0; round < WarmUps; round++) // in turns, as in Search: until all of them are compiled as they will be
        {
            foreach (var (_, count, operation) in wanted)
                await Load.TimesAsync(Workers, Pace.Count(count), operation);
        }

        foreach (var (what, count, operation) in wanted)
        {
            await MeasureAsync(table, $"{engine}: {what}", hub, postgres, Pace.Count(count), operation);
            await using var memory = await Limits.MemoryServer.StartAsync(await searches.AnswerAsync(what));
            using var other = new HttpClient(new SocketsHttpHandler { MaxConnectionsPerServer = Workers, UseProxy = false }) { BaseAddress = memory.Address };
            await Load.TimesAsync(Workers, Pace.Count(count), () => FhirClient.GetAsync(other, "/"));
            await MeasureAsync(table, $"{engine}: the same bytes from memory", hub, null, Pace.Count(count), () => FhirClient.GetAsync(other, "/"));
        }
    }

    private static async Task MeasureAsync(ResultTable table, string what, BenchHub hub, string? postgres, int count, Func<Task> operation)
    {
        using var spent = new Spent(postgres);
        var commits = hub.Record.Written.Commits;
        var before = spent.Now();
        await Load.TimesAsync(Workers, count, operation);
        var after = spent.Now();
        table.Cost(what, (after - before) / count, (hub.Record.Written.Commits - commits) / (double)count);
    }
}
