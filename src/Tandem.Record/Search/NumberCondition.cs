using Tandem.Fhir.Search;
using Tandem.Kernel.Outcomes;

namespace Tandem.Record.Search;

/// <summary>Numbers: equality within the precision written, comparisons with the number itself (R4 3.1.1.4.6).</summary>
internal static class NumberCondition
{
    internal static Outcome<Condition> Of(string type, ParameterClause clause, SearchContext context)
    {
        var param = context.Parameter(type, clause.Parameter);
        RangeTest[] tests = [.. clause.Values.Select(value => Test((NumberOperand)value, context))];
        return RangeCondition.Of("search_numbers", param, tests, 550);
    }

    internal static RangeTest Test(NumberOperand operand, SearchContext context)
    {
        string At(double number) => context.Add(number);
        var value = operand.Value;
        switch (operand.Prefix)
        {
            case SearchPrefix.NotEqual:
                return new($"t.low < {At(operand.Low)} OR t.high >= {At(operand.High)}", null, null);
            case SearchPrefix.Greater:
                return new($"t.high > {At(value)}", At(value), null);
            case SearchPrefix.Less:
                return new($"t.low < {At(value)}", null, At(value));
            case SearchPrefix.GreaterOrEqual:
                return new($"t.high >= {At(value)}", At(value), null);
            case SearchPrefix.LessOrEqual:
                return new($"t.low <= {At(value)}", null, At(value));
            case SearchPrefix.StartsAfter:
                return new($"t.low > {At(value)}", At(value), null);
            case SearchPrefix.EndsBefore:
                return new($"t.high < {At(value)}", null, At(value));
            case SearchPrefix.Approximately:
                return new($"t.low <= {At(operand.High)} AND t.high >= {At(operand.Low)}", At(operand.Low), At(operand.High));
            default:
                return new($"t.low >= {At(operand.Low)} AND t.high < {At(operand.High)}", At(operand.Low), At(operand.High));
        }
    }
}
