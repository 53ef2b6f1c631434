using System.Globalization;
using Tandem.Fhir.Search;
using Tandem.Kernel.Actors;
using Tandem.Kernel.Data;
using Tandem.Kernel.Outcomes;
using Tandem.Record.Access;
using Tandem.Record.Log;

namespace Tandem.Record.Search;

/// <summary>
/// A search for contained resources of a type (R4 3.1.1.5.5): answered by the resources around them, each once, or by themselves. What is contained is reached, labelled and consented to
/// as the resource around it is. All that is found is gathered, then sorted by number.
/// </summary>
internal sealed class ContainedStatement : IPagedSearch
{
    private const int EstimateUpTo = 10_000;

    private readonly SearchContext context;
    private readonly string found;
    private readonly string limits;
    private readonly bool isAlone;

    private ContainedStatement(SearchContext context, string found, string limits, bool isAlone) =>
        (this.context, this.found, this.limits, this.isAlone) = (context, found, limits, isAlone);

    /// <inheritdoc/>
    public bool TellsMost => false;

    internal static Outcome<ContainedStatement> Of(SearchQuery query, SearchContext context)
    {
        if (Refused(query) is { } refused)
            return refused;
        var type = ContainedTypes.Of(query.ResourceType);
        if (!Conditions.Each(type, query.Clauses, context).Succeeded(out var conditions, out var refusal))
            return refusal;
        if (!Limits(query, context).Succeeded(out var limits, out refusal))
            return refusal;
        return new ContainedStatement(context, Found(type, conditions, context), limits, query.Result.ContainedAlone);
    }

    /// <inheritdoc/>
    public Outcome<Hits> Page(DbSession session, PagePlace place, int limit, bool isLast = false)
    {
        var after = place.Keys is [var key] ? $" AND p.number < {context.Add(long.Parse(key, CultureInfo.InvariantCulture))}" : "";
        var sql = $"SELECT {LogTables.Columns}, p.number FROM {From} AND r.rid <= {context.Add(place.Most)}{after} ORDER BY p.number DESC LIMIT {context.Add(limit + 1)}";
        if (isLast)
            session.EndWithNext();
        var hits = session.Query(sql, ReadHit, context.Arguments.Values);
        var isMore = hits.Count > limit;
        if (isMore)
            hits.RemoveRange(limit, hits.Count - limit);
        return new Hits(hits, isMore ? place.After(hits[^1], PagePlace.Unknown) : null);
    }

    /// <inheritdoc/>
    public long Count(DbSession session, bool isEstimate = false) => session.First(
        $"SELECT COUNT(*) FROM (SELECT p.number FROM {From}{(isEstimate ? $" LIMIT {EstimateUpTo}" : "")}) c", row => row.Integer(0), context.Arguments.Values);

    /// <summary>The numbers found, as <c>p</c>; of what one resource contains the first alone where that resource is the answer.</summary>
    private string From =>
        $"({(isAlone ? $"SELECT DISTINCT u.rid AS number FROM ({found}) u" : $"SELECT MAX(u.rid) AS number FROM ({found}) u GROUP BY {ContainedTypes.Around("u.rid")}")}) p "
        + $"CROSS JOIN resources r CROSS JOIN log l WHERE r.rid = {ContainedTypes.Around("p.number")} AND l.seq = r.seq AND r.deleted = 0{limits}";

    private Hit ReadHit(DbRow row)
    {
        var number = row.Integer(LogTables.ColumnCount);
        return new Hit(LogTables.Read(row).ShownTo(context.Reach), [number.ToString(CultureInfo.InvariantCulture)]) { Contained = isAlone ? ContainedTypes.Place(number) : null };
    }

    private static string Found(string type, List<Condition> conditions, SearchContext context)
    {
        var number = context.Add(SearchTables.TypeNumber(type));
        var driver = conditions.Where(condition => condition.Drive is not null).MinBy(condition => condition.Rank);
        var arms = driver?.Drive!.Arms ?? [new Arm("search_resources d", $"d.type = {number}")];
        var filters = string.Concat(conditions.Where(condition => condition != driver).OrderBy(condition => condition.Rank).Select(condition => $" AND {condition.Filter}"));
        return string.Join(" UNION ALL ", arms.Select(arm => $"SELECT d.rid FROM {arm.From} WHERE {arm.Where}{filters}"));
    }

    /// <summary>What the resource around has to fulfil: it is reached, and is no hit for what it says itself where that was found already.</summary>
    private static Outcome<string> Limits(SearchQuery query, SearchContext context)
    {
        var reached = context.Reach == Reach.Everyone ? ""
            : $" AND {ReachCondition.Among("SELECT x.rid, x.type, x.patient FROM resources x WHERE x.rid = r.rid", ReachCondition.Of(context.Reach, Interactions.Search, null, context))}";
        if (query.Result is not { Contained: ContainedMode.Both, ContainedAlone: false })
            return reached;
        return Conditions.Each(query.ResourceType, query.Clauses, context).Then<string>(own =>
            $"{reached} AND NOT (r.type = {context.Add(query.ResourceType)} AND {Condition.Exists("(SELECT r.rid AS rid) d", string.Join(" AND ", own.Select(one => one.Filter).DefaultIfEmpty("1 = 1")))})");
    }

    private static Refusal? Refused(SearchQuery query)
    {
        if (query.Result.Sort.Count > 0)
            return No("_sort", "they come in the order in which the resources around them were recorded");
        if (query.Result.Includes.Count + query.Result.ReverseIncludes.Count > 0)
            return No("_include and _revinclude", "ask for the resources around them without _contained");
        return query.Clauses.Any(IsOutside)
            ? No("_has, _list, _text, _content, _lastUpdated and a site's own parameters", "those say something of resources of their own")
            : null;
    }

    private static bool IsOutside(SearchClause clause) => ContainedCondition.IsOutside(clause) || (clause is FilterClause filter && filter.Parts.Any(IsOutside));

    private static Refusal No(string what, string why) =>
        Refusal.Invalid("", new RefusalDetail("not-supported", $"In a search for contained resources {what} cannot be used: {why}."));
}
