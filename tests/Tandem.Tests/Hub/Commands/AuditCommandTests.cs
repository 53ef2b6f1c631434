using Tandem.Hub.Commands;
using Tandem.Hub.Hosting;
using Tandem.Kernel.Data;
using Tandem.Kernel.Data.Migrations;
using Tandem.Kernel.Data.Postgres;
using Tandem.Kernel.Data.Sqlite;
using Tandem.Tests.Support;

namespace Tandem.Tests.Hub.Commands;

/// <summary>The commands of the access log open its tables in the shape that this program knows, or not at all.</summary>
public sealed class AuditCommandTests : IDisposable
{
    private const int Done = 0;
    private const int CannotLook = 2;
    private const string OldTables = "CREATE TABLE audit_holds (patient TEXT NOT NULL, reason TEXT NOT NULL, at BIGINT NOT NULL, actor TEXT NOT NULL, PRIMARY KEY (patient))";
    private readonly string folder = Directory.CreateTempSubdirectory("tandem-audit-test-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Theory]
    [InlineData(Engine.Sqlite)]
    [InlineData(Engine.Postgres)]
    public async Task Tables_of_an_older_program_are_brought_to_todays_shape_first_and_those_of_a_newer_are_not_opened(Engine engine)
    {
        var postgres = PostgresOf(engine);
        using (var database = Open(postgres))
        using (var session = database.OpenWriter())
            session.ExecuteScript(OldTables);

        Assert.Equal(Done, await HoldsAsync(postgres));
        Assert.Equal(HubDatabase.Migrations(engine).Select(migration => migration.Name), Applied(postgres));

        using (var database = Open(postgres))
        using (var session = database.OpenWriter())
            session.Write(SchemaUpdate.Applied, [["2126-01-01_01_tomorrow", "", "99.0.0", 0]]);
        Assert.Equal(CannotLook, await HoldsAsync(postgres));
    }

    [Fact]
    public async Task While_a_hub_serves_the_folder_its_copy_is_brought_to_todays_shape_and_not_the_file()
    {
        using var served = Open("");
        using (var session = served.OpenWriter())
            session.ExecuteScript(OldTables);

        Assert.Equal(Done, await HoldsAsync(""));

        Assert.Empty(served.Read(session => session.Query("SELECT name FROM sqlite_master WHERE name = 'migrations'", row => row.Text(0))));
        using (var session = served.OpenWriter())
        {
            session.ExecuteScript(SchemaUpdate.Applied.Definition(Engine.Sqlite));
            session.Write(SchemaUpdate.Applied, [["2126-01-01_01_tomorrow", "", "99.0.0", 0]]);
        }

        Assert.Equal(CannotLook, await HoldsAsync(""));
    }

    private static string PostgresOf(Engine engine)
    {
        Assert.SkipWhen(engine == Engine.Postgres && PostgresServer.Missing is not null, PostgresServer.Missing ?? "");
        return engine == Engine.Postgres ? PostgresServer.NewDatabase() : "";
    }

    private Task<int> HoldsAsync(string postgres) =>
        CommandLine.RunAsync(["audit", "holds", "--data", folder, .. postgres.Length > 0 ? new[] { "--postgres", postgres } : []]);

    private Database Open(string postgres) =>
        postgres.Length > 0 ? new PostgresDatabase(postgres) : new SqliteDatabase(SqliteDatabase.FileBeside(Path.Combine(folder, "tandem.db"), "audit"));

    private List<string> Applied(string postgres)
    {
        using var database = Open(postgres);
        return database.Read(session => session.Query(SchemaUpdate.ReadApplied, row => row.Text(0)));
    }
}
