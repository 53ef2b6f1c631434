using Tandem.Fhir.Definitions;
using Tandem.Fhir.Search;
using Tandem.Kernel.Actors;
using Tandem.Kernel.Data;
using Tandem.Record.Access;
using Tandem.Record.Log;

namespace Tandem.Record.Search;

/// <summary>
/// What the resources of a compartment refer to, by the index of references alone: however many there are they are passed once, and none of them is read. What is named by a canonical address is not among it.
/// </summary>
internal static class CompartmentTargets
{
    /// <summary>The most that is looked for.</summary>
    internal const int Most = 2000;

    private const int AtOnce = 500;

    /// <summary>The resources, by type and in the order they were first recorded, and one more than <see cref="Most"/> when there are more.</summary>
    /// <param name="session">Where to read.</param>
    /// <param name="scope">On whose behalf: neither is anything told that it does not reach, nor what that refers to.</param>
    /// <param name="clause">The compartment.</param>
    /// <param name="itself">The number of the resource that the compartment is of, which refers to some too.</param>
    /// <param name="types">The types wanted.</param>
    /// <param name="since">Only versions recorded at or after this time; null for all.</param>
    internal static List<ResourceVersion> Of(DbSession session, AccessScope scope, CompartmentClause clause, long itself, IReadOnlyList<string> types, DateTimeOffset? since)
    {
        var found = new List<ResourceVersion>();
        foreach (var named in Named(session, scope, clause, itself, types).GroupBy(target => target.Type, target => target.Id).OrderBy(group => group.Key, StringComparer.Ordinal))
        {
            foreach (var some in named.Chunk(AtOnce))
            {
                if (found.Count <= Most)
                    found.AddRange(Current(session, scope, named.Key, some, since, Most + 1 - found.Count));
            }
        }

        return found;
    }

    /// <summary>Types and hashed ids; other patients are no members, though they point to the patient.</summary>
    private static List<(string Type, long Id)> Named(DbSession session, AccessScope scope, CompartmentClause clause, long itself, IReadOnlyList<string> types)
    {
        var hashes = types.ToDictionary(StableHash.Of, type => type);
        if (hashes.Count == 0)
            return [];
        var arguments = new SqlArguments();
        var parameters = Compartments.Types(clause.Compartment).Where(type => type != "Patient").SelectMany(type => CompartmentClause.Numbers(clause.Compartment, type)).Distinct();
        var sql = $"SELECT DISTINCT y.type, y.target FROM (SELECT DISTINCT f.rid FROM search_references f WHERE f.param IN ({string.Join(", ", parameters.Select(number => arguments.Add(number)))}) "
            + $"AND f.target = {arguments.Add(SearchTables.IdHash(clause.Id))} AND f.type = {arguments.Add(StableHash.Of(clause.Compartment))} /*reach rid:f.rid*/ UNION SELECT r.rid FROM resources r WHERE r.rid = {arguments.Add(itself)}) p "
            + $"{LedJoin.To(LedJoin.EngineOf(session), "search_references y", "y.rid = p.rid")} WHERE y.type IN ({string.Join(", ", hashes.Keys.Select(hash => arguments.Add(hash)))})";
        return session.QueryWithin(scope, sql, row => (hashes[row.Integer(0)], row.Integer(1)), arguments.Values);
    }

    private static List<ResourceVersion> Current(DbSession session, AccessScope scope, string type, long[] ids, DateTimeOffset? since, int limit)
    {
        var arguments = new SqlArguments();
        var recent = since is { } time ? $" AND l.at >= {arguments.Add(time)}" : "";
        var sql = $"SELECT {LogTables.Columns} FROM search_resources s {LedJoin.ToCurrent(LedJoin.EngineOf(session), "s.rid")} WHERE s.type = {arguments.Add(SearchTables.TypeNumber(type))} "
            + $"AND s.id_hash IN ({string.Join(", ", ids.Select(id => arguments.Add(id)))}) AND r.deleted = 0{recent} /*reach rid:s.rid*/ ORDER BY s.rid LIMIT {arguments.Add(limit)}";
        return session.QueryWithin(scope, sql, LogTables.Read, arguments.Values).ShownTo(scope.Reach);
    }
}
