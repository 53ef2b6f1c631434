using System.Globalization;
using NodaTime;
using NodaTime.TimeZones;
using Tandem.Hl7v2;
using Tandem.Hl7v2.DataTypes;

namespace Tandem.Care.Intake.Mapping;

/// <summary>
/// Turns the sender's times into moments. A time without offset is read on the source's clock: one that a change to summer time skipped is moved
/// forward by the gap, of one that occurred twice the earlier is taken; both give a warning. The offset in MSH-7 is not carried over to other times,
/// because it does not hold on the other side of a clock change.
/// </summary>
internal sealed class SourceClock
{
    private readonly DateTimeZone zone;
    private readonly MappingNotes notes;
    private (System.DateTime Local, DateTimeOffset Moment)? last; // the results of a report share their times

    internal SourceClock(string timeZone, MappingNotes notes)
    {
        zone = DateTimeZoneProviders.Tzdb.GetZoneOrNull(timeZone)
            ?? throw new ArgumentException($"'{timeZone}' is no IANA time zone.", nameof(timeZone));
        this.notes = notes;
    }

    /// <summary>A FHIR date or dateTime as precise as it was sent; null when nothing was sent, and with a note when it is no time.</summary>
    internal string? DateTime(Hl7Value value) => Read(value) is { } time ? Write(time, value) : null;

    /// <summary>A FHIR instant; null when nothing was sent or it is not precise to the hour.</summary>
    internal string? Instant(Hl7Value value) => Read(value) is { Precision: >= DtmPrecision.Hour } time ? Write(time, value) : null;

    /// <summary>A FHIR date; null when nothing was sent or it is no time.</summary>
    internal string? Date(Hl7Value value) =>
        Dtm.Read(value) is { } time ? Write(time.At(DtmPrecision.Day), value) : null;

    /// <summary>The moment; a date is its first moment on the source's clock. Null when nothing was sent or it is no time.</summary>
    internal DateTimeOffset? Moment(Hl7Value value) => Read(value) is { } time ? Moment(time, value) : null;

    private Dtm? Read(Hl7Value value)
    {
        if (!value.HasValue)
            return null;
        if (Dtm.Read(value) is { } time)
            return time;
        notes.UnreadableTime(value);
        return null;
    }

    private string Write(Dtm time, Hl7Value value) => time.Precision switch
    {
        DtmPrecision.Year => time.Local.ToString("yyyy", CultureInfo.InvariantCulture),
        DtmPrecision.Month => time.Local.ToString("yyyy-MM", CultureInfo.InvariantCulture),
        DtmPrecision.Day => time.Local.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
        DtmPrecision.Fraction => Moment(time, value).ToString("yyyy-MM-dd'T'HH:mm:ss.fffzzz", CultureInfo.InvariantCulture),
        _ => Moment(time, value).ToString("yyyy-MM-dd'T'HH:mm:sszzz", CultureInfo.InvariantCulture),
    };

    private DateTimeOffset Moment(Dtm time, Hl7Value value)
    {
        if (time.Offset is { } offset)
            return Shift(time.Local, offset);
        if (last is { } known && known.Local == time.Local)
            return known.Moment;
        var local = LocalDateTime.FromDateTime(time.Local);
        var mapping = zone.MapLocal(local);
        if (mapping.Count != 1 && time.Precision >= DtmPrecision.Hour)
        {
            notes.Warn("value", mapping.Count == 0
                ? "This local time was skipped when clocks changed; it was moved forward."
                : "This local time occurred twice when clocks changed; the earlier was taken.", value);
        }

        var moment = local.InZone(zone, Resolvers.LenientResolver).ToDateTimeOffset();
        if (mapping.Count == 1)
            last = (time.Local, moment);
        return moment;
    }

    private static DateTimeOffset Shift(System.DateTime local, TimeSpan offset) =>
        local.Ticks - offset.Ticks is >= 0 and <= 3155378975999999999 ? new(local, offset) : new(local, TimeSpan.Zero);
}
