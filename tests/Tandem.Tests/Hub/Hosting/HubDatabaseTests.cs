using Microsoft.Extensions.DependencyInjection;
using Tandem.Care.Loops;
using Tandem.Hub.Hosting;
using Tandem.Kernel.Data;
using Tandem.Kernel.Data.Migrations;
using Tandem.Kernel.Data.Postgres;
using Tandem.Kernel.Data.Sqlite;
using Tandem.Record.Log;
using Tandem.Tests.Support;
using Tandem.Trust.Audit;

namespace Tandem.Tests.Hub.Hosting;

/// <summary>
/// Tables of an earlier day (Shapes) come to the shape of a fresh database by the migrations: whoever changes a table that is no projection's without one
/// is told by the comparison. A new table needs none.
/// </summary>
public sealed class HubDatabaseTests : IDisposable
{
    private const string Day = "2026-11-26";
    private static readonly string[] Files = ["tandem", "tandem-inbox", "tandem-audit"];
    private readonly List<string> folders = [];

    public void Dispose()
    {
        foreach (var folder in folders)
            Directory.Delete(folder, recursive: true);
    }

    [Theory]
    [InlineData(Engine.Sqlite)]
    [InlineData(Engine.Postgres)]
    public async Task A_database_of_an_earlier_shape_is_brought_to_todays_and_keeps_what_it_held(Engine engine)
    {
        var (fresh, old) = (Place(engine), Place(engine));
        MakeOld(old);

        Assert.Equal([], await OpenAsync(fresh));
        Assert.Equal([("Practitioner/ada", 42)], await OpenAsync(old));
        Assert.Equal([("Practitioner/ada", 42)], await OpenAsync(old)); // and is changed once

        var expected = Shape(fresh);
        Assert.True(expected.Count > 300, "no columns were found");
        Assert.Empty(expected.Except(Shape(old)).Select(column => $"missing after the migrations: {column}"));
        Assert.Empty(Shape(old).Except(expected).Select(column => $"left after the migrations: {column}"));
    }

    [Theory]
    [InlineData(Engine.Sqlite)]
    [InlineData(Engine.Postgres)]
    public async Task Who_could_sign_in_before_there_were_accounts_has_one_with_role_home_and_teams(Engine engine)
    {
        var (fresh, old) = (Place(engine), Place(engine));
        MakeFirst(old);

        Assert.Empty(await OpenAsync(fresh));
        Assert.Empty(await OpenAsync(old));

        Assert.Equal(["ada Ada Lovell h 1", "bo Bo Quill - 0"], Lines(old, "tandem", "SELECT id || ' ' || display || ' ' || COALESCE(home, '-') || ' ' || active FROM people_accounts ORDER BY id"));
        Assert.Equal(["ada [h] coordinator", "bo [] administrator"], Lines(old, "tandem", "SELECT person || ' [' || organization || '] ' || role FROM people_roles ORDER BY person"));
        Assert.Equal(["ada north", "ada south"], Lines(old, "tandem", "SELECT person || ' ' || team FROM teams_members ORDER BY person, team"));
        Assert.Equal(Shape(fresh).Order(StringComparer.Ordinal), Shape(old).Order(StringComparer.Ordinal)); // and the tables of that day are gone
    }

    [Theory]
    [InlineData(Engine.Sqlite)]
    [InlineData(Engine.Postgres)]
    public async Task Who_could_sign_in_before_is_not_brought_over_once_there_are_accounts(Engine engine)
    {
        var old = Place(engine);
        await OpenAsync(old);
        using (var database = Open(old, "tandem"))
        using (var session = database.OpenWriter())
            session.ExecuteScript("DELETE FROM migrations; INSERT INTO people_accounts (id, display, active, changed_at) VALUES ('new', 'New Norris', 1, 0)");
        MakeFirst(old);

        await OpenAsync(old);

        Assert.Equal(["new"], Lines(old, "tandem", "SELECT id FROM people_accounts"));
        Assert.Empty(Lines(old, "tandem", "SELECT person FROM people_roles"));
        Assert.Empty(Lines(old, "tandem", "SELECT person FROM teams_members"));
    }

    [Theory]
    [InlineData(Engine.Sqlite)]
    [InlineData(Engine.Postgres)]
    public async Task A_database_that_a_newer_program_changed_is_not_opened(Engine engine)
    {
        var place = Place(engine);
        await OpenAsync(place);
        using (var database = Open(place, "tandem"))
        using (var session = database.OpenWriter())
            session.Write(SchemaUpdate.Applied, [["2126-01-01_01_tomorrow", "", "99.0.0", 0]]);

        Assert.False(HubHost.TryBuild(place, out _));
    }

    [Fact]
    public void Every_migration_is_there_for_both_engines() => Assert.Equal(
        HubDatabase.Migrations(Engine.Sqlite).Select(migration => (migration.Name, migration.Table)),
        HubDatabase.Migrations(Engine.Postgres).Select(migration => (migration.Name, migration.Table)));

    [Fact]
    public void Every_migration_is_named_by_date_number_and_what()
    {
        var names = HubDatabase.Migrations(Engine.Sqlite).Select(migration => migration.Name).ToList();

        Assert.NotEmpty(names);
        Assert.All(names, name => Assert.Matches(@"^20\d\d-\d\d-\d\d_\d\d_[a-z-]+$", name));
    }

