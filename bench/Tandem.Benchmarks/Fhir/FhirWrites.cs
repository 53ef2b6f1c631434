using System.Collections.Concurrent;
using System.Diagnostics;
using Tandem.Benchmarks.Limits;

namespace Tandem.Benchmarks.Fhir;

/// <summary>What writes through the FHIR interface, each row beside a bare writer of the same rows.</summary>
internal sealed class FhirWrites(ResultTable table, string engine, string? postgres, BenchHub hub, HttpClient client)
{
    private const string Bound = "bare group writer, same rows";
    private readonly Dictionary<int, LoadResult> creates = [];
    private readonly string?[] updated = new string?[1000];
    private int number;

    /// <summary>Lets the hub run until its code is compiled as it will be for the rest of its life.</summary>
    internal async Task WarmUpAsync()
    {
        foreach (var operation in new Func<Task>[] { CreateAsync, TransactionAsync, ReadAndPutAsync })
        {
            var end = Stopwatch.GetTimestamp() + (long)(Pace.Seconds(4) * Stopwatch.Frequency);
            await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(async () =>
            {
                while (Stopwatch.GetTimestamp() < end)
                    await operation();
            })));
        }
    }

    internal async Task CreatesAsync(int workers)
    {
        var (load, perFlush, after) = await RunAsync(workers, CreateAsync);
        creates[workers] = load;
        var bound = SameRows.GroupsPerSecond(hub, after, Engines.Fresh(postgres), workers);
        table.Row($"{engine}: create, {workers} clients", load.Rate, bound, Bound, workers == 64 ? "≥ 0.50" : workers == 8 ? "≥ 2,500 (10 times Medplum)" : "", load.Latency, perFlush);
    }

    /// <summary>Reads one of many resources and puts it back changed.</summary>
    internal async Task UpdatesAsync(int workers)
    {
        var (load, perFlush, _) = await RunAsync(workers, ReadAndPutAsync);
        table.Row(
            $"{engine}: update (read and put), {workers} clients", load.Rate, creates[workers].Rate, "create in this run", workers == 8 ? "≥ 0.70; ≥ 2,920 (20 times Medplum)" : "≥ 0.70", load.Latency,
            perFlush);
    }

    internal async Task TransactionsAsync(int workers)
    {
        var (load, perFlush, after) = await RunAsync(workers, TransactionAsync);
        var bound = SameRows.GroupsPerSecond(hub, after, Engines.Fresh(postgres), workers, together: 10) / 10;
        table.Row($"{engine}: transaction of ten, {workers} clients", load.Rate, bound, Bound, workers == 8 ? "≥ 560 (20 times Medplum)" : "", load.Latency, perFlush);
    }

    /// <summary>Whole histories of patients, one transaction each.</summary>
    internal async Task ImportAsync(int workers, int skip, int take)
    {
        var bundles = new ConcurrentQueue<byte[]>(SyntheaBundles.Patients(skip, Pace.IsSmoke ? 2 : take));
        var before = hub.Record.Signal.LastSeq;
        var watch = Stopwatch.StartNew();
        await Task.WhenAll(Enumerable.Range(0, workers).Select(_ => Task.Run(async () =>
        {
            while (bundles.TryDequeue(out var bundle))
                await FhirClient.PostAsync(client, "fhir", bundle);
        })));
        var rate = (hub.Record.Signal.LastSeq - before) / watch.Elapsed.TotalSeconds;
        var bound = SameRows.PerSecond(hub, before, Engines.Fresh(postgres));
        table.Row(
            $"{engine}: import of patients' bundles, {workers} clients, resources", rate, bound, "bare batches of 256, same rows", workers == 8 ? "≥ 0.50; ≥ 3,200 (20 times Medplum)" : "≥ 0.50");
    }

    internal Task ImportSharedAsync() => Task.WhenAll(SyntheaBundles.Shared().Select(bundle => FhirClient.PostAsync(client, "fhir", bundle)));

    internal async Task ReadAndPutAsync()
    {
        var mine = Interlocked.Increment(ref number);
        if (updated[mine % updated.Length] is not { } path)
        {
            updated[mine % updated.Length] = await FhirClient.CreateAsync(client, mine);
            return;
        }

        await FhirClient.PutAsync(client, path, Samples.Revised(await FhirClient.GetAsync(client, path), mine));
    }

    /// <summary>Reads one of many resources.</summary>
    internal async Task ReadAsync()
    {
        var mine = Interlocked.Increment(ref number);
        if (updated[mine % updated.Length] is { } path)
            await FhirClient.GetAsync(client, path);
        else
            updated[mine % updated.Length] = await FhirClient.CreateAsync(client, mine);
    }

    internal Task CreateAsync() => FhirClient.PostAsync(client, "fhir/Observation", Samples.Observation(Interlocked.Increment(ref number)));

    internal Task TransactionAsync() => FhirClient.PostAsync(client, "fhir", Samples.Transaction(Interlocked.Increment(ref number)));

    internal Task LinkedTransactionAsync() => FhirClient.PostAsync(client, "fhir", Samples.LinkedTransaction(Interlocked.Increment(ref number)));

    private async Task<(LoadResult Load, double PerFlush, long After)> RunAsync(int workers, Func<Task> operation)
    {
        var (written, after) = (hub.Record.Written, hub.Record.Signal.LastSeq);
        var load = await Load.RunAsync(workers, _ => Task.FromResult(operation));
        var now = hub.Record.Written;
        return (load, (now.Writes - written.Writes) / (double)(now.Flushes - written.Flushes), after);
    }
}
