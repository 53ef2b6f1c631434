using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Tandem.Hub.Hosting;
using Tandem.Kernel.Actors;
using Tandem.Record.Log;
using Tandem.Record.Retention;
using Tandem.Tests.Care.Intake;
using Tandem.Tests.Support;

namespace Tandem.Tests.Trust.Audit;

/// <summary>What tests of retention do alike: write rows beside the record, and remove and look ahead at the hub's own rules and holds at a time of their own.</summary>
internal static class RetentionBench
{
    /// <summary>A clock that shows a time.</summary>
    internal static ManualClock At(DateTimeOffset time)
    {
        var clock = new ManualClock();
        clock.Advance(time - clock.GetUtcNow());
        return clock;
    }

    /// <summary>Waits until the hub has removed files of exports in the first hour, which begins with it.</summary>
    internal static Task FirstHourAsync(this AuditedHub hub)
    {
        var preview = hub.Hub.Services.GetRequiredService<RetentionPreview>();
        return Eventually.TrueAsync(() => preview.Read()["exports"].Last is { IsWhole: true, Removed: 0 }, "The first hour did not come.");
    }

    /// <summary>Writes rows in one commit.</summary>
    internal static async Task WriteAsync(this AuditedHub hub, Action<WriteSession> write) => Assert.Null((await hub.Record.WriteAsync<bool>(
        AccessScope.System,
        session =>
        {
            write(session);
            return true;
        },
        TestContext.Current.CancellationToken)).Refusal);

    /// <summary>A removal of all kinds.</summary>
    internal static NightlyRemoval Removal(this AuditedHub hub, ManualClock clock, ReadHolds? holds = null)
    {
        var services = hub.Hub.Services;
        return new(
            hub.Record, InstallationSettings.Kinds, new RetentionSettings(), services.GetRequiredService<RetentionRules>(), services.GetRequiredService<TrailKeeper>(), clock, NullLogger<NightlyRemoval>.Instance,
            holds ?? services.GetRequiredService<ReadHolds>());
    }

    /// <summary>What the removal would take.</summary>
    internal static RetentionPreview Preview(this AuditedHub hub, ManualClock clock)
    {
        var services = hub.Hub.Services;
        return new(hub.Record, InstallationSettings.Kinds, new RetentionSettings(), services.GetRequiredService<RetentionRules>(), clock, services.GetRequiredService<ReadHolds>());
    }

    /// <summary>Removes what is due.</summary>
    internal static async Task<IReadOnlyDictionary<string, int>> RemoveAsync(this AuditedHub hub, ManualClock clock)
    {
        using var removal = hub.Removal(clock);
        return await removal.RunAsync(TestContext.Current.CancellationToken);
    }
}
