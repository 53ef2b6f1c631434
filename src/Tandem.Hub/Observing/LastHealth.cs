using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Tandem.Hub.Observing;

/// <summary>
/// What the health checks found, for everybody who asks within two seconds: anybody may ask as often as they like, without a sign-in, and each look writes to the database and verifies a part of the
/// record. There is one look at a time; who asks meanwhile is told what it finds, and holds no thread until then. Thread-safe.
/// </summary>
internal sealed class LastHealth(HealthCheckService checks, TimeProvider clock)
{
    private static readonly TimeSpan Holds = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(30);
    private readonly Lock gate = new();
    private Task<HealthReport>? last;
    private long found;

    /// <summary>What is so now, or was at most two seconds ago.</summary>
    internal Task<HealthReport> FindAsync()
    {
        lock (gate)
        {
            if (last is null || (last.IsCompleted && (!last.IsCompletedSuccessfully || clock.GetElapsedTime(Volatile.Read(ref found)) >= Holds)))
                last = Task.Run(LookAsync); // outside of the gate: checks may block
            return last;
        }
    }

    private async Task<HealthReport> LookAsync()
    {
        HealthReport report;
        try
        {
            report = await checks.CheckHealthAsync(CancellationToken.None).WaitAsync(Longest, clock); // for all who wait, whoever of them leaves
        }
        catch (TimeoutException)
        {
            report = new(new Dictionary<string, HealthReportEntry>(), HealthStatus.Unhealthy, Longest); // the next look begins anew
        }

        Volatile.Write(ref found, clock.GetTimestamp());
        return report;
    }
}
