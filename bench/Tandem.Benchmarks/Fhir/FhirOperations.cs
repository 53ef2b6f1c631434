using System.Collections.Concurrent;
using System.Diagnostics;

namespace Tandem.Benchmarks.Fhir;

/// <summary>What a client does through a FHIR interface, with resources of its own at each call.</summary>
/// <param name="client">Of the server.</param>
/// <param name="root">Where the interface is below the client's address.</param>
internal sealed class FhirOperations(HttpClient client, string root = "fhir")
{
    private readonly string?[] updated = new string?[Pace.Count(1000)];
    private int number;

    /// <summary>Lets the server run until its code is compiled as it will be for the rest of its life, and all resources that are read and put back are there.</summary>
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

        while (updated.Contains(null))
            await ReadAsync();
    }

    internal Task CreateAsync() => FhirClient.PostAsync(client, $"{root}/Observation", Samples.Observation(Interlocked.Increment(ref number)));

    /// <summary>Reads one of many resources and puts it back changed.</summary>
    internal async Task ReadAndPutAsync()
    {
        if (await OneOfManyAsync() is ({ } path, var mine))
            await FhirClient.PutAsync(client, path, Samples.Revised(await FhirClient.GetAsync(client, path), mine));
    }

    /// <summary>Reads one of many resources.</summary>
    internal async Task ReadAsync()
    {
        if (await OneOfManyAsync() is ({ } path, _))
            await FhirClient.GetAsync(client, path);
    }

    /// <summary>An operation that reads one resource, always the same.</summary>
    internal async Task<Func<Task>> ReadOneAsync()
    {
        var path = await CreateObservationAsync(Interlocked.Increment(ref number));
        return () => FhirClient.GetAsync(client, path);
    }

    internal Task TransactionAsync() => FhirClient.PostAsync(client, root, Samples.Transaction(Interlocked.Increment(ref number)));

    internal Task LinkedTransactionAsync() => FhirClient.PostAsync(client, root, Samples.LinkedTransaction(Interlocked.Increment(ref number)));

    internal Task ImportSharedAsync() => Task.WhenAll(SyntheaBundles.Shared().Select(bundle => FhirClient.PostAsync(client, root, bundle)));

    /// <summary>Whole histories of patients, one transaction each, and the time they took.</summary>
    internal async Task<TimeSpan> ImportAsync(int workers, IEnumerable<byte[]> bundles)
    {
        var left = new ConcurrentQueue<byte[]>(bundles);
        var watch = Stopwatch.StartNew();
        await Task.WhenAll(Enumerable.Range(0, workers).Select(_ => Task.Run(async () =>
        {
            while (left.TryDequeue(out var bundle))
                await FhirClient.PostAsync(client, root, bundle);
        })));
        return watch.Elapsed;
    }

    /// <summary>The path of one of many resources and a new number; without a path when it had to be created first.</summary>
    private async Task<(string? Path, int Number)> OneOfManyAsync()
    {
        var mine = Interlocked.Increment(ref number);
        if (updated[mine % updated.Length] is { } path)
            return (path, mine);
        updated[mine % updated.Length] = await CreateObservationAsync(mine);
        return (null, mine);
    }

    /// <summary>Creates an observation and gives its path.</summary>
    private async Task<string> CreateObservationAsync(int mine)
    {
        var location = await FhirClient.PostAsync(client, $"{root}/Observation", Samples.Observation(mine));
        var path = location!.IsAbsoluteUri ? location.AbsolutePath : location.ToString();
        return path.Split("/_history")[0];
    }
}
