using System.Diagnostics;
using System.Globalization;

namespace Tandem.Tests.Support;

/// <summary>What work takes of the processor on the thread that does it: unlike what a clock says, nothing that others do on the machine adds to it.</summary>
internal static class ProcessorTime
{
    private const string OfThread = "/proc/thread-self/schedstat"; // the first number, in nanoseconds: https://docs.kernel.org/scheduler/sched-stats.html

    /// <summary>The processor time of one run of <paramref name="work"/>; where the system does not tell it, the time by the clock.</summary>
    internal static TimeSpan Of(Action work)
    {
        var before = Now;
        work();
        return Now - before;
    }

    private static TimeSpan Now => File.Exists(OfThread) && long.Parse(File.ReadAllText(OfThread).Split(' ')[0], CultureInfo.InvariantCulture) is var taken and > 0 // 0 where it is not counted
        ? TimeSpan.FromMicroseconds(taken / 1000.0)
        : Stopwatch.GetElapsedTime(0);
}
