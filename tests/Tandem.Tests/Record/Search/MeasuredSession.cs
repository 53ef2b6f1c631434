using System.Text.Json;
using SQLitePCL;
using Tandem.Kernel.Data;

namespace Tandem.Tests.Record.Search;

/// <summary>Runs queries through another session and counts what the engine looked at to answer them.</summary>
/// <param name="inner">The session that runs them.</param>
/// <param name="engine">Its engine.</param>
/// <param name="sqliteFile">The file of SQLite.</param>
/// <param name="kept">Statements that PostgreSQL keeps prepared with their plans, by their text; null to have each planned anew.</param>
internal sealed class MeasuredSession(DbSession inner, Engine engine, string? sqliteFile, Dictionary<string, string>? kept = null) : DbSession
{
    /// <summary>How many steps of SQLite's machine one visited row takes at least: a seek, a test, a column or two.</summary>
    private const int StepsPerRow = 20;

    internal long Visited { get; private set; }

    /// <summary>How many rows were read of the answers.</summary>
    internal long Told { get; private set; }

    internal string LastSql { get; private set; } = "";

    internal DbValue[] LastArguments { get; private set; } = [];

    public override bool IsFarAway => inner.IsFarAway;

    public override void ForEach(string sql, Action<DbRow> read, params ReadOnlySpan<DbValue> arguments)
    {
        (LastSql, LastArguments) = (sql, arguments.ToArray());
        Visited += engine == Engine.Sqlite ? Steps(sql, arguments) / StepsPerRow : Rows(sql, arguments);
        inner.ForEach(
            sql,
            row =>
            {
                Told++;
                read(row);
            },
            arguments);
    }

    public override int Execute(string sql, params ReadOnlySpan<DbValue> arguments) => inner.Execute(sql, arguments);

    public override void Write(Table table, IReadOnlyList<DbValue[]> rows) => throw new NotSupportedException();

    public override void Delete(Table table, IReadOnlyList<DbValue[]> keys) => throw new NotSupportedException();

    public override void Prepare(string sql) => inner.Prepare(sql);

    public override void Begin() => throw new NotSupportedException();

    public override void Commit() => throw new NotSupportedException();

    public override void Rollback() => throw new NotSupportedException();

    public override void ExecuteScript(string sql) => throw new NotSupportedException();

    protected override void Close()
    {
    }

    private long Steps(string sql, ReadOnlySpan<DbValue> arguments)
    {
        Assert.Equal(raw.SQLITE_OK, raw.sqlite3_open_v2(sqliteFile!, out var connection, raw.SQLITE_OPEN_READONLY, null));
        using (connection)
        {
            Assert.Equal(raw.SQLITE_OK, raw.sqlite3_prepare_v2(connection, sql, out var statement));
            using (statement)
            {
                for (var at = 1; at <= raw.sqlite3_bind_parameter_count(statement); at++)
                {
                    var number = int.Parse(raw.sqlite3_bind_parameter_name(statement, at).utf8_to_string()[1..], System.Globalization.CultureInfo.InvariantCulture);
                    ref readonly var value = ref arguments[number - 1];
                    _ = value.Kind switch
                    {
                        DbKind.Integer => raw.sqlite3_bind_int64(statement, at, value.Integer),
                        DbKind.Real => raw.sqlite3_bind_double(statement, at, value.Real),
                        _ => raw.sqlite3_bind_text(statement, at, value.Text),
                    };
                }

                while (raw.sqlite3_step(statement) == raw.SQLITE_ROW)
                {
                }

                return raw.sqlite3_stmt_status(statement, raw.SQLITE_STMTSTATUS_VM_STEP, 0);
            }
        }
    }

    private long Rows(string sql, ReadOnlySpan<DbValue> arguments)
    {
        // As a prepared statement, for its plan is made once for all values.
        var statement = $"{Types(arguments)} AS {sql}";
        if (kept is null || !kept.TryGetValue(statement, out var name))
        {
            name = $"measured{kept?.Count}";
            kept?.Add(statement, name);
            inner.ExecuteScript($"PREPARE {name}{statement}");
        }

        string? plan = null;
        inner.ForEach($"EXPLAIN (ANALYZE, TIMING OFF, FORMAT JSON) EXECUTE {name}{Values(arguments)}", row => plan ??= row.Text(0));
        if (kept is null)
            inner.ExecuteScript($"DEALLOCATE {name}");
        using var json = JsonDocument.Parse(plan!, new JsonDocumentOptions { MaxDepth = 256 });
        return Visits(json.RootElement[0].GetProperty("Plan"));
    }

    private static string Types(ReadOnlySpan<DbValue> arguments)
    {
        var types = new List<string>();
        foreach (ref readonly var value in arguments)
            types.Add(value.Kind switch { DbKind.Integer => "BIGINT", DbKind.Real => "DOUBLE PRECISION", _ => "TEXT" });
        return types.Count == 0 ? "" : $"({string.Join(", ", types)})";
    }

    private static string Values(ReadOnlySpan<DbValue> arguments)
    {
        var values = new List<string>();
        foreach (ref readonly var value in arguments)
        {
            values.Add(value.Kind switch
            {
                DbKind.Integer => value.Integer == long.MinValue ? "(-9223372036854775807 - 1)" : value.Integer.ToString(System.Globalization.CultureInfo.InvariantCulture),
                DbKind.Real => $"'{value.Real.ToString("R", System.Globalization.CultureInfo.InvariantCulture)}'",
                _ => $"'{value.Text.Replace("'", "''", StringComparison.Ordinal)}'",
            });
        }

        return values.Count == 0 ? "" : $"({string.Join(", ", values)})";
    }

    /// <summary>Rows that the scans of a plan gave or threw away, and those that its joins threw away, over all their loops.</summary>
    private static long Visits(JsonElement node)
    {
        long visits = 0;
        if (node.GetProperty("Node Type").GetString()!.EndsWith("Scan", StringComparison.Ordinal) && node.TryGetProperty("Relation Name", out _))
        {
            var loops = node.GetProperty("Actual Loops").GetDouble();
            var rows = node.GetProperty("Actual Rows").GetDouble();
            foreach (var removed in (string[])["Rows Removed by Filter", "Rows Removed by Index Recheck"])
                rows += node.TryGetProperty(removed, out var count) ? count.GetDouble() : 0;
            visits = (long)(loops * Math.Max(rows, 1));
        }

        if (node.TryGetProperty("Rows Removed by Join Filter", out var joined))
            visits += (long)(joined.GetDouble() * node.GetProperty("Actual Loops").GetDouble());
        if (node.TryGetProperty("Plans", out var plans))
            visits += plans.EnumerateArray().Sum(Visits);
        return visits;
    }
}
