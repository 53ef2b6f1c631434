namespace Tandem.Kernel.Data.Migrations;

/// <summary>
/// Brings the tables of a database to the shape that this program knows, before anything else opens it. What is due is applied in order, in one transaction, and
/// recorded; of several nodes that start at once one does it and the others find it done. A fresh database counts all as applied: its tables are made in today's shape.
/// </summary>
public static class SchemaUpdate
{
    /// <summary>What was applied, in which form, by which version of the program.</summary>
    public static readonly Table Applied = new(
        "migrations",
        TableKind.Ledger,
        [new("name", DbKind.Text)],
        [new("checksum", DbKind.Text), new("version", DbKind.Text), new("at", DbKind.Integer)],
        []);

    internal const string ReadApplied = "SELECT name, checksum, version FROM migrations ORDER BY name";

    /// <summary>Applies what is due.</summary>
    /// <param name="database">Not yet open to this process's log (<see cref="Database.OpenLogWriter"/>).</param>
    /// <param name="migrations">All that the program knows, in order.</param>
    /// <param name="version">The program's.</param>
    /// <param name="now">Recorded with what is applied.</param>
    /// <exception cref="DatabaseException">
    /// A newer program changed the tables, or one was applied in another form, or one fails, or is due while another node serves. Nothing was changed.
    /// </exception>
    public static void Run(Database database, IReadOnlyList<Migration> migrations, string version, DateTimeOffset now)
    {
        using var session = database.OpenWriter();
        session.Begin();
        try
        {
            database.LockSchema(session);
            session.ExecuteScript(Applied.Definition(database.Engine));
            var applied = session.Query(ReadApplied, row => new AppliedMigration(row.Text(0), row.Text(1), row.Text(2)));
            Check(applied, migrations, version);
            var due = migrations.ExceptBy(applied.Select(one => one.Name), migration => migration.Name).ToList();
            foreach (var migration in due)
                Apply(database, session, migration);
            if (due.Count > 0)
                session.Write(Applied, [.. due.Select(migration => new DbValue[] { migration.Name, migration.Checksum, version, now })]);
            session.Commit();
        }
        catch
        {
            session.Rollback();
            throw;
        }
    }

    private static void Check(IReadOnlyList<AppliedMigration> applied, IReadOnlyList<Migration> migrations, string version)
    {
        var known = migrations.ToDictionary(migration => migration.Name);
        if (applied.LastOrDefault(one => !known.ContainsKey(one.Name)) is { } newer)
            throw new DatabaseException(
                $"This database belongs to a newer program: Tandem {newer.Version} changed its tables ({newer.Name}), and this is Tandem {version}. Start that version or a newer one, or restore a backup from before.");
        if (applied.FirstOrDefault(one => known[one.Name].Checksum != one.Checksum) is { } other)
            throw new DatabaseException(
                $"Tandem {other.Version} changed the tables of this database by {other.Name} in another form than this program (Tandem {version}) knows. Start a released version, or restore a backup from before.");
    }

    private static void Apply(Database database, DbSession session, Migration migration)
    {
        if (!database.HasColumn(session, migration.Table, column: null) || (migration.Unless is { } column && database.HasColumn(session, migration.Table, column)))
            return;
        if (database.IsLogOpen())
            throw new DatabaseException(
                $"The tables have to be changed for this version of the program ({migration.Name}), and another node serves this database. Stop all nodes, start one, and the others when it serves.");
        try
        {
            session.ExecuteScript(migration.Sql);
        }
        catch (DatabaseUnavailableException)
        {
            throw;
        }
        catch (DatabaseException e)
        {
            throw new DatabaseException($"The tables could not be changed by {migration.Name}; they are as they were. {e.Message}", e);
        }
    }

    private sealed record AppliedMigration(string Name, string Checksum, string Version);
}
