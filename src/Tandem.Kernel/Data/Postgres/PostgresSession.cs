using System.Globalization;
using Npgsql;

namespace Tandem.Kernel.Data.Postgres;

/// <summary>One PostgreSQL connection; statements are prepared by the driver after their second use.</summary>
/// <param name="connection">Open.</param>
/// <param name="blocks">Whether its socket does.</param>
/// <param name="opened">Is told when it was lost and is open again.</param>
/// <param name="ends">Ends statements of sessions.</param>
/// <param name="pulse">Ends sessions when the server answers nobody.</param>
/// <remarks>What begins a transaction goes out with its first statement, and the commit with the last rows: each exchange costs more than most statements.</remarks>
internal sealed class PostgresSession : DbSession
{
    private const int Day = 24 * 60 * 60; // in seconds
    private const int Beyond = 10; // seconds after which the driver gives up a statement that is not ended though it should be
    private readonly NpgsqlConnection connection;
    private readonly Action opened;
    private readonly PostgresEnds ends;
    private readonly PostgresPulse pulse;
    private readonly PostgresWait wait;
    private readonly PostgresLocks locks;
    private readonly ReadWatch watch;
    private readonly List<NpgsqlBatchCommand> before = [];
    private readonly List<Action<DbRow>> answersBefore = [];
    private bool blocks;
    private int longest;
    private bool endsWithNext;
    private bool isInTransaction;
    private bool isBegun;
    private long openings;
    private PostgresLogFlush? flush;

    internal PostgresSession(NpgsqlConnection connection, bool blocks, Action opened, PostgresEnds ends, PostgresPulse pulse)
    {
        (this.connection, this.blocks, this.opened, this.ends, this.pulse) = (connection, blocks, opened, ends, pulse);
        wait = pulse.Enrol(connection);
        (locks, watch) = (new(connection, wait), new(End));
    }

    public override int Execute(string sql, params ReadOnlySpan<DbValue> arguments)
    {
        using var batch = Batch();
        var command = PostgresCommand.Of(sql, arguments);
        batch.BatchCommands.Add(command);
        Run(batch);
        return (int)command.RecordsAffected;
    }

    public override void ForEach(string sql, Action<DbRow> read, params ReadOnlySpan<DbValue> arguments)
    {
        EndAtOnce();
        Action<DbRow>[] answers = [.. answersBefore, read];
        var ends = endsWithNext;
        using var batch = Batch();
        batch.BatchCommands.Add(PostgresCommand.Of(sql, arguments));
        if (ends)
            batch.BatchCommands.Add(new NpgsqlBatchCommand("COMMIT"));
        using var reader = Read(batch);
        var row = new PostgresRow(reader);
        for (var at = 0; at < answers.Length; at++)
        {
            if (at > 0)
                wait.Run(reader, static reader => reader.NextResult());
            while (wait.Run(reader, static reader => reader.Read()))
                answers[at](row);
        }

        wait.Run(reader, static reader => reader.NextResult()); // to the end of the transaction
        if (ends)
            isInTransaction = isBegun = false;
    }

    public override void Write(Table table, IReadOnlyList<DbValue[]> rows) => Apply([new(table, [], rows, [])]);

    public override void Delete(Table table, IReadOnlyList<DbValue[]> keys) => Apply([new(table, keys, [], [])]);

    /// <summary>One statement for all keys and one for all rows of a table, as arrays; all statements in one exchange with the server.</summary>
    public override void Apply(IReadOnlyList<TableChange> changes)
    {
        if (changes.Count == 0)
            return;
        Add(before, changes);
        SendBefore();
    }

    public override void ApplyBeforeNext(IReadOnlyList<TableChange> changes) => Add(before, changes);

    public override void AskBeforeNext(string sql, Action<DbRow> read)
    {
        before.Add(PostgresCommand.Of(sql, []));
        answersBefore.Add(read);
    }

    public override void EndWithNext() => endsWithNext = isInTransaction;

    public override bool IsFarAway => true;

    public override long Openings => openings;

    public override void Commit(IReadOnlyList<TableChange> changes)
    {
        using var batch = Batch();
        Add(batch.BatchCommands, changes);
        batch.BatchCommands.Add(new NpgsqlBatchCommand("COMMIT"));
        try
        {
            Run(batch);
        }
        catch (DatabaseUnavailableException e) when (!wait.IsOpen)
        {
            throw new CommitUnknownException(e);
        }

        isInTransaction = isBegun = false;
    }

