using System.Diagnostics;

namespace Tandem.Benchmarks.Limits;

/// <summary>How often this machine's disk confirms a flush of 4 KiB, over blocks that are there already.</summary>
internal static class FlushLimit
{
    internal static double PerSecond(double seconds = 1)
    {
        var path = Path.Combine(Path.GetTempPath(), $"tandem-flush-{Environment.ProcessId}");
        using var file = new FileStream(path, FileMode.Create, FileAccess.ReadWrite, FileShare.None, 1, FileOptions.DeleteOnClose);
        file.Write(new byte[4096 * 64]);
        file.Flush(flushToDisk: true);
        var block = new byte[4096];
        var watch = Stopwatch.StartNew();
        var count = 0;
        for (; watch.Elapsed.TotalSeconds < seconds; count++)
        {
            file.Position = count % 64 * 4096;
            file.Write(block);
            file.Flush(flushToDisk: true);
        }

        return count / watch.Elapsed.TotalSeconds;
    }
}
