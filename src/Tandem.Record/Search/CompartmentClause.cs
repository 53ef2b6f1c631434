using Tandem.Fhir.Definitions;
using Tandem.Fhir.Search;
using Tandem.Kernel.Actors;
using Tandem.Kernel.Data;
using Tandem.Record.Access;
using Tandem.Record.Log;

namespace Tandem.Record.Search;

/// <summary>A resource belongs to a compartment: one of the compartment's parameters points to what it is of (R4 3.1.1.2).</summary>
/// <param name="Compartment">The type the compartment is of.</param>
/// <param name="Id">The logical id of the resource it is of.</param>
internal sealed record CompartmentClause(string Compartment, string Id) : SearchClause
{
    /// <summary>The clause as a condition on resources of a type.</summary>
    internal Condition Condition(string type, SearchContext context)
    {
        var parameters = Numbers(Compartment, type).Select(number => context.Add(number)).ToList();
        var points = $"x.target = {context.Add(SearchTables.IdHash(Id))} AND x.type = {context.Add(StableHash.Of(Compartment))}";
        var among = parameters.Count == 0 ? "1 = 0" : $"x.param IN ({string.Join(", ", parameters)}) AND {points}";
        if (!Fhir.Definitions.Compartments.Parameters(Compartment, type).Contains(Fhir.Definitions.Compartments.Itself))
        {
            var walks = parameters.Select(parameter => new Arm("search_references d", $"d.param = {parameter} AND {points.Replace("x.", "d.", StringComparison.Ordinal)}"));
            return new Condition(
                5, parameters.Count == 0 ? Drive.One("search_references d", "1 = 0") : new Drive([.. walks]), Search.Condition.Exists("search_references x", $"x.rid = d.rid AND {among}"));
        }

        var all = $"SELECT x.rid FROM search_references x WHERE {among} UNION SELECT s.rid FROM resources s WHERE s.type = {context.Add(type)} AND s.id = {context.Add(Id)} AND s.deleted = 0";
        return new Condition(5, Drive.One($"({all}) d", "1 = 1") with { IsWhole = true }, $"d.rid IN ({all})");
    }

    /// <summary>The numbers of the parameters that put a type into a compartment.</summary>
    internal static IEnumerable<long> Numbers(string compartment, string type) => Fhir.Definitions.Compartments.Parameters(compartment, type)
        .Select(code => R4.SearchParameters(type).Find(code)).OfType<SearchParameter>()
        .Where(parameter => parameter.Type == SearchType.Reference)
        .Select(parameter => SearchTables.ReferenceNumber(type, parameter, compartment)).Distinct();
}

/// <summary>The resources of a compartment, of several types, in the order they were first recorded.</summary>
internal static class CompartmentMembers
{
    /// <summary>The members after a number, without the resource that the compartment is of, and one more than <paramref name="limit"/> when there are more.</summary>
    /// <param name="session">Where to read.</param>
    /// <param name="scope">On whose behalf.</param>
    /// <param name="clause">The compartment.</param>
    /// <param name="types">The types wanted.</param>
    /// <param name="since">Only versions recorded at or after this time; null for all.</param>
    /// <param name="place">After which, and up to which number.</param>
    /// <param name="limit">At most so many.</param>
    internal static List<ResourceVersion> Page(
        DbSession session, AccessScope scope, CompartmentClause clause, IEnumerable<string> types, DateTimeOffset? since, PagePlace place, int limit)
    {
        var arguments = new SqlArguments();
        var parameters = types.SelectMany(type => CompartmentClause.Numbers(clause.Compartment, type)).Distinct().Select(number => arguments.Add(number)).ToList();
        if (parameters.Count == 0)
            return [];
        var recent = since is { } time ? $" AND l.at >= {arguments.Add(time)}" : "";
        var sql = $"SELECT {LogTables.Columns} FROM (SELECT DISTINCT x.rid FROM search_references x WHERE x.param IN ({string.Join(", ", parameters)}) "
            + $"AND x.target = {arguments.Add(SearchTables.IdHash(clause.Id))} AND x.type = {arguments.Add(StableHash.Of(clause.Compartment))} "
            + $"AND x.rid > {arguments.Add(place.Rid)} AND x.rid <= {arguments.Add(place.Most)}) p "
            + $"JOIN resources r ON r.rid = p.rid JOIN log l ON l.seq = r.seq WHERE r.deleted = 0{recent} /*reach rid:r.rid*/ ORDER BY p.rid LIMIT {arguments.Add(limit + 1)}";
        return session.QueryWithin(scope, sql, LogTables.Read, arguments.Values).ShownTo(scope.Reach);
    }
}
