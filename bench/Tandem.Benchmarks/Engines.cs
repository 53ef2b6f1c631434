using Npgsql;

namespace Tandem.Benchmarks;

/// <summary>
/// The engines a benchmark runs on: SQLite always, PostgreSQL when TANDEM_BENCH_POSTGRES holds a connection string to a server that
/// may make databases (./tandem bench starts one).
/// </summary>
internal static class Engines
{
    private static int databases;

    /// <param name="server">The variable, where another server is wanted.</param>
    internal static IEnumerable<(string Name, string? Postgres)> All(string server = "TANDEM_BENCH_POSTGRES")
    {
        yield return ("SQLite", null);
        if (Environment.GetEnvironmentVariable(server) is { Length: > 0 } postgres)
            yield return ("PostgreSQL", postgres);
    }

    /// <summary>A connection string to a new, empty database on the same server; null for SQLite, whose hubs have a folder of their own each.</summary>
    internal static string? Fresh(string? postgres)
    {
        if (postgres is null)
            return null;
        var name = $"bench_{Environment.ProcessId}_{Interlocked.Increment(ref databases)}";
        using var connection = new NpgsqlConnection(postgres);
        connection.Open();
#pragma warning disable CA2100 // the name is made here
        using var command = new NpgsqlCommand($"CREATE DATABASE {name}", connection);
#pragma warning restore CA2100
        command.ExecuteNonQuery();
        return new NpgsqlConnectionStringBuilder(postgres) { Database = name }.ConnectionString;
    }

    /// <summary>
    /// Fills the files of a server's log once. A new server makes each of them, 16 MB of zeros that it brings to the disk, when it comes to it, and commits wait for that up to 80 ms; one that has been in use for a while
    /// writes over those that a checkpoint has set free.
    /// </summary>
    internal static void UseLog(string postgres)
    {
        using var connection = new NpgsqlConnection(postgres);
        connection.Open();
        foreach (var sql in (string[])["SELECT pg_logical_emit_message(false, 'bench', repeat('x', 1000000)) FROM generate_series(1, 1000)", "CHECKPOINT"])
        {
#pragma warning disable CA2100 // one of two
            using var command = new NpgsqlCommand(sql, connection) { CommandTimeout = 0 };
#pragma warning restore CA2100
            command.ExecuteNonQuery();
        }
    }

    /// <summary>The bytes of a database with its indexes.</summary>
    internal static long SizeOf(string postgres)
    {
        using var connection = new NpgsqlConnection(postgres);
        connection.Open();
        using var command = new NpgsqlCommand("SELECT pg_database_size(current_database())", connection);
        return (long)command.ExecuteScalar()!;
    }
}
