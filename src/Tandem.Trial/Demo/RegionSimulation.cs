using Tandem.Care.Loops;
using Tandem.Fhir.Views;
using Tandem.Record.Log;

namespace Tandem.Trial.Demo;

/// <summary>
/// Runs a region through time over a real record: systems send, the hub keeps, applies and decides, ladders climb, colleagues work the list, each at
/// the time when it happens. What happens follows from the seed alone. Colleagues remember their plans when the hub goes down.
/// </summary>
internal sealed class RegionSimulation(SyntheticRegion region, RegionClock clock)
{
    private static readonly TimeSpan RoundLasts = TimeSpan.FromMinutes(30);
    private readonly PriorityQueue<ColleagueAct, (DateTimeOffset At, string Loop, int Order)> plans = new();
    private readonly Dictionary<string, int> planned = [];
    private readonly List<ResourceVersion> opened = [];
    private readonly Lock gate = new();

    /// <summary>What colleagues did, and how often it was refused because somebody or something was quicker.</summary>
    internal (int Done, int Refused) Acts { get; private set; }

    /// <summary>Sees each obligation that begins in this hub. To be called for each hub before it works.</summary>
    internal void Watch(RegionHub hub) => hub.Record.Signal.Committed += changes =>
    {
        foreach (var change in changes)
        {
            if (change.After.Type == "Task" && LoopReading.Read(change.After, hub.Record.Own) is { IsOpen: true } && (change.Before is null || LoopReading.Read(change.Before, hub.Record.Own) is not { IsOpen: true }))
            {
                lock (gate)
                    opened.Add(change.After);
            }
        }
    };

    /// <summary>Works off one window.</summary>
    internal async Task StepAsync(RegionHub hub, SimulationWindow window, CancellationToken cancel)
    {
        await WorkUntilAsync(hub, window.End, cancel);
        await hub.ReceiveAsync(window.Messages, cancel);
        await hub.ApplyAsync(cancel);
        await hub.ReactAsync(cancel);
        await ClimbUntilAsync(hub, window.End, cancel);
        Plan(window.End);
    }

    /// <summary>Ladders climb and snoozes end up to a time, each at its own.</summary>
    internal async Task ClimbUntilAsync(RegionHub hub, DateTimeOffset time, CancellationToken cancel)
    {
        while (hub.NextClimb is { } at && at <= time)
        {
            clock.MoveTo(at);
            await hub.ClimbAsync(clock.GetUtcNow(), cancel);
        }

        clock.MoveTo(time);
    }

    /// <summary>Colleagues do what they planned up to a time, and the clock comes to it.</summary>
    internal async Task WorkUntilAsync(RegionHub hub, DateTimeOffset time, CancellationToken cancel)
    {
        while (plans.TryPeek(out var first, out _) && first.At <= time)
        {
            var round = TakeRound(first.At + RoundLasts < time ? first.At + RoundLasts : time);
            await ClimbUntilAsync(hub, round[^1].At, cancel);
            var outcomes = await Task.WhenAll(round.Select(act => hub.ActAsync(act, cancel)));
            var refused = outcomes.Count(outcome => outcome.Refusal is not null);
            Acts = (Acts.Done + outcomes.Length - refused, Acts.Refused + refused);
        }

        await ClimbUntilAsync(hub, time, cancel);
    }

    /// <summary>The next acts up to a time, on different loops, which are done side by side.</summary>
    private List<ColleagueAct> TakeRound(DateTimeOffset until)
    {
        var round = new List<ColleagueAct>();
        var loops = new HashSet<string>();
        while (plans.TryPeek(out var act, out _) && act.At <= until && loops.Add(act.Loop))
            round.Add(plans.Dequeue());
        return round;
    }

    /// <summary>Colleagues see what was opened and plan what they will do.</summary>
    internal void Plan(DateTimeOffset now)
    {
        List<ResourceVersion> seen;
        lock (gate)
        {
            seen = [.. opened.OrderBy(version => version.Id, StringComparer.Ordinal)];
            opened.Clear();
        }

        foreach (var loop in seen.Select(version => LoopReading.Read(version, OwnAddresses.None)).OfType<Loop>())
        {
            var times = planned[loop.Id] = planned.GetValueOrDefault(loop.Id) + 1;
            var order = 0;
            foreach (var act in LoopPlan.For(loop, region.Dice.For("time", times), now))
                plans.Enqueue(act, (act.At, act.Loop, order++));
        }
    }
}
