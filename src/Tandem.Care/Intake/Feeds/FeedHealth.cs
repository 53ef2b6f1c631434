using Microsoft.Extensions.Diagnostics.HealthChecks;
using Tandem.Kernel.Actors;
using Tandem.Record.Log;

namespace Tandem.Care.Intake;

/// <summary>Degraded while a feed is silent for much longer than usual or messages pile up.</summary>
internal sealed class FeedHealth(RecordStore record, FeedSources sources, TimeProvider clock) : IHealthCheck
{
    private const long ManyWaiting = 10_000;

    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        var feeds = ListFeeds.Handle(record, sources, clock, AccessScope.System);
        var waiting = ListFeeds.Waiting(record);
        var silent = feeds.Where(feed => feed.SilentFor is not null).Select(feed => feed.Source.Id).ToList();
        var data = new Dictionary<string, object>
        {
            ["waiting"] = waiting, ["quarantined"] = feeds.Sum(feed => feed.Quarantined), ["silent"] = string.Join(", ", silent),
        };
        return Task.FromResult(silent.Count > 0 ? HealthCheckResult.Degraded($"Silent for much longer than usual: {string.Join(", ", silent)}.", data: data)
            : waiting > ManyWaiting ? HealthCheckResult.Degraded($"{waiting} messages wait to be applied.", data: data)
            : HealthCheckResult.Healthy("All feeds are as usual.", data));
    }
}
