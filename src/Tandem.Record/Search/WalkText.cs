using System.Globalization;
using System.Text;
using Tandem.Kernel.Data;
using Tandem.Record.Log;

namespace Tandem.Record.Search;

/// <summary>A walk as SQL. Ties are broken by number, in the direction of the first key.</summary>
internal static class WalkText
{
    /// <summary>In place of a resource's place in the log, or of how many there are: something is contained by now where the statement does not look, and it has to be composed anew.</summary>
    internal const int Outdated = -1;

    /// <summary>The query of a page: the resources or their places in the log, then the values of the keys, then the log's last number when the place asks for it.</summary>
    /// <remarks>
    /// What is found comes in its order, and SQLite keeps that where each row is looked up after it (as its "Using Co-routines To Defer Work Until After The Sorting" has it): asked to sort what was looked up,
    /// it would hold all resources of the page in memory before it told the first.
    /// </remarks>
    internal static string Page(Walk walk, PageBounds page, bool tellsPlaces, SearchContext context)
    {
        var arguments = context.Arguments;
        var keys = string.Concat(walk.Order.Select((_, at) => $", p.k{at}"));
        var found = walk.IsGathered ? Gathered(walk, page, arguments) : Along(walk, page, arguments);
        var most = page.Place.AsksMost ? $", ({LogTables.LastNumber})" : "";
        var (columns, joins) = tellsPlaces ? ("r.seq", LedJoin.ToPlace(context.Engine, "p.rid")) : (LogTables.Columns, LedJoin.ToCurrent(context.Engine, "p.rid"));
        var all = $"FROM ({found}) p {joins}";
        var isKept = context.Engine == Engine.Sqlite;
        if (context.NoneContained.Count == 0)
            return $"SELECT {columns}{keys}{most} {all}{(isKept ? "" : $" ORDER BY {Order(walk, "p.")}")}";
        var before = tellsPlaces ? 1 : LogTables.ColumnCount;
        var width = before + walk.Order.Count + (page.Place.AsksMost ? 1 : 0);
        var order = string.Concat(walk.Order.Select((column, at) => $"{before + at + 1}{(column.Descending ? " DESC" : "")}, "));
        return $"SELECT {columns}{keys}{most}, p.rid {all} UNION ALL SELECT {Outdated}{string.Concat(Enumerable.Repeat(", NULL", width))} WHERE {Contained(context)}"
            + (isKept ? "" : $" ORDER BY {order}{width + 1}{(IsDown(walk) ? " DESC" : "")}");
    }

    /// <summary>The query of how many there are, at most <paramref name="limit"/>.</summary>
    internal static string Count(Walk walk, int? limit, SearchContext context) =>
        $"SELECT {(context.NoneContained.Count == 0 ? "COUNT(*)" : $"CASE WHEN {Contained(context)} THEN {Outdated} ELSE COUNT(*) END")} FROM ({Numbers(walk, limit, context)}) c";

    /// <summary>What is true once something is contained where the statement does not look.</summary>
    private static string Contained(SearchContext context) => ContainedTypes.Any(context.NoneContained.Select(type => context.Fixed(type)));

    /// <summary>The query of the numbers of all that is found, at most <paramref name="limit"/>.</summary>
    internal static string Numbers(Walk walk, int? limit, SearchContext context)
    {
        var found = Drive.Together([.. walk.Arms.Select(arm => $"SELECT d.rid AS rid FROM {arm.From} WHERE {Where(arm, walk)}")]);
        var most = limit is { } number ? $" LIMIT {context.Fixed(number)}" : "";
        return walk.Arms is [var only] ? $"SELECT{Distinct(only)}{found[6..]}{most}" : $"SELECT DISTINCT u.rid FROM ({found}) u{most}";
    }

    private static string Distinct(Arm arm) => arm.IsOfEachOnce ? "" : " DISTINCT";

