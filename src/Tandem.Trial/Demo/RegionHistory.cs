using System.Diagnostics;

namespace Tandem.Trial.Demo;

/// <summary>Brings months of a region's life into an empty hub, and says how far it is.</summary>
internal sealed class RegionHistory(SyntheticRegion region, RegionClock clock, DateTimeOffset from, DateTimeOffset until)
{
    private static readonly TimeSpan Coarse = TimeSpan.FromHours(6);
    private static readonly TimeSpan Fine = TimeSpan.FromMinutes(20);
    private const int MaintainEvery = 20; // windows; what does it while serving does not run yet
    private static readonly TimeSpan Recent = TimeSpan.FromDays(3);

    /// <summary>Runs it; the clock stands at the end afterwards.</summary>
    internal async Task RunAsync(RegionHub hub, TextWriter console, CancellationToken cancel)
    {
        var watch = Stopwatch.StartNew();
        var messages = region.Messages(from, until);
        var simulation = new RegionSimulation(region, clock);
        simulation.Watch(hub);
        var sent = 0;
        var told = TimeSpan.Zero;
        var windows = 0;
        foreach (var window in SimulationWindow.Cut(messages, from, until, begin => until - begin > Recent ? Coarse : Fine))
        {
            await simulation.StepAsync(hub, window, cancel);
            sent += window.Messages.Count;
            if (++windows % MaintainEvery == 0)
                hub.Record.Database.Maintain();
            if (watch.Elapsed - told < TimeSpan.FromSeconds(2) && window.End < until)
                continue;
            told = watch.Elapsed;
            await console.WriteLineAsync($"  {window.End:yyyy-MM-dd}  {(window.End - from) / (until - from),4:P0}  {sent,6:N0} of {messages.Count:N0} messages, {simulation.Acts.Done:N0} acts of colleagues");
        }

        await console.WriteLineAsync($"  History complete in {watch.Elapsed.TotalSeconds:F0} s.");
    }
}
