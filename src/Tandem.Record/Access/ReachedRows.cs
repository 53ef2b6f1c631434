using System.Text.RegularExpressions;
using Tandem.Fhir.Search;
using Tandem.Kernel.Actors;
using Tandem.Kernel.Data;
using Tandem.Record.Search;

namespace Tandem.Record.Access;

/// <summary>
/// Runs a module's own query within what a scope reaches. The query marks where rows are limited, by which resource a row tells of:
/// <c>WHERE p.patient = $1 /*reach Task:p.id*/</c> by type and id, <c>/*reach rid:w.rid*/</c> by number, <c>/*reach seq:l.seq*/</c> by place in the log. For
/// the hub's own work the text stays as it is, marks being comments; a limited scope gets a condition in their place.
/// </summary>
public static partial class ReachedRows
{
    /// <summary>All rows that the scope reaches; none when the query marks no place and the scope is limited.</summary>
    /// <exception cref="InvalidOperationException">The scope is limited and the query marks no place.</exception>
    public static List<T> QueryWithin<T>(this DbSession session, AccessScope scope, string sql, Func<DbRow, T> read, params ReadOnlySpan<DbValue> arguments)
    {
        if (scope.Reach == Reach.Everyone)
            return session.Query(sql, read, arguments);
        if (scope.Reach == Reach.NoOne)
            return [];
        var all = SearchContext.Plain(session, arguments);
        return session.Query(Within(sql, scope, all), read, all.Arguments.Values);
    }

    /// <summary>The first row that the scope reaches, or <c>default</c>.</summary>
    /// <exception cref="InvalidOperationException">The scope is limited and the query marks no place.</exception>
    public static T? FirstWithin<T>(this DbSession session, AccessScope scope, string sql, Func<DbRow, T> read, params ReadOnlySpan<DbValue> arguments)
    {
        if (scope.Reach == Reach.Everyone)
            return session.First(sql, read, arguments);
        if (scope.Reach == Reach.NoOne)
            return default;
        var all = SearchContext.Plain(session, arguments);
        return session.First(Within(sql, scope, all), read, all.Arguments.Values);
    }

    /// <summary>True when the scope reaches the current version of a resource for reading.</summary>
    public static bool IsReached(this DbSession session, AccessScope scope, string type, string id) =>
        session.FirstWithin(scope, ReadReached, row => row.Integer(0), type, id) == 1;

    internal const string ReadReached = "SELECT 1 FROM resources r WHERE r.type = $1 AND r.id = $2 /*reach rid:r.rid*/";

    private static string Within(string sql, AccessScope scope, SearchContext context)
    {
        var marks = 0;
        var within = Mark().Replace(sql, mark =>
        {
            marks++;
            return " AND " + At(mark.Groups[1].Value, mark.Groups[2].Value, scope, context);
        });
        return marks > 0 ? within : throw new InvalidOperationException($"The query does not mark where it is limited: {sql}");
    }

    private static string At(string by, string column, AccessScope scope, SearchContext context) => by switch
    {
        "rid" => ReachCondition.Among($"SELECT x.rid, x.type, x.patient FROM resources x WHERE x.rid = {column}", ReachCondition.Of(scope.Reach, Interactions.Read, null, context)),
        "seq" => ReachCondition.Among(
            $"SELECT x.rid, x.type, x.patient, x.seq FROM log x WHERE x.seq = {column}", ReachCondition.Of(scope.Reach, Interactions.Read, null, context, RowKind.MayBeGone)),
        _ => ReachCondition.Among(
            $"SELECT x.rid, x.type, x.patient FROM resources x WHERE x.type = {context.Add(by)} AND x.id = {column}", ReachCondition.Of(scope.Reach, Interactions.Read, by, context)),
    };

    [GeneratedRegex(@"/\*reach (\w+):([\w.]+)\*/")]
    private static partial Regex Mark();
}
