using Microsoft.Extensions.Diagnostics.HealthChecks;
using Tandem.Kernel.Actors;
using Tandem.Kernel.Data;
using Tandem.Kernel.Outcomes;
using Tandem.Record.Log;
using Tandem.Record.Reactions;

namespace Tandem.Hub.Observing;

/// <summary>Healthy while the database answers and a write can be made durable. A row is written to see it: a commit without one needs no place on the disk, so that it would go well on a full one.</summary>
internal sealed class DatabaseHealth(RecordStore record) : IHealthCheck
{
    /// <summary>One row: when a node last looked.</summary>
    internal static readonly Table Beats = new("observing_beats", TableKind.Rows, [new("one", DbKind.Integer)], [new("at", DbKind.Integer)], []);

    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        try
        {
            var written = await record.WriteAsync<bool>(AccessScope.System, Beat, cancellationToken);
            return written.Refusal is { } refusal ? HealthCheckResult.Unhealthy(refusal.Text) : HealthCheckResult.Healthy("The database answers.");
        }
        catch (DatabaseException)
        {
            return HealthCheckResult.Unhealthy("The database does not answer.");
        }
    }

    private static Outcome<bool> Beat(WriteSession session)
    {
        session.Write(Beats, 1, session.Now.ToUnixTimeMilliseconds());
        return true;
    }
}

/// <summary>Degraded while this node has not heard of much that is in the log: its open pages and what it remembers are out of date.</summary>
internal sealed class NodeHealth(RecordStore record) : IHealthCheck
{
    private const long FarBehind = 1_000;

    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        try
        {
            var told = record.Signal.ToldSeq; // before the log is asked: what comes between is no lag
            var behind = Math.Max(0, record.ReadLastSeq() - told);
            var data = new Dictionary<string, object> { ["behind"] = behind };
            return Task.FromResult(behind > FarBehind
                ? HealthCheckResult.Degraded("This node is behind what other nodes write.", data: data)
                : HealthCheckResult.Healthy("This node knows what all nodes write.", data));
        }
        catch (DatabaseException)
        {
            return Task.FromResult(HealthCheckResult.Unhealthy("The database does not answer."));
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
        foreach (var reaction in reactions.Elsewhere)
            lag[reaction] = "another node";
        return Task.FromResult(parked > 0 ? HealthCheckResult.Degraded($"{parked} changes are parked and wait for a person.", data: lag)
            : behind ? HealthCheckResult.Degraded("A reaction is far behind the log.", data: lag)
            : HealthCheckResult.Healthy("All reactions follow the log.", lag));
    }
}
