using Tandem.Kernel.Outcomes;

namespace Tandem.Kernel.Data;

/// <summary>Which engine keeps the data.</summary>
public enum Engine
{
    /// <summary>Embedded, the default.</summary>
    Sqlite,

    /// <summary>PostgreSQL 15 or later.</summary>
    Postgres,
}

/// <summary>The hub's database on one of its two engines. Thread-safe.</summary>
public abstract class Database : IDisposable
{
    private SemaphoreSlim? turns;

    /// <summary>Which engine.</summary>
    public abstract Engine Engine { get; }

    /// <summary>Opens the one connection that writes. The caller owns it and uses it from one thread.</summary>
    public abstract DbSession OpenWriter();

    /// <summary>
    /// A database whose commits do not wait for this one's writer: on SQLite a file of its own beside this one, on PostgreSQL this same
    /// database. The caller owns it. A commit never spans both.
    /// </summary>
    /// <param name="name">What it keeps: letters and hyphens.</param>
    public abstract Database Beside(string name);

    /// <summary>Reads on a pooled connection; each statement sees what is committed when it starts.</summary>
    /// <param name="read">Reads.</param>
    /// <param name="limit">When what runs is ended before it has its answer; null for never.</param>
    /// <exception cref="OperationCanceledException">Nobody waits for it any more (<see cref="ReadLimit.Gone"/>).</exception>
    /// <exception cref="ReadTooLongException">It took longer than it may (<see cref="ReadLimit.Longest"/>).</exception>
    public T Read<T>(Func<DbSession, T> read, ReadLimit? limit = null) => Read(static database => database.Rent(), read, limit);

    /// <summary>As <see cref="Read{T}(Func{DbSession, T}, ReadLimit)"/>, several times from one and the same state of the data.</summary>
    public abstract T Snapshot<T>(Func<DbSession, T> read, ReadLimit? limit = null);

    /// <summary>As <see cref="Snapshot"/>, for queries that say themselves how they are run: joins in the order written, along indexes. SQLite does so always.</summary>
    public virtual T SnapshotAsWritten<T>(Func<DbSession, T> read, ReadLimit? limit = null) => Snapshot(read, limit);

    /// <summary>As <see cref="Snapshot"/>, in turn: when as many read as may (<see cref="InTurn"/>), it waits for one of them without a thread and a session, so that there are threads to notice who has gone and for what is quick.</summary>
    public ValueTask<T> SnapshotAsync<T>(Func<DbSession, T> read, ReadLimit limit) => InTurnAsync(static (database, one) => database.Snapshot(one.Read, one.Limit), (Read: read, Limit: limit), limit);

    /// <summary>As <see cref="SnapshotAsWritten"/>, in turn like <see cref="SnapshotAsync"/>.</summary>
    public ValueTask<T> SnapshotAsWrittenAsync<T>(Func<DbSession, T> read, ReadLimit limit) => InTurnAsync(static (database, one) => database.SnapshotAsWritten(one.Read, one.Limit), (Read: read, Limit: limit), limit);

    /// <summary>
    /// Answers questions of several who ask at the same time, run as <see cref="SnapshotAsWritten"/> does; where the engine is far away in one exchange. Each sees what was committed when it began. A fault of one
    /// is a fault of all.
    /// </summary>
    /// <param name="questions">Each takes its own rows.</param>
    /// <param name="limit">As of <see cref="Read{T}(Func{DbSession, T}, ReadLimit)"/>, for all together.</param>
    public virtual void AskTogether(IReadOnlyList<DbQuestion> questions, ReadLimit? limit = null) => Read(
        session =>
        {
            foreach (var question in questions)
            {
                question.Begin();
                session.ForEach(question.Sql, question.Read, question.Values);
            }

            return 0;
        },
        limit);

    /// <summary>
    /// Takes what makes this process the only one that appends to the log at a time, inside a transaction of
    /// <paramref name="writer"/>; released with the transaction. On PostgreSQL the statement after it waits half a minute for it, and ends with a <see cref="LogOwnedElsewhereException"/>; who says nothing
    /// to the server for a minute loses it.
    /// </summary>
    public abstract void LockLog(DbSession writer);

