using Tandem.Kernel.Data;
using Tandem.Kernel.Data.Postgres;
using Tandem.Kernel.Data.Sqlite;

namespace Tandem.Tests.Support;

/// <summary>A database of one test's own, on either engine; reopened by <see cref="Open"/>.</summary>
internal sealed class TestDatabase : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("tandem-test-").FullName;
    private readonly Engine engine;
    private readonly string? connectionString;

    internal TestDatabase(Engine engine)
    {
        this.engine = engine;
        if (engine == Engine.Postgres)
        {
            Assert.SkipWhen(PostgresServer.Missing is not null, PostgresServer.Missing ?? "");
            connectionString = PostgresServer.NewDatabase();
        }
    }

    /// <summary>The write-ahead log of SQLite: grows by what each commit writes, and is never cut while nothing maintains the database.</summary>
    internal FileInfo WriteAheadLog => new(Path.Combine(folder, "tandem.db-wal"));

    internal Database Open() => engine == Engine.Sqlite
        ? new SqliteDatabase(Path.Combine(folder, "tandem.db"))
        : new PostgresDatabase(connectionString!);

    public void Dispose() => Directory.Delete(folder, recursive: true);
}
