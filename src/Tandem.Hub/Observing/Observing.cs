using System.Net;
using System.Text.Json;
using Microsoft.AspNetCore.Diagnostics.HealthChecks;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Tandem.Hub.Hosting;

namespace Tandem.Hub.Observing;

/// <summary>How the hub shows its own state to operators: health and metrics.</summary>
internal static class Observing
{
    internal static IServiceCollection AddObserving(this IServiceCollection services)
    {
        services.AddSingleton<PrometheusText>();
        services.AddSingleton<HubMeter>();
        services.AddSingleton<PromiseHealth>(); // remembers how far it has looked
        services.AddSingleton<LastHealth>();
        services.AddSingleton(DatabaseHealth.Beats);
        services.AddHealthChecks()
            .AddCheck<DatabaseHealth>("database")
            .AddCheck<ReactionHealth>("reactions")
            .AddCheck<NodeHealth>("node")
            .AddCheck<PromiseHealth>("promise");
        return services;
    }

    internal static void MapObserving(this WebApplication app)
    {
        app.Services.GetRequiredService<HubMeter>();
        var metrics = app.Services.GetRequiredService<PrometheusText>();
        app.MapMethods("/metrics", ["GET", "HEAD"], (HttpContext context) => IsWatcher(context) ? Results.Text(metrics.Write(), "text/plain; version=0.0.4") : Results.NotFound())
            .WithName("Metrics").WithSummary("The hub's figures as Prometheus text.").WithTags("Operation");
        app.MapHealthChecks("/health/live", new HealthCheckOptions { Predicate = _ => false, ResponseWriter = WriteAsync })
            .WithSummary("Whether the process answers.").WithTags("Operation");
        app.Map("/health/ready", TellReadyAsync)
            .WithSummary("Whether the hub can do its work, and whether its promise is kept.").WithTags("Operation");
    }

    private static async Task TellReadyAsync(HttpContext context)
    {
        var report = await context.RequestServices.GetRequiredService<LastHealth>().FindAsync().WaitAsync(context.RequestAborted);
        context.Response.StatusCode = report.Status == HealthStatus.Unhealthy ? StatusCodes.Status503ServiceUnavailable : StatusCodes.Status200OK;
        await WriteAsync(context, report);
    }

    /// <summary>What the hub says of its inside is for this machine and for whom the installation names; a proxy that is not named passes for its callers.</summary>
    private static bool IsWatcher(HttpContext context)
    {
        var from = context.Connection.RemoteIpAddress;
        return from is not null && (IPAddress.IsLoopback(from)
            || context.RequestServices.GetRequiredService<HubSettings>().WatcherNetworks.Any(network => network is { } known && known.Contains(from.IsIPv4MappedToIPv6 ? from.MapToIPv4() : from)));
    }

    private static Task WriteAsync(HttpContext context, HealthReport report)
    {
        context.Response.ContentType = "application/json";
        if (!IsWatcher(context))
            return JsonSerializer.SerializeAsync(context.Response.Body, new { status = report.Status.ToString().ToLowerInvariant() });
        return JsonSerializer.SerializeAsync(context.Response.Body, new
        {
            status = report.Status.ToString().ToLowerInvariant(),
            checks = report.Entries.ToDictionary(
                entry => entry.Key,
                entry => new { status = entry.Value.Status.ToString().ToLowerInvariant(), description = entry.Value.Description, data = entry.Value.Data }),
        });
    }
}
