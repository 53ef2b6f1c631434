using System.Diagnostics;
using Tandem.Care.Loops;
using Tandem.Hub.Demo;
using Tandem.Kernel.Actors;
using Tandem.Kernel.Data;
using Tandem.Record.Reactions;

namespace Tandem.Tests.Simulation;

/// <summary>
/// A region lives through months twice from the same seed: once undisturbed, once while everything goes wrong that can. After every day the promise is kept,
/// and at the end both have the same obligations in the same state.
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
        var record = simulated.Hub.Record;
        await record.WriteAsync<bool>(
            AccessScope.System,
            session =>
            {
                session.Write(ReactionTables.Cursors, "pathways", record.Signal.LastSeq);
                return true;
            },
            cancel);

        var broken = new PromiseCheck(simulated).Broken(until, cancel);

        Assert.Contains(broken, line => line.StartsWith("No loop: ", StringComparison.Ordinal));
    }

    private async Task<Dictionary<string, LoopState>> LiveAsync(Engine engine, SyntheticRegion region, IReadOnlyList<RegionMessage> messages, int days, Mischief? mischief)
    {
        var cancel = TestContext.Current.CancellationToken;
        var watch = Stopwatch.StartNew();
        var clock = new RegionClock(From);
        await using var simulated = new SimulatedHub(engine, clock);
        await simulated.BeginAsync(cancel);
        var run = new RegionRun(simulated, new RegionSimulation(region, clock), mischief, cancel);
        var check = new PromiseCheck(simulated);
        var day = From.AddDays(1);
        foreach (var window in SimulationWindow.Cut(messages, From, From.AddDays(days), _ => TimeSpan.FromHours(4)))
        {
            await run.StepAsync(window);
            if (window.End < day)
                continue;
            day = day.AddDays(1);
            Nothing($"on {window.End:yyyy-MM-dd HH:mm}", check.BrokenSince(window.End));
        }

        Nothing("at the end", check.Broken(clock.GetUtcNow(), cancel));
        Nothing("about messages", PromiseCheck.BrokenMessages(simulated.Hub.Record, messages));
        var loops = PromiseCheck.Loops(simulated.Hub.Record);
        output.WriteLine($"{engine}, {(mischief is null ? "smooth" : "rough")}: {messages.Count} messages, {loops.Count} loops, {simulated.Starts} starts, {watch.Elapsed.TotalSeconds:F1} s; "
            + string.Join(", ", loops.CountBy(loop => loop.State).Select(pair => $"{pair.Key} {pair.Value}"))
            + (mischief is null ? "" : "; " + string.Join(", ", mischief.Count.OrderBy(pair => pair.Key).Select(pair => $"{pair.Key} {pair.Value}"))));
        return loops.ToDictionary(loop => loop.Key, loop => loop.State);
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
