using System.Globalization;
using System.Threading.RateLimiting;
using Microsoft.AspNetCore.StaticAssets;
using Tandem.Kernel.Actors;
using Tandem.Record.Rest;

namespace Tandem.Hub.Hosting;

/// <summary>Tells the access log of addresses that nobody signed in from and that ask too much: each once a minute, so that the log is not what they flood. Thread-safe.</summary>
internal sealed class RateNotes(TimeProvider clock)
{
    private const int MostAddresses = 10_000;
    private readonly Dictionary<string, DateTimeOffset> noted = new(StringComparer.Ordinal);
    private readonly Lock gate = new();

    internal void Note(HttpContext context)
    {
        if (context.Scope().Role != AccessScope.Nobody.Role)
            return; // each request of somebody known is on the log anyway, with its status
        var (address, now) = (context.Connection.RemoteIpAddress?.ToString() ?? "", clock.GetUtcNow());
        lock (gate)
        {
            if (noted.TryGetValue(address, out var before) && now - before < TimeSpan.FromMinutes(1))
                return;
            if (noted.Count >= MostAddresses)
                noted.Clear();
            noted[address] = now;
        }

        AccessTrail.Current.Acted(new TrailAct("rate-exceeded", ActKind.SignIn, "address") { Actor = "", IsRefused = true });
    }
}

/// <summary>Limits how much one person, program or address asks: whoever overdoes it is told to wait, and nobody else notices.</summary>
internal static class RequestRates
{
    internal static IServiceCollection AddRequestRates(this IServiceCollection services, WallSettings wall) => services
        .AddSingleton<RateNotes>()
        .AddSingleton(_ => PartitionedRateLimiter.Create<HttpContext, string>(context => PartitionOf(context, wall))); // counts by a timer: ended with the hub

    /// <summary>Counts each request. Not the framework's own middleware: that makes a second limiter whose timer nobody ends, so that a stopped hub stays in memory.</summary>
    internal static IApplicationBuilder UseRequestRates(this IApplicationBuilder app)
    {
        var limiter = app.ApplicationServices.GetRequiredService<PartitionedRateLimiter<HttpContext>>();
        return app.Use(async (context, next) =>
        {
            using var lease = limiter.AttemptAcquire(context);
            if (lease.IsAcquired)
                await next(context);
            else
                await RefuseAsync(context, lease);
        });
    }

    private static RateLimitPartition<string> PartitionOf(HttpContext context, WallSettings wall)
    {
        var scope = context.Scope();
        if (scope.Role == AccessScope.System.Role || context.GetEndpoint()?.Metadata.GetMetadata<StaticAssetDescriptor>() is not null || context.Request.Path.StartsWithSegments("/health"))
            return RateLimitPartition.GetNoLimiter("");
        var isKnown = scope.Role != AccessScope.Nobody.Role;
        var rate = isKnown ? wall.PerPersonPerSecond : wall.PerAddressPerSecond;
        return RateLimitPartition.GetTokenBucketLimiter(
            isKnown ? scope.Actor.Reference : $"address {context.Connection.RemoteIpAddress}",
            _ => new TokenBucketRateLimiterOptions
            {
                TokenLimit = rate * wall.BurstSeconds,
                TokensPerPeriod = rate,
                ReplenishmentPeriod = TimeSpan.FromSeconds(1),
                QueueLimit = 0,
            });
    }

    private static async Task RefuseAsync(HttpContext context, RateLimitLease lease)
    {
        var wait = lease.TryGetMetadata(MetadataName.RetryAfter, out var rest) ? Math.Max(1, (int)Math.Ceiling(rest.TotalSeconds)) : 1;
        context.RequestServices.GetRequiredService<RateNotes>().Note(context);
        var response = context.Response;
        response.StatusCode = StatusCodes.Status429TooManyRequests;
        response.Headers.RetryAfter = wait.ToString(CultureInfo.InvariantCulture);
        if (!context.Request.Path.StartsWithSegments("/fhir"))
            return;
        await EarlyRefusal.WriteAsync(context, "throttled", "Too many requests. Wait as long as Retry-After says.");
    }
}
