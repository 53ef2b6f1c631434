using Tandem.Fhir.Search;
using Tandem.Kernel.Outcomes;

namespace Tandem.Record.Search;

/// <summary>
/// Quantities: a number, and its unit by system and code, by code or unit, or any (R4 3.1.1.4.14). With a code of UCUM the number is
/// converted into the units of the record that measure the same; those in which it is the same number are one test.
/// </summary>
internal static class QuantityCondition
{
    /// <summary>Of the units that measure the same, those without remarks come first, the shortest first.</summary>
    private const int MostUnits = 200;

    private const int MostTests = 2000;

    internal static Outcome<Condition> Of(string type, ParameterClause clause, SearchContext context)
    {
        var param = context.Parameter(type, clause.Parameter);
        var tests = new List<RangeTest>();
        foreach (var value in clause.Values)
        {
            tests.AddRange(Tests((QuantityOperand)value, context));
            if (tests.Count > MostTests)
                return SearchLimits.Costly($"{clause.Parameter.Code}: the values stand for more than {MostTests:N0}, in the units of the record that measure the same. Ask for some of them by another search.");
        }

        return RangeCondition.Of("search_numbers", param, tests, 550);
    }

    /// <summary>One value with all its units in one test, whose place in the index is that of any.</summary>
    internal static RangeTest Test(QuantityOperand operand, SearchContext context)
    {
        var tests = Tests(operand, context);
        return tests is [var only] ? only : new(string.Join(" OR ", tests.Select(test => test.Test)), null, null);
    }

    /// <summary>The same amount in another unit of UCUM; null when the units measure different things.</summary>
    internal static NumberOperand? Converted(NumberOperand number, string from, string to) =>
        Ucum.Convert(number.Value, from, to) is { } value && Ucum.Convert(number.Low, from, to) is { } low && Ucum.Convert(number.High, from, to) is { } high
            ? new(number.Prefix, value, low, high)
            : null;

    /// <summary>The operand, and the same amount in other units of the record.</summary>
    private static List<RangeTest> Tests(QuantityOperand operand, SearchContext context)
    {
        if (operand.Code is null)
            return [One(operand.Number, "", operand.System, context)];
        if (operand.System != Ucum.System)
            return [One(operand.Number, $"t.code = {context.Hash(operand.Code)}", operand.System, context)];
        return [.. Alike(operand.Code, context).Select(unit => (Unit: unit, Number: unit == operand.Code ? operand.Number : Converted(operand.Number, operand.Code, unit)))
            .Where(one => one.Number is not null)
            .GroupBy(one => one.Number!, one => context.Hash(one.Unit))
            .Select(same => One(same.Key, same.ToList() is [var only] ? $"t.code = {only}" : $"t.code IN ({string.Join(", ", same)})", operand.System, context))];
    }

    /// <summary>The unit itself, and those that measure the same.</summary>
    private static IReadOnlyList<string> Alike(string code, SearchContext context)
    {
        if (!context.AlikeUnits.TryGetValue(code, out var units))
            context.AlikeUnits[code] = units = [code, .. context.Units.Value.Where(unit => unit != code && Ucum.Convert(1, code, unit) is not null).Take(MostUnits)];
        return units;
    }

    private static RangeTest One(NumberOperand operand, string unit, string? system, SearchContext context)
    {
        var number = NumberCondition.Test(operand, context);
        if (system is not null)
            unit += $"{(unit.Length == 0 ? "" : " AND ")}t.system = {context.Hash(system)}";
        return unit.Length == 0 ? number : number with { Test = $"(({number.Test}) AND {unit})" };
    }
}
