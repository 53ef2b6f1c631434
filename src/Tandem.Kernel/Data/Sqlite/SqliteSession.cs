using SQLitePCL;

namespace Tandem.Kernel.Data.Sqlite;

/// <summary>One SQLite connection with its prepared statements.</summary>
internal sealed class SqliteSession : DbSession
{
    private const int MostStatements = 1000; // searches come in any shape; what was prepared for them must not grow without end
    private readonly Dictionary<string, SqliteStatement> statements = new(StringComparer.Ordinal);
    private readonly sqlite3 connection;
    private readonly ReadWatch watch;

    internal SqliteSession(string path, bool readOnly, Action<SqliteSession> configure, string? vfs = null)
    {
        var flags = (readOnly ? raw.SQLITE_OPEN_READONLY : raw.SQLITE_OPEN_READWRITE | raw.SQLITE_OPEN_CREATE) | raw.SQLITE_OPEN_NOMUTEX;
        var code = raw.sqlite3_open_v2(path, out connection, flags, vfs);
        if (code != raw.SQLITE_OK)
            throw SqliteStatement.Fault(code, $"The database {path} cannot be opened: {raw.sqlite3_errstr(code).utf8_to_string()}.");
        raw.sqlite3_busy_timeout(connection, 10_000);
        watch = new(Interrupt);
        configure(this);
    }

    public override int Execute(string sql, params ReadOnlySpan<DbValue> arguments)
    {
        var statement = Statement(sql);
        statement.Bind(arguments);
        statement.Run();
        return raw.sqlite3_changes(connection);
    }

    public override void ForEach(string sql, Action<DbRow> read, params ReadOnlySpan<DbValue> arguments)
    {
        var statement = Statement(sql);
        if (statement.InUse)
        {
            using var second = new SqliteStatement(connection, sql);
            second.Bind(arguments);
            second.ForEach(read);
            return;
        }

        statement.Bind(arguments);
        statement.ForEach(read);
    }

    internal override T Within<TSession, T>(ReadLimit limit, Func<TSession, T> read) => watch.Run((TSession)(DbSession)this, limit, read);

    public override void Write(Table table, IReadOnlyList<DbValue[]> rows) => RunEach(table.InsertSql(Engine.Sqlite), rows);

    public override void Delete(Table table, IReadOnlyList<DbValue[]> keys) => RunEach(table.DeleteSql(Engine.Sqlite), keys);

    public override void Prepare(string sql) => Statement(sql);

    public override void Begin() => Execute("BEGIN IMMEDIATE");

    public override void Commit()
    {
        Execute("COMMIT");
        if (Written is not null && raw.sqlite3_db_status(connection, raw.SQLITE_DBSTATUS_CACHE_WRITE, out var pages, out _, 1) == raw.SQLITE_OK)
            Written(pages);
    }

    /// <summary>The log file, when commits are brought to the disk apart from being made (synchronous=NORMAL).</summary>
    internal SqliteLogFlush? Apart { get; init; }

    public override LogFlush? CommitAhead(IReadOnlyList<TableChange> changes, long? seq, bool isLast)
    {
        Commit(changes);
        return Apart;
    }

    /// <summary>Is told after each commit how many pages went to the log file.</summary>
    internal Action<int>? Written { get; init; }

    public override void Rollback()
    {
        if (raw.sqlite3_get_autocommit(connection) == 0)
            Execute("ROLLBACK");
    }

    public override void ExecuteScript(string sql)
    {
        var code = raw.sqlite3_exec(connection, sql, out var message);
        if (code != raw.SQLITE_OK)
            throw SqliteStatement.Fault(code, $"{message} in: {sql}");
    }

    /// <summary>Moves what is committed from the log file into the database file, as far as readers let it, and waits for nobody.</summary>
    /// <returns>Frames in the log file.</returns>
    /// <exception cref="DatabaseException">It cannot be read or written.</exception>
    internal int Checkpoint() => Checkpoint(raw.SQLITE_CHECKPOINT_PASSIVE);

    /// <summary>As <see cref="Checkpoint()"/>, and lets the next commit begin the log file anew. The writer is kept out until all readers of the log have ended, at most for so long.</summary>
    /// <exception cref="DatabaseException">It cannot be read or written.</exception>
    internal void Restart(TimeSpan patience)
    {
        raw.sqlite3_busy_timeout(connection, (int)patience.TotalMilliseconds);
        Checkpoint(raw.SQLITE_CHECKPOINT_RESTART);
    }

    private int Checkpoint(int mode)
    {
        var code = raw.sqlite3_wal_checkpoint_v2(connection, null, mode, out var frames, out _);
        return (code & 0xFF) is raw.SQLITE_OK or raw.SQLITE_BUSY or raw.SQLITE_LOCKED ? frames
            : throw SqliteStatement.Fault(code, $"The log of the database cannot be carried over: {raw.sqlite3_errstr(code).utf8_to_string()}.");
    }

    protected override void Close()
    {
        foreach (var statement in statements.Values)
            statement.Dispose();
        statements.Clear();
        Apart?.Dispose();
        raw.sqlite3_close_v2(connection);
        connection.Dispose();
    }

    private void RunEach(string sql, IReadOnlyList<DbValue[]> rows)
    {
        var statement = Statement(sql);
        for (var i = 0; i < rows.Count; i++)
        {
            statement.Bind(rows[i]);
            statement.Run();
        }
    }

    /// <summary>On another thread. What begins when nothing runs is not meant: SQLite forgets it then.</summary>
    private bool Interrupt()
    {
        raw.sqlite3_interrupt(connection);
        return false;
    }

    private SqliteStatement Statement(string sql)
    {
        watch.GoOn();
        if (statements.TryGetValue(sql, out var statement))
            return statement;
        if (statements.Count >= MostStatements)
            Forget();
        return statements[sql] = new SqliteStatement(connection, sql);
    }

    private void Forget()
    {
        foreach (var (sql, statement) in statements.Where(pair => !pair.Value.InUse).ToList())
        {
            statement.Dispose();
            statements.Remove(sql);
        }
    }
}
