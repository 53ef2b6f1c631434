using System.Globalization;
using System.Text;

namespace Tandem.Trial.Demo;

/// <summary>A system that sends messages, with its own taste of HL7.</summary>
/// <param name="Id">The id of its feed source.</param>
/// <param name="Display">The name of the hospital or laboratory.</param>
/// <param name="Application">MSH-3.</param>
/// <param name="Facility">MSH-4, and the namespace of the numbers it gives out.</param>
/// <param name="Oid">The world-wide id of the numbers it gives out (under 2.999, which is for examples).</param>
/// <param name="Zone">IANA name of the zone of its clock.</param>
/// <param name="Version">MSH-12.</param>
internal sealed record RegionFeed(string Id, string Display, string Application, string Facility, string Oid, string Zone, string Version)
{
    private readonly TimeZoneInfo zone = TimeZoneInfo.FindSystemTimeZoneById(Zone);

    /// <summary>MSH-18; null leaves it out.</summary>
    internal string? CharacterSet { get; init; }

    /// <summary>The bytes of its texts.</summary>
    internal Encoding Encoding { get; init; } = new UTF8Encoding(false);

    /// <summary>True when its times carry their offset.</summary>
    internal bool WritesOffsets { get; init; }

    /// <summary>True when its times stop at the minute.</summary>
    internal bool WritesMinutesOnly { get; init; }

    /// <summary>True when numbers carry the world-wide id of who gave them out beside its name.</summary>
    internal bool WritesOids { get; init; }

    /// <summary>The FHIR identifier system of the numbers it gives out.</summary>
    internal string System => "urn:oid:" + Oid;

    /// <summary>The id of its Organization.</summary>
    internal string Organization => "demo-" + Facility.ToLowerInvariant();

    /// <summary>A time on its clock.</summary>
    internal DateTimeOffset Local(DateTimeOffset at) => TimeZoneInfo.ConvertTime(at, zone);

    /// <summary>The instant of a time of day on its clock; one that summer time skipped is an hour later.</summary>
    internal DateTimeOffset At(DateOnly date, TimeSpan time)
    {
        var local = date.ToDateTime(TimeOnly.MinValue) + time;
        if (zone.IsInvalidTime(local))
            local += TimeSpan.FromHours(1);
        return new DateTimeOffset(local, zone.GetUtcOffset(local));
    }

    /// <summary>A time as it writes it (DTM).</summary>
    internal string Time(DateTimeOffset at)
    {
        var local = Local(at);
        var text = local.ToString(WritesMinutesOnly ? "yyyyMMddHHmm" : "yyyyMMddHHmmss", CultureInfo.InvariantCulture);
        return WritesOffsets ? text + local.ToString("zzz", CultureInfo.InvariantCulture).Replace(":", "", StringComparison.Ordinal) : text;
    }
}
