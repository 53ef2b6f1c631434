namespace Tandem.Fhir.FhirPath.Model;

/// <summary>Comparison of dates and times that are known to different precision (FHIRPath 2.0, 6.2).</summary>
internal static class DateComparison
{
    private static readonly TimeSpan Earliest = TimeSpan.FromHours(-12);
    private static readonly TimeSpan Latest = TimeSpan.FromHours(14);

    /// <summary>Less than, equal, greater; null when the known parts do not decide it.</summary>
    internal static int? Compare(PartialDateTime left, PartialDateTime right)
    {
        var timed = left.Precision >= DatePrecision.Hour && right.Precision >= DatePrecision.Hour && left.Kind != FhirValueKind.Time;
        if (timed && left.Offset is { } a && right.Offset is { } b)
            return Parts(left.Local.Ticks - a.Ticks, left.Precision, right.Local.Ticks - b.Ticks, right.Precision);
        if (timed && (left.Offset is null) != (right.Offset is null))
            return left.Offset is null ? Unplaced(left, right) : -Unplaced(right, left);
        return Parts(left.Local.Ticks, left.Precision, right.Local.Ticks, right.Precision);
    }

    /// <summary>One side has no offset: it is decided only when every possible offset gives the same answer.</summary>
    private static int? Unplaced(PartialDateTime unplaced, PartialDateTime placed)
    {
        var instant = placed.Local.Ticks - placed.Offset!.Value.Ticks;
        var first = Parts(unplaced.Local.Ticks - Latest.Ticks, unplaced.Precision, instant, placed.Precision);
        var last = Parts(unplaced.Local.Ticks - Earliest.Ticks, unplaced.Precision, instant, placed.Precision);
        return first == last && first != 0 ? first : null;
    }

    private static int? Parts(long left, DatePrecision leftPrecision, long right, DatePrecision rightPrecision)
    {
        var precision = leftPrecision < rightPrecision ? leftPrecision : rightPrecision;
        var compared = Cut(left, precision).CompareTo(Cut(right, precision));
        return compared != 0 ? compared
            : leftPrecision == rightPrecision ? 0
            : null;
    }

    private static long Cut(long ticks, DatePrecision precision)
    {
        var date = new DateTime(Math.Clamp(ticks, DateTime.MinValue.Ticks, DateTime.MaxValue.Ticks));
        return precision switch
        {
            DatePrecision.Year => date.Year,
            DatePrecision.Month => date.Year * 12L + date.Month,
            DatePrecision.Day => ticks / TimeSpan.TicksPerDay,
            DatePrecision.Hour => ticks / TimeSpan.TicksPerHour,
            DatePrecision.Minute => ticks / TimeSpan.TicksPerMinute,
            _ => ticks,
        };
    }
}
