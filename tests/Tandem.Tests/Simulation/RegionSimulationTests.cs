using System.Diagnostics;
using Tandem.Care.Loops;
using Tandem.Trial.Demo;
using Tandem.Kernel.Actors;
using Tandem.Kernel.Data;
using Tandem.Record.Reactions;

namespace Tandem.Tests.Simulation;

/// <summary>
/// A region lives through months twice from the same seed: once undisturbed, once while everything goes wrong that can. After every step the promise is
/// kept, which a look at everything confirms at each day's end of the second and at the end of both; then both have the same obligations in the same state.
/// </summary>
public sealed class RegionSimulationTests(ITestOutputHelper output)
{
    private static readonly DateTimeOffset From = new(2026, 8, 10, 5, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData(Engine.Sqlite, 160, 90, 20_261)]
    [InlineData(Engine.Postgres, 60, 14, 7)]
    public async Task Whatever_goes_wrong_no_obligation_is_lost_or_doubled(Engine engine, int patients, int days, int seed)
    {
        var region = new SyntheticRegion((ulong)seed, patients, DateOnly.FromDateTime(From.AddDays(days).UtcDateTime), new RegionPace(Illness: 2.5, Slips: 3));
        var messages = region.Messages(From, From.AddDays(days));

        var smooth = await LiveAsync(engine, region, messages, days, mischief: null);
        var rough = await LiveAsync(engine, region, messages, days, new Mischief(region.Dice.For("mischief")));

        Assert.NotEmpty(smooth);
        Nothing("between the two runs", Differences(smooth, rough));
    }

