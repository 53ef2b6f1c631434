using Tandem.Fhir.Search;
using Tandem.Kernel.Outcomes;

namespace Tandem.Record.Search;

/// <summary>
/// Something that points to a contained resource fulfils a condition (R4 3.1.1.4.16 for 3.1.1.5.5). Only the resource around it and others contained with it can point there (R4 2.3.0.4), so both
/// are looked at.
/// </summary>
internal static class ContainedHasCondition
{
    internal static Outcome<Condition> Of(string type, HasClause clause, SearchContext context)
    {
        var name = context.Add(StableHash.Of(type));
        var found = new List<string>();
        var filters = new List<string>();
        var rank = 0;
        foreach (var from in (string[])[clause.ResourceType, ContainedTypes.Of(clause.ResourceType)])
        {
            // what is contained is reached with the resource around it, and that one is asked for as the answer
            if (!Conditions.Of(from, clause.Clause, context).Succeeded(out var inner, out var refusal))
                return refusal;
            var points = $"f.param = {context.Reference(from, clause.Reference, ContainedTypes.Plain(type))} AND f.type = {name}";
            found.Add($"SELECT f.target AS rid FROM ({inner.Resources(context.Add(SearchTables.TypeNumber(from)))}) i {context.Join("search_references f", $"f.rid = i.rid AND {points}")}");
            filters.Add(Condition.Exists($"(SELECT f.rid FROM search_references f WHERE f.target = d.rid AND {points}) d", inner.Filter));
            rank = Math.Max(rank, inner.Rank == Condition.NoDriver ? 960 : inner.Rank + 200);
        }

        return new Condition(rank, Drive.One($"({string.Join(" UNION ALL ", found)}) d", "1 = 1") with { IsWhole = true }, $"({string.Join(" OR ", filters)})");
    }
}
