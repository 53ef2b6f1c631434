using System.Diagnostics;

namespace Tandem.Benchmarks;

/// <summary>Percentiles of single operations, in milliseconds.</summary>
internal sealed record Times(double P50, double P95, double P99)
{
    internal static Times Of(IEnumerable<double> milliseconds)
    {
        var sorted = milliseconds.Order().ToList();
        return new Times(At(sorted, 0.50), At(sorted, 0.95), At(sorted, 0.99));
    }

    /// <summary>Times <paramref name="operation"/> one by one after a tenth as many untimed.</summary>
    internal static async Task<Times> OfAsync(int count, Func<Task> operation)
    {
        for (var i = 0; i < count / 10; i++)
            await operation();
        var times = new List<double>(count);
        for (var i = 0; i < count; i++)
        {
            var started = Stopwatch.GetTimestamp();
            await operation();
            times.Add(Stopwatch.GetElapsedTime(started).TotalMilliseconds);
        }

        return Of(times);
    }

    private static double At(List<double> sorted, double part) => sorted.Count == 0 ? 0 : sorted[Math.Min(sorted.Count - 1, (int)(sorted.Count * part))];
}
