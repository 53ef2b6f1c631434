using Tandem.Fhir.Search;
using Tandem.Kernel.Data;
using Tandem.Kernel.Outcomes;

namespace Tandem.Record.Search;

/// <summary>Composites: all parts in one and the same repetition (R4 3.1.1.4.14). The first part of every composite of R4 is a token.</summary>
internal static class CompositeCondition
{
    private const string Table = "search_composites";

    internal static Outcome<Condition> Of(string type, ParameterClause clause, SearchContext context)
    {
        var kept = KeptParameters.Of(clause.Parameter).Select(parameter => context.Parameter(type, parameter)).ToList();
        var tests = new List<RangeTest>();
        foreach (var value in clause.Values)
        {
            if (!Test((CompositeOperand)value, context).Succeeded(out var test, out var refusal))
                return refusal;
            tests.Add(test);
        }

        var arms = from param in kept from test in tests from arm in RangeCondition.Arms(Table, param, test, "low2") select arm;
        var any = string.Join(" OR ", tests.Select(test => $"({test.Test})"));
        var own = $"t.param IN ({string.Join(", ", kept)}) AND t.rid = d.rid AND ({any.Replace("t.code = ", "t.code + 0 = ", StringComparison.Ordinal)})"; // by resource, never by code
        return new Condition(
            200, new Drive([.. arms], "d.low2", DbKind.Real, $"d.low2 = (SELECT MIN(t.low2) FROM {Table} t WHERE {own})"), Condition.Exists($"{Table} t", own));
    }

    private static Outcome<RangeTest> Test(CompositeOperand operand, SearchContext context)
    {
        if (operand.Parts[0] is not TokenOperand first)
            throw new InvalidOperationException("The first part of a composite is a token.");
        var test = TokenCondition.One(first, "t", context);
        if (!Part(operand.Parts[1], context).Succeeded(out var second, out var refusal))
            return refusal;
        test += $" AND ({Named(second.Test, '2')})";
        if (operand.Parts.Count > 2)
            test += $" AND ({Named(NumberCondition.Test((NumberOperand)operand.Parts[2], context).Test, '3')})";
        return second with { Test = test };
    }

    private static Outcome<RangeTest> Part(SearchOperand part, SearchContext context) => part switch
    {
        TokenOperand token => new RangeTest(TokenCondition.One(token, "t", context), null, null),
        ReferenceOperand reference => new RangeTest(ReferenceCondition.Target(reference, context).Replace("t.target", "t.code", StringComparison.Ordinal)
            .Replace("t.type", "t.system", StringComparison.Ordinal), null, null),
        QuantityOperand quantity => QuantityCondition.Test(quantity, context),
        NumberOperand number => NumberCondition.Test(number, context),
        DateOperand date => DateCondition.Test(date, context),
        StringOperand text => new RangeTest(StringCondition.Begins("t.text", text.Normalised, context), null, null),
        _ => throw new InvalidOperationException($"No part of a composite: {part.GetType().Name}"),
    };

    private static string Named(string test, char part)
    {
        foreach (var column in (string[])["low", "high", "code", "system", "text"])
            test = test.Replace($"t.{column}", $"t.{column}{part}", StringComparison.Ordinal);
        return test;
    }
}
