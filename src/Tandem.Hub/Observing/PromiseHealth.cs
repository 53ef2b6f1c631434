using Microsoft.Extensions.Diagnostics.HealthChecks;
using Tandem.Care.Loops;
using Tandem.Care.Pathways;
using Tandem.Record.Log;

namespace Tandem.Hub.Observing;

/// <summary>
/// Unhealthy while the promise is broken: a fact without its loop or a loop without its clock and place on the worklist among what changed
/// since the last look, or an open loop without owner, clock or ladder. Each look goes on where the last one ended; what was found broken is looked at again.
/// </summary>
internal sealed class PromiseHealth(RecordStore record, PathwayVerification verification, TimeProvider clock) : IHealthCheck
{
    private readonly Lock gate = new();
    private long position;
    private long loopsPosition;

    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        PathwayPromise promise;
        IReadOnlyList<BrokenPromise> unseen;
        lock (gate)
        {
            (promise, var reached) = verification.VerifySince(position);
            if (promise.Missing.Count + promise.Extra.Count == 0)
                position = reached;
            (unseen, reached) = LoopAudit.UnseenSince(record, loopsPosition);
            if (unseen.Count == 0)
                loopsPosition = reached;
        }

        IReadOnlyList<BrokenPromise> broken = [.. LoopAudit.Find(record, clock.GetUtcNow()), .. unseen];
        var data = new Dictionary<string, object>
        {
            ["missing"] = promise.Missing.Count,
            ["extra"] = promise.Extra.Count,
            ["incomplete"] = promise.Incomplete.Count + broken.Count,
            ["undecided"] = promise.Undecided.Count,
        };
        return Task.FromResult(
            promise.Missing.Count + promise.Incomplete.Count + broken.Count > 0 ? HealthCheckResult.Unhealthy("The promise is broken: run ./tandem verify.", data: data)
            : !promise.IsKept ? HealthCheckResult.Degraded("Some facts or loops need a person.", data: data)
            : HealthCheckResult.Healthy("Every fact has its loop, every loop its owner, clock and ladder.", data));
    }
}
