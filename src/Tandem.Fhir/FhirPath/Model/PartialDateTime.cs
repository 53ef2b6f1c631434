using System.Globalization;

namespace Tandem.Fhir.FhirPath.Model;

/// <summary>How far a date or time is known. Seconds and their fractions are one precision (FHIRPath 2.0, 6.2).</summary>
public enum DatePrecision : byte
{
    Year,
    Month,
    Day,
    Hour,
    Minute,
    Second,
}

/// <summary>A date, date-time or time that is known to some precision, with the offset from UTC when one was given. Immutable.</summary>
public sealed class PartialDateTime
{
    internal PartialDateTime(FhirValueKind kind, DatePrecision precision, DateTime local, TimeSpan? offset, int fractionDigits = 0) =>
        (Kind, Precision, Local, Offset, FractionDigits) = (kind, precision, local, offset, fractionDigits);

    /// <summary><see cref="FhirValueKind.Date"/>, <see cref="FhirValueKind.DateTime"/> or <see cref="FhirValueKind.Time"/>.</summary>
    public FhirValueKind Kind { get; }

    /// <summary>The smallest part that is known.</summary>
    public DatePrecision Precision { get; }

    /// <summary>The offset from UTC; null when none was given.</summary>
    public TimeSpan? Offset { get; }

    /// <summary>The known parts as a local date and time; the unknown ones are at their start. A time lies on 0001-01-01.</summary>
    public DateTime Local { get; }

    /// <summary>How many digits of the second's fraction were given.</summary>
    internal int FractionDigits { get; }

    /// <summary>The first instant it can mean; <paramref name="assumed"/> is the offset where none was given.</summary>
    public DateTimeOffset ToInstant(TimeSpan assumed) => Shifted(Local, Offset ?? assumed);

    /// <summary>Reads a FHIR or FHIRPath date, date-time or time (without the <c>@</c> and a time's <c>T</c>).</summary>
    /// <returns>Null when the text is none or names a day that does not exist.</returns>
    public static PartialDateTime? Parse(ReadOnlySpan<char> text, FhirValueKind kind)
    {
        var reader = new PartReader(text);
        return kind switch
        {
            FhirValueKind.Date => reader.Date() && reader.AtEnd ? reader.Build(kind) : null,
            FhirValueKind.DateTime => reader.DateTime() && reader.AtEnd ? reader.Build(kind) : null,
            FhirValueKind.Time => reader.TimeOfDay() && reader.AtEnd ? reader.Build(kind) : null,
            _ => null,
        };
    }

    internal static PartialDateTime Day(DateTimeOffset now) => new(FhirValueKind.Date, DatePrecision.Day, now.Date, null);

    internal static PartialDateTime Instant(DateTimeOffset now) =>
        new(FhirValueKind.DateTime, DatePrecision.Second, Milliseconds(now.DateTime), now.Offset, 3);

    internal static PartialDateTime Clock(DateTimeOffset now) =>
        new(FhirValueKind.Time, DatePrecision.Second, Milliseconds(DateTime.MinValue.Add(now.TimeOfDay)), null, 3);

    internal PartialDateTime To(FhirValueKind kind) => kind == FhirValueKind.Date
        ? new(kind, Precision < DatePrecision.Day ? Precision : DatePrecision.Day, Local.Date, null)
        : new(kind, Precision, Local, Offset, FractionDigits);

    internal PartialDateTime With(DateTime local) => new(Kind, Precision, local, Offset, FractionDigits);

    /// <summary>As FHIR writes it.</summary>
    public override string ToString()
    {
        var format = (Kind, Precision) switch
        {
            (FhirValueKind.Time, DatePrecision.Hour) => "HH",
            (FhirValueKind.Time, DatePrecision.Minute) => "HH':'mm",
            (FhirValueKind.Time, _) => "HH':'mm':'ss",
            (_, DatePrecision.Year) => "yyyy",
            (_, DatePrecision.Month) => "yyyy-MM",
            (_, DatePrecision.Day) => "yyyy-MM-dd",
            (_, DatePrecision.Hour) => "yyyy-MM-dd'T'HH",
            (_, DatePrecision.Minute) => "yyyy-MM-dd'T'HH':'mm",
            _ => "yyyy-MM-dd'T'HH':'mm':'ss",
        };
        if (Precision == DatePrecision.Second && FractionDigits > 0)
            format += "." + new string('f', FractionDigits);
        var text = Local.ToString(format, CultureInfo.InvariantCulture);
        if (Offset is not { } offset)
            return text;
        return offset == TimeSpan.Zero ? text + "Z" : $"{text}{(offset < TimeSpan.Zero ? '-' : '+')}{offset:hh\\:mm}";
    }

    private static DateTime Milliseconds(DateTime value) => new(value.Ticks - (value.Ticks % TimeSpan.TicksPerMillisecond), DateTimeKind.Unspecified);

    private static DateTimeOffset Shifted(DateTime local, TimeSpan offset)
    {
        var utc = local.Ticks - offset.Ticks;
        return utc < DateTime.MinValue.Ticks || utc > DateTime.MaxValue.Ticks
            ? new DateTimeOffset(local.Ticks, TimeSpan.Zero)
            : new DateTimeOffset(DateTime.SpecifyKind(local, DateTimeKind.Unspecified), offset);
    }
}
