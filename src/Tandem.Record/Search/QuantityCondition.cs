using Tandem.Fhir.Search;
using Tandem.Kernel.Outcomes;

namespace Tandem.Record.Search;

/// <summary>Quantities: a number, and its unit by system and code, by code, or any (R4 3.1.1.4.14). Nothing is converted.</summary>
internal static class QuantityCondition
{
    internal static Outcome<Condition> Of(string type, ParameterClause clause, SearchContext context)
    {
        var param = context.Parameter(type, clause.Parameter);
        RangeTest[] tests = [.. clause.Values.Select(value => Test((QuantityOperand)value, context))];
        return RangeCondition.Of("search_numbers", param, tests, 550);
    }

    private static RangeTest Test(QuantityOperand operand, SearchContext context)
    {
        var number = NumberCondition.Test(operand.Number, context);
        if (operand.Code is null)
            return number;
        var unit = $"t.code = {context.Add(StableHash.Of(operand.Code))}";
        if (operand.System is not null)
            unit += $" AND t.system = {context.Add(StableHash.Of(operand.System))}";
        return number with { Test = $"(({number.Test}) AND {unit})" };
    }
}
