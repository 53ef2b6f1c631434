using Tandem.Fhir.Definitions;
using Tandem.Fhir.Search;
using Tandem.Kernel.Data;
using Tandem.Kernel.Outcomes;

namespace Tandem.Record.Search;

/// <summary>Composites: all parts in one and the same repetition (R4 3.1.1.4.14). The first part is found as a whole: a token, or in a site's own composite a reference or an address.</summary>
internal static class CompositeCondition
{
    private const string Table = "search_composites";

    internal static Outcome<Condition> Of(string type, ParameterClause clause, SearchContext context)
    {
        var kept = KeptParameters.Of(clause.Parameter).Select(parameter => context.Parameter(type, parameter)).ToList();
        var tests = new List<RangeTest>();
        foreach (var value in clause.Values)
        {
            if (!Test(InOrder(clause.Parameter, ((CompositeOperand)value).Parts), context).Succeeded(out var test, out var refusal))
                return refusal;
            tests.Add(test);
        }

        var arms = from param in kept from test in tests from arm in RangeCondition.Arms(Table, param, test, "low2") select arm;
        var any = string.Join(" OR ", tests.Select(test => $"({test.Test})"));
        var own = $"t.param IN ({string.Join(", ", kept)}) AND t.rid = d.rid AND ({any.Replace("t.code = ", "t.code + 0 = ", StringComparison.Ordinal)})"; // by resource, never by code
        return new Condition(
            200, new Drive([.. arms], "d.low2", DbKind.Real, $"d.low2 = (SELECT MIN(t.low2) FROM {Table} t WHERE {own})"), Condition.Exists($"{Table} t", own));
    }

    /// <summary>The parts of a value in the order of the index.</summary>
    private static IReadOnlyList<SearchOperand> InOrder(SearchParameter parameter, IReadOnlyList<SearchOperand> parts) => SiteSearchParameter.Owns(parameter.Id)
        ? [.. CompositeOrder.Of([.. parameter.Components.Select(part => part.Parameter!.Type)])!.Select(at => parts[at])]
        : parts;

    private static Outcome<RangeTest> Test(IReadOnlyList<SearchOperand> parts, SearchContext context)
    {
        if (!Part(parts[0], context).Succeeded(out var first, out var refusal) || !Part(parts[1], context).Succeeded(out var second, out refusal))
            return refusal;
        var test = $"{first.Test} AND ({Named(second.Test, '2')})";
        if (parts.Count > 2 && Part(parts[2], context).Succeeded(out var third, out refusal))
            test += $" AND ({Named(third.Test, '3')})";
        return refusal is null ? second with { Test = test } : refusal;
    }

    private static Outcome<RangeTest> Part(SearchOperand part, SearchContext context) => part switch
    {
        TokenOperand token => new RangeTest(TokenCondition.Pair(token, "t", context), null, null),
        ReferenceOperand reference => new RangeTest(ReferenceCondition.Target(reference, context).Replace("t.target", "t.code", StringComparison.Ordinal)
            .Replace("t.type", "t.system", StringComparison.Ordinal), null, null),
        QuantityOperand quantity => QuantityCondition.Test(quantity, context),
        NumberOperand number => NumberCondition.Test(number, context),
        DateOperand date => DateCondition.Test(date, context),
        UriOperand address => new RangeTest($"t.code = {context.Add(StableHash.Of(address.Text))}", null, null),
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