    [Fact]
    public async Task A_fact_that_the_pathways_passed_over_is_noticed()
    {
        var cancel = TestContext.Current.CancellationToken;
        var clock = new RegionClock(From);
        await using var simulated = new SimulatedHub(Engine.Sqlite, clock);
        await simulated.BeginAsync(cancel);
        var until = From.AddDays(10);
        var messages = new SyntheticRegion(3, 40, new DateOnly(2026, 8, 20), new RegionPace(Illness: 8)).Messages(From, until);
        clock.MoveTo(until);
        await simulated.Hub.ReceiveAsync(messages, cancel);
        await simulated.Hub.ApplyAsync(cancel);
        await PassOverAsync(simulated, cancel);

        var broken = new PromiseCheck(simulated).Broken(until, cancel);

        Assert.Contains(broken, line => line.StartsWith("No loop: ", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(Loss.TaskDeleted, "No loop: ")]
    [InlineData(Loss.RowsGone, "is gone from")]
    [InlineData(Loss.FactPassedOver, "No loop: ")]
    public async Task What_is_lost_is_found_in_the_very_step(Loss loss, string found)
    {
        var cancel = TestContext.Current.CancellationToken;
        var clock = new RegionClock(From);
        var region = new SyntheticRegion(3, 40, new DateOnly(2026, 8, 30), new RegionPace(Illness: 8));
        await using var simulated = new SimulatedHub(Engine.Sqlite, clock);
        await simulated.BeginAsync(cancel);
        var simulation = new RegionSimulation(region, clock);
        var run = new RegionRun(simulated, simulation, mischief: null, cancel);
        var check = new PromiseCheck(simulated);
        foreach (var window in Windows(region.Messages(From, From.AddDays(20)), days: 20))
        {
            if (loss == Loss.FactPassedOver)
            {
                await simulated.Hub.ReceiveAsync(window.Messages, cancel);
                await simulated.Hub.ApplyAsync(cancel);
                await PassOverAsync(simulated, cancel);
                clock.MoveTo(window.End);
            }
            else
            {
                await run.StepAsync(window);
            }

            var before = loss == Loss.FactPassedOver ? [] : check.BrokenSince(window.End);
            Assert.Empty(before);
            var open = PromiseCheck.Loops(simulated.Hub.Record).Find(loop => loop.IsOpen);
            if (open is not null)
                await LoseAsync(simulated, loss, open, cancel);
            if (check.BrokenSince(window.End) is { Count: > 0 } broken)
            {
                Assert.Contains(broken, line => line.Contains(found, StringComparison.Ordinal));
                return;
            }

            Assert.True(open is null, $"{loss} was not noticed in its step");
        }

        Assert.Fail($"{loss} did not happen or was never noticed");
    }

    /// <summary>What a hub can lose.</summary>
    public enum Loss
    {
        /// <summary>A loop's Task, by a deletion that nobody should have made.</summary>
        TaskDeleted,

        /// <summary>A loop's clock and its place on the worklist, without any write to the log.</summary>
        RowsGone,

        /// <summary>A change, by pathways that passed over it.</summary>
        FactPassedOver,
    }

    private static async Task LoseAsync(SimulatedHub simulated, Loss loss, Loop loop, CancellationToken cancel)
    {
        var record = simulated.Hub.Record;
        if (loss == Loss.TaskDeleted)
        {
            await record.WriteAsync<bool>(AccessScope.System, session => session.Delete("Task", loop.Id) is not null, cancel);
            await PassOverAsync(simulated, cancel);
        }
        else if (loss == Loss.RowsGone)
        {
            using var session = record.Database.OpenWriter();
            session.ExecuteScript($"DELETE FROM loops_clock WHERE id = '{loop.Id}'; DELETE FROM loops_worklist WHERE id = '{loop.Id}';");
        }
    }

    /// <summary>The pathways' cursor moves to the end of the log without their having looked.</summary>
    private static async Task PassOverAsync(SimulatedHub simulated, CancellationToken cancel)
    {
        var record = simulated.Hub.Record;
        await record.WriteAsync<bool>(
            AccessScope.System,
            session =>
            {
                session.Write(ReactionTables.Cursors, "pathways", record.Signal.LastSeq);
                return true;
            },
            cancel);
    }

    private static IEnumerable<SimulationWindow> Windows(IReadOnlyList<RegionMessage> messages, int days) =>
        SimulationWindow.Cut(messages, From, From.AddDays(days), _ => TimeSpan.FromHours(4));

    private async Task<Dictionary<string, LoopState>> LiveAsync(Engine engine, SyntheticRegion region, IReadOnlyList<RegionMessage> messages, int days, Mischief? mischief)
    {
        var cancel = TestContext.Current.CancellationToken;
        var (watch, checking, all) = (Stopwatch.StartNew(), new Stopwatch(), new Stopwatch());
        var clock = new RegionClock(From);
        await using var simulated = new SimulatedHub(engine, clock);
        await simulated.BeginAsync(cancel);
        var run = new RegionRun(simulated, new RegionSimulation(region, clock), mischief, cancel);
        var check = new PromiseCheck(simulated);
        var (day, steps) = (From.AddDays(1), 0);
        foreach (var window in Windows(messages, days))
        {
            await run.StepAsync(window);
            steps++;
            checking.Start();
            Nothing($"on {window.End:yyyy-MM-dd HH:mm}", check.BrokenSince(window.End));
            checking.Stop();
            if (window.End < day || mischief is null)
                continue;
            day = day.AddDays(1);
            all.Start();
            Nothing($"on {window.End:yyyy-MM-dd}, and the check after the step passed it over", check.Broken(window.End, cancel));
            all.Stop();
        }

        Nothing("at the end", [.. check.Broken(clock.GetUtcNow(), cancel), .. PromiseCheck.BrokenSteps(simulated.Hub.Record)]);
        Nothing("about messages", PromiseCheck.BrokenMessages(simulated.Hub.Record, messages));
        var loops = PromiseCheck.Loops(simulated.Hub.Record);
        output.WriteLine($"{engine}, {(mischief is null ? "smooth" : "rough")}: {messages.Count} messages, {steps} steps, {loops.Count} loops, {simulated.Starts} starts, "
            + $"{watch.Elapsed.TotalSeconds:F1} s, of them {checking.Elapsed.TotalSeconds:F1} s after steps and {all.Elapsed.TotalSeconds:F1} s after days; "
            + string.Join(", ", loops.CountBy(loop => loop.State).Select(pair => $"{pair.Key} {pair.Value}"))
            + (mischief is null ? "" : "; " + string.Join(", ", mischief.Count.OrderBy(pair => pair.Key).Select(pair => $"{pair.Key} {pair.Value}"))));
        return loops.GroupBy(loop => $"{loop.Pathway}|{loop.PathwayVersion}|{loop.Action}|{loop.Focus}") // a patient's id is that of the message that came first
            .ToDictionary(same => same.Key, same => same.Any(loop => loop.IsOpen) ? same.First(loop => loop.IsOpen).State : same.First().State);
    }

    private static void Nothing(string where, List<string> broken)
    {
        if (broken.Count > 0)
            Assert.Fail($"The promise is broken {where}:\n{string.Join('\n', broken.Take(20))}");
    }

    /// <summary>A loop that was opened and withdrawn is as if it had not been: which of the two happens depends on what came first.</summary>
    private static List<string> Differences(Dictionary<string, LoopState> smooth, Dictionary<string, LoopState> rough) =>
    [
        .. smooth.Keys.Union(rough.Keys).Order(StringComparer.Ordinal)
            .Select(key => (Key: key, Smooth: smooth.GetValueOrDefault(key, LoopState.Withdrawn), Rough: rough.GetValueOrDefault(key, LoopState.Withdrawn)))
            .Where(pair => pair.Smooth != pair.Rough)
            .Select(pair => $"{pair.Key}: {pair.Smooth} without, {pair.Rough} with faults"),
    ];
}
