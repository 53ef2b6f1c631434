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
