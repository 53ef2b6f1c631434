namespace Tandem.Record.Operations;

/// <summary>
/// Figures over measured values, by the codes of observation-statistics. Spread, skew and kurtosis are those of a sample (skew and kurtosis adjusted for its size, kurtosis 0 for a normal
/// distribution); quantiles lie on a straight line between the two nearest values, the first being the least and the last the greatest value.
/// </summary>
internal static class Statistics
{
    private static readonly Dictionary<string, Func<List<double>, double?>> Known = new(StringComparer.Ordinal)
    {
        ["average"] = values => values.Average(),
        ["maximum"] = values => values[^1],
        ["minimum"] = values => values[0],
        ["count"] = values => values.Count,
        ["total-count"] = values => values.Count,
        ["median"] = values => Quantile(values, 0.5),
        ["std-dev"] = values => Math.Sqrt(Variance(values)),
        ["sum"] = values => values.Sum(),
        ["variance"] = values => Variance(values),
        ["20-percent"] = values => Quantile(values, 0.2),
        ["80-percent"] = values => Quantile(values, 0.8),
        ["4-lower"] = values => Quantile(values, 0.25),
        ["4-upper"] = values => Quantile(values, 0.75),
        ["4-dev"] = values => (Quantile(values, 0.75) - Quantile(values, 0.25)) / 2,
        ["5-1"] = values => Quantile(values, 0.2),
        ["5-2"] = values => Quantile(values, 0.4),
        ["5-3"] = values => Quantile(values, 0.6),
        ["5-4"] = values => Quantile(values, 0.8),
        ["skew"] = Skew,
        ["kurtosis"] = Kurtosis,
    };

    internal static bool IsKnown(string name) => Known.ContainsKey(name);

    /// <summary>True for what is measured as the values are.</summary>
    internal static bool HasUnit(string name) => name is not ("count" or "total-count" or "variance" or "skew" or "kurtosis");

    /// <summary>The figure; null where the values have none. Of no values there are counts only.</summary>
    internal static double? Of(string name, IEnumerable<double> values) => Known[name]([.. values.Order()]);

    private static double Quantile(List<double> sorted, double part)
    {
        var place = part * (sorted.Count - 1);
        var below = (int)place;
        return below + 1 < sorted.Count ? sorted[below] + ((place - below) * (sorted[below + 1] - sorted[below])) : sorted[below];
    }

    /// <summary>0 of a single value.</summary>
    private static double Variance(List<double> values) => values.Count < 2 ? 0 : Moment(values, 2) / (values.Count - 1);

    private static double? Skew(List<double> values)
    {
        double n = values.Count;
        var spread = Moment(values, 2) / n;
        return n < 3 || spread == 0 ? null : Moment(values, 3) / n / Math.Pow(spread, 1.5) * Math.Sqrt(n * (n - 1)) / (n - 2);
    }

    private static double? Kurtosis(List<double> values)
    {
        double n = values.Count;
        var spread = Moment(values, 2) / n;
        return n < 4 || spread == 0 ? null : (n - 1) / ((n - 2) * (n - 3)) * (((n + 1) * ((Moment(values, 4) / n / (spread * spread)) - 3)) + 6);
    }

    /// <summary>The sum of the powers of how far each is from the average.</summary>
    private static double Moment(List<double> values, int power)
    {
        var mean = values.Average();
        return values.Sum(value => Math.Pow(value - mean, power));
    }
}
