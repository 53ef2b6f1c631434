using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Tandem.Trust.Audit;

/// <summary>Healthy while the access log takes events: while it does not, everything that would be shown or changed is refused, however well the record can be written.</summary>
internal sealed class AuditHealth(AuditStore store) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
        Task.FromResult(store.CanKeep() ? HealthCheckResult.Healthy("The access log takes events.") : HealthCheckResult.Unhealthy("The access log cannot be written."));
}
