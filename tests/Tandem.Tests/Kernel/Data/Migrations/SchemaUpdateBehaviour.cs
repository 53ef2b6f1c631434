using Microsoft.Extensions.Logging.Abstractions;
using Tandem.Kernel.Data;
using Tandem.Kernel.Data.Migrations;
using Tandem.Record.Log;
using Tandem.Tests.Support;

namespace Tandem.Tests.Kernel.Data.Migrations;

public sealed class SqliteSchemaUpdateTests() : SchemaUpdateBehaviour(Engine.Sqlite);

public sealed class PostgresSchemaUpdateTests() : SchemaUpdateBehaviour(Engine.Postgres)
{
    [Fact]
    public void Nothing_is_kept_of_a_change_that_is_killed_between_two_statements()
    {
        var killed = Of(Double.Name, "UPDATE cups SET size = size * 2; SELECT pg_terminate_backend(pg_backend_pid());");

        Assert.ThrowsAny<DatabaseException>(() => Run(Size, killed));
        Run(Size, Double);

        Assert.Equal(3, Sizes());
    }

    [Fact]
    public async Task Of_several_nodes_that_start_at_once_one_changes_the_tables()
    {
        await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => Task.Run(() =>
        {
            using var node = test.Open();
            SchemaUpdate.Run(node, [Size, Double], "1.0.0", Now);
        })));

        Assert.Equal(3, Sizes());
    }

    [Fact]
    public async Task Of_several_nodes_that_start_at_once_one_makes_the_tables()
    {
        Table[] tables = [.. Enumerable.Range(0, 8).Select(number => new Table($"plates{number}", TableKind.Rows, [new("id", DbKind.Integer)], [new("name", DbKind.Text)], [new("name", "name")]))];

        await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => Task.Run(() =>
        {
            using var node = test.Open();
            node.Make(tables);
            using var store = new RecordStore(node, [], [], new CommitSignal(), TimeProvider.System, NullLogger<RecordStore>.Instance);
        })));

        Assert.Equal(0, database.Read(session => session.First("SELECT COUNT(*) FROM plates7 CROSS JOIN log", row => row.Integer(0))));
    }

    [Fact]
    public void Tables_are_not_changed_under_a_node_that_serves()
    {
        using (database.OpenLogWriter())
            Assert.Contains("Stop all nodes", Assert.Throws<DatabaseException>(() => Run(Size)).Message, StringComparison.Ordinal);

        Run(Size);

        Assert.Equal(1, Sizes());
    }
}

/// <summary>What a change of shape promises on every engine.</summary>
public abstract class SchemaUpdateBehaviour : IDisposable
{
    private protected static readonly DateTimeOffset Now = DateTimeOffset.FromUnixTimeSeconds(1_772_000_000);
    private protected static readonly Migration Size = Of("2026-12-02_01_size", "ALTER TABLE cups ADD COLUMN size BIGINT NOT NULL DEFAULT 1;");
    private protected static readonly Migration Double = Of("2026-12-02_02_double", "UPDATE cups SET size = size * 2; UPDATE cups SET size = size + 1;");
    private readonly Engine engine;
    private protected readonly TestDatabase test;
    private protected readonly Database database;

    protected SchemaUpdateBehaviour(Engine engine)
    {
        this.engine = engine;
        test = new TestDatabase(engine);
        database = test.Open();
        Script("CREATE TABLE cups (name TEXT PRIMARY KEY); INSERT INTO cups (name) VALUES ('blue');");
    }

    public void Dispose()
    {
        database.Dispose();
        test.Dispose();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public void What_is_due_is_applied_in_order_and_once()
    {
        Run(Size, Double);
        Run(Size, Double);

        Assert.Equal(3, Sizes());
        Assert.Equal([Size.Name, Double.Name], Applied());
    }

    [Fact]
    public void What_a_database_lacks_and_what_it_has_already_counts_as_applied()
    {
        Run(Size, Of("2026-12-02_03_saucers", "DELETE FROM saucers;", table: "saucers"), Of("2026-12-02_04_again", "DELETE FROM cups;", unless: "size"));

        Assert.Equal(1, Sizes());
        Assert.Equal(3, Applied().Count);
    }

    [Fact]
    public void Nothing_is_kept_of_a_change_that_fails_and_the_next_start_applies_the_mended_one()
    {
        var broken = Of(Double.Name, "UPDATE cups SET size = size * 2; UPDATE cups SET sice = 1;");

        Assert.Contains(Double.Name, Assert.Throws<DatabaseException>(() => Run(Size, broken)).Message, StringComparison.Ordinal);
        Assert.Empty(Applied());
        Run(Size, Double);

        Assert.Equal(3, Sizes());
    }

    [Fact]
    public void A_database_of_a_newer_program_is_refused_and_names_it()
    {
        SchemaUpdate.Run(database, [Size, Double], "9.1.0", Now);

        var refused = Assert.Throws<DatabaseException>(() => Run(Size));

        Assert.Contains("Tandem 9.1.0", refused.Message, StringComparison.Ordinal);
        Assert.Contains(Double.Name, refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_change_that_was_applied_in_another_form_is_refused()
    {
        Run(Size);

        var refused = Assert.Throws<DatabaseException>(() => Run(Of(Size.Name, "ALTER TABLE cups ADD COLUMN size BIGINT NOT NULL DEFAULT 2;")));

        Assert.Contains(Size.Name, refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_says_which_table_it_changes()
    {
        Assert.Throws<InvalidDataException>(() => Migration.Read("2026-12-02_01_size", "ALTER TABLE cups ADD COLUMN size BIGINT;"));
        Assert.Equal(Size, Migration.Read(Size.Name, Size.Sql.Replace("\n", "\r\n", StringComparison.Ordinal)));
    }

    private protected static Migration Of(string name, string sql, string table = "cups", string? unless = null) =>
        Migration.Read(name, $"-- table: {table}\n{(unless is null ? "" : $"-- unless: {unless}\n")}{sql}\n");

    private protected void Run(params Migration[] migrations) => SchemaUpdate.Run(database, migrations, "1.0.0", Now);

    private void Script(string sql)
    {
        using var session = database.OpenWriter();
        session.ExecuteScript(sql);
    }

    private protected long Sizes() => database.Read(session => session.First("SELECT size FROM cups", row => row.Integer(0)));

    private List<string> Applied()
    {
        Script(SchemaUpdate.Applied.Definition(engine));
        return database.Read(session => session.Query(SchemaUpdate.ReadApplied, row => row.Text(0)));
    }
}
