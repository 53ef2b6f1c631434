using System.Globalization;
using Tandem.Kernel.Pages;

namespace Tandem.Care.Patients;

/// <summary>A value in the picture of a series.</summary>
/// <param name="X">From the left.</param>
/// <param name="Y">From the top.</param>
/// <param name="Shape">circle within the range or without one, up over it, down under it.</param>
/// <param name="Row">The value.</param>
internal sealed record DrawnPoint(double X, double Y, string Shape, ResultRow Row);

/// <summary>Where values, usual range and scale of a series lie in a picture of fixed size. Time is drawn true: gaps stay gaps.</summary>
internal sealed record SeriesDrawing(IReadOnlyList<DrawnPoint> Points, string Line, double? BandTop, double? BandHeight, IReadOnlyList<(double Y, string Text)> Scale)
{
    internal const int Width = 720;
    internal const int Height = 220;
    internal const int Left = 56;
    private const int Right = 16;
    private const int Top = 16;
    private const int Bottom = 16;

    /// <summary>The picture; null with fewer than two numbers.</summary>
    internal static SeriesDrawing? Of(IReadOnlyList<ResultRow> drawn)
    {
        if (drawn.Count < 2)
            return null;
        var (low, high) = (drawn[^1].Low, drawn[^1].High);
        var bottom = Math.Min(drawn.Min(row => row.Number!.Value), low ?? double.MaxValue);
        var top = Math.Max(drawn.Max(row => row.Number!.Value), high ?? double.MinValue);
        if (top <= bottom)
            (bottom, top) = (bottom - 1, top + 1);
        var begin = drawn[0].At;
        var length = Math.Max((drawn[^1].At - begin).TotalSeconds, 1);
        double X(ResultRow row) => Left + ((row.At - begin).TotalSeconds / length * (Width - Left - Right));
        double Y(double value) => Top + ((top - value) / (top - bottom) * (Height - Top - Bottom));
        var points = drawn.Select(row => new DrawnPoint(X(row), Y(row.Number!.Value), ShapeOf(row), row)).ToList();
        var bandTop = high is { } h ? Y(h) : low is null ? (double?)null : Top;
        var bandEnd = low is { } l ? Y(l) : Height - Bottom;
        var scale = new[] { bottom, low, high, top }.OfType<double>().Distinct().Select(value => (Y(value), Text: value.ToString("0.###", CultureInfo.InvariantCulture)));
        return new SeriesDrawing(points, string.Join(' ', points.Select(point => $"{Text(point.X)},{Text(point.Y)}")), bandTop, bandTop is { } t ? Math.Max(0, bandEnd - t) : null, Apart(scale));
    }

    /// <summary>The values for the small trend of a row.</summary>
    internal static IReadOnlyList<TrendPoint> TrendOf(IReadOnlyList<ResultRow> drawn) =>
        [.. drawn.Select(row => new TrendPoint(row.At, Exact(row.Number) ?? 0))];

    /// <summary>As a decimal; null for what no decimal can hold.</summary>
    internal static decimal? Exact(double? number) => number is { } value && Math.Abs(value) < 1e15 ? (decimal)value : null;

    /// <summary>A coordinate.</summary>
    internal static string Text(double value) => value.ToString("0.#", CultureInfo.InvariantCulture);

    /// <summary>Labels that would lie over each other are left out.</summary>
    private static List<(double Y, string Text)> Apart(IEnumerable<(double Y, string Text)> labels)
    {
        var apart = new List<(double Y, string Text)>();
        foreach (var label in labels)
        {
            if (apart.TrueForAll(other => Math.Abs(other.Y - label.Y) >= 14))
                apart.Add(label);
        }

        return apart;
    }

    private static string ShapeOf(ResultRow row) => row.Flag switch
    {
        "H" or "HH" or "HU" or ">" => "up",
        "L" or "LL" or "LU" or "<" => "down",
        _ => row.Number > row.High ? "up" : row.Number < row.Low ? "down" : "circle",
    };
}
