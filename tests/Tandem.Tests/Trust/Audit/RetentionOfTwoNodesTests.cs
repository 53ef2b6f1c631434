using Microsoft.Extensions.Logging.Abstractions;
using Tandem.Hub.Hosting;
using Tandem.Kernel.Actors;
using Tandem.Record.Log;
using Tandem.Record.Retention;
using Tandem.Tests.Support;
using Tandem.Tests.Trust.Smart;
using Tandem.Trust.SignIn.Passwords;

namespace Tandem.Tests.Trust.Audit;

/// <summary>Two nodes whose clocks strike the hour at once: one removes, the other leaves it to it.</summary>
public sealed class RetentionOfTwoNodesTests(TwoNodes nodes) : IClassFixture<TwoNodes>, IAsyncLifetime
{
    private readonly ManualClock clock = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => await nodes.StartAsync();

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task What_one_node_is_removing_no_other_removes_and_nothing_goes_twice()
    {
        Assert.Null((await nodes.Here.Get<RecordStore>().WriteAsync<bool>(
            AccessScope.System,
            session =>
            {
                for (var i = 0; i <= NightlyRemoval.Group; i++)
                    session.Write(SignInThrottle.Attempts, $"old{i}", 1, clock.GetUtcNow());
                return true;
            },
            Cancel)).Refusal);
        clock.Advance(TimeSpan.FromDays(365));
        var entered = new TaskCompletionSource();
        using var goOn = new ManualResetEventSlim();
        using var first = Removal(nodes.Here, () =>
        {
            entered.TrySetResult();
            goOn.Wait(TimeSpan.FromMinutes(2));
            return HeldPatients.None;
        });
        using var second = Removal(nodes.There, () => HeldPatients.None);

        var running = Task.Run(() => first.RunAsync(Cancel), Cancel);
        await entered.Task.WaitAsync(TimeSpan.FromMinutes(1), Cancel);
        Assert.Empty(await second.RunAsync(Cancel));
        goOn.Set();

        Assert.Equal(NightlyRemoval.Group + 1, (await running)["sign-in-attempts"]);
        clock.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(0, (await second.RunAsync(Cancel))["sign-in-attempts"]); // it is free again, and nothing is left
    }

    private NightlyRemoval Removal(SmartHub node, ReadHolds holds) => new(
        node.Get<RecordStore>(), InstallationSettings.Kinds.Where(kind => kind.Code == "sign-in-attempts"), new RetentionSettings(), node.Get<RetentionRules>(), node.Get<TrailKeeper>(), clock, NullLogger<NightlyRemoval>.Instance, holds);
}
