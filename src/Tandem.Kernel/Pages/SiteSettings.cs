using NodaTime;

namespace Tandem.Kernel.Pages;

/// <summary>What the pages say of this installation. Bound to the configuration section <c>Site</c>.</summary>
public sealed class SiteSettings
{
    /// <summary>The section's name.</summary>
    public const string Section = "Site";

    /// <summary>The site's own name, shown beside the product's; may be empty.</summary>
    public string Name { get; set; } = "";

    /// <summary>The IANA time zone of the site. Pages show times in it unless they name another.</summary>
    public string TimeZone { get; set; } = "America/New_York";

    /// <summary>What is wrong with the settings, each as a sentence that names the setting; empty when they can be used.</summary>
    public IEnumerable<string> Problems()
    {
        if (DateTimeZoneProviders.Tzdb.GetZoneOrNull(TimeZone) is null)
            yield return $"{Section}:TimeZone must be an IANA time zone such as America/New_York; it is \"{TimeZone}\".";
    }
}
