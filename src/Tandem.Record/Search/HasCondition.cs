using Tandem.Fhir.Search;
using Tandem.Kernel.Outcomes;

namespace Tandem.Record.Search;

/// <summary>Something that points here fulfils a condition: <c>_has:Observation:patient:code=x</c> (R4 3.1.1.4.16).</summary>
internal static class HasCondition
{
    internal static Outcome<Condition> Of(string type, HasClause clause, SearchContext context)
    {
        if (!Conditions.Of(clause.ResourceType, clause.Clause, context).Succeeded(out var inner, out var refusal))
            return refusal;
        var param = context.Parameter(clause.ResourceType, clause.Reference);
        var from = context.Add(SearchTables.TypeNumber(clause.ResourceType));
        var all =
            $"SELECT s.rid FROM (WITH i AS MATERIALIZED ({inner.Resources(from)}) SELECT DISTINCT f.target FROM i CROSS JOIN search_references f "
            + $"WHERE f.rid = i.rid AND f.param = {param} AND f.type = {context.Add(StableHash.Of(type))}) o CROSS JOIN search_resources s "
            + $"WHERE s.type = {context.Add(SearchTables.TypeNumber(type))} AND s.id_hash = o.target";
        return new Condition(450, $"({all}) d", "", $"d.rid IN ({all})");
    }
}
