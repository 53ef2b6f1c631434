using Tandem.Kernel.Data;

namespace Tandem.Record.Search;

/// <summary>
/// A table looked up for each row that stands before it in a query, as a join whose sides no engine swaps. SQLite keeps the order of a <c>CROSS JOIN</c>. PostgreSQL keeps which tables it joins first
/// (<c>join_collapse_limit</c>), but of two sides it leads with the one that it believes to be smaller, and walks that one whole when it believes that there is nothing in it. A subquery that refers to the rows
/// before it and is not taken apart (<c>OFFSET 0</c>) can only follow them.
/// </summary>
internal static class LedJoin
{
    /// <summary>The join.</summary>
    /// <param name="engine">Which engine will run it.</param>
    /// <param name="table">The table and its name in the query, such as <c>search_references f</c>.</param>
    /// <param name="on">What is true of its rows, by the rows before it. What only they tell stands elsewhere.</param>
    internal static string To(Engine engine, string table, string on) => engine == Engine.Sqlite
        ? $"CROSS JOIN {table} ON {on}"
        : $"CROSS JOIN LATERAL (SELECT * FROM {table} WHERE {on} OFFSET 0) {table[(table.IndexOf(' ', StringComparison.Ordinal) + 1)..]}";

    /// <summary>Rows <c>d</c> that are found at once and then sorted, and never by a walk in the order that the query around them asks for.</summary>
    internal static Arm Whole(Engine engine, string table, string where) => engine == Engine.Sqlite
        ? new($"{table} d", where)
        : new($"(SELECT d.rid FROM {table} d WHERE {where} OFFSET 0) d", "1 = 1");

    /// <summary>A resource (<c>r</c>) and its current version (<c>l</c>), by the number that the rows before tell.</summary>
    internal static string ToCurrent(Engine engine, string number) => $"{ToPlace(engine, number)} {To(engine, "log l", "l.seq = r.seq")}";

    /// <summary>A resource (<c>r</c>), which tells the place of its current version, by the number that the rows before tell.</summary>
    internal static string ToPlace(Engine engine, string number) => To(engine, "resources r", $"r.rid = {number}");

    /// <summary>Which engine a session is of.</summary>
    internal static Engine EngineOf(DbSession session) => session.IsFarAway ? Engine.Postgres : Engine.Sqlite;
}
