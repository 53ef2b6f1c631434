using Npgsql;
using Tandem.Kernel.Data.Postgres;
using Tandem.Tests.Support;

namespace Tandem.Tests.Kernel.Data;

/// <summary>What a connection plans while its tables are small serves it when they have grown.</summary>
public sealed class PostgresPlanTests
{
    public PostgresPlanTests() => Assert.SkipWhen(PostgresServer.Missing is not null, PostgresServer.Missing ?? "");

    [Fact]
    public void A_table_of_one_page_is_read_by_its_index()
    {
        using var database = new PostgresDatabase(PostgresServer.NewDatabase());
        using (var writer = database.OpenWriter())
            writer.ExecuteScript("CREATE TABLE few (id BIGINT PRIMARY KEY, word TEXT); INSERT INTO few VALUES (1, 'one'); ANALYZE few");

        var plan = database.Read(session => session.Query("EXPLAIN SELECT word FROM few WHERE id = 1", row => row.Text(0)));

        Assert.Contains("Index Scan", plan[0], StringComparison.Ordinal);
    }

    [Fact]
    public void What_the_operator_sets_for_connections_stays()
    {
        var settings = new NpgsqlConnectionStringBuilder(PostgresServer.NewDatabase()) { Options = "-c work_mem=7MB" };
        using var database = new PostgresDatabase(settings.ConnectionString);

        Assert.Equal("7MB", database.Read(session => session.First("SHOW work_mem", row => row.Text(0))));
    }
}
