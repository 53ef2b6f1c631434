using Tandem.Fhir.Search;
using Tandem.Kernel.Data;
using Tandem.Kernel.Outcomes;

namespace Tandem.Record.Search;

/// <summary>Strings: how the normalised text begins, :contains, :exact (R4 3.1.1.4.8); and the words of tokens, :text (R4 3.1.1.4.10).</summary>
internal static class StringCondition
{
    private const string Highest = "\U0010FFFF";

    internal static Outcome<Condition> Of(string type, ParameterClause clause, SearchContext context)
    {
        if (clause.Modifier is not (SearchModifier.None or SearchModifier.Exact or SearchModifier.Contains or SearchModifier.Text or SearchModifier.Equal or SearchModifier.NotEqual or SearchModifier.EndsWith))
            return Conditions.NotOffered(clause.Parameter, $"the modifier :{clause.Modifier.ToString().ToLowerInvariant()}");
        var param = context.Parameter(type, clause.Parameter);
        var each = clause.Values.Select(value => One((StringOperand)value, clause.Modifier, context)).ToList();
        var any = $"t.param = {param} AND ({string.Join(" OR ", each)})";
        var arms = each.Select(one => new Arm("search_strings d", RangeCondition.On($"t.param = {param} AND {one}")));
        return new Condition(
            clause.Modifier switch { SearchModifier.Exact or SearchModifier.Equal => 200, SearchModifier.None or SearchModifier.Text => 250, _ => 850 },
            new Drive([.. arms], "d.text", DbKind.Text, First(clause, any, context)),
            Condition.Exists("search_strings t", $"t.rid = d.rid AND {any}"));
    }

    /// <summary>What a text of the index (cut, its rest left out) must be like to begin with the operand.</summary>
    internal static string Begins(string column, string normalised, SearchContext context) =>
        $"({column} >= {context.Add(normalised)} AND {column} < {context.Add(normalised + Highest)})";

    /// <summary>Of several texts of a resource that are found, the first. The one before it begins otherwise where they share less than is searched for.</summary>
    private static string First(ParameterClause clause, string any, SearchContext context) =>
        clause.Modifier is SearchModifier.None or SearchModifier.Text && clause.Values is [StringOperand only] && SearchTables.Cut(only.Normalised).Beyond is null
            ? $"d.shared < {context.Of(only, static one => one.Normalised.Length)}"
            : $"d.text = (SELECT MIN(t.text) FROM search_strings t WHERE t.rid = d.rid AND {any})";

    private static string One(StringOperand operand, SearchModifier modifier, SearchContext context)
    {
        var (text, rest) = SearchTables.Cut(operand.Normalised);
        string Text() => context.Of(operand, static one => SearchTables.Cut(one.Normalised).Text);
        return modifier switch
        {
            SearchModifier.Exact => $"(t.text = {Text()} AND t.exact = {context.Of(operand, static one => StableHash.Of(one.Text))})",
            SearchModifier.Contains => $"(t.text || COALESCE(t.rest, '')) LIKE {context.Of(operand, static one => $"%{Escaped(one.Normalised)}%")} ESCAPE '!'",
            SearchModifier.Equal => $"(t.text = {context.Add(text)} AND COALESCE(t.rest, '') = {context.Add(rest ?? "")})",
            SearchModifier.NotEqual => $"(t.text <> {context.Add(text)} OR COALESCE(t.rest, '') <> {context.Add(rest ?? "")})",
            SearchModifier.EndsWith => $"(t.text || COALESCE(t.rest, '')) LIKE {context.Add($"%{Escaped(operand.Normalised)}")} ESCAPE '!'",
            _ when rest is null => $"(t.text >= {Text()} AND t.text < {context.Of(operand, static one => one.Normalised + Highest)})",
            _ => $"(t.text = {context.Add(text)} AND {Begins("t.rest", rest, context)})",
        };
    }

    private static string Escaped(string text) =>
        text.Replace("!", "!!", StringComparison.Ordinal).Replace("%", "!%", StringComparison.Ordinal).Replace("_", "!_", StringComparison.Ordinal);
}