    private Dictionary<string, string?> Place(Engine engine)
    {
        Assert.SkipWhen(engine == Engine.Postgres && PostgresServer.Missing is not null, PostgresServer.Missing ?? "");
        folders.Add(Directory.CreateTempSubdirectory("tandem-shape-").FullName);
        return new()
        {
            ["Hub:Data"] = folders[^1], ["Hub:Content"] = Path.Combine(Repository.Root, "content"), ["Hub:Urls"] = "http://127.0.0.1:0", ["Hub:Mllp"] = "",
            ["Hub:Postgres"] = engine == Engine.Postgres ? PostgresServer.NewDatabase() : "",
        };
    }

    private static Database Open(Dictionary<string, string?> place, string file) =>
        place["Hub:Postgres"] is { Length: > 0 } postgres ? new PostgresDatabase(postgres) : new SqliteDatabase(Path.Combine(place["Hub:Data"]!, file + ".db"));

    private static void MakeOld(Dictionary<string, string?> place)
    {
        var folder = Path.Combine(Repository.Root, "tests", "Tandem.Tests", "Hub", "Hosting", "Shapes");
        var isPostgres = place["Hub:Postgres"] is { Length: > 0 };
        foreach (var file in isPostgres ? ["tandem"] : Files)
        {
            using var database = Open(place, file);
            using var session = database.OpenWriter();
            session.ExecuteScript(File.ReadAllText(Path.Combine(folder, isPostgres ? $"{Day}.postgres.sql" : $"{Day}.{file}.sqlite.sql")));
            if (file == "tandem")
                session.ExecuteScript("INSERT INTO loops_seen (person, until_at) VALUES ('Practitioner/ada', 42)");
        }
    }

    /// <summary>The tables of people and sessions as they first were, with a person of two teams and one of none.</summary>
    private static void MakeFirst(Dictionary<string, string?> place)
    {
        using var database = Open(place, "tandem");
        using var session = database.OpenWriter();
        session.ExecuteScript(
            """
            CREATE TABLE signin_people (id TEXT NOT NULL, display TEXT NOT NULL, role TEXT NOT NULL, organization TEXT, teams TEXT NOT NULL, active BIGINT NOT NULL, PRIMARY KEY (id));
            CREATE TABLE signin_sessions (token_hash TEXT NOT NULL, person TEXT NOT NULL, expires_at BIGINT NOT NULL, PRIMARY KEY (token_hash));
            CREATE INDEX signin_sessions_person_0 ON signin_sessions (person);
            INSERT INTO signin_people VALUES ('ada', 'Ada Lovell', 'coordinator', 'Organization/h', 'CareTeam/north CareTeam/south', 1), ('bo', 'Bo Quill', 'administrator', NULL, '', 0);
            INSERT INTO signin_sessions VALUES ('x', 'ada', 1);
            """.Replace("TEXT", database.Engine == Engine.Postgres ? "TEXT COLLATE \"C\"" : "TEXT", StringComparison.Ordinal));
    }

    /// <summary>Opens it as a hub does; what a person has marked as seen.</summary>
    private static async Task<List<(string, long)>> OpenAsync(Dictionary<string, string?> place)
    {
        Assert.True(HubHost.TryBuild(place, out var hub));
        await using (hub)
        {
            _ = hub.Services.GetRequiredService<AuditStore>();
            _ = hub.Services.GetRequiredService<Tandem.Care.Intake.Spool>();
            return hub.Services.GetRequiredService<RecordStore>().Database.Read(session =>
                session.Query(FindEscalations.ReadSeen, row => (row.Text(0), row.Integer(1)), "Practitioner/ada"));
        }
    }

    /// <summary>Each column of each table and each index, as a line.</summary>
    private static List<string> Shape(Dictionary<string, string?> place) => place["Hub:Postgres"] is { Length: > 0 }
        ? Lines(
            place,
            "tandem",
            """
            SELECT c.relname || '.' || a.attname || ' ' || format_type(a.atttypid, a.atttypmod) || ' ' || a.attnotnull || ' ' || a.attcollation || ' '
              || EXISTS (SELECT 1 FROM pg_index i WHERE i.indrelid = c.oid AND i.indisprimary AND a.attnum = ANY (i.indkey))
            FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
            WHERE c.relkind = 'r' AND c.relnamespace = 'public'::regnamespace
            UNION ALL SELECT indexdef FROM pg_indexes WHERE schemaname = 'public'
            """)
        : [.. Files.SelectMany(file => Lines(
            place,
            file,
            """
            SELECT m.name || '.' || p.name || ' ' || p.type || ' ' || p."notnull" || ' ' || p.pk FROM sqlite_master m JOIN pragma_table_info(m.name) p WHERE m.type = 'table'
            UNION ALL SELECT sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL
            """))];

    private static List<string> Lines(Dictionary<string, string?> place, string file, string sql)
    {
        using var database = Open(place, file);
        return database.Read(session => session.Query(sql, row => row.Text(0)));
    }
}
