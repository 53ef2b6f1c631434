using System.Diagnostics;
using Tandem.Benchmarks.Fhir;
using Tandem.Benchmarks.Worklist;
using Tandem.Fhir.Json;
using Tandem.Kernel.Actors;
using Tandem.Record.Log;

namespace Tandem.Benchmarks.Rebuild;

/// <summary>Rebuilding the projections of search and of loops from the record, against reading and parsing the same resources.</summary>
internal static class RebuildBench
{
    private const string Current = "SELECT l.body FROM resources r JOIN log l ON l.seq = r.seq WHERE r.deleted = 0 ORDER BY r.rid";

    internal static async Task RunAsync(ResultTable table)
    {
        foreach (var (engine, postgres) in Engines.All())
        {
            await using var hub = await BenchHub.StartAsync(Engines.Fresh(postgres));
            await SampleLoops.OpenAsync(hub.Record, Pace.Count(10_000));
            await CreateAsync(hub.Record, Pace.Count(10_000));
            var scan = await MedianAsync(() => Task.FromResult(Scan(hub.Record)));
            foreach (var projection in new[] { "search", "loops" })
            {
                var rate = await MedianAsync(() => hub.Record.RebuildAsync(projection, CancellationToken.None));
                table.Row($"{engine}: {projection}, resources read", rate, scan, "read in order and parsed", "");
            }
        }
    }

    private static async Task CreateAsync(RecordStore record, int count)
    {
        for (var from = 0; from < count; from += 500)
        {
            var outcome = await record.WriteAsync<int>(
                AccessScope.System,
                session =>
                {
                    for (var i = from; i < Math.Min(from + 500, count); i++)
                        session.Put("Observation", $"o{i}", FhirJson.ParseStored(Samples.Observation(i)).Root);
                    return from;
                },
                CancellationToken.None);
            if (outcome.Refusal is { } refusal)
                throw new InvalidOperationException(refusal.Text);
        }
    }

    internal static long Scan(RecordStore record)
    {
        var count = 0L;
        record.Database.Read(session =>
        {
            session.ForEach(Current, row => count += FhirJson.ParseStored(row.Bytes(0)).Root["resourceType"u8].Text is null ? 0 : 1);
            return count;
        });
        return count;
    }

    private static async Task<double> MedianAsync(Func<Task<long>> run)
    {
        var rates = new List<double>();
        for (var i = 0; i < Pace.Runs; i++)
        {
            var watch = Stopwatch.StartNew();
            var count = await run();
            rates.Add(count / watch.Elapsed.TotalSeconds);
        }

        return rates.Order().ElementAt(rates.Count / 2);
    }
}
