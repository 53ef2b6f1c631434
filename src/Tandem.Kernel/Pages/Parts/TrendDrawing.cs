using System.Globalization;

namespace Tandem.Kernel.Pages.Parts;

/// <summary>Where the line, the range and the last point of a trend lie in a picture of fixed size.</summary>
internal sealed record TrendDrawing(string Line, TrendBand? Band, string LastX, string LastY, bool LastOutside)
{
    internal const int Width = 88;
    internal const int Height = 24;
    private const double Margin = 3;

    /// <summary>The drawing of values in order of time, or null without any. The time axis is true: gaps stay gaps.</summary>
    internal static TrendDrawing? Of(IReadOnlyList<TrendPoint> points, decimal? low, decimal? high)
    {
        if (points.Count is 0)
            return null;

        var values = points.Select(point => (double)point.Value).ToList();
        var bottom = Math.Min(values.Min(), (double?)low ?? double.MaxValue);
        var top = Math.Max(values.Max(), (double?)high ?? double.MinValue);
        var begin = points[0].At;
        var length = (points[^1].At - begin).TotalSeconds;

        double X(TrendPoint point) =>
            length <= 0 ? Width - Margin : Margin + (point.At - begin).TotalSeconds / length * (Width - 2 * Margin);
        double Y(double value) => top <= bottom ? Height / 2.0 : Margin + (top - value) / (top - bottom) * (Height - 2 * Margin);

        var line = string.Join(' ', points.Select(point => $"{Text(X(point))},{Text(Y((double)point.Value))}"));
        var last = points[^1];
        return new TrendDrawing(line, BandOf(low, high, Y), Text(X(last)), Text(Y((double)last.Value)), last.Value < low || last.Value > high);
    }

    /// <summary>The trend in words: "Potassium: 3.9, 4.1, 5.8 mmol/L, rising; range 3.5–5.1".</summary>
    internal static string Tell(string label, IReadOnlyList<TrendPoint> points, string? unit, decimal? low, decimal? high)
    {
        if (points.Count is 0)
            return $"{label}: {PageWords.NoValues}";

        var values = string.Join("; ", points.TakeLast(5).Select(point => point.Value.ToString(CultureInfo.CurrentCulture)));
        var direction = points.Count is 1 ? "" : ", " + Direction(points[^1].Value.CompareTo(points[^2].Value));
        var range = low is null || high is null ? "" : ", " + PageWords.Range.With(low, high);
        return $"{label}: {values}{(unit is null ? "" : " " + unit)}{direction}{range}";
    }

    private static Phrase Direction(int sign) => sign switch
    {
        > 0 => PageWords.Rising,
        < 0 => PageWords.Falling,
        _ => PageWords.Steady,
    };

    private static TrendBand? BandOf(decimal? low, decimal? high, Func<double, double> y)
    {
        if (low is null && high is null)
            return null;

        var top = high is { } h ? y((double)h) : 0;
        var bottom = low is { } l ? y((double)l) : Height;
        return new TrendBand(Text(top), Text(Math.Max(0, bottom - top)));
    }

    private static string Text(double value) => value.ToString("0.#", CultureInfo.InvariantCulture);
}

/// <summary>The usual range in the picture.</summary>
internal sealed record TrendBand(string Top, string Height);
