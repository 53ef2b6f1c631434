using Npgsql;

namespace Tandem.EndToEnd.Support;

/// <summary>Which database the guarded hubs of a run have: SQLite, or a new one each on the PostgreSQL that <c>TANDEM_E2E_POSTGRES</c> names (a connection string of somebody who may make databases).</summary>
internal static class Databases
{
    /// <summary>The setting <c>Hub:Postgres</c> of a new hub; empty for SQLite.</summary>
    internal static async Task<string> NewAsync()
    {
        if (Environment.GetEnvironmentVariable("TANDEM_E2E_POSTGRES") is not { Length: > 0 } server)
            return "";
        var name = $"tandem_e2e_{Path.GetRandomFileName().Replace(".", "", StringComparison.Ordinal)}";
        await using var source = NpgsqlDataSource.Create(server);
        await using var make = source.CreateCommand($"CREATE DATABASE {name}");
        await make.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
        return new NpgsqlConnectionStringBuilder(server) { Database = name }.ConnectionString;
    }
}
