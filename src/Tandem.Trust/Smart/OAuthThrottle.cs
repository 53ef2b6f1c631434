using System.Threading.RateLimiting;
using Microsoft.AspNetCore.Http;
using Tandem.Kernel.Outcomes;

namespace Tandem.Trust.Smart;

/// <summary>
/// Slows down who guesses: refusals count against the address together with the app that is claimed, so nobody else behind the address and no other user of
/// the app has to wait. Registrations count whether they succeed or not. Thread-safe.
/// </summary>
internal sealed class OAuthThrottle(SmartSettings settings) : IDisposable
{
    private readonly PartitionedRateLimiter<string> refusals = Limiter(settings.RefusalsPerMinute, TimeSpan.FromMinutes(1));
    private readonly PartitionedRateLimiter<string> registrations = Limiter(settings.RegistrationsPerHour, TimeSpan.FromHours(1));

    /// <summary>Why the caller has to wait, or null.</summary>
    internal Refusal? Wait(HttpRequest request, string? client)
    {
        using var lease = refusals.AttemptAcquire(Key(request, client), 0);
        return lease.IsAcquired ? null : OAuthError.SlowDown;
    }

    /// <summary>Counts a refusal.</summary>
    internal void Refused(HttpRequest request, string? client) => refusals.AttemptAcquire(Key(request, client)).Dispose();

    /// <summary>Counts a registration; why it has to wait, or null.</summary>
    internal Refusal? Register(HttpRequest request)
    {
        using var lease = registrations.AttemptAcquire(Key(request, null));
        return lease.IsAcquired ? null : OAuthError.SlowDown;
    }

    public void Dispose()
    {
        refusals.Dispose();
        registrations.Dispose();
    }

    private static string Key(HttpRequest request, string? client) => $"{request.HttpContext.Connection.RemoteIpAddress} {client}";

    private static PartitionedRateLimiter<string> Limiter(int permits, TimeSpan per) => PartitionedRateLimiter.Create<string, string>(key => RateLimitPartition.GetTokenBucketLimiter(
        key,
        _ => new TokenBucketRateLimiterOptions
        {
            TokenLimit = permits, TokensPerPeriod = Math.Max(1, permits / 10), ReplenishmentPeriod = per / 10, QueueLimit = 0,
        }));
}
