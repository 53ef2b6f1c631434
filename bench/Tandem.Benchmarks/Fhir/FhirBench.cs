using Tandem.Benchmarks.Limits;

namespace Tandem.Benchmarks.Fhir;

/// <summary>The FHIR interface over real sockets, each row beside the machine's bound in the same run.</summary>
internal static class FhirBench
{
    private static int number;

    internal static async Task RunAsync(ResultTable table)
    {
        table.Fact($"flushes a second before the run: {FlushLimit.PerSecond():N0}");
        table.Fact("each hub has run for twelve seconds before the first row, so that its code is compiled; Medplum's rates at 8 connections are those of its own run on such a machine");
        if (!SyntheaBundles.AreThere)
            table.Fact("without imports: the Synthea patients are not beside the checkout (TANDEM_DATA)");
        await using var memory = await MemoryServer.StartAsync(Samples.Observation(1));
        foreach (var (engine, postgres) in Engines.All())
            await RunAsync(table, engine, postgres, memory);
        table.Fact($"flushes a second after the run: {FlushLimit.PerSecond():N0}");
    }

    /// <summary>Creates a second of a new hub, and how many shared a flush.</summary>
    internal static async Task<(LoadResult Load, double PerFlush)> CreatesAsync(string? postgres, int workers)
    {
        await using var hub = await BenchHub.StartAsync(postgres);
        using var client = hub.NewClient();
        var (flushes, first) = (hub.Record.Written.Flushes, number);
        var load = await Load.RunAsync(workers, _ => Task.FromResult<Func<Task>>(
            () => PostAsync(client, "fhir/Observation", Samples.Observation(Interlocked.Increment(ref number)))));
        return (load, (number - first) / (double)(hub.Record.Written.Flushes - flushes));
    }

    internal static Task<Uri?> PostAsync(HttpClient client, string path, byte[] body) => FhirClient.PostAsync(client, path, body);

    private static async Task RunAsync(ResultTable table, string engine, string? postgres, MemoryServer memory)
    {
        await using var hub = await BenchHub.StartAsync(Engines.Fresh(postgres));
        using var client = hub.NewClient();
        var writes = new FhirWrites(table, engine, postgres, hub, client);
        await writes.WarmUpAsync();
        foreach (var workers in new[] { 1, 8, 64 })
            await writes.CreatesAsync(workers);
        foreach (var workers in new[] { 1, 8, 64 })
            await writes.UpdatesAsync(workers);
        foreach (var workers in new[] { 1, 8, 64 })
            await writes.TransactionsAsync(workers);
        foreach (var workers in new[] { 1, 8, 32, 64 })
            await ReadAsync(table, engine, client, memory, workers);
        if (!SyntheaBundles.AreThere)
            return;
        await writes.ImportSharedAsync();
        await writes.ImportAsync(1, skip: 0, take: 30);
        await writes.ImportAsync(8, skip: 30, take: 70);
    }

    private static async Task ReadAsync(ResultTable table, string engine, HttpClient client, MemoryServer memory, int workers)
    {
        var path = await FhirClient.CreateAsync(client, Interlocked.Increment(ref number));
        using var memoryClient = new HttpClient(new SocketsHttpHandler { MaxConnectionsPerServer = 256, UseProxy = false }) { BaseAddress = memory.Address };
        var limit = await Load.RunAsync(workers, _ => Task.FromResult<Func<Task>>(() => FhirClient.GetAsync(memoryClient, "/")));
        var result = await Load.RunAsync(workers, _ => Task.FromResult<Func<Task>>(() => FhirClient.GetAsync(client, path)));
        table.Row($"{engine}: read, {workers} clients", result.Rate, limit.Rate, "GET from memory", engine == "SQLite" ? "≥ 0.40" : "≥ 0.25", result.Latency);
    }
}
