using Tandem.Fhir.Search;
using Tandem.Kernel.Outcomes;

namespace Tandem.Record.Search;

/// <summary>Addresses, compared as sent (R4 3.1.1.4.13).</summary>
internal static class UriCondition
{
    internal static Outcome<Condition> Of(string type, ParameterClause clause, SearchContext context)
    {
        if (clause.Modifier != SearchModifier.None)
            return Conditions.NotOffered(clause.Parameter, $"the modifier :{clause.Modifier.ToString().ToLowerInvariant()}");
        var param = context.Parameter(type, clause.Parameter);
        var codes = string.Join(", ", clause.Values.Select(value => context.Add(StableHash.Of(((UriOperand)value).Text))));
        return new Condition(
            clause.Parameter.Code is "_profile" or "_source" ? 700 : 20,
            "search_tokens d",
            $"d.param = {param} AND d.code IN ({codes})",
            Condition.Exists("search_tokens t", $"t.param = {param} AND t.code IN ({codes}) AND t.rid = d.rid"));
    }
}