    public override LogFlush? CommitAhead(IReadOnlyList<TableChange> changes, long? seq, bool isLast)
    {
        var ahead = isLast ? null : Flush();
        if (ahead is not null)
            BeforeNext("SET LOCAL synchronous_commit TO off");
        else if (seq is { } place)
            BeforeNext($"SELECT {PostgresNotices.Notify}", place.ToString(CultureInfo.InvariantCulture));
        Commit(changes);
        return ahead;
    }

    /// <summary>Opens a connection to the same server for the flushes of one that writes the log; null for others, whose commits wait for the disk.</summary>
    internal Func<NpgsqlConnection>? Beside { get; init; }

    public override void Prepare(string sql)
    {
        // The server infers the types of $n; the driver would want them named, so this goes by SQL.
        using var prepare = new NpgsqlCommand($"PREPARE checked AS {sql}", connection);
        prepare.ExecuteNonQuery();
        using var forget = new NpgsqlCommand("DEALLOCATE checked", connection);
        forget.ExecuteNonQuery();
    }

    public override void Begin() => Begin("BEGIN");

    public override void Commit() => Commit([]);

    public override void Rollback()
    {
        var isOpen = isBegun;
        isInTransaction = isBegun = false;
        Forget();
        if (!isOpen || IsDoubtful || !wait.IsOpen)
            return;
        try
        {
            using var rollback = new NpgsqlCommand("ROLLBACK", connection);
            wait.Run(rollback, static rollback => rollback.ExecuteNonQuery());
        }
        catch (Exception e) when (e is DatabaseException or InvalidOperationException or ObjectDisposedException)
        {
            wait.Close(); // a broken connection has rolled back by itself; the next Begin opens anew
        }
    }

    public override void ExecuteScript(string sql)
    {
        SendBefore();
        using var command = new NpgsqlCommand(sql, connection);
        wait.Run(command, static command => command.ExecuteNonQuery());
    }

    /// <summary>Puts a question whose answer nobody needs before the next statement.</summary>
    internal void BeforeNext(string sql, params ReadOnlySpan<DbValue> arguments)
    {
        before.Add(PostgresCommand.Of(sql, arguments));
        answersBefore.Add(static _ => { });
    }

    /// <summary>What it holds beyond transactions.</summary>
    internal PostgresLocks Locks => locks;

    /// <summary>The server's number of its side of the connection, as the server tells it: a pool between may tell another. Known within a limit.</summary>
    internal int Backend { get; private set; }

    /// <summary>True when an end may still be on its way to it, and would reach who uses it next.</summary>
    internal bool IsDoubtful { get; private set; }

    /// <summary>An end was told to the server, or nobody knows whether.</summary>
    internal void Ended(bool isKnown)
    {
        IsDoubtful |= !isKnown;
        watch.Ended();
    }

    internal override T Within<TSession, T>(ReadLimit limit, Func<TSession, T> read)
    {
        if (limit == ReadLimit.Never)
            return read((TSession)(DbSession)this);
        Reopen();
        if (Backend == 0)
            Backend = AskBackend();
        longest = (int)Math.Min(limit.Longest.TotalSeconds, Day) + Beyond;
        try
        {
            return watch.Run((TSession)(DbSession)this, limit, read);
        }
        finally
        {
            longest = 0;
        }
    }

    internal bool IsUsable => wait.IsOpen && !isInTransaction;

    /// <summary>What the server was told of how to run statements, for as long as the connection holds; null for nothing.</summary>
    internal string? Settings { get; private set; }

    /// <summary>Tells the server, outside of a transaction, how to run statements from now on.</summary>
    /// <param name="settings">A query that sets it; null for as it was opened.</param>
    internal void Set(string? settings)
    {
        using var command = new NpgsqlCommand(settings ?? "RESET ALL", connection);
        wait.Run(command, static command => command.ExecuteNonQuery());
        Settings = settings;
    }

    /// <param name="settings">See <see cref="Settings"/>.</param>
    internal void BeginSnapshot(string? settings)
    {
        Reopen();
        if (Settings != settings)
            Set(settings);
        Begin("BEGIN ISOLATION LEVEL REPEATABLE READ");
    }

    /// <summary>Asks in one exchange, each question in a state of the data of its own or in one that others of its like share.</summary>
    /// <param name="settings">See <see cref="Settings"/>.</param>
    /// <param name="questions">Each takes its own rows.</param>
    /// <param name="limit">For all together.</param>
    internal int AskTogether(string? settings, IReadOnlyList<DbQuestion> questions, ReadLimit? limit)
    {
        Reopen();
        if (Settings != settings)
            Set(settings);
        return limit is null ? AskTogether(questions) : Within<PostgresSession, int>(limit, session => session.AskTogether(questions));
    }

