using Tandem.Fhir.Search;
using Tandem.Kernel.Outcomes;

namespace Tandem.Record.Search;

/// <summary>When the current version was recorded, to the millisecond (R4 3.1.1.4.2).</summary>
internal static class LastUpdatedCondition
{
    internal static Outcome<Condition> Of(string type, ParameterClause clause, SearchContext context)
    {
        var number = context.Fixed(SearchTables.TypeNumber(type));
        var any = string.Join(" OR ", clause.Values.Select(value => Test((DateOperand)value, context)));
        return new Condition(
            600,
            new Drive([new("search_resources d", $"d.type = {number} AND ({RangeCondition.On(any)})")], "d.at"),
            Condition.Exists("search_resources t", $"t.type = {number} AND t.rid = d.rid AND ({any})"));
    }

    private static string Test(DateOperand operand, SearchContext context)
    {
        if (operand.Prefix == SearchPrefix.Approximately)
        {
            var (from, to) = operand.Date.Interval(context.Zone);
            (from, to) = DateCondition.Widened(from, to, context);
            return $"(t.at >= {context.Add(from)} AND t.at < {context.Add(to)})";
        }

        string Low() => DateCondition.LowOf(operand, context);
        string High() => DateCondition.HighOf(operand, context);
        return operand.Prefix switch
        {
            SearchPrefix.NotEqual => $"(t.at < {Low()} OR t.at >= {High()})",
            SearchPrefix.Greater or SearchPrefix.StartsAfter => $"t.at >= {High()}",
            SearchPrefix.Less or SearchPrefix.EndsBefore => $"t.at < {Low()}",
            SearchPrefix.GreaterOrEqual => $"t.at >= {Low()}",
            SearchPrefix.LessOrEqual => $"t.at < {High()}",
            _ => $"(t.at >= {Low()} AND t.at < {High()})",
        };
    }
}
