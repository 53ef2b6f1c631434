using NodaTime;
using Tandem.Kernel.Actors;
using Tandem.Kernel.Pages;
using Tandem.Record.Log;
using Tandem.Trust.SignIn;

namespace Tandem.Trust.Organizations;

/// <summary>What the region's organisation says of pages: its time zone and its language, as they were chosen at the first start or later.</summary>
public static class RegionSite
{
    /// <summary>Takes both over from the record; what it does not say stays as the settings have it.</summary>
    public static void Apply(RecordStore record, SiteSettings site)
    {
        if (!record.Read("Organization", FirstStart.Region, AccessScope.System).Succeeded(out var region, out _))
            return;
        if (FindOrganizations.One(record, FirstStart.Region)?.TimeZone is { } zone && DateTimeZoneProviders.Tzdb.GetZoneOrNull(zone) is not null)
            site.TimeZone = zone;
        if (region.Root["language"u8].Text is { } language && Languages.All.Contains(language))
            site.Language = language;
    }
}
