using System.Globalization;
using Tandem.Fhir.Search;
using Tandem.Kernel.Data;
using Tandem.Kernel.Outcomes;
using Tandem.Record.Access;
using Tandem.Record.Log;

namespace Tandem.Record.Search;

/// <summary>
/// A search for contained resources of a type (R4 3.1.1.5.5): answered by the resources around them, each once, or by themselves. All that is found is gathered, then sorted by number: in
/// the order in which the resources around were recorded.
/// </summary>
internal sealed class ContainedStatement : IPagedSearch
{
    private readonly SearchQuery query;
    private readonly ContainedFindings findings;
    private readonly string limits;

    private ContainedStatement(SearchQuery query, ContainedFindings findings, string limits) => (this.query, this.findings, this.limits) = (query, findings, limits);

    /// <inheritdoc/>
    public bool TellsMost => false;

    internal static Outcome<ContainedStatement> Of(SearchQuery query, SearchContext context) => ContainedFindings.Of(query, context, withOwn: false)
        .Then(findings => Limits(query, context).Then<ContainedStatement>(limits => new ContainedStatement(query, findings, limits)));

    /// <inheritdoc/>
    public Outcome<Hits> Page(DbSession session, PagePlace place, int limit, bool isLast = false)
    {
        var context = findings.Context;
        var after = place.Keys is [var key] ? $" AND p.rid < {context.Add(long.Parse(key, CultureInfo.InvariantCulture))}" : "";
        var sql = $"SELECT {LogTables.Columns}, p.rid FROM {From} AND r.rid <= {context.Add(place.Most)}{after} ORDER BY p.rid DESC LIMIT {context.Add(limit + 1)}";
        if (isLast)
            session.EndWithNext();
        var page = Hits.UpTo(limit, session.Query(sql, ReadHit, context.Arguments.Values), last => place.After(last, PagePlace.Unknown));
        return page with { Found = findings.WithPlaces(session, query, page.Found) };
    }

    /// <inheritdoc/>
    public long Count(DbSession session, bool isEstimate = false) => session.First(
        $"SELECT COUNT(*) FROM (SELECT p.rid FROM {From}{(isEstimate ? $" LIMIT {SearchLimits.EstimateUpTo}" : "")}) c", row => row.Integer(0), findings.Context.Arguments.Values);

    /// <summary>The numbers found, as <c>p</c>; of what one resource contains the first alone where that resource is the answer.</summary>
    private string From => query.Result.ContainedAlone
        ? $"(SELECT DISTINCT u.rid FROM ({findings.Within}) u) p {findings.Around}{limits}"
        : $"(SELECT MAX(u.rid) AS rid FROM ({findings.Within}) u GROUP BY {ContainedTypes.Around("u.rid")}) p {findings.Around}{limits}";

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
