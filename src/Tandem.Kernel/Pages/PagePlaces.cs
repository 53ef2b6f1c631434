using System.Globalization;

namespace Tandem.Kernel.Pages;

/// <summary>
/// Where in a list a page begins, as an address says it. Anybody can write an address: what is no number begins at the start. Pages take every value of an
/// address as text, because the framework answers one that does not fit with an incident, and writes it into the log.
/// </summary>
public static class PagePlaces
{
    /// <summary>A number that is not negative, or null.</summary>
    public static long? Read(string? text) => long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;
}
