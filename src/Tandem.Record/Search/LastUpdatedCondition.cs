using Tandem.Fhir.Search;
using Tandem.Kernel.Outcomes;

namespace Tandem.Record.Search;

/// <summary>When the current version was recorded, to the millisecond (R4 3.1.1.4.2).</summary>
internal static class LastUpdatedCondition
{
    internal static Outcome<Condition> Of(string type, ParameterClause clause, SearchContext context)
    {
        var number = context.Add(SearchTables.TypeNumber(type));
        var any = string.Join(" OR ", clause.Values.Select(value => Test((DateOperand)value, context)));
        return new Condition(
            600,
            new Drive([new("search_resources d", $"d.type = {number} AND ({RangeCondition.On(any)})")], "d.at"),
            Condition.Exists("search_resources t", $"t.type = {number} AND t.rid = d.rid AND ({any})"));
    }

    private static string Test(DateOperand operand, SearchContext context)
    {
        var (low, high) = operand.Date.Interval(context.Zone);
        if (operand.Prefix == SearchPrefix.Approximately)
            (low, high) = DateCondition.Widened(low, high, context);
        return operand.Prefix switch
        {
            SearchPrefix.NotEqual => $"(t.at < {context.Add(low)} OR t.at >= {context.Add(high)})",
            SearchPrefix.Greater or SearchPrefix.StartsAfter => $"t.at >= {context.Add(high)}",
            SearchPrefix.Less or SearchPrefix.EndsBefore => $"t.at < {context.Add(low)}",
            SearchPrefix.GreaterOrEqual => $"t.at >= {context.Add(low)}",
            SearchPrefix.LessOrEqual => $"t.at < {context.Add(high)}",
            _ => $"(t.at >= {context.Add(low)} AND t.at < {context.Add(high)})",
        };
    }
}
