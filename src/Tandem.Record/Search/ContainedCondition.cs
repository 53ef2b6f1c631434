using Tandem.Fhir.Search;
using Tandem.Kernel.Outcomes;
using Tandem.Record.Search.FullText;

namespace Tandem.Record.Search;

/// <summary>
/// What is different in conditions on contained resources: they are known by the id they have in the resource around them, have no time of their own, are in no list, and nothing points to
/// them from outside.
/// </summary>
internal static class ContainedCondition
{
    /// <summary>The condition of a clause that is not turned into SQL as for other resources; null for all others.</summary>
    internal static Outcome<Condition>? Of(string type, SearchClause clause, SearchContext context) => clause switch
    {
        ParameterClause { Parameter.Code: "_id" } id => ById(type, id, context),
        MissingClause { Parameter.Code: "_lastUpdated" } missing => Condition.FilterOnly(missing.IsMissing ? "1 = 1" : "1 = 0"),
        MissingClause { Parameter: var parameter } missing when SiteSearchParameter.Owns(parameter.Id) => Condition.FilterOnly(missing.IsMissing ? "1 = 1" : "1 = 0"),
        _ when IsOutside(clause) => Condition.FilterOnly("1 = 0"),
        _ => (Outcome<Condition>?)null,
    };

    /// <summary>True for what is said of no contained resource.</summary>
    internal static bool IsOutside(SearchClause clause) => clause switch
    {
        HasClause or ListClause or CompartmentClause => true,
        ParameterClause { Parameter: var parameter } => parameter.Code == "_lastUpdated" || FullTextCondition.IsOf(parameter) || SiteSearchParameter.Owns(parameter.Id),
        MissingClause { Parameter: var parameter } => parameter.Code == "_lastUpdated" || FullTextCondition.IsOf(parameter) || SiteSearchParameter.Owns(parameter.Id),
        ChainClause { Reference: var parameter } => SiteSearchParameter.Owns(parameter.Id),
        _ => false,
    };

    private static Outcome<Condition> ById(string type, ParameterClause clause, SearchContext context)
    {
        var isNot = clause.Modifier == SearchModifier.Not;
        if ((!isNot && clause.Modifier != SearchModifier.None) || clause.Values.Any(value => value is not TokenOperand { Match: TokenMatch.Code }))
            return Conditions.NotOffered(clause.Parameter, "this form");
        var ids = string.Join(", ", clause.Values.Select(value => context.Add(SearchTables.IdHash(((TokenOperand)value).Code!))));
        var where = $"d.type = {context.Add(SearchTables.TypeNumber(type))} AND d.id_hash IN ({ids})";
        var filter = $"d.rid {(isNot ? "NOT IN" : "IN")} (SELECT x.rid FROM search_resources x WHERE {where.Replace("d.", "x.", StringComparison.Ordinal)})";
        return isNot ? Condition.FilterOnly(filter) : new Condition(0, Drive.One("search_resources d", where), filter);
    }
}
