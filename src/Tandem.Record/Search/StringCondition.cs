using Tandem.Fhir.Search;
using Tandem.Kernel.Outcomes;

namespace Tandem.Record.Search;

/// <summary>Strings: how the normalised text begins, :contains, :exact (R4 3.1.1.4.8).</summary>
internal static class StringCondition
{
    private const string Highest = "\U0010FFFF";

    internal static Outcome<Condition> Of(string type, ParameterClause clause, SearchContext context)
    {
        if (clause.Modifier is not (SearchModifier.None or SearchModifier.Exact or SearchModifier.Contains))
            return Conditions.NotOffered(clause.Parameter, $"the modifier :{clause.Modifier.ToString().ToLowerInvariant()}");
        var param = context.Parameter(type, clause.Parameter);
        var each = clause.Values.Select(value => One((StringOperand)value, clause.Modifier, context)).ToList();
        var source = each.Count == 1
            ? "search_strings d"
            : $"({string.Join(" UNION ALL ", each.Select(one => $"SELECT t.rid FROM search_strings t WHERE t.param = {param} AND {one}"))}) d";
        return new Condition(
            clause.Modifier switch { SearchModifier.Exact => 200, SearchModifier.None => 250, _ => 850 },
            source,
            each.Count == 1 ? $"d.param = {param} AND {each[0].Replace("t.", "d.", StringComparison.Ordinal)}" : "",
            Condition.Exists("search_strings t", $"t.rid = d.rid AND t.param = {param} AND ({string.Join(" OR ", each)})"));
    }

    private static string One(StringOperand operand, SearchModifier modifier, SearchContext context)
    {
        var text = SearchTables.Cut(operand.Normalised);
        return modifier switch
        {
            SearchModifier.Exact => $"(t.text = {context.Add(text)} AND t.exact = {context.Add(StableHash.Of(operand.Text))})",
            SearchModifier.Contains => $"t.text LIKE {context.Add($"%{Escaped(text)}%")} ESCAPE '!'",
            _ => $"(t.text >= {context.Add(text)} AND t.text < {context.Add(text + Highest)})",
        };
    }

    private static string Escaped(string text) =>
        text.Replace("!", "!!", StringComparison.Ordinal).Replace("%", "!%", StringComparison.Ordinal).Replace("_", "!_", StringComparison.Ordinal);
}
