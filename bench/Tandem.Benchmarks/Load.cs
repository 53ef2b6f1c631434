using System.Diagnostics;
using System.Globalization;

namespace Tandem.Benchmarks;

/// <summary>What a run of load came to.</summary>
/// <param name="Rate">Operations a second.</param>
/// <param name="P50">Median latency in milliseconds.</param>
/// <param name="P99">99th percentile in milliseconds.</param>
internal sealed record LoadResult(double Rate, double P50, double P99)
{
    internal string Latency => string.Create(CultureInfo.InvariantCulture, $"{P50:0.00} / {P99:0.00}");

    /// <summary>The run with the median rate.</summary>
    internal static LoadResult Median(IEnumerable<LoadResult> runs) => runs.OrderBy(run => run.Rate).ToList() is var sorted ? sorted[sorted.Count / 2] : throw new InvalidOperationException();
}

/// <summary>Closed-loop load: each worker sends its next operation when the last one is answered.</summary>
internal static class Load
{
    private const int MostRounds = 20;

    /// <summary>Runs <paramref name="workers"/> for a time after a warm-up, three times, and gives the run with the median rate.</summary>
    /// <param name="workers">How many at once.</param>
    /// <param name="open">Opens one worker; it performs one operation at each call.</param>
    /// <param name="seconds">How long each run lasts.</param>
    internal static async Task<LoadResult> RunAsync(int workers, Func<int, Task<Func<Task>>> open, double seconds = 2)
    {
        var operations = await Task.WhenAll(Enumerable.Range(0, workers).Select(open));
        return (await InTurnsAsync([operations], seconds))[0];
    }

    /// <summary>The same for an operation that all workers share, and in turns with it for the one of a peer when there is one: what disturbs the machine meets both.</summary>
    internal static async Task<(LoadResult Load, LoadResult? Peer)> RunAsync(int workers, Func<Task> operation, Func<Task>? peers, double seconds = 2)
    {
        var all = peers is null ? [operation] : new[] { operation, peers };
        var results = await InTurnsAsync([.. all.Select(one => Enumerable.Repeat(one, workers).ToArray())], seconds);
        return (results[0], results.ElementAtOrDefault(1));
    }

    /// <summary>Runs operations in turns, round after round, until two rounds in a row were no faster than the best before them: by then their code is compiled as it will stay.</summary>
    /// <param name="workers">How many at once.</param>
    /// <param name="operations">Each runs for half a second in a round.</param>
    /// <returns>How many rounds.</returns>
    internal static async Task<int> WarmUpAsync(int workers, IReadOnlyList<Func<Task>> operations)
    {
        var (best, rounds) = (0.0, 0);
        for (var level = 0; level < 2 && rounds < MostRounds; rounds++)
        {
            var rate = 0.0;
            foreach (var operation in operations)
                rate += (await OnceAsync([.. Enumerable.Repeat(operation, workers)], Pace.Seconds(0.5))).Rate;
            level = rate < best * 1.03 || Pace.IsSmoke ? level + 1 : 0;
            best = Math.Max(best, rate);
        }

        return rounds;
    }

    /// <summary>An operation so many times, by some workers at once.</summary>
    /// <returns>How many a second.</returns>
    internal static async Task<double> TimesAsync(int workers, int count, Func<Task> operation)
    {
        var watch = Stopwatch.StartNew();
        var left = count;
        await Task.WhenAll(Enumerable.Range(0, workers).Select(_ => Task.Run(async () =>
        {
            while (Interlocked.Decrement(ref left) >= 0)
                await operation();
        })));
        return count / watch.Elapsed.TotalSeconds;
    }

    /// <summary>Each load for a time after a warm-up, one after the other, three times; the runs with the median rates.</summary>
    private static async Task<List<LoadResult>> InTurnsAsync(Func<Task>[][] loads, double seconds)
    {
        foreach (var load in loads)
            await OnceAsync(load, Pace.Seconds(Math.Min(1, seconds)));
        var runs = loads.Select(_ => new List<LoadResult>()).ToList();
        for (var run = 0; run < Pace.Runs; run++)
        {
            foreach (var (load, results) in loads.Zip(runs))
                results.Add(await OnceAsync(load, Pace.Seconds(seconds)));
        }

        return runs.ConvertAll(LoadResult.Median);
    }

    private static async Task<LoadResult> OnceAsync(Func<Task>[] operations, double seconds)
    {
        var watch = Stopwatch.StartNew();
        var end = TimeSpan.FromSeconds(seconds);
        var latencies = await Task.WhenAll(operations.Select(operation => Task.Run(async () =>
        {
            var mine = new List<double>(4096);
            while (watch.Elapsed < end)
            {
                var started = Stopwatch.GetTimestamp();
                await operation();
                mine.Add(Stopwatch.GetElapsedTime(started).TotalMilliseconds);
            }

            return mine;
        })));
        var elapsed = watch.Elapsed.TotalSeconds;
        var all = latencies.SelectMany(one => one).Order().ToList();
        return all.Count == 0 ? new(0, 0, 0) : new(all.Count / elapsed, all[all.Count / 2], all[(int)(all.Count * 0.99)]);
    }
}
