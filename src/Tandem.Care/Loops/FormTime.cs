using NodaTime;
using NodaTime.Text;

namespace Tandem.Care.Loops;

/// <summary>Times as forms send them: <c>2026-03-02T15:04</c> on the site's clock, or with an offset of their own.</summary>
internal static class FormTime
{
    private static readonly LocalDateTimePattern Minutes = LocalDateTimePattern.CreateWithInvariantCulture("uuuu-MM-dd'T'HH:mm");
    private static readonly LocalDateTimePattern Seconds = LocalDateTimePattern.CreateWithInvariantCulture("uuuu-MM-dd'T'HH:mm:ss");

    /// <summary>The instant, or null when it cannot be read. A time that the clocks skip counts as the one after the gap.</summary>
    internal static DateTimeOffset? Read(string? text, string zone)
    {
        if (string.IsNullOrWhiteSpace(text))
            return null;
        text = text.Trim();
        var local = Minutes.Parse(text) is { Success: true } minutes ? minutes : Seconds.Parse(text);
        if (local.Success)
            return local.Value.InZoneLeniently(DateTimeZoneProviders.Tzdb[zone]).ToDateTimeOffset();
        return OffsetDateTimePattern.ExtendedIso.Parse(text) is { Success: true } exact ? exact.Value.ToDateTimeOffset() : null;
    }
}
