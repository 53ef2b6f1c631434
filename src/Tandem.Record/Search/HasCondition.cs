using Tandem.Fhir.Search;
using Tandem.Kernel.Actors;
using Tandem.Kernel.Outcomes;

namespace Tandem.Record.Search;

/// <summary>Something that points here fulfils a condition: <c>_has:Observation:patient:code=x</c> (R4 3.1.1.4.16).</summary>
internal static class HasCondition
{
    internal static Outcome<Condition> Of(string type, HasClause clause, SearchContext context)
    {
        if (!Conditions.OfPassed(clause.ResourceType, clause.Clause, context).Succeeded(out var inner, out var refusal))
            return refusal;
        var param = context.Reference(clause.ResourceType, clause.Reference, type);
        var from = context.Fixed(SearchTables.TypeNumber(clause.ResourceType));
        var keys = TargetKey.Of(clause.Reference, type, context).ToList();
        var all = Drive.Together(keys.ConvertAll(key =>
            $"SELECT s.rid FROM (SELECT DISTINCT f.target FROM ({inner.Resources(from)}) i {context.Join("search_references f", $"f.rid = i.rid AND f.param = {param} AND f.type = {key.Type}")}) o "
            + context.Join(key.Rows, $"{key.Where} AND {key.Value} = o.target")));
        var filter = string.Join(" OR ", keys.Select(key => Condition.Exists(
            $"(SELECT f.rid FROM {key.Rows} {context.Join("search_references f", $"f.param = {param} AND f.target = {key.Value} AND f.type = {key.Type}")} WHERE {key.Where} AND s.rid = d.rid) d",
            inner.Filter)));
        return new Condition(
            inner.Rank == Condition.NoDriver ? 960 : inner.Rank + 200, Drive.One($"({all}) d", "1 = 1") with { IsWhole = true }, $"({Short(type, clause, context) ?? filter})")
        {
            Probe = inner.Resources(from),
        };
    }

    /// <summary>A code of a patient stands in the timeline under both.</summary>
    private static string? Short(string type, HasClause clause, SearchContext context)
    {
        if (context.Reach != Reach.Everyone || type != "Patient" || Timeline.For(clause.ResourceType) is not { } line || clause.Reference.Id != line.Patient.Id
            || TimelineWalk.Codes(line, clause.Clause) is not { } codes || TimelineWalk.HasSystem(clause.Clause))
            return null;
        var number = context.Fixed(SearchTables.TypeNumber(type));
        return Condition.Exists(
            "search_resources s " + context.Join(
                "search_timeline t",
                $"t.type = {context.Fixed(SearchTables.TypeNumber(clause.ResourceType))} AND t.patient = s.id_hash AND t.code IN ({string.Join(", ", codes.Select(code => TimelineWalk.Code(code, context)))})"),
            $"s.type = {number} AND s.rid = d.rid");
    }
}
