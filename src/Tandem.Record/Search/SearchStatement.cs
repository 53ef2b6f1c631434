using System.Globalization;
using System.Text;
using Tandem.Fhir.Search;
using Tandem.Kernel.Actors;
using Tandem.Kernel.Data;
using Tandem.Kernel.Outcomes;
using Tandem.Record.Log;

namespace Tandem.Record.Search;

/// <summary>A search as SQL. The order of work is fixed here: the condition that finds least drives, the others are held against what it finds.</summary>
internal sealed class SearchStatement
{
    private const int MostClauses = 40;
    private const int MostValues = 200;
    private const int MostSortKeys = 4;
    private readonly SearchContext context;
    private readonly string from;
    private readonly string where;

    private SearchStatement(SearchContext context, string from, string where, IReadOnlyList<SortColumn> sort) =>
        (this.context, this.from, this.where, Sort) = (context, from, where, sort);

    internal IReadOnlyList<SortColumn> Sort { get; }

    /// <summary>Compiles clauses for what a scope reaches.</summary>
    internal static Outcome<SearchStatement> Of(SearchQuery query, AccessScope scope, SearchContext context)
    {
        if (TooCostly(query) is { } costly)
            return costly;
        var conditions = new List<Condition>();
        foreach (var clause in query.Clauses)
        {
            if (!Conditions.Of(query.ResourceType, clause, context).Succeeded(out var condition, out var refusal))
                return refusal;
            conditions.Add(condition);
        }

        var sort = new List<SortColumn>();
        foreach (var key in query.Result.Sort)
        {
            if (!SortColumn.Of(query.ResourceType, key, context).Succeeded(out var column, out var refusal))
                return refusal;
            sort.Add(column);
        }

        if (Reached(scope) is { } reached)
            conditions.Add(reached);
        var (from, where) = Ordered(query.ResourceType, conditions, context);
        return new SearchStatement(context, from, where, sort);
    }

    /// <summary>The hits after a place, and one more than <paramref name="limit"/> when there are more.</summary>
    internal List<Hit> Page(DbSession session, PagePlace place, int limit)
    {
        var sql = Sort.Count == 0 ? ByNumber(place, limit) : Sorted(place, limit);
        return session.Query(sql, row => new Hit(LogTables.Read(row), [.. Sort.Select((column, at) => column.Read(row, 13 + at))]), context.Arguments.Values);
    }

    /// <summary>How many hits there are.</summary>
    internal long Count(DbSession session) =>
        session.First($"SELECT COUNT(*) FROM (SELECT DISTINCT d.rid FROM {from} WHERE {where}) c", row => row.Integer(0), context.Arguments.Values);

    /// <summary>The numbers of all hits.</summary>
    internal List<long> Numbers(DbSession session) =>
        session.Query($"SELECT DISTINCT d.rid FROM {from} WHERE {where}", row => row.Integer(0), context.Arguments.Values);

    private static Refusal? TooCostly(SearchQuery query)
    {
        var many = query.Clauses.OfType<ParameterClause>()
            .Any(clause => clause.Values.Count > MostValues && clause.Values.Any(value => value is not TokenOperand { Match: TokenMatch.Code }));
        return many || query.Clauses.Count > MostClauses || query.Result.Sort.Count > MostSortKeys
            ? Refusal.Invalid("", new RefusalDetail("too-costly", $"At most {MostClauses} parameters with {MostValues} values each and {MostSortKeys} sort keys."))
            : null;
    }

    /// <summary>What the scope adds to every search, so that counts and chains cannot leak what a read would refuse.</summary>
    private static Condition? Reached(AccessScope scope) => scope.Reach switch
    {
        Reach.Everyone => null,
        _ => Condition.FilterOnly("1 = 0"),
    };

    private static (string From, string Where) Ordered(string type, List<Condition> conditions, SearchContext context)
    {
        var ordered = conditions.OrderBy(condition => condition.Rank).ToList();
        var driver = ordered.FirstOrDefault(condition => condition.Source is not null);
        var parts = new List<string>();
        if (driver is null)
            parts.Add($"d.type = {context.Add(SearchTables.TypeNumber(type))}");
        else if (driver.Where.Length > 0)
            parts.Add(driver.Where);
        parts.AddRange(ordered.Where(condition => condition != driver).Select(condition => condition.Filter));
        return (driver?.Source ?? "search_resources d", parts.Count == 0 ? "1 = 1" : string.Join(" AND ", parts));
    }

    private string ByNumber(PagePlace place, int limit) =>
        $"SELECT {LogTables.Columns} FROM (SELECT DISTINCT d.rid FROM {from} WHERE {where} AND d.rid > {context.Add(place.Rid)} "
        + $"AND d.rid <= {context.Add(place.Most)} ORDER BY d.rid LIMIT {context.Add(limit + 1)}) p "
        + "CROSS JOIN resources r CROSS JOIN log l WHERE r.rid = p.rid AND l.seq = r.seq ORDER BY p.rid";

    private string Sorted(PagePlace place, int limit)
    {
        var keys = string.Concat(Sort.Select((column, at) => $", {column.Expression} AS k{at}"));
        var order = string.Concat(Sort.Select((column, at) => $"{{0}}k{at}{(column.Descending ? " DESC" : "")}, "));
        var after = place.Keys.Count == 0 ? "1 = 1" : After(place);
        return $"SELECT {LogTables.Columns}{string.Concat(Sort.Select((_, at) => $", p.k{at}"))} FROM (SELECT x.* FROM (SELECT d.rid{keys} FROM "
            + $"(SELECT DISTINCT d.rid FROM {from} WHERE {where} AND d.rid <= {context.Add(place.Most)}) d) x WHERE {after} "
            + $"ORDER BY {order.Replace("{0}", "x.", StringComparison.Ordinal)}x.rid LIMIT {context.Add(limit + 1)}) p "
            + $"CROSS JOIN resources r CROSS JOIN log l WHERE r.rid = p.rid AND l.seq = r.seq ORDER BY {order.Replace("{0}", "p.", StringComparison.Ordinal)}p.rid";
    }

    /// <summary>Beyond the place by the keys in turn, each in its own direction, and at last by number.</summary>
    private string After(PagePlace place)
    {
        var text = new StringBuilder();
        var same = "";
        for (var at = 0; at < Sort.Count; at++)
        {
            var value = context.Add(Sort[at].Value(place.Keys[at]));
            text.Append(CultureInfo.InvariantCulture, $"({same}x.k{at} {(Sort[at].Descending ? '<' : '>')} {value}) OR ");
            same += $"x.k{at} = {value} AND ";
        }

        return $"({text}({same}x.rid > {context.Add(place.Rid)}))";
    }
}

/// <summary>A resource that was found, with the values it is sorted by.</summary>
internal sealed record Hit(ResourceVersion Version, IReadOnlyList<string> Keys);
