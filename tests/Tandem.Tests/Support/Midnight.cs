using Tandem.Kernel.Pages;

namespace Tandem.Tests.Support;

/// <summary>For tests that name days of the real clock: one that begins on a day also ends on it.</summary>
internal static class Midnight
{
    private static readonly TimeSpan Near = TimeSpan.FromMinutes(2);
    private static readonly TimeZoneInfo[] Zones = [TimeZoneInfo.Utc, TimeZoneInfo.FindSystemTimeZoneById(new SiteSettings().TimeZone)];

    /// <summary>Waits while fewer than two minutes are left of the day, in UTC or at the site.</summary>
    internal static async Task KeepAwayAsync()
    {
        while (Zones.Any(zone => TimeZoneInfo.ConvertTime(TimeProvider.System.GetUtcNow(), zone).TimeOfDay > TimeSpan.FromDays(1) - Near))
            await Task.Delay(1000, TestContext.Current.CancellationToken);
    }
}
