using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Tandem.Care.Intake;
using Tandem.Kernel.Actors;
using Tandem.Kernel.Data;
using Tandem.Tests.Support;

namespace Tandem.Tests.Care.Intake;

/// <summary>Moving messages from the spool ends with the hub.</summary>
public sealed class SpoolMoverTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_hub_that_ends_in_the_middle_of_a_step_tells_of_no_fault()
    {
        var faults = new FaultLog<SpoolMover>();
        await using var host = await IntakeHost.StartAsync(Engine.Sqlite, configure: builder =>
        {
            IntakeHost.Idle(builder);
            builder.Services.AddSingleton<ILogger<SpoolMover>>(faults);
        });
        using var goOn = new ManualResetEventSlim();
        var before = host.Record.WriteAsync<bool>(AccessScope.System, _ => goOn.Wait(TimeSpan.FromMinutes(2), Cancel), Cancel); // the step waits for the writer
        await host.ReceiveBytesAsync(System.Text.Encoding.UTF8.GetBytes(Messages.Adt("A01", "C1", "20260301120000")));
        var mover = ActivatorUtilities.CreateInstance<SpoolMover>(host.Services);
        await mover.StartAsync(Cancel);

        mover.Dispose();
        goOn.Set();

        await Task.WhenAny(mover.ExecuteTask!).WaitAsync(TimeSpan.FromMinutes(1), Cancel);
        Assert.True((await before).Succeeded(out _, out _));
        Assert.Equal(0, faults.Count);
    }
}
