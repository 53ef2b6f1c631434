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
        return RangeCondition.Of("search_dates", param, tests, clause.Parameter.Code == "birthdate" ? 150 : 500) with
        {
            ShortDate = (clause.Parameter.Id, tests is [var only] ? only : new RangeTest(string.Join(" OR ", tests.Select(test => test.Test)), null, null)),
        };
    }

    internal static RangeTest Test(DateOperand operand, SearchContext context)
    {
        string Low(long before = 0) => LowOf(operand, context, before);
        string High(long before = 0) => HighOf(operand, context, before);
        return operand.Prefix switch
        {
            SearchPrefix.NotEqual => new($"t.low < {Low()} OR t.high > {High()}", null, null),
            SearchPrefix.Greater => new($"t.high > {High()}", High(SearchTables.Narrow), null),
            SearchPrefix.Less => new($"t.low < {Low()}", null, Low()),
            SearchPrefix.GreaterOrEqual => new($"t.low >= {Low()} OR t.high > {High()}", Low(SearchTables.Narrow), null),
            SearchPrefix.LessOrEqual => new($"t.low < {Low()} OR t.high <= {High()}", null, High()),
            SearchPrefix.StartsAfter => new($"t.low >= {High()}", High(), null),
            SearchPrefix.EndsBefore => new($"t.high <= {Low()}", null, Low()),
            SearchPrefix.Overlaps => Overlaps(operand.Date.Interval(context.Zone), context),
            SearchPrefix.Approximately => Near(operand.Date.Interval(context.Zone), context),
            _ => new($"t.low >= {Low()} AND t.high <= {High()}", Low(), High()),
        };
    }

    /// <summary>Where the operand begins, or some milliseconds before.</summary>
    internal static string LowOf(DateOperand operand, SearchContext context, long before = 0)
    {
        var zone = context.Zone; // not the context, which ends with the search
        return context.Of(operand, one => one.Date.Interval(zone).Low - before);
    }

    /// <summary>Where the operand ends, or some milliseconds before.</summary>
    internal static string HighOf(DateOperand operand, SearchContext context, long before = 0)
    {
        var zone = context.Zone;
        return context.Of(operand, one => one.Date.Interval(zone).High - before);
    }

    /// <summary>Overlaps the operand widened by a tenth of its distance from now (R4 3.1.1.4.5).</summary>
    private static RangeTest Near((long Low, long High) asked, SearchContext context) => Overlaps(Widened(asked.Low, asked.High, context), context);

    internal static (long Low, long High) Widened(long low, long high, SearchContext context)
    {
        var now = context.Now.ToUnixTimeMilliseconds();
        var gap = Math.Max(0, Math.Max(now - high, low - now)) / 10;
        return (low - gap, high + gap);
    }

    private static RangeTest Overlaps((long From, long To) asked, SearchContext context) =>
        new($"t.low < {context.Add(asked.To)} AND t.high > {context.Add(asked.From)}", context.Add(asked.From - SearchTables.Narrow), context.Add(asked.To));
}
