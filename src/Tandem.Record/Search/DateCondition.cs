using Tandem.Fhir.Search;
using Tandem.Kernel.Outcomes;

namespace Tandem.Record.Search;

/// <summary>Dates as stretches of time, by the interval logic of R4 3.1.1.4.7: [low, high) of the value against that of the operand.</summary>
internal static class DateCondition
{
    internal static Outcome<Condition> Of(string type, ParameterClause clause, SearchContext context)
    {
        var param = context.Parameter(type, clause.Parameter);
        RangeTest[] tests = [.. clause.Values.Select(value => Test((DateOperand)value, context))];
        return RangeCondition.Of("search_dates", param, tests, clause.Parameter.Code == "birthdate" ? 150 : 500);
    }

    internal static RangeTest Test(DateOperand operand, SearchContext context)
    {
        var (low, high) = operand.Date.Interval(context.Zone);
        string At(long time) => context.Add(time);
        return operand.Prefix switch
        {
            SearchPrefix.NotEqual => new($"t.low < {At(low)} OR t.high > {At(high)}", null, null),
            SearchPrefix.Greater => new($"t.high > {At(high)}", At(high - SearchTables.Narrow), null),
            SearchPrefix.Less => new($"t.low < {At(low)}", null, At(low)),
            SearchPrefix.GreaterOrEqual => new($"t.low >= {At(low)} OR t.high > {At(high)}", At(low - SearchTables.Narrow), null),
            SearchPrefix.LessOrEqual => new($"t.low < {At(low)} OR t.high <= {At(high)}", null, At(high)),
            SearchPrefix.StartsAfter => new($"t.low >= {At(high)}", At(high), null),
            SearchPrefix.EndsBefore => new($"t.high <= {At(low)}", null, At(low)),
            SearchPrefix.Overlaps => Overlaps(low, high, context),
            SearchPrefix.Approximately => Near(low, high, context),
            _ => new($"t.low >= {At(low)} AND t.high <= {At(high)}", At(low), At(high)),
        };
    }

    /// <summary>Overlaps the operand widened by a tenth of its distance from now (R4 3.1.1.4.5).</summary>
    private static RangeTest Near(long low, long high, SearchContext context)
    {
        var (from, to) = Widened(low, high, context);
        return Overlaps(from, to, context);
    }

    internal static (long Low, long High) Widened(long low, long high, SearchContext context)
    {
        var now = context.Now.ToUnixTimeMilliseconds();
        var gap = Math.Max(0, Math.Max(now - high, low - now)) / 10;
        return (low - gap, high + gap);
    }

    private static RangeTest Overlaps(long from, long to, SearchContext context) =>
        new($"t.low < {context.Add(to)} AND t.high > {context.Add(from)}", context.Add(from - SearchTables.Narrow), context.Add(to));
}
