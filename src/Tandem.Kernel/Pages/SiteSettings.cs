using NodaTime;

namespace Tandem.Kernel.Pages;

/// <summary>What the pages say of this installation. Bound to the configuration section <c>Site</c>.</summary>
public sealed class SiteSettings
{
    /// <summary>The section's name.</summary>
    public const string Section = "Site";

    /// <summary>The site's own name, shown beside the product's; may be empty.</summary>
    public string Name { get; set; } = "";

    /// <summary>The IANA time zone of the site, until the region's organisation names its own. Pages show times in it unless they name another.</summary>
    public string TimeZone { get; set; } = "America/New_York";

    /// <summary>The language of pages for browsers that ask for none of <see cref="Languages.All"/>; the region's organisation names it.</summary>
    public string Language { get; set; } = Languages.English;

    /// <summary>
    /// The address under which people, apps and other systems know this hub, such as <c>https://hub.example.org</c>; empty while it is served only where
    /// it listens. Tokens name it, so behind a proxy it has to be given.
    /// </summary>
    public string Address { get; set; } = "";

    /// <summary>A moment as the clocks of the site show it.</summary>
    public DateTimeOffset At(DateTimeOffset moment) => Instant.FromDateTimeOffset(moment).InZone(Zone).ToDateTimeOffset();

    /// <summary>When the clocks of the site show this (milliseconds since 1970 as if they were UTC); at a midnight that they leave out, the first moment after it.</summary>
    public DateTimeOffset MomentOf(long clock) => new LocalDateTime(1970, 1, 1, 0, 0).PlusMilliseconds(clock).InZoneLeniently(Zone).ToDateTimeOffset();

    private DateTimeZone Zone => DateTimeZoneProviders.Tzdb.GetZoneOrNull(TimeZone) ?? DateTimeZone.Utc;

    /// <summary>What is wrong with the settings, each as a sentence that names the setting; empty when they can be used.</summary>
    public IEnumerable<string> Problems()
    {
        if (DateTimeZoneProviders.Tzdb.GetZoneOrNull(TimeZone) is null)
            yield return $"{Section}:TimeZone must be an IANA time zone such as America/New_York; it is \"{TimeZone}\".";
        if (Address.Length > 0 && !(Uri.TryCreate(Address, UriKind.Absolute, out var address) && address.Scheme is "https" or "http" && address.AbsolutePath == "/" && address.Query.Length == 0))
            yield return $"{Section}:Address must be an address without a path such as https://hub.example.org; it is \"{Address}\".";
    }
}
