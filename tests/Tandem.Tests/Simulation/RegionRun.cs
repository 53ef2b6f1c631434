using Tandem.Trial.Demo;

namespace Tandem.Tests.Simulation;

/// <summary>Leads a hub through windows, with what goes wrong in each.</summary>
internal sealed class RegionRun
{
    private readonly SimulatedHub simulated;
    private readonly RegionSimulation simulation;
    private readonly Mischief? mischief;
    private readonly CancellationToken cancel;

    internal RegionRun(SimulatedHub simulated, RegionSimulation simulation, Mischief? mischief, CancellationToken cancel)
    {
        (this.simulated, this.simulation, this.mischief, this.cancel) = (simulated, simulation, mischief, cancel);
        simulation.Watch(simulated.Hub);
    }

    /// <summary>One window; at its end nothing waits.</summary>
    internal async Task StepAsync(SimulationWindow window)
    {
        if (mischief is null)
        {
            await simulation.StepAsync(simulated.Hub, window, cancel);
            return;
        }

        var fall = mischief.NextFall();
        await simulation.WorkUntilAsync(simulated.Hub, window.End, cancel);
        var messages = mischief.Disturb(window.Messages);
        await simulated.Hub.ReceiveAsync(messages, cancel);
        await FallAsync(fall == Fall.AfterKeeping);
        if (mischief.LosesAnswers())
            await simulated.Hub.ReceiveAsync(messages, cancel);
        await StageAsync(fall == Fall.WhileApplying, token => simulated.Hub.ApplyAsync(token));
        await FallAsync(fall == Fall.AfterApplying);
        await StageAsync(fall == Fall.WhileReacting, token => simulated.Hub.ReactAsync(token));
        await FallAsync(fall == Fall.AfterReacting);
        await simulation.ClimbUntilAsync(simulated.Hub, window.End, cancel);
        simulation.Plan(window.End);
    }

    /// <summary>A stage; when the hub falls in it, once cut short and then, after a start, to its end.</summary>
    private async Task StageAsync(bool falls, Func<CancellationToken, Task> stage)
    {
        if (falls)
        {
            await mischief!.CutShortAsync(simulated.Hub.Record, stage, cancel);
            await FallAsync(falls: true);
        }

        await stage(cancel);
    }

    private async Task FallAsync(bool falls)
    {
        if (!falls)
            return;
        await simulated.CrashAsync();
        simulation.Watch(simulated.Hub);
    }
}
