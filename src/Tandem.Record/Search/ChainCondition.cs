using Tandem.Fhir.Definitions;
using Tandem.Fhir.Search;
using Tandem.Kernel.Data;
using Tandem.Kernel.Outcomes;

namespace Tandem.Record.Search;

/// <summary>
/// What a reference points to fulfils a condition: <c>subject:Patient.name=x</c> (R4 3.1.1.4.15). As the driver it is found from the far
/// end and walked target by target, so that a page costs no more than what is on it; as a filter it follows the reference.
/// </summary>
internal static class ChainCondition
{
    /// <summary>Up to this rank a chain leads to one resource or a few: by identifier.</summary>
    internal const int ToOne = Condition.OfOne + Longer;

    private const int Longer = 100;

    internal static Outcome<Condition> Of(string type, ChainClause clause, SearchContext context)
    {
        if (clause.Reference.Base == "Bundle" && !SiteSearchParameter.Owns(clause.Reference.Id))
            return Conditions.NotOffered(clause.Reference, "a search of what lies within a bundle"); // its first entry, which no reference points to
        var arms = new List<Arm>();
        var filters = new List<string>();
        var probes = new List<string>();
        var rank = 0;
        var isWithin = false;
        foreach (var target in clause.Targets)
        {
            if (!Conditions.OfPassed(target.ResourceType, target.Clause, context).Succeeded(out var inner, out var refusal))
                return refusal;
            var number = context.Fixed(SearchTables.TypeNumber(target.ResourceType));
            var param = context.Reference(type, clause.Reference, target.ResourceType);
            foreach (var key in TargetKey.Of(clause.Reference, target.ResourceType, context))
            {
                arms.Add(Along($"d.param = {param} AND d.type = {key.Type}", "search_references d", "d.target", Targets(inner, number, key, context), context));
                filters.Add(Condition.Exists(
                    $"(SELECT s.rid FROM search_references f {context.Join(key.Rows, $"{key.Where} AND {key.Value} = f.target")} WHERE f.rid = d.rid AND f.param = {param} AND f.type = {key.Type}) d",
                    inner.Filter));
            }

            probes.Add(inner.Resources(number));
            rank = Math.Max(rank, RankOf(inner));
            if (!context.IsContained(target.ResourceType))
                continue; // then the chain is what it would be without
            if (!Within(type, clause.Reference, target, context).Succeeded(out var within, out refusal))
                return refusal;
            isWithin = true;
            arms.AddRange(within.Drive!.Arms);
            filters.Add(within.Filter);
            probes.Add(within.Probe!);
            rank = Math.Max(rank, within.Rank);
        }

        var probe = Drive.Together(probes);
        var isOnce = SearchIndexValues.IsSingle(clause.Reference); // what repeats would come once for each target that fits
        var drive = isOnce
            ? new Drive(arms, KeyOf("d.target", context))
            : new Drive([.. arms.Select(arm => new Arm($"(SELECT DISTINCT d.rid FROM {arm.From} WHERE {arm.Where}) d", "1 = 1"))]) { IsWhole = true };
        return new Condition(rank, drive, $"({string.Join(" OR ", filters)})") 
        {
            Probe = probe, Targets = isOnce && clause.Targets.Count == 1 ? TargetsOf(type, clause, context) : null, LeadsWithin = isWithin,
        };
    }

    private static int RankOf(Condition inner) => inner.Rank == Condition.NoDriver ? 950 : inner.Rank + Longer;

    /// <summary>
    /// The same within the resource: a chain looks into what is contained too (R4 3.1.1.5.5). What is contained is reached with the resource around it, so it is not asked for.
    /// </summary>
    private static Outcome<Condition> Within(string type, SearchParameter reference, ChainTarget target, SearchContext context)
    {
        var contained = ContainedTypes.Of(target.ResourceType);
        if (!Conditions.Of(contained, target.Clause, context).Succeeded(out var inner, out var refusal))
            return refusal;
        var (number, name) = (context.Fixed(SearchTables.TypeNumber(contained)), context.Fixed(StableHash.Of(contained)));
        var param = context.Reference(type, reference, target.ResourceType);
        var found = inner.Resources(number);
        return new Condition(
            RankOf(inner),
            new Drive([Along($"d.param = {param} AND d.type = {name}", "search_references d", "d.target", $"SELECT i.rid AS id_hash FROM ({found}) i", context)]),
            Condition.Exists($"(SELECT f.target AS rid FROM search_references f WHERE f.rid = d.rid AND f.param = {param} AND f.type = {name}) d", inner.Filter))
        {
            Probe = found,
        };
    }

    /// <summary>The keys (as hashes) of what fulfils the inner condition.</summary>
    private static string Targets(Condition inner, string number, TargetKey key, SearchContext context) =>
        $"SELECT {key.Value} AS id_hash FROM ({inner.Resources(number)}) i {context.Join(key.Rows, $"{key.Where} AND s.rid = i.rid")}";

    /// <summary>
    /// An arm for each of some targets in their order. SQLite walks an index in the order of a list that it is held against; PostgreSQL
    /// keeps the order of the outer side of a nested loop.
    /// </summary>
    internal static Arm Along(string where, string from, string column, string targets, SearchContext context) => context.Engine == Engine.Sqlite
        ? new(from, $"{where} AND {column} IN ({targets})")
        : new($"(SELECT DISTINCT q.id_hash FROM ({targets}) q) o {context.Join(from, $"{where} AND {column} = o.id_hash")}", "1 = 1");

    /// <summary>What the arms of <see cref="Along"/> come in the order of.</summary>
    internal static string KeyOf(string column, SearchContext context) => context.Engine == Engine.Sqlite ? column : "o.id_hash";

    private static string? TargetsOf(string type, ChainClause clause, SearchContext context)
    {
        var target = clause.Targets[0];
        return target.ResourceType == "Patient" && Timeline.IsPatient(type, clause.Reference)
            && Conditions.OfPassed(target.ResourceType, target.Clause, context).Succeeded(out var inner, out _)
            ? Targets(inner, context.Fixed(SearchTables.TypeNumber("Patient")), TargetKey.Id("Patient", context), context)
            : null;
    }
}
