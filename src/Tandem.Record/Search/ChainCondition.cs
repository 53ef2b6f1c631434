using Tandem.Fhir.Search;
using Tandem.Kernel.Outcomes;

namespace Tandem.Record.Search;

/// <summary>What a reference points to fulfils a condition: <c>subject:Patient.name=x</c> (R4 3.1.1.4.15). Found from the far end.</summary>
internal static class ChainCondition
{
    internal static Outcome<Condition> Of(string type, ChainClause clause, SearchContext context)
    {
        var param = context.Parameter(type, clause.Reference);
        var found = new List<string>();
        foreach (var target in clause.Targets)
        {
            if (!Conditions.Of(target.ResourceType, target.Clause, context).Succeeded(out var inner, out var refusal))
                return refusal;
            var number = context.Add(SearchTables.TypeNumber(target.ResourceType));
            found.Add(
                $"SELECT f.rid FROM (WITH i AS MATERIALIZED ({inner.Resources(number)}) SELECT s.id_hash FROM i CROSS JOIN search_resources s "
                + $"WHERE s.type = {number} AND s.rid = i.rid) o CROSS JOIN search_references f "
                + $"WHERE f.param = {param} AND f.target = o.id_hash AND f.type = {context.Add(StableHash.Of(target.ResourceType))}");
        }

        var all = string.Join(" UNION ALL ", found);
        return new Condition(400, $"({all}) d", "", $"d.rid IN ({all})");
    }
}
