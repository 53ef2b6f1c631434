using Tandem.Care.Loops;
using Tandem.Hub.Layout;
using Tandem.Kernel.Data;
using Tandem.Kernel.Data.Migrations;
using Tandem.Kernel.Data.Postgres;
using Tandem.Kernel.Data.Sqlite;
using Tandem.Record.Log;
using Tandem.Trust;

namespace Tandem.Hub.Hosting;

/// <summary>The hub's database, its tables in the shape that this program knows.</summary>
internal static class HubDatabase
{
    /// <summary>What is kept in files of their own on SQLite, see <see cref="Database.Beside"/>.</summary>
    private static readonly string[] Beside = ["inbox", "audit"];

    /// <exception cref="DatabaseException">Another process has it, it cannot be opened, or its tables belong to another version of the program.</exception>
    internal static Database Open(HubSettings settings, TimeProvider clock)
    {
        Database database = settings.Postgres.Length > 0 ? new PostgresDatabase(settings.Postgres) : new SqliteDatabase(settings.RecordFile);
        try
        {
            UpdateAll(database, clock);
            return database;
        }
        catch
        {
            database.Dispose();
            throw;
        }
    }

    /// <summary>Every migration of the product for an engine, in order.</summary>
    internal static IReadOnlyList<Migration> Migrations(Engine engine) =>
        Migration.Of(engine, typeof(RecordStore).Assembly, typeof(TrustModule).Assembly, typeof(LoopsModule).Assembly);

    /// <summary>Brings the tables of one database, or of one file beside, to the shape that this program knows.</summary>
    /// <exception cref="DatabaseException">They belong to another version of the program, or another node serves them and they have to be changed.</exception>
    internal static void Update(Database one, TimeProvider clock) => SchemaUpdate.Run(one, Migrations(one.Engine), ProductVersion.Text, clock.GetUtcNow());

    private static void UpdateAll(Database database, TimeProvider clock)
    {
        Update(database, clock);
        if (database.Engine == Engine.Postgres)
            return;
        foreach (var name in Beside)
        {
            using var beside = database.Beside(name);
            Update(beside, clock);
        }
    }
}
