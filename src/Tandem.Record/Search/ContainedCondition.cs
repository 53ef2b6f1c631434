using Tandem.Fhir.Definitions;
using Tandem.Fhir.Search;
using Tandem.Kernel.Outcomes;

namespace Tandem.Record.Search;

/// <summary>
/// What is different in conditions on contained resources: they are known by the id they have in the resource around them, have its time, and nothing outside of it points to them: a List names
/// those it contains itself.
/// </summary>
internal static class ContainedCondition
{
    /// <summary>The condition of a clause that is not turned into SQL as for other resources; null for all others.</summary>
    internal static Outcome<Condition>? Of(string type, SearchClause clause, SearchContext context) => clause switch
    {
        ParameterClause { Parameter.Code: "_id" } id => ById(type, id, context),
        HasClause has => ContainedHasCondition.Of(type, has, context),
        ListClause list => ByList(type, list, context),
        CompartmentClause => Condition.FilterOnly("1 = 0"), // a compartment holds resources of their own
        _ => (Outcome<Condition>?)null,
    };

    private static Condition ByList(string type, ListClause clause, SearchContext context)
    {
        var ids = string.Join(", ", clause.Ids.Select(id => context.Add(SearchTables.IdHash(id))));
        var all = $"SELECT f.target AS rid FROM search_resources l "
            + context.Join("search_references f", $"f.rid = l.rid AND f.param = {context.Parameter("List", R4.SearchParameters("List").Find("item")!)} AND f.type = {context.Add(StableHash.Of(type))}")
            + $" WHERE l.type = {context.Add(SearchTables.TypeNumber("List"))} AND l.id_hash IN ({ids})";
        return new Condition(50, Drive.One($"({all}) d", "1 = 1") with { IsWhole = true }, $"d.rid IN ({all})");
    }

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