    /// <summary>Opens the connection that appends to the log. While it is open, no other process can have the log for itself. Who has it is given two seconds to share it.</summary>
    /// <exception cref="LogOwnedElsewhereException">Another process keeps it for itself; also later, when a lost connection is made anew.</exception>
    public virtual DbSession OpenLogWriter() => OpenWriter();

    /// <summary>
    /// Takes the log for this process alone, beyond transactions, until <see cref="ShareLog"/> or the loss of the connection. On SQLite the
    /// process that has the file open is always alone.
    /// </summary>
    /// <param name="writer">By <see cref="OpenLogWriter"/>.</param>
    /// <returns>False while another process appends to the log as well.</returns>
    public virtual bool TryOwnLog(DbSession writer) => true;

    /// <summary>True when nobody else can have appended to the log since <see cref="TryOwnLog"/>.</summary>
    public virtual bool OwnsLog(DbSession writer) => true;

    /// <summary>True while another process waits for <see cref="ShareLog"/> to append to the log as well. Asks in the transaction of <paramref name="writer"/>.</summary>
    public virtual bool IsLogWanted(DbSession writer) => false;

    /// <summary>Lets other processes append to the log again.</summary>
    public virtual void ShareLog(DbSession writer)
    {
    }

    /// <summary>
    /// Makes this process the one that rebuilds rows of the database, beside others that append to the log, until <see cref="EndRebuild"/> or the loss of the
    /// connection. On SQLite the process that has the file open is always the one.
    /// </summary>
    /// <param name="writer">By <see cref="OpenLogWriter"/>.</param>
    /// <returns>False while another process is that one.</returns>
    public virtual bool TryOwnRebuild(DbSession writer) => true;

    /// <summary>True when nobody else can have been the one that rebuilds since <see cref="TryOwnRebuild"/>.</summary>
    public virtual bool OwnsRebuild(DbSession writer) => true;

    /// <summary>Lets other processes rebuild again.</summary>
    public virtual void EndRebuild(DbSession writer)
    {
    }

    /// <summary>
    /// Takes tables for the transaction of <paramref name="session"/> alone, to put others in their place: all, or none when somebody reads one of them for longer than is waited. Who begins to read
    /// meanwhile waits as long. SQLite's readers keep the state of the data that they read, and nothing has to be taken.
    /// </summary>
    /// <param name="session">What it has staged was written.</param>
    /// <param name="tables">Their names.</param>
    /// <param name="longest">How long all of them together are waited for.</param>
    /// <returns>False when they are not taken; the transaction stands as before.</returns>
    public virtual bool TryTakeTables(DbSession session, IReadOnlyList<string> tables, TimeSpan longest) => true;

    /// <summary>How many pages were written since the last <see cref="Maintain"/>.</summary>
    public virtual long Unmaintained => 0;

    /// <summary>Grows with each connection that is opened to a server, which may have been lost before and not know any more what it showed; 0 where there is no server.</summary>
    public virtual long Connections => 0;

    /// <summary>Makes the tables that are missing; of several nodes that start at once one does it.</summary>
    public void Make(params IEnumerable<Table> tables)
    {
        using var session = OpenWriter();
        session.Begin();
        try
        {
            LockSchema(session);
            session.ExecuteScript(string.Concat(tables.Select(table => table.Definition(Engine))));
            session.Commit();
        }
        catch
        {
            session.Rollback();
            throw;
        }
    }

    /// <summary>Writes in a transaction of a connection of one's own (<see cref="OpenWriter"/>); nothing of it is kept when it is refused or fails.</summary>
    public static Outcome<T> Write<T>(DbSession writer, Func<DbSession, Outcome<T>> write)
    {
        var held = HeldThreads.Begin();
        try
        {
            writer.Begin();
            var outcome = write(writer);
            if (outcome.Refusal is null)
                writer.Commit();
            return outcome;
        }
        finally
        {
            writer.Rollback(); // harmless after the commit
            HeldThreads.End(held);
        }
    }

