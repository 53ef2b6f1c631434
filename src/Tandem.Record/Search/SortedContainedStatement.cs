using Tandem.Fhir.Search;
using Tandem.Kernel.Data;
using Tandem.Kernel.Outcomes;
using Tandem.Record.Access;
using Tandem.Record.Log;

namespace Tandem.Record.Search;

/// <summary>
/// A search for contained resources, alone or with resources of their own, in the order of <c>_sort</c> (R4 3.1.1.5.1, 3.1.1.5.5): by the values of what was found. A resource that is the answer
/// for several stands where the first of them stands. Their time is that of the resource around.
/// </summary>
internal sealed class SortedContainedStatement : IPagedSearch
{
    private readonly SearchQuery query;
    private readonly ContainedFindings findings;
    private readonly Walk order;
    private readonly string keyed;
    private readonly SortInMemory? sorter;

    private SortedContainedStatement(SearchQuery query, ContainedFindings findings, IReadOnlyList<SortColumn> columns, string keyed, SortInMemory? sorter) =>
        (this.query, this.findings, order, this.keyed, this.sorter) = (query, findings, new Walk(PagePlace.Unknown, [], [], columns, true), keyed, sorter);

    /// <inheritdoc/>
    public bool TellsMost => false;

    internal static Outcome<SortedContainedStatement> Of(SearchQuery query, SearchContext context, SearchIndexOptions options)
    {
        if (!ContainedFindings.Of(query, context, query.Result.Contained == ContainedMode.Both).Succeeded(out var findings, out var refusal))
            return refusal;
        // Ids of what is contained are hashes in the index, too.
        var sorter = SortInMemory.IsNeeded(query) || query.Result.Sort.Any(key => key.Parameter.Code == "_id") ? new SortInMemory(query, options, context.Reach) : null;
        var within = Columns(ContainedTypes.Of(query.ResourceType), query, sorter, context);
        var own = findings.Own is null ? (Outcome<List<SortColumn>>)new List<SortColumn>() : Columns(query.ResourceType, query, sorter, context);
        return within.Then(inner => own.Then<SortedContainedStatement>(outer =>
        {
            var keyed = Keyed(findings.Within, inner) + (findings.Own is { } found ? $" UNION ALL {Keyed(found, outer)}" : "");
            return new SortedContainedStatement(query, findings, inner, keyed, sorter);
        }));
    }

    /// <inheritdoc/>
    public Outcome<Hits> Page(DbSession session, PagePlace place, int limit, bool isLast = false, long bytes = long.MaxValue)
    {
        var context = findings.Context;
        if (sorter is not null)
        {
            var numbers = session.Query($"SELECT p.rid FROM ({keyed}) p {findings.Around} AND r.rid <= {context.Add(place.Most)} LIMIT {SortInMemory.Enough}", row => row.Integer(0), context.Arguments.Values);
            return sorter.Page(session, numbers, place, limit, bytes).Then<Hits>(sorted => sorted with { Found = findings.WithPlaces(session, query, sorted.Found) });
        }

        var keys = string.Concat(order.Order.Select((_, at) => $", p.k{at}"));
        var after = place.Keys.Count == 0 ? "" : $" AND ({WalkText.After(order, new PageBounds(place, limit), "p.rid", at => $"p.k{at}", context.Arguments)})";
        var sql = $"SELECT {LogTables.Columns}{keys}, p.rid FROM ({Best}) p {findings.Around} AND r.rid <= {context.Add(place.Most)}{after} "
            + $"ORDER BY {WalkText.Order(order, "p.")} LIMIT {context.Add(limit + 1)}";
        var page = Hits.UpTo(limit, session.Query(sql, ReadHit, context.Arguments.Values), last => place.After(last, PagePlace.Unknown));
        return page with { Found = findings.WithPlaces(session, query, page.Found) };
    }

    /// <inheritdoc/>
    public long Count(DbSession session, bool isEstimate = false, bool isLast = false) => session.First(
        $"SELECT COUNT(*) FROM (SELECT {(query.Result.ContainedAlone ? "p.rid" : "DISTINCT r.rid")} FROM ({keyed}) p {findings.Around}{(isEstimate ? $" LIMIT {SearchLimits.EstimateUpTo}" : "")}) c",
        row => row.Integer(0),
        findings.Context.Arguments.Values);

    /// <summary>The numbers with their keys; of what one resource is the answer for the first.</summary>
    private string Best => query.Result.ContainedAlone ? keyed
        : $"SELECT b.* FROM (SELECT k.*, ROW_NUMBER() OVER (PARTITION BY {ContainedTypes.AroundAny("k.rid")} ORDER BY {WalkText.Order(order, "k.")}) AS place FROM ({keyed}) k) b WHERE b.place = 1";

    private Hit ReadHit(DbRow row)
    {
        var number = row.Integer(LogTables.ColumnCount + order.Order.Count);
        var keys = order.Order.Select((column, at) => column.Read(row, LogTables.ColumnCount + at)).ToList();
        return Hit.Of(LogTables.Read(row).ShownTo(findings.Context.Reach), number, keys, query.Result.ContainedAlone);
    }

    private static string Keyed(string found, List<SortColumn> columns) =>
        $"SELECT d.rid AS rid{string.Concat(columns.Select((column, at) => $", {column.Expression} AS k{at}"))} FROM (SELECT DISTINCT u.rid FROM ({found}) u) d";

    private static Outcome<List<SortColumn>> Columns(string type, SearchQuery query, SortInMemory? sorter, SearchContext context)
    {
        var columns = new List<SortColumn>();
        foreach (var key in sorter is null ? query.Result.Sort : [])
        {
            if (!SortColumn.Of(type, key, context).Succeeded(out var column, out var refusal))
                return refusal;
            columns.Add(column);
        }

        return columns;
    }
}
