using System.Threading.RateLimiting;
using Microsoft.AspNetCore.Http;
using Tandem.Kernel.Outcomes;

namespace Tandem.Trust.Smart;

/// <summary>
/// Slows down who guesses. Refusals count against the address together with what was tried: one app in one way of proving itself (what is sent as an app that is not known counts
/// together), and, once the app has proven itself, one code or refresh token. So an app that repeats a dead token has to wait with that token alone; other people with the same app at the
/// same address do not. Registrations count by address, whether they succeed or not. Thread-safe.
/// </summary>
internal sealed class OAuthThrottle(SmartSettings settings) : IDisposable
{
    private readonly PartitionedRateLimiter<string> refusals = Limiter(settings.RefusalsPerMinute, TimeSpan.FromMinutes(1));
    private readonly PartitionedRateLimiter<string> registrations = Limiter(settings.RegistrationsPerHour, TimeSpan.FromHours(1));

    /// <summary>Why the caller has to wait, or null.</summary>
    /// <param name="request">Tells the address.</param>
    /// <param name="tried">What is tried, of bounded length: a known app's id, or a hash; never what a caller wrote.</param>
    /// <remarks>Asking the bucket for nothing would not do: it fills up continuously and grants that as soon as a part of a permit is in it.</remarks>
    internal Refusal? Wait(HttpRequest request, string tried) =>
        refusals.GetStatistics(Key(request, tried)) is { CurrentAvailablePermits: < 1 } ? OAuthError.SlowDown : null;

    /// <summary>Counts a refusal.</summary>
    internal void Refused(HttpRequest request, string tried) => refusals.AttemptAcquire(Key(request, tried)).Dispose();

    /// <summary>Counts a registration; why it has to wait, or null.</summary>
    internal Refusal? Register(HttpRequest request)
    {
        using var lease = registrations.AttemptAcquire(Key(request, ""));
        return lease.IsAcquired ? null : OAuthError.SlowDown;
    }

    public void Dispose()
    {
        refusals.Dispose();
        registrations.Dispose();
    }

    private static string Key(HttpRequest request, string tried) => $"{request.HttpContext.Connection.RemoteIpAddress} {tried}";

    private static PartitionedRateLimiter<string> Limiter(int permits, TimeSpan per) => PartitionedRateLimiter.Create<string, string>(key => RateLimitPartition.GetTokenBucketLimiter(
        key,
        _ => new TokenBucketRateLimiterOptions
        {
            TokenLimit = permits, TokensPerPeriod = Math.Max(1, permits / 10), ReplenishmentPeriod = per / 10, QueueLimit = 0,
        }));
}