    private int AskTogether(IReadOnlyList<DbQuestion> questions)
    {
        var groups = AskedTogether.Group(questions);
        using var batch = Batch();
        foreach (var group in groups)
            batch.BatchCommands.Add(group is [var only] ? PostgresCommand.Of(only.Sql, only.Values) : AskedTogether.Command(group));
        using var reader = Read(batch);
        var row = new PostgresRow(reader);
        foreach (var group in groups)
        {
            foreach (var question in group)
                question.Begin();
            while (wait.Run(reader, static reader => reader.Read()))
                group[group.Length == 1 ? 0 : row.Integer(reader.FieldCount - 1) - 1].Read(row);
            wait.Run(reader, static reader => reader.NextResult());
        }

        return questions.Count;
    }

    protected override void Close()
    {
        flush?.Dispose();
        locks.Leave();
        wait.Dispose();
        wait.Close();
        connection.Dispose();
    }

    /// <summary>What makes durable what is committed from now on; opened before that, and anew when it failed.</summary>
    private PostgresLogFlush? Flush()
    {
        if (flush is { Holds: true } || Beside is null)
            return flush;
        flush?.Dispose();
        flush = null;
        return flush = PostgresLogFlush.Open(connection, wait, Beside, pulse);
    }

    private bool End()
    {
        ends.Add(this);
        return true;
    }

    private int AskBackend()
    {
        using var ask = new NpgsqlCommand("SELECT pg_backend_pid()", connection);
        return wait.Run(ask, static ask => (int)ask.ExecuteScalar()!);
    }

    private void Begin(string sql)
    {
        Reopen();
        Forget();
        before.Add(new NpgsqlBatchCommand(sql));
        isInTransaction = true;
    }

    /// <summary>A query that is the first and the last of its transaction needs none: it sees one state of the data by itself.</summary>
    private void EndAtOnce()
    {
        if (!endsWithNext || isBegun || before.Count > 1)
            return;
        Forget();
        isInTransaction = false;
    }

    private void Forget()
    {
        before.Clear();
        answersBefore.Clear();
        endsWithNext = false;
    }

    private void SendBefore()
    {
        if (before.Count == 0)
            return;
        using var batch = Batch();
        Run(batch);
    }

    /// <summary>One exchange, with what has to go before.</summary>
    private NpgsqlBatch Batch()
    {
        if (isBegun && !wait.IsOpen)
            throw new DatabaseUnavailableException("The connection to the database was lost, and its transaction with it.");
        Reopen();
        watch.GoOn();
        var batch = new NpgsqlBatch(connection);
        if (longest > 0)
            batch.Timeout = longest;
        foreach (var command in before)
            batch.BatchCommands.Add(command);
        Forget();
        isBegun = isInTransaction;
        return batch;
    }

    private static void Add(ICollection<NpgsqlBatchCommand> commands, IReadOnlyList<TableChange> changes)
    {
        foreach (var change in changes)
        {
            if (change.Gone.Count > 0)
                commands.Add(PostgresArrays.Command(change.Table.DeleteSql(Engine.Postgres), change.Table.Key, change.Gone));
            if (change.New.Count > 0)
                commands.Add(PostgresArrays.Command(change.Table.AddSql, change.Table.Columns, change.New));
            if (change.Put.Count > 0)
                commands.Add(PostgresArrays.Command(change.Table.InsertSql(Engine.Postgres), change.Table.Columns, change.Put));
        }
    }

    private void Reopen()
    {
        if (wait.IsOpen)
            return;
        pulse.ThrowIfSilent();
        try
        {
            wait.Close(); // one that was ended under it looks open
            connection.Open();
            blocks = BlockingSocket.Make(connection);
            wait.Follow();
            openings++;
            opened();
        }
        catch (NpgsqlException e)
        {
            throw new DatabaseUnavailableException("The database cannot be reached.", e);
        }

        flush?.Dispose(); // of the server that was lost
        flush = null;
        Settings = null;
        (Backend, IsDoubtful) = (0, false);
        locks.JoinAgain();
    }

    private int Run(NpgsqlBatch batch) => wait.Run((batch, blocks), static one => PostgresBatch.Run(one.batch, one.blocks));

    private NpgsqlDataReader Read(NpgsqlBatch batch) => wait.Run((batch, blocks), static one => PostgresBatch.Read(one.batch, one.blocks));
}
