using System.Globalization;
using Tandem.Fhir.Search;
using Tandem.Kernel.Data;
using Tandem.Kernel.Outcomes;
using Tandem.Record.Access;
using Tandem.Record.Log;

namespace Tandem.Record.Search;

/// <summary>
/// A search for contained resources of a type (R4 3.1.1.5.5): answered by the resources around them, each once, or by themselves, in the order in which the resources around were recorded. Where the index
/// has what is found in this order, a page is walked, else all that is found is gathered and sorted.
/// </summary>
internal sealed class ContainedStatement : IPagedSearch
{
    private const int LeastAtOnce = 50;

    private readonly SearchQuery query;
    private readonly ContainedFindings findings;
    private readonly string limits;

    private ContainedStatement(SearchQuery query, ContainedFindings findings, string limits) => (this.query, this.findings, this.limits) = (query, findings, limits);

    /// <inheritdoc/>
    public bool TellsMost => false;

    internal static Outcome<ContainedStatement> Of(SearchQuery query, SearchContext context) => ContainedFindings.Of(query, context, withOwn: false)
        .Then(findings => Limits(query, context).Then<ContainedStatement>(limits => new ContainedStatement(query, findings, limits)));

    /// <inheritdoc/>
    public Outcome<Hits> Page(DbSession session, PagePlace place, int limit, bool isLast = false, long bytes = long.MaxValue)
    {
        var before = place.Keys is [var key] ? Before(long.Parse(key, CultureInfo.InvariantCulture)) : 0;
        var hits = findings.Next("0", "0") is null ? Gathered(session, place, before, limit + 1, isLast) : Walked(session, place, before, limit + 1);
        var page = Hits.UpTo(limit, hits, last => place.After(last, PagePlace.Unknown));
        return page with { Found = findings.WithPlaces(session, query, page.Found) };
    }

    /// <summary>Numbers below this one belong to what comes after a hit: of the resource around nothing else where that is the answer.</summary>
    private long Before(long number) => query.Result.ContainedAlone ? number : ContainedTypes.Number(ContainedTypes.AroundOf(number) + 1, 0) + 1;

    private List<Hit> Gathered(DbSession session, PagePlace place, long before, int limit, bool isLast)
    {
        var context = findings.Context;
        var sql = $"{Read(findings.Within, place)} AND p.rid < {context.Add(before)} ORDER BY p.rid DESC LIMIT {context.Add(limit)}";
        if (isLast)
            session.EndWithNext();
        return session.Query(sql, ReadHit, context.Arguments.Values);
    }

    /// <summary>Piece by piece, until there are so many hits: who reaches little walks past what others have.</summary>
    private List<Hit> Walked(DbSession session, PagePlace place, long before, int limit)
    {
        var (context, hits, seen) = (findings.Context, new List<Hit>(), new HashSet<long>());
        var atOnce = Math.Max(limit, LeastAtOnce);
        for (var most = context.Add(atOnce); ;)
        {
            var next = findings.Next(context.Add(before), most)!;
            hits.AddRange(session.Query($"{Read(next, place)} ORDER BY p.rid DESC", ReadHit, context.Arguments.Values)
                .Where(hit => seen.Add(query.Result.ContainedAlone ? hit.Number : hit.Version.Rid)));
            if (hits.Count >= limit)
                return hits;
            var (count, last) = session.First($"SELECT COUNT(*), COALESCE(MIN(e.rid), 0) FROM ({next}) e", row => (row.Integer(0), row.Integer(1)), context.Arguments.Values);
            if (count < atOnce)
                return hits;
            before = last;
        }
    }

    private string Read(string within, PagePlace place) => $"SELECT {LogTables.Columns}, p.rid FROM {From(within)} AND r.rid <= {findings.Context.Add(place.Most)}";

    /// <inheritdoc/>
    public long Count(DbSession session, bool isEstimate = false, bool isLast = false) => session.First(
        $"SELECT COUNT(*) FROM (SELECT p.rid FROM {From(findings.Within)}{(isEstimate ? $" LIMIT {SearchLimits.EstimateUpTo}" : "")}) c", row => row.Integer(0), findings.Context.Arguments.Values);

    /// <summary>The numbers found, as <c>p</c>; of what one resource contains the first alone where that resource is the answer.</summary>
    private string From(string within) => query.Result.ContainedAlone
        ? $"(SELECT DISTINCT u.rid FROM ({within}) u) p {findings.Around}{limits}"
        : $"(SELECT MAX(u.rid) AS rid FROM ({within}) u GROUP BY {ContainedTypes.Around("u.rid")}) p {findings.Around}{limits}";

    private Hit ReadHit(DbRow row)
    {
        var number = row.Integer(LogTables.ColumnCount);
        return Hit.Of(LogTables.Read(row).ShownTo(findings.Context.Reach), number, [number.ToString(CultureInfo.InvariantCulture)], query.Result.ContainedAlone);
    }

    /// <summary>The resource around is no hit for what it contains where it was found already for what it says itself.</summary>
    private static Outcome<string> Limits(SearchQuery query, SearchContext context)
    {
        if (query.Result is not { Contained: ContainedMode.Both, ContainedAlone: false })
            return "";
        return Conditions.Each(query.ResourceType, query.Clauses, context).Then<string>(own =>
            $" AND NOT (r.type = {context.Add(query.ResourceType)} AND {Condition.Exists("(SELECT r.rid AS rid) d", string.Join(" AND ", own.Select(one => one.Filter).DefaultIfEmpty("1 = 1")))})");
    }
}
