using Tandem.Fhir.Search;
using Tandem.Kernel.Outcomes;

namespace Tandem.Record.Search;

/// <summary>
/// Quantities: a number, and its unit by system and code, by code or unit, or any (R4 3.1.1.4.14). With a code of UCUM the number is
/// converted into every unit of the record that measures the same.
/// </summary>
internal static class QuantityCondition
{
    internal static Outcome<Condition> Of(string type, ParameterClause clause, SearchContext context)
    {
        var param = context.Parameter(type, clause.Parameter);
        RangeTest[] tests = [.. clause.Values.SelectMany(value => Units((QuantityOperand)value, context)).Select(one => One(one, context))];
        return RangeCondition.Of("search_numbers", param, tests, 550);
    }

    /// <summary>One value with all its units in one test, whose place in the index is that of any.</summary>
    internal static RangeTest Test(QuantityOperand operand, SearchContext context)
    {
        var tests = Units(operand, context).Select(one => One(one, context)).ToList();
        return tests is [var only] ? only : new(string.Join(" OR ", tests.Select(test => test.Test)), null, null);
    }

    /// <summary>The operand, and the same amount in every other unit of the record.</summary>
    private static IEnumerable<QuantityOperand> Units(QuantityOperand operand, SearchContext context)
    {
        yield return operand;
        if (operand.System != Ucum.System || operand.Code is null)
            yield break;
        foreach (var unit in context.Units.Value)
        {
            if (unit != operand.Code && Converted(operand.Number, operand.Code, unit) is { } number)
                yield return operand with { Number = number, Code = unit };
        }
    }

    /// <summary>The same amount in another unit of UCUM; null when the units measure different things.</summary>
    internal static NumberOperand? Converted(NumberOperand number, string from, string to) =>
        Ucum.Convert(number.Value, from, to) is { } value && Ucum.Convert(number.Low, from, to) is { } low && Ucum.Convert(number.High, from, to) is { } high
            ? new(number.Prefix, value, low, high)
            : null;

    private static RangeTest One(QuantityOperand operand, SearchContext context)
    {
        var number = NumberCondition.Test(operand.Number, context);
        if (operand.Code is null)
            return operand.System is null ? number : number with { Test = $"(({number.Test}) AND t.system = {context.Add(StableHash.Of(operand.System))})" };
        var unit = $"t.code = {context.Add(StableHash.Of(operand.Code))}";
        if (operand.System is not null)
            unit += $" AND t.system = {context.Add(StableHash.Of(operand.System))}";
        return number with { Test = $"(({number.Test}) AND {unit})" };
    }
}
