using Microsoft.Extensions.Diagnostics.HealthChecks;
using Tandem.Kernel.Actors;
using Tandem.Kernel.Data;
using Tandem.Record.Log;
using Tandem.Record.Reactions;

namespace Tandem.Hub.Observing;

/// <summary>Healthy while the database answers and a write can be made durable.</summary>
internal sealed class DatabaseHealth(RecordStore record) : IHealthCheck
{
    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        try
        {
            var written = await record.WriteAsync<long>(AccessScope.System, session => session.Now.ToUnixTimeMilliseconds(), cancellationToken);
            return written.Refusal is { } refusal ? HealthCheckResult.Unhealthy(refusal.Text) : HealthCheckResult.Healthy("The database answers.");
        }
        catch (DatabaseException)
        {
            return HealthCheckResult.Unhealthy("The database does not answer.");
        }
    }
}

/// <summary>Degraded while something is parked or a reaction is far behind the log.</summary>
internal sealed class ReactionHealth(RecordStore record, ReactionRunner reactions) : IHealthCheck
{
    private const long FarBehind = 10_000;

    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        var parked = reactions.Parked(100).Count;
        var lag = reactions.Positions.ToDictionary(position => position.Key, position => (object)Math.Max(0, record.Signal.LastSeq - position.Value));
        var behind = lag.Values.Any(value => (long)value > FarBehind);
        return Task.FromResult(parked > 0 ? HealthCheckResult.Degraded($"{parked} changes are parked and wait for a person.", data: lag)
            : behind ? HealthCheckResult.Degraded("A reaction is far behind the log.", data: lag)
            : HealthCheckResult.Healthy("All reactions follow the log.", lag));
    }
}
