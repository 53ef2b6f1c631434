using Npgsql;
using Tandem.Kernel.Data;
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

    [Fact]
    public void What_a_search_tells_the_server_is_not_told_to_the_next_read()
    {
        using var database = new PostgresDatabase(new NpgsqlConnectionStringBuilder(PostgresServer.NewDatabase()) { Options = "-c work_mem=7MB", MaxPoolSize = 1 }.ConnectionString);

        var chosen = Enumerable.Range(0, 2).Select(_ => (Search: database.SnapshotAsWritten(Told), Read: database.Snapshot(Told))).ToList();

        Assert.All(chosen, pair => Assert.Equal((("off", "force_generic_plan", "7MB"), ("on", "auto", "7MB")), pair));
    }

    [Fact]
    public void A_search_that_failed_leaves_its_settings_known()
    {
        using var database = new PostgresDatabase(new NpgsqlConnectionStringBuilder(PostgresServer.NewDatabase()) { MaxPoolSize = 1 }.ConnectionString);

        Assert.Throws<DatabaseException>(() => database.SnapshotAsWritten(session => session.Query("SELECT 1 / 0", row => row.Integer(0))));

        Assert.Equal("off", database.SnapshotAsWritten(Told).HashJoin);
        Assert.Equal("on", database.Snapshot(Told).HashJoin);
    }

    [Fact]
    public void A_question_that_is_the_only_one_of_its_snapshot_needs_no_transaction()
    {
        using var database = new PostgresDatabase(PostgresServer.NewDatabase());
        const string Isolation = "SELECT current_setting('transaction_isolation')";

        var alone = database.Snapshot(session =>
        {
            session.EndWithNext();
            return session.First(Isolation, row => row.Text(0));
        });
        var together = database.Snapshot(session => session.First(Isolation, row => row.Text(0)));

        Assert.Equal(("read committed", "repeatable read"), (alone, together));
    }

    private static (string HashJoin, string Plans, string Memory) Told(DbSession session) => session.First(
        "SELECT current_setting('enable_hashjoin'), current_setting('plan_cache_mode'), current_setting('work_mem')", row => (row.Text(0), row.Text(1), row.Text(2)));
}