    /// <summary>Arms in the order of their indexes, merged, as far as the page goes.</summary>
    private static string Along(Walk walk, PageBounds page, SqlArguments arguments)
    {
        var after = page.Place.Keys.Count == walk.Order.Count ? After(walk, page, "d.rid", at => walk.Order[at].Expression, arguments) : "1 = 1";
        var keys = string.Concat(walk.Order.Select((column, at) => $", {column.Expression} AS k{at}"));
        var rid = walk.Order.Count == 0 ? "d.rid" : "d.rid + 0"; // so that no engine takes an index by number instead of the one by key
        var most = arguments.Of(page, static one => one.Place.Most);
        var each = arguments.Of(page, static one => one.Limit);
        var arms = walk.Arms.Select(arm =>
            $"SELECT{Distinct(arm)} d.rid AS rid{keys} FROM {arm.From} WHERE {Where(arm, walk)} AND {rid} <= {most} AND {after} "
            + $"ORDER BY {Order(walk, "")} LIMIT {each}").ToList();
        return arms is [var only] ? only
            : $"SELECT * FROM ({Drive.Together([.. arms.Select((arm, at) => $"SELECT * FROM ({arm}) a{at}")])}) u "
            + $"ORDER BY {Order(walk, "")} LIMIT {arguments.Of(page, LimitTimes(arms.Count))}";
    }

    /// <summary>Everything found, its keys looked up, sorted.</summary>
    private static string Gathered(Walk walk, PageBounds page, SqlArguments arguments)
    {
        var keys = string.Concat(walk.Order.Select((column, at) => $", {column.Expression} AS k{at}"));
        var found = Drive.Together([.. walk.Arms.Select(arm => $"SELECT d.rid AS rid FROM {arm.From} WHERE {Where(arm, walk)} AND d.rid <= {arguments.Of(page, static one => one.Place.Most)}")]);
        var after = page.Place.Keys.Count == 0 ? "1 = 1" : After(walk, page, "x.rid", at => $"x.k{at}", arguments);
        return $"SELECT x.* FROM (SELECT d.rid{keys} FROM (SELECT DISTINCT u.rid FROM ({found}) u) d) x WHERE {after} ORDER BY {Order(walk, "x.")} LIMIT {arguments.Of(page, static one => one.Limit)}";
    }

    private static Func<PageBounds, DbValue> LimitTimes(int times) => page => page.Limit * times;

    private static Func<PageBounds, DbValue> KeyOf(SortColumn column, int at) => page => column.Value(page.Place.Keys[at]);

    private static string Where(Arm arm, Walk walk) => walk.Filters.Count == 0 ? arm.Where : $"{arm.Where} AND {string.Join(" AND ", walk.Filters)}";

    /// <summary>The order of a walk: by its keys, at last by number.</summary>
    internal static string Order(Walk walk, string of)
    {
        var keys = string.Concat(walk.Order.Select((column, at) => $"{of}k{at}{(column.Descending ? " DESC" : "")}, "));
        return $"{keys}{of}rid{(IsDown(walk) ? " DESC" : "")}";
    }

    private static bool IsDown(Walk walk) => walk.Order is [{ Descending: true }, ..];

    /// <summary>Beyond the place by the keys in turn, each in its own direction, and at last by number.</summary>
    internal static string After(Walk walk, PageBounds page, string rid, Func<int, string> key, SqlArguments arguments)
    {
        var text = new StringBuilder();
        var same = "";
        var bound = "";
        for (var at = 0; at < walk.Order.Count; at++)
        {
            var value = arguments.Of(page, KeyOf(walk.Order[at], at));
            var beyond = walk.Order[at].Descending ? '<' : '>';
            if (at == 0)
                bound = $"{key(at)} {beyond}= {value} AND ";
            text.Append(CultureInfo.InvariantCulture, $"({same}{key(at)} {beyond} {value}) OR ");
            same += $"{key(at)} = {value} AND ";
        }

        return $"{bound}({text}({same}{rid} {(IsDown(walk) ? '<' : '>')} {arguments.Of(page, static one => one.Place.Rid)}))";
    }
}
