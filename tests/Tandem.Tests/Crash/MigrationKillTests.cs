using Tandem.Kernel.Data;
using Tandem.Tests.Care.Intake;

namespace Tandem.Tests.Crash;

/// <summary>
/// A hub that is killed while it changes the tables of an older program's SQLite file: they are as they were, and the next start changes them. PostgreSQL has
/// <see cref="Kernel.Data.Migrations.PostgresSchemaUpdateTests"/>, whose server ends the connection between two statements.
/// </summary>
public sealed class MigrationKillTests
{
    private const int People = 100_000;
    private const long InTheMiddle = 14 * 1024 * 1024; // of about 50 MB that the change writes into the log file; before it nothing is written

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact(Timeout = 300_000)]
    public async Task A_hub_that_is_killed_in_the_middle_of_a_change_of_tables_has_changed_nothing_and_the_next_one_does()
    {
        KilledHub hub;
        while (!await IsCutAsync(hub = new KilledHub(Engine.Sqlite)))
            await hub.DisposeAsync(); // a busy machine killed it after the change: once more
        await using var cut = hub;

        await cut.StartAsync(Cancel);
        await cut.KillAsync();

        Assert.Equal((0, 1, People, People), Ask(cut, $"SELECT {Has("signin_people")}, {Has("people_accounts")}, (SELECT COUNT(*) FROM people_roles), (SELECT COUNT(*) FROM people_accounts WHERE display LIKE 'Testperson%')"));
    }

    /// <summary>Fills the tables as they first were, starts a hub and kills it once the log file has grown; true when the change had not been committed.</summary>
    private static async Task<bool> IsCutAsync(KilledHub hub)
    {
        using (var old = hub.OpenRecord())
        using (var session = old.OpenWriter())
            session.ExecuteScript(
                $"""
                CREATE TABLE signin_people (id TEXT NOT NULL, display TEXT NOT NULL, role TEXT NOT NULL, organization TEXT, teams TEXT NOT NULL, active BIGINT NOT NULL, PRIMARY KEY (id));
                INSERT INTO signin_people
                WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {People})
                SELECT 'p' || i, 'Testperson ' || i || ' ' || hex(zeroblob(200)), 'coordinator', 'Organization/h', '', 1 FROM n;
                PRAGMA wal_checkpoint(TRUNCATE);
                """);
        var log = new FileInfo(Path.Combine(hub.Data, "tandem.db-wal"));
        hub.Begin();
        await Eventually.TrueAsync(() =>
        {
            log.Refresh();
            return log.Exists && log.Length > InTheMiddle;
        });
        await hub.KillAsync();

        var (first, changed, _, _) = Ask(hub, $"SELECT {Has("signin_people")}, {Has("people_accounts")}, 0, 0");
        if (changed == 1)
        {
            Assert.Equal(0, first); // all of it, or nothing
            return false;
        }

        Assert.Equal((1, 0, 0, People), Ask(hub, $"SELECT 1, {Has("people_roles")}, {Has("migrations")}, (SELECT COUNT(*) FROM signin_people)"));
        return true;
    }

    private static string Has(string table) => $"(SELECT COUNT(*) FROM sqlite_master WHERE name = '{table}')";

    private static (long, long, long, long) Ask(KilledHub hub, string sql)
    {
        using var database = hub.OpenRecord();
        return database.Read(session => session.First(sql, row => (row.Integer(0), row.Integer(1), row.Integer(2), row.Integer(3))));
    }
}
