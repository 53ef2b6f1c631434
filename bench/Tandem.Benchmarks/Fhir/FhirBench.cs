using System.Diagnostics;
using System.Globalization;
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
        using var medplum = await Medplum.FindAsync();
        if (medplum is not null)
        {
            await medplum.Operations.WarmUpAsync();
            if (SyntheaBundles.AreThere)
                await medplum.Operations.ImportSharedAsync();
        }

        foreach (var (engine, postgres) in Engines.All())
        {
            if (postgres is not null)
            {
                Engines.UseLog(postgres);
                table.Fact("PostgreSQL had written a gigabyte before the first row, so that the files of its log are there, as on a server in use; so had that of Medplum");
            }

            await RunAsync(table, engine, postgres, memory, medplum);
        }

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

    private static async Task RunAsync(ResultTable table, string engine, string? postgres, MemoryServer memory, Medplum? medplum)
    {
        await using var hub = await BenchHub.StartAsync(Engines.Fresh(postgres));
        using var client = hub.NewClient();
        var operations = new FhirOperations(client);
        var writes = new FhirWrites(table, engine, postgres, hub, operations, medplum);
        await operations.WarmUpAsync();
        foreach (var workers in new[] { 1, 8, 64 })
            await writes.CreatesAsync(workers);
        foreach (var workers in new[] { 1, 8, 64 })
            await writes.UpdatesAsync(workers);
        foreach (var workers in new[] { 1, 8, 64 })
            await writes.TransactionsAsync(workers);
        var watch = Stopwatch.StartNew();
        await hub.SettleAsync();
        table.Fact(string.Create(CultureInfo.InvariantCulture, $"{engine}: what follows the writes at a distance had followed {watch.Elapsed.TotalSeconds:0.0} s after the last; then the reads began"));
        foreach (var workers in new[] { 1, 8, 32, 64 })
            await ReadAsync(table, engine, operations, memory, workers, medplum);
        if (!SyntheaBundles.AreThere)
            return;
        await operations.ImportSharedAsync();
        await writes.ImportAsync(1, skip: 0, take: 30);
        await writes.ImportAsync(8, skip: 30, take: 70);
    }

    private static async Task ReadAsync(ResultTable table, string engine, FhirOperations operations, MemoryServer memory, int workers, Medplum? medplum)
    {
        using var memoryClient = new HttpClient(new SocketsHttpHandler { MaxConnectionsPerServer = 256, UseProxy = false }) { BaseAddress = memory.Address };
        var limit = await Load.RunAsync(workers, _ => Task.FromResult<Func<Task>>(() => FhirClient.GetAsync(memoryClient, "/")));
        var (load, peer) = await Load.RunAsync(workers, await operations.ReadOneAsync(), workers == Medplum.Clients && medplum is not null ? await medplum.Operations.ReadOneAsync() : null);
        var what = $"{engine}: read, {workers} clients";
        table.Row(what, load.Rate, limit.Rate, "GET from memory", engine == "SQLite" ? "≥ 0.40" : "≥ 0.25", load.Latency);
        medplum?.Row(table, what, load.Rate, peer?.Rate, times: 10);
    }
}
