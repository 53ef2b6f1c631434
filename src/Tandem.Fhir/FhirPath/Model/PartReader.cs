namespace Tandem.Fhir.FhirPath.Model;

/// <summary>Reads the parts of a date or time from left to right.</summary>
internal ref struct PartReader(ReadOnlySpan<char> text)
{
    private readonly ReadOnlySpan<char> text = text;
    private int at;
    private int year = 1;
    private int month = 1;
    private int day = 1;
    private long ticks;
    private int fractionDigits;
    private TimeSpan? offset;
    private DatePrecision precision;

    internal readonly bool AtEnd => at == text.Length;

    internal bool Date()
    {
        if (!Digits(4, out year) || year == 0)
            return false;
        precision = DatePrecision.Year;
        if (!Skip('-'))
            return true;
        if (!Digits(2, out month) || month is 0 or > 12)
            return false;
        precision = DatePrecision.Month;
        if (!Skip('-'))
            return true;
        precision = DatePrecision.Day;
        return Digits(2, out day) && day > 0 && day <= System.DateTime.DaysInMonth(year, month);
    }

    internal bool DateTime()
    {
        if (!Date())
            return false;
        if (!Skip('T') || AtEnd)
            return true;
        return precision == DatePrecision.Day && TimeOfDay() && Zone();
    }

    internal bool TimeOfDay()
    {
        if (!Digits(2, out var hour) || hour > 23)
            return false;
        precision = DatePrecision.Hour;
        ticks = hour * TimeSpan.TicksPerHour;
        if (!Skip(':'))
            return true;
        if (!Digits(2, out var minute) || minute > 59)
            return false;
        precision = DatePrecision.Minute;
        ticks += minute * TimeSpan.TicksPerMinute;
        if (!Skip(':'))
            return true;
        if (!Digits(2, out var second) || second > 59)
            return false;
        precision = DatePrecision.Second;
        ticks += second * TimeSpan.TicksPerSecond;
        return !Skip('.') || Fraction();
    }

    internal readonly PartialDateTime Build(FhirValueKind kind) =>
        new(kind, precision, new DateTime(year, month, day).AddTicks(ticks), offset, fractionDigits);

    private bool Fraction()
    {
        var unit = TimeSpan.TicksPerSecond;
        var start = at;
        for (; at < text.Length && char.IsAsciiDigit(text[at]); at++)
        {
            unit /= 10;
            ticks += unit * (text[at] - '0');
        }

        fractionDigits = Math.Min(at - start, 7);
        return at > start;
    }

    private bool Zone()
    {
        if (Skip('Z'))
        {
            offset = TimeSpan.Zero;
            return true;
        }

        var sign = Skip('+') ? 1 : Skip('-') ? -1 : 0;
        if (sign == 0)
            return true;
        if (!Digits(2, out var hours) || hours > 14 || !Skip(':') || !Digits(2, out var minutes) || minutes > 59 || hours * 60 + minutes > 14 * 60)
            return false;
        offset = TimeSpan.FromMinutes(sign * (hours * 60 + minutes));
        return true;
    }

    private bool Digits(int count, out int value)
    {
        value = 0;
        if (at + count > text.Length)
            return false;
        for (var end = at + count; at < end; at++)
        {
            if (!char.IsAsciiDigit(text[at]))
                return false;
            value = value * 10 + (text[at] - '0');
        }

        return true;
    }

    private bool Skip(char expected)
    {
        if (at >= text.Length || text[at] != expected)
            return false;
        at++;
        return true;
    }
}
