using Tandem.Benchmarks.Limits;

namespace Tandem.Benchmarks.Fhir;

/// <summary>What writes through the FHIR interface, each row beside a bare writer of the same rows; with eight clients also beside Medplum when it is there.</summary>
internal sealed class FhirWrites(ResultTable table, string engine, string? postgres, BenchHub hub, FhirOperations operations, Medplum? medplum)
{
    private const string Bound = "bare group writer, same rows";
    private const int PeerPatients = 8;
    private readonly Dictionary<int, LoadResult> creates = [];

    internal async Task CreatesAsync(int workers)
    {
        var (load, peer, perFlush, after) = await RunAsync(workers, one => one.CreateAsync);
        creates[workers] = load;
        var bound = SameRows.GroupsPerSecond(hub, after, Engines.Fresh(postgres), workers);
        var what = $"{engine}: create, {workers} clients";
        table.Row(what, load.Rate, bound, Bound, workers == 64 ? "≥ 0.50" : workers == 8 ? "≥ 2,500 (10 times Medplum)" : "", load.Latency, perFlush);
        medplum?.Row(table, what, load.Rate, peer?.Rate, times: 10);
    }

    /// <summary>Reads one of many resources and puts it back changed.</summary>
    internal async Task UpdatesAsync(int workers)
    {
        var (load, peer, perFlush, _) = await RunAsync(workers, one => one.ReadAndPutAsync);
        var what = $"{engine}: update (read and put), {workers} clients";
        table.Row(what, load.Rate, creates[workers].Rate, "create in this run", workers == 8 ? "≥ 0.70; ≥ 2,920 (20 times Medplum)" : "≥ 0.70", load.Latency, perFlush);
        medplum?.Row(table, what, load.Rate, peer?.Rate, times: 20);
    }

    internal async Task TransactionsAsync(int workers)
    {
        var (load, peer, perFlush, after) = await RunAsync(workers, one => one.TransactionAsync);
        var bound = SameRows.GroupsPerSecond(hub, after, Engines.Fresh(postgres), workers, together: 10) / 10;
        var what = $"{engine}: transaction of ten, {workers} clients";
        table.Row(what, load.Rate, bound, Bound, workers == 8 ? "≥ 560 (20 times Medplum)" : "", load.Latency, perFlush);
        medplum?.Row(table, what, load.Rate, peer?.Rate, times: 20);
    }

    /// <summary>Whole histories of patients, one transaction each.</summary>
    internal async Task ImportAsync(int workers, int skip, int take)
    {
        var first = await PeerImportAsync(workers, skip);
        var before = hub.Record.Signal.LastSeq;
        var elapsed = await operations.ImportAsync(workers, SyntheaBundles.Patients(skip, Pace.IsSmoke ? 2 : take));
        var rate = (hub.Record.Signal.LastSeq - before) / elapsed.TotalSeconds;
        var second = await PeerImportAsync(workers, skip + PeerPatients);
        var bound = SameRows.PerSecond(hub, before, Engines.Fresh(postgres));
        var what = $"{engine}: import of patients' bundles, {workers} clients, resources";
        table.Row(what, rate, bound, "bare batches of 256, same rows", workers == 8 ? "≥ 0.50; ≥ 3,200 (20 times Medplum)" : "≥ 0.50");
        medplum?.Row(table, what, rate, (first + second) / 2, times: 20);
    }

    /// <summary>Resources a second that the peer takes of a few of the same patients; null where it is not asked.</summary>
    private async Task<double?> PeerImportAsync(int workers, int skip)
    {
        if (medplum is null || workers != Medplum.Clients)
            return null;
        var bundles = SyntheaBundles.Patients(skip, Pace.IsSmoke ? 2 : PeerPatients);
        return bundles.Sum(SyntheaBundles.ResourcesIn) / (await medplum.Operations.ImportAsync(workers, bundles)).TotalSeconds;
    }

    private async Task<(LoadResult Load, LoadResult? Peer, double PerFlush, long After)> RunAsync(int workers, Func<FhirOperations, Func<Task>> operation)
    {
        var (written, after) = (hub.Record.Written, hub.Record.Signal.LastSeq);
        var (load, peer) = await Load.RunAsync(workers, operation(operations), workers == Medplum.Clients && medplum is not null ? operation(medplum.Operations) : null);
        var now = hub.Record.Written;
        return (load, peer, (now.Writes - written.Writes) / (double)(now.Flushes - written.Flushes), after);
    }
}