    /// <summary>True while a process of another machine or another object of this one has the log open (<see cref="OpenLogWriter"/>). On SQLite nobody can.</summary>
    public virtual bool IsLogOpen() => false;

    /// <summary>Takes what makes this process the only one that changes the shape of tables, inside a transaction of <paramref name="writer"/>; released with the transaction.</summary>
    internal virtual void LockSchema(DbSession writer)
    {
    }

    /// <summary>True when there is a table of that name with that column, or with any.</summary>
    internal abstract bool HasColumn(DbSession session, string table, string? column);

    /// <summary>
    /// Takes a piece of work that one process does at a time, beyond transactions, until <see cref="GiveBack"/> or the loss of the connection: then another can
    /// take it at once. What is committed over <paramref name="writer"/> while it <see cref="Has"/> the work was committed by the only one that had it.
    /// </summary>
    /// <param name="writer">By <see cref="OpenLogWriter"/>.</param>
    /// <param name="work">Its name, the same in all processes. Taking it again is harmless.</param>
    /// <returns>False while another process has it. Where there can be no other, always true.</returns>
    public virtual bool TryTake(DbSession writer, string work) => true;

    /// <summary>True since <see cref="TryTake"/>, as long as the connection holds.</summary>
    public virtual bool Has(DbSession writer, string work) => true;

    /// <summary>Lets another process take the work; harmless without it.</summary>
    public virtual void GiveBack(DbSession writer, string work)
    {
    }

    /// <summary>Listens to what all processes, this one included, make durable of the log; null where there can be no other. The caller owns it.</summary>
    /// <exception cref="DatabaseUnavailableException">The database cannot be reached.</exception>
    public virtual LogNotices? OpenNotices() => null;

    /// <summary>Makes durable what any process has committed ahead of the disk (<see cref="DbSession.CommitAhead"/>) before the call.</summary>
    /// <exception cref="DatabaseException">Nobody knows whether it is.</exception>
    public virtual void MakeDurable()
    {
    }

    /// <summary>Does what the engine needs now and then beside its writer (checkpoints).</summary>
    public abstract void Maintain();

    /// <inheritdoc/>
    public void Dispose()
    {
        Close();
        turns?.Dispose();
        GC.SuppressFinalize(this);
    }

    /// <summary>Reads on a connection that is taken for it and then taken back (<see cref="Return"/>).</summary>
    /// <param name="rent">Takes a connection of this database.</param>
    /// <param name="read">Reads.</param>
    /// <param name="limit">When what runs is ended; null for never.</param>
    protected T Read<TSession, T>(Func<Database, TSession> rent, Func<TSession, T> read, ReadLimit? limit = null)
        where TSession : DbSession
    {
        var held = HeldThreads.Begin();
        try
        {
            var session = rent(this);
            try
            {
                return limit is null ? read(session) : session.Within(limit, read);
            }
            finally
            {
                Return(session);
            }
        }
        finally
        {
            HeldThreads.End(held);
        }
    }

    /// <summary>How many read at once of those who read in turn: fewer than there are sessions, and than there are threads (<see cref="HeldThreads"/>).</summary>
    protected internal virtual int InTurn => 64;

    private SemaphoreSlim Turns => turns ?? Interlocked.CompareExchange(ref turns, new(InTurn), null) ?? turns;

    private async ValueTask<T> InTurnAsync<TRead, T>(Func<Database, TRead, T> run, TRead read, ReadLimit limit)
    {
        var all = Turns;
        await all.WaitAsync(limit.Gone);
        try
        {
            return run(this, read);
        }
        finally
        {
            all.Release();
        }
    }

    /// <summary>A connection for reading.</summary>
    protected abstract DbSession Rent();

    /// <summary>Takes a connection back.</summary>
    protected abstract void Return(DbSession session);

    /// <summary>Ends all connections.</summary>
    protected abstract void Close();
}
