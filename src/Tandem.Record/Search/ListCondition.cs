using Tandem.Fhir.Definitions;
using Tandem.Fhir.Search;
using Tandem.Kernel.Actors;
using Tandem.Record.Access;

namespace Tandem.Record.Search;

/// <summary>What a List names: <c>_list=42</c> (R4 3.1.1.4.18). A list that is not there names nothing.</summary>
internal static class ListCondition
{
    internal static Condition Of(string type, ListClause clause, SearchContext context)
    {
        var (lists, number) = (context.Add(SearchTables.TypeNumber("List")), context.Add(SearchTables.TypeNumber(type)));
        var item = context.Parameter("List", R4.SearchParameters("List").Find("item")!);
        var ids = string.Join(", ", clause.Ids.Select(id => context.Add(SearchTables.IdHash(id))));
        var reached = ReachCondition.OnNumber(Interactions.Search, "List", context, "l.rid") is { } condition ? $" AND {condition}" : "";
        var all = $"SELECT s.rid FROM search_resources l {context.Join("search_references f", $"f.rid = l.rid AND f.param = {item} AND f.type = {context.Add(StableHash.Of(type))}")} "
            + $"{context.Join("search_resources s", $"s.type = {number} AND s.id_hash = f.target")} WHERE l.type = {lists} AND l.id_hash IN ({ids}){reached}";
        return new Condition(50, Drive.One($"({all}) d", "1 = 1") with { IsWhole = true }, $"d.rid IN ({all})");
    }
}
