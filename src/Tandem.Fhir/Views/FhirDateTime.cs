using System.Globalization;

namespace Tandem.Fhir.Views;

/// <summary>
/// A FHIR date, dateTime or instant as stated: as exact as it was written, with its zone if it has one. It stands for a stretch
/// of time, from <em>low</em> (inclusive) to <em>high</em> (exclusive): 2020-02 is all of February. A leap second counts as the
/// second before it.
/// </summary>
public readonly record struct FhirDateTime
{
    private const long Day = 86_400_000;

    private readonly long local;
    private readonly long length;
    private readonly short offset;

    private FhirDateTime(long local, long length, short offset, bool hasZone, DatePrecision precision) =>
        (this.local, this.length, this.offset, HasZone, Precision) = (local, length, offset, hasZone, precision);

    /// <summary>How exact it is.</summary>
    public DatePrecision Precision { get; }

    /// <summary>True when it was written with a zone.</summary>
    public bool HasZone { get; }

    /// <summary>The calendar day it begins on, on the clock it was written by.</summary>
    public DateOnly Date => DateOnly.FromDayNumber((int)(FloorDay(local) + DateOnly.FromDateTime(DateTime.UnixEpoch).DayNumber));

    /// <summary>Reads a date, dateTime or instant (2020, 2020-02, 2020-02-29, 2020-02-29T10:30[:00[.000]][Z|±hh:mm]) that exists in the calendar.</summary>
    public static bool TryParse(ReadOnlySpan<byte> text, out FhirDateTime value)
    {
        value = default;
        if (text.Length < 4 || !Digits(text, 0, 4, out var year) || year == 0)
            return false;
        if (text.Length == 4)
            return Make(year, 1, 1, DatePrecision.Year, DaysOfYear(year) * Day, out value);
        if (text.Length < 7 || text[4] != '-' || !Digits(text, 5, 2, out var month) || month is < 1 or > 12)
            return false;
        if (text.Length == 7)
            return Make(year, month, 1, DatePrecision.Month, DateTime.DaysInMonth(year, month) * Day, out value);
        if (text.Length < 10 || text[7] != '-' || !Digits(text, 8, 2, out var day) || day < 1 || day > DateTime.DaysInMonth(year, month))
            return false;
        if (text.Length == 10)
            return Make(year, month, day, DatePrecision.Day, Day, out value);
        return text[10] == 'T' && TryTime(text[11..], Epoch(year, month, day), out value);
    }

    /// <summary>As the UTF-8 form; false for null.</summary>
    public static bool TryParse(string? text, out FhirDateTime value)
    {
        value = default;
        if (text is null || text.Length > 64)
            return false;
        Span<byte> utf8 = stackalloc byte[64];
        return System.Text.Encoding.UTF8.TryGetBytes(text, utf8, out var length) && TryParse(utf8[..length], out value);
    }

    /// <summary>True for hh:mm:ss with an optional fraction, as FHIR's time.</summary>
    public static bool IsTime(ReadOnlySpan<byte> text) =>
        TryTime(text, 0, out var time) && time.Precision >= DatePrecision.Second && !time.HasZone;

    /// <summary>The stretch of time it stands for, in milliseconds since 1970 UTC: low inclusive, high exclusive.</summary>
    /// <param name="zone">The zone of the clock it was written by, where it does not say.</param>
    public (long Low, long High) Interval(TimeZoneInfo zone)
    {
        if (HasZone)
            return (local - (offset * 60_000L), local - (offset * 60_000L) + length);
        return (ToUtc(local, zone), ToUtc(local + length, zone));
    }

    /// <summary>The first moment it stands for.</summary>
    /// <param name="zone">As in <see cref="Interval"/>.</param>
    public DateTimeOffset Low(TimeZoneInfo zone) => Moment(Interval(zone).Low);

    /// <summary>The first moment after it.</summary>
    /// <param name="zone">As in <see cref="Interval"/>.</param>
    public DateTimeOffset High(TimeZoneInfo zone) => Moment(Interval(zone).High);

    private static DateTimeOffset Moment(long milliseconds) => DateTimeOffset.FromUnixTimeMilliseconds(
        Math.Clamp(milliseconds, DateTimeOffset.MinValue.ToUnixTimeMilliseconds(), DateTimeOffset.MaxValue.ToUnixTimeMilliseconds()));

    private static bool TryTime(ReadOnlySpan<byte> text, long day, out FhirDateTime value)
    {
        value = default;
        if (text.Length < 5 || !Digits(text, 0, 2, out var hour) || hour > 23 || text[2] != ':' || !Digits(text, 3, 2, out var minute) || minute > 59)
            return false;
        var (at, precision, fraction) = (5, DatePrecision.Minute, 0);
        var second = 0;
        if (text.Length > 5 && text[5] == ':')
        {
            if (text.Length < 8 || !Digits(text, 6, 2, out second) || second > 60)
                return false;
            (at, precision) = (8, DatePrecision.Second);
            if (text.Length > 8 && text[8] == '.')
            {
                precision = DatePrecision.Fraction;
                if (!Fraction(text, ref at, out fraction))
                    return false;
            }
        }

        if (!TryZone(text[at..], out var offset, out var hasZone))
            return false;
        var moment = day + (hour * 3_600_000L) + (minute * 60_000L) + (Math.Min(second, 59) * 1000L) + fraction;
        var length = precision switch { DatePrecision.Minute => 60_000, DatePrecision.Second => 1000, _ => 1 };
        value = new(moment, length, offset, hasZone, precision);
        return true;
    }

    private static bool Fraction(ReadOnlySpan<byte> text, ref int at, out int milliseconds)
    {
        milliseconds = 0;
        var first = ++at;
        for (; at < text.Length && char.IsAsciiDigit((char)text[at]); at++)
        {
            if (at - first < 3)
                milliseconds += (text[at] - '0') * ((at - first) switch { 0 => 100, 1 => 10, _ => 1 });
        }

        return at > first;
    }

    private static bool TryZone(ReadOnlySpan<byte> text, out short minutes, out bool hasZone)
    {
        (minutes, hasZone) = (0, !text.IsEmpty);
        if (text.IsEmpty || text.SequenceEqual("Z"u8))
            return true;
        if (text.Length != 6 || text[0] is not ((byte)'+' or (byte)'-') || text[3] != ':')
            return false;
        if (!Digits(text, 1, 2, out var hours) || !Digits(text, 4, 2, out var rest) || rest > 59 || (hours * 60) + rest > 14 * 60)
            return false;
        minutes = (short)((text[0] == '-' ? -1 : 1) * ((hours * 60) + rest));
        return true;
    }

    private static bool Make(int year, int month, int day, DatePrecision precision, long length, out FhirDateTime value)
    {
        value = new(Epoch(year, month, day), length, 0, hasZone: false, precision);
        return true;
    }

    private static long Epoch(int year, int month, int day) =>
        (new DateTime(year, month, day, 0, 0, 0, DateTimeKind.Utc).Ticks - DateTime.UnixEpoch.Ticks) / TimeSpan.TicksPerMillisecond;

    private static long DaysOfYear(int year) => DateTime.IsLeapYear(year) ? 366 : 365;

    private static long FloorDay(long milliseconds) => (milliseconds >= 0 ? milliseconds : milliseconds - Day + 1) / Day;

    private static long ToUtc(long local, TimeZoneInfo zone)
    {
        if (ReferenceEquals(zone, TimeZoneInfo.Utc))
            return local;
        var clock = DateTime.SpecifyKind(Moment(local).UtcDateTime, DateTimeKind.Unspecified);
        return local - (long)zone.GetUtcOffset(clock).TotalMilliseconds;
    }

    private static bool Digits(ReadOnlySpan<byte> text, int at, int count, out int value)
    {
        value = 0;
        foreach (var digit in text.Slice(at, count))
        {
            if (digit is < (byte)'0' or > (byte)'9')
                return false;
            value = (value * 10) + (digit - '0');
        }

        return true;
    }

    /// <summary>For a log or a test: from–to in UTC, a day without zone taken as UTC.</summary>
    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture, $"{Low(TimeZoneInfo.Utc):yyyy-MM-ddTHH:mm:ss.fffZ} ({Precision})");
}
