using System.Globalization;

namespace Tandem.Hl7v2.DataTypes;

/// <summary>How exactly a time is stated.</summary>
public enum DtmPrecision
{
    /// <summary>YYYY.</summary>
    Year,

    /// <summary>YYYYMM.</summary>
    Month,

    /// <summary>YYYYMMDD.</summary>
    Day,

    /// <summary>YYYYMMDDHH.</summary>
    Hour,

    /// <summary>YYYYMMDDHHMM.</summary>
    Minute,

    /// <summary>YYYYMMDDHHMMSS.</summary>
    Second,

    /// <summary>With a fraction of a second.</summary>
    Fraction,
}

/// <summary>
/// A date or time (HL7 v2.8.2 ch. 2A.22; TS of earlier versions, whose second component states the precision). Without offset it is local
/// to the sender; this library does not guess where that is.
/// </summary>
/// <param name="Local">The time on the sender's clock; what lies below the precision is zero or one.</param>
/// <param name="Precision">How exactly it is stated.</param>
/// <param name="Offset">Distance from UTC when it is stated.</param>
public readonly record struct Dtm(DateTime Local, DtmPrecision Precision, TimeSpan? Offset)
{
    private static readonly string[] Formats = ["yyyy", "yyyyMM", "yyyyMMdd", "yyyyMMddHH", "yyyyMMddHHmm", "yyyyMMddHHmmss"];

    /// <summary>Reads a value of type DTM, TS or DT; null when nothing was sent or it is no time.</summary>
    public static Dtm? Read(Hl7Value value)
    {
        if (value.Text is not { } text || !TryParse(text, out var time))
            return null;
        return value[2].Text switch
        {
            "Y" => time.At(DtmPrecision.Year),
            "L" => time.At(DtmPrecision.Month),
            "D" => time.At(DtmPrecision.Day),
            "H" => time.At(DtmPrecision.Hour),
            "M" => time.At(DtmPrecision.Minute),
            _ => time,
        };
    }

    /// <summary>Reads <c>YYYY[MM[DD[HH[MM[SS[.S[S[S[S]]]]]]]]][+/-ZZZZ]</c>; blanks around it are let pass.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, out Dtm time)
    {
        time = default;
        text = text.Trim();
        TimeSpan? offset = null;
        if (text.LastIndexOfAny('+', '-') is > 3 and var sign)
        {
            if (!TryOffset(text[sign..], out var distance))
                return false;
            offset = distance;
            text = text[..sign].TrimEnd();
        }

        var dot = text.IndexOf('.');
        var digits = dot < 0 ? text : text[..dot];
        if (digits.Length is < 4 or > 14 || digits.Length % 2 != 0 || (dot >= 0 && digits.Length != 14))
            return false;
        if (!DateTime.TryParseExact(digits, Formats[(digits.Length - 4) / 2], CultureInfo.InvariantCulture, DateTimeStyles.None, out var local))
            return false;
        if (dot < 0)
        {
            time = new(local, (DtmPrecision)((digits.Length - 4) / 2), offset);
            return true;
        }

        if (!TryFraction(text[(dot + 1)..], out var ticks))
            return false;
        time = new(local.AddTicks(ticks), DtmPrecision.Fraction, offset);
        return true;
    }

    /// <summary>The date, when it is stated to the day at least.</summary>
    public DateOnly? Date => Precision >= DtmPrecision.Day ? DateOnly.FromDateTime(Local) : null;

    /// <summary>Less exactly stated; never more.</summary>
    public Dtm At(DtmPrecision precision)
    {
        if (precision >= Precision)
            return this;
        var local = precision switch
        {
            DtmPrecision.Year => new DateTime(Local.Year, 1, 1),
            DtmPrecision.Month => new DateTime(Local.Year, Local.Month, 1),
            DtmPrecision.Day => Local.Date,
            DtmPrecision.Hour => Local.Date.AddHours(Local.Hour),
            DtmPrecision.Minute => Local.AddTicks(-(Local.Ticks % TimeSpan.TicksPerMinute)),
            _ => Local.AddTicks(-(Local.Ticks % TimeSpan.TicksPerSecond)),
        };
        return new(local, precision, Offset);
    }

    /// <summary>As HL7 writes it.</summary>
    public override string ToString()
    {
        var text = Precision == DtmPrecision.Fraction
            ? Local.ToString("yyyyMMddHHmmss.ffff", CultureInfo.InvariantCulture)
            : Local.ToString(Formats[(int)Precision], CultureInfo.InvariantCulture);
        return Offset is { } offset ? text + Write(offset) : text;
    }

    /// <summary>A moment to the second with its offset, as HL7 writes it.</summary>
    public static string Write(DateTimeOffset moment) =>
        moment.ToString("yyyyMMddHHmmss", CultureInfo.InvariantCulture) + Write(moment.Offset);

    private static string Write(TimeSpan offset) =>
        (offset < TimeSpan.Zero ? "-" : "+") + offset.Duration().ToString("hhmm", CultureInfo.InvariantCulture);

    private static bool TryOffset(ReadOnlySpan<char> text, out TimeSpan offset)
    {
        offset = default;
        if (text.Length != 5 || !int.TryParse(text[1..3], NumberStyles.None, CultureInfo.InvariantCulture, out var hours)
            || !int.TryParse(text[3..], NumberStyles.None, CultureInfo.InvariantCulture, out var minutes) || hours > 14 || minutes > 59)
            return false;
        offset = new TimeSpan(hours, minutes, 0);
        if (text[0] == '-')
            offset = -offset;
        return offset.Duration() <= TimeSpan.FromHours(14);
    }

    private static bool TryFraction(ReadOnlySpan<char> digits, out long ticks)
    {
        ticks = 0;
        if (digits.Length is < 1 or > 7 || !long.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out ticks))
            return false;
        for (var i = digits.Length; i < 7; i++)
            ticks *= 10;
        return true;
    }
}
