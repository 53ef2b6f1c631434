using System.Collections.Concurrent;
using Tandem.Kernel.Data;
using Tandem.Kernel.Data.Postgres;
using Tandem.Kernel.Data.Sqlite;
using Tandem.Tests.Support;

[assembly: AssemblyFixture(typeof(TestDatabaseModels))]

namespace Tandem.Tests.Support;

/// <summary>A database of one test's own, on either engine; reopened by <see cref="Open"/>.</summary>
internal sealed class TestDatabase : IDisposable
{
    private static readonly ConcurrentDictionary<(Engine Engine, string Program), Lazy<TestDatabase>> Models = new();
    private readonly string folder = Directory.CreateTempSubdirectory("tandem-test-").FullName;
    private readonly string? postgres;

    internal TestDatabase(Engine engine)
        : this(engine, model: null)
    {
    }

    private TestDatabase(Engine engine, TestDatabase? model)
    {
        if (engine == Engine.Postgres)
        {
            Assert.SkipWhen(PostgresServer.Missing is not null, PostgresServer.Missing ?? "");
            postgres = PostgresServer.NewDatabase(like: model?.postgres);
        }
        else if (model is not null)
        {
            File.Copy(model.SqliteFile, SqliteFile);
        }
    }

    /// <summary>The write-ahead log of SQLite: grows by what each commit writes, and is never cut while nothing maintains the database.</summary>
    internal FileInfo WriteAheadLog => new(SqliteFile + "-wal");

    private string SqliteFile => Path.Combine(folder, "tandem.db");

    /// <summary>A database as a program leaves it that started on an empty one and ended: to copy a hundred empty tables is faster than to make them for each test.</summary>
    /// <param name="engine">Of the database.</param>
    /// <param name="program">Its name.</param>
    /// <param name="start">Starts it on a database and ends it; done once in a run.</param>
    internal static TestDatabase StartedOnce(Engine engine, string program, Action<TestDatabase> start)
    {
        var model = Models.GetOrAdd((engine, program), _ => new(() =>
        {
            var made = new TestDatabase(engine);
            start(made);
            return made;
        }));
        return new TestDatabase(engine, model.Value);
    }

    /// <summary>Takes away the files of what <see cref="StartedOnce"/> copied.</summary>
    internal static void EndModels()
    {
        foreach (var model in Models.Values.Where(model => model.IsValueCreated))
            Directory.Delete(model.Value.folder, recursive: true);
    }

    internal Database Open() => postgres is null ? new SqliteDatabase(SqliteFile) : new PostgresDatabase(postgres);

    public void Dispose()
    {
        Directory.Delete(folder, recursive: true);
        if (postgres is not null)
            PostgresServer.Drop(postgres);
    }
}

/// <summary>Ends the models of databases with the run.</summary>
public sealed class TestDatabaseModels : IDisposable
{
    public void Dispose() => TestDatabase.EndModels();
}
