using System.Diagnostics;
using System.Globalization;
using Npgsql;

namespace Tandem.Kernel.Data.Postgres;

/// <summary>
/// PostgreSQL 15 or later. Several nodes may share it: whoever appends to the log holds an advisory lock until its commit, so
/// the order of sequence numbers is the order of commits everywhere. Each node's writer also holds a second lock, shared, as long as it is connected; a node that
/// finds no other, and a rebuild of a version whose rows differ, take that one alone. A third lock makes one node at a time the one that rebuilds.
/// </summary>
public sealed class PostgresDatabase : Database
{
    private const long LogLock = 0x54414E44454D; // "TANDEM"
    private const long NodeLock = LogLock + 1;
    private const long WorkLocks = 0x54414E44L << 32; // "TAND"
    private const long RebuildLock = LogLock + 2;
    private const long SchemaLock = LogLock + 3;

    private const string CountNodes =
        """
        SELECT COUNT(*) FROM pg_locks
        WHERE locktype = 'advisory' AND objsubid = 1 AND classid::bigint = $1 AND objid::bigint = $2
          AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
        """;

    /// <summary>
    /// Each statement is written for an index. A plan that is kept from the first minutes, when every table was one page, would read the tables whole for as long as
    /// the connection lives; and compiling a plan costs more than running it.
    /// </summary>
    private const string ByIndex = "-c enable_seqscan=off -c jit=off";

    /// <summary>A machine without power gives back its locks within half a minute, instead of hours; without effect where the server is on the same machine.</summary>
    private const string NoticesDeath = "-c tcp_keepalives_idle=10 -c tcp_keepalives_interval=5 -c tcp_keepalives_count=3";

    /// <summary>
    /// What keeps the server from choosing, name by name. A plan is made once for each connection and text, whatever the
    /// values: where joins and indexes are given, making it anew for each search found the same one and took longer than running it. Processes that help with a plan take
    /// longer to start than it takes to read what a page shows.
    /// </summary>
    private static readonly (string Name, string Chosen)[] Choices =
    [
        ("join_collapse_limit", "1"), ("from_collapse_limit", "1"), ("enable_bitmapscan", "off"), ("enable_hashjoin", "off"), ("enable_mergejoin", "off"),
        ("enable_hashagg", "off"), ("enable_material", "off"), ("enable_memoize", "off"), ("plan_cache_mode", "force_generic_plan"),
        ("max_parallel_workers_per_gather", "0"),
    ];

    private static readonly string AsWritten = "SELECT " + string.Join(", ", Choices.Select(choice => $"set_config('{choice.Name}', '{choice.Chosen}', false)"));

    private readonly PostgresReaders readers;
    private readonly NpgsqlDataSource source;
    private readonly PostgresEnds ends;
    private readonly PostgresPulse pulse;
    private readonly string connectionString;
    private long connections;

    /// <summary>Prepares access; nothing is opened yet.</summary>
    /// <param name="connectionString">An Npgsql connection string, such as <c>Host=…;Database=…;Username=…</c>.</param>
    public PostgresDatabase(string connectionString)
        : this(connectionString, PostgresPulse.Suspicion, PostgresPulse.Patience)
    {
    }

    /// <summary>With other times after which a server that does not answer is noticed, see <see cref="PostgresPulse"/>.</summary>
    internal PostgresDatabase(string connectionString, TimeSpan suspicion, TimeSpan patience)
    {
        this.connectionString = connectionString;
        var settings = Settings(connectionString);
        readers = new(() => Open(), few: Math.Min(4, settings.MaxPoolSize / 8));
        InTurn = Math.Clamp(settings.MaxPoolSize * 3 / 4, 1, base.InTurn);
        source = Source(settings);
        ends = new(connectionString);
        pulse = new(connectionString, suspicion, patience, Renew);
    }

    /// <summary>How the server is reached and asked. Of several machines only the one that takes writes: another may lag, and what a write finds has to be what is current.</summary>
    internal static NpgsqlConnectionStringBuilder Settings(string connectionString)
    {
        var settings = new NpgsqlConnectionStringBuilder(connectionString)
        {
            MaxAutoPrepare = 400,
            AutoPrepareMinUsages = 2,
            Enlist = false,
            ApplicationName = "tandem",
        };
        if (BlockingSocket.IsReached && settings.CommandTimeout == new NpgsqlConnectionStringBuilder().CommandTimeout)
            settings.CommandTimeout = 0; // a table that is made anew takes its time; a server that does not answer is noticed otherwise (PostgresPulse)
        (settings.TcpKeepAliveTime, settings.TcpKeepAliveInterval) = (10, 5);
        settings.Options = $"{settings.Options} {ByIndex} {NoticesDeath}".Trim();
        if (settings.Host?.Contains(',', StringComparison.Ordinal) == true)
            settings.TargetSessionAttributes = "primary";
        return settings;
    }

    /// <summary>
    /// Where connections come from; to be disposed, for what counts them is static. All values are of types that PostgreSQL has had for long, so the server is not asked which types it knows, which is a fifth of what a start takes it.
    /// Encryption by Kerberos is taken where it is required: where it is only preferred the driver tries once more without it after whatever went wrong, and when less than a millisecond of its time is left by then, which it
    /// rounds to 0, it waits for a server that does not answer for good.
    /// </summary>
    internal static NpgsqlDataSource Source(NpgsqlConnectionStringBuilder settings)
    {
        if (settings.GssEncryptionMode == GssEncryptionMode.Prefer)
            settings.GssEncryptionMode = GssEncryptionMode.Disable;
        var builder = new NpgsqlDataSourceBuilder(settings.ConnectionString);
        builder.ConfigureTypeLoading(types => types.EnableTypeLoading(false));
        return builder.Build();
    }

    /// <summary>How long a writer waits for another process to end its turn at the log.</summary>
    internal TimeSpan LogWait { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How long a writer may say nothing to the server in its turn at the log.</summary>
    internal TimeSpan LogPause { get; init; } = TimeSpan.FromSeconds(60);

    /// <inheritdoc/>
    public override Engine Engine => Engine.Postgres;

    /// <inheritdoc/>
    public override long Connections => Interlocked.Read(ref connections);

    /// <inheritdoc/>
    protected internal override int InTurn { get; }

    /// <inheritdoc/>
    public override DbSession OpenWriter() => Open();

    /// <inheritdoc/>
    public override Database Beside(string name) => new PostgresDatabase(connectionString);

    /// <inheritdoc/>
    public override T Snapshot<T>(Func<DbSession, T> read, ReadLimit? limit = null) => Read(session => Snapshot((PostgresSession)session, null, read, limit));

    /// <inheritdoc/>
    public override T SnapshotAsWritten<T>(Func<DbSession, T> read, ReadLimit? limit = null) => Searching(session => Snapshot(session, AsWritten, read, limit));

    /// <inheritdoc/>
    public override void AskTogether(IReadOnlyList<DbQuestion> questions, ReadLimit? limit = null) => Searching(session => session.AskTogether(AsWritten, questions, limit));

    /// <inheritdoc/>
    /// <remarks>It goes with the first question of the transaction.</remarks>
    public override void LockLog(DbSession writer) => ((PostgresSession)writer).BeforeNext(PostgresLocks.TakeForTransaction, LogLock, Milliseconds(LogWait), Milliseconds(LogPause));

    /// <inheritdoc/>
    /// <remarks>Its commits do not wait for the disk where others wait for them (decision 34).</remarks>
    public override DbSession OpenLogWriter()
    {
        var session = Open(hasFlush: true);
        try
        {
            session.Locks.Join(NodeLock);
            return session;
        }
        catch
        {
            session.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public override bool TryOwnLog(DbSession writer) => LocksOf(writer).TryOwn(NodeLock);

    /// <inheritdoc/>
    public override bool OwnsLog(DbSession writer) => LocksOf(writer).Owns(NodeLock);

    /// <inheritdoc/>
    public override void ShareLog(DbSession writer) => LocksOf(writer).Release(NodeLock);

    /// <inheritdoc/>
    public override bool IsLogWanted(DbSession writer) => Nodes(writer, $"{CountNodes} AND NOT granted") > 0;

    /// <inheritdoc/>
    public override bool TryOwnRebuild(DbSession writer) => LocksOf(writer).TryOwn(RebuildLock);

    /// <inheritdoc/>
    public override bool OwnsRebuild(DbSession writer) => LocksOf(writer).Owns(RebuildLock);

    /// <inheritdoc/>
    public override void EndRebuild(DbSession writer) => LocksOf(writer).Release(RebuildLock);

    /// <inheritdoc/>
    public override bool TryTakeTables(DbSession session, IReadOnlyList<string> tables, TimeSpan longest)
    {
        session.ExecuteScript("SAVEPOINT taking");
        var began = Stopwatch.GetTimestamp();
        try
        {
            foreach (var table in tables) // the time is that of all: the server counts it for each
            {
                var left = Math.Max(1, (long)(longest - Stopwatch.GetElapsedTime(began)).TotalMilliseconds);
                session.ExecuteScript(string.Create(CultureInfo.InvariantCulture, $"SET LOCAL lock_timeout TO {left}; LOCK TABLE {table} IN ACCESS EXCLUSIVE MODE"));
            }

            session.ExecuteScript("SET LOCAL lock_timeout TO DEFAULT");
            return true;
        }
        catch (DatabaseException e) when (e.InnerException is PostgresException { SqlState: PostgresErrorCodes.LockNotAvailable or PostgresErrorCodes.DeadlockDetected })
        {
            session.ExecuteScript("ROLLBACK TO SAVEPOINT taking"); // and of the setting
            return false;
        }
    }

    /// <inheritdoc/>
    internal override void LockSchema(DbSession writer) => ((PostgresSession)writer).BeforeNext("SELECT pg_advisory_xact_lock($1)", SchemaLock);

    /// <inheritdoc/>
    internal override bool HasColumn(DbSession session, string table, string? column) => session.First(
        "SELECT COUNT(*) FROM pg_attribute WHERE attrelid = to_regclass($1) AND attnum > 0 AND NOT attisdropped AND ($2::text IS NULL OR attname = $2::text)",
        row => row.Integer(0),
        table,
        column) > 0;

    /// <inheritdoc/>
    public override bool IsLogOpen() => Read(static session => Nodes(session, $"{CountNodes} AND granted")) > 0;

    /// <inheritdoc/>
    public override bool TryTake(DbSession writer, string work) => LocksOf(writer).TryOwn(LockOf(work));

    /// <inheritdoc/>
    public override bool Has(DbSession writer, string work) => LocksOf(writer).Owns(LockOf(work));

    /// <inheritdoc/>
    public override void GiveBack(DbSession writer, string work) => LocksOf(writer).Release(LockOf(work));

    /// <inheritdoc/>
    public override LogNotices OpenNotices() => new PostgresNotices(connectionString);

    /// <inheritdoc/>
    public override void MakeDurable() => Read(session => session.Execute(PostgresLogFlush.Durable));

    /// <inheritdoc/>
    /// <remarks>The server looks after itself.</remarks>
    public override void Maintain()
    {
    }

    /// <inheritdoc/>
    protected override DbSession Rent()
    {
        var session = readers.Take(isSearcher: false);
        if (session.Settings is null)
            return session;
        try
        {
            session.Set(null);
            return session;
        }
        catch
        {
            session.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    /// <remarks>When one was lost, so are most likely those that nobody uses, and each of them would fail who asks next.</remarks>
    protected override void Return(DbSession session)
    {
        if (session is PostgresSession { IsDoubtful: true })
        {
            source.Clear(); // it is closed instead of kept
            session.Dispose();
            return;
        }

        if (session is PostgresSession { IsUsable: true } usable)
        {
            readers.GiveBack(usable);
            return;
        }

        session.Dispose();
        readers.Forget();
    }

    /// <inheritdoc/>
    protected override void Close()
    {
        readers.Forget();
        ends.Dispose();
        pulse.Dispose();
        source.Dispose();
    }

    /// <summary>All connections were ended: those that nobody uses are not kept either.</summary>
    private void Renew()
    {
        source.Clear();
        readers.Forget();
    }

    private static string Milliseconds(TimeSpan span) => span.TotalMilliseconds.ToString("0", CultureInfo.InvariantCulture);

    private static PostgresLocks LocksOf(DbSession writer) => ((PostgresSession)writer).Locks;

    private static long Nodes(DbSession session, string count) => session.First(count, row => row.Integer(0), NodeLock >> 32, NodeLock & uint.MaxValue);

    /// <summary>Apart from the other locks by its upper half.</summary>
    private static long LockOf(string work) => WorkLocks + work.Aggregate(2166136261u, static (hash, letter) => unchecked((hash ^ letter) * 16777619u));

    /// <summary>As <see cref="Database.Read{T}"/>, on a session whose server runs statements as they are written.</summary>
    private T Searching<T>(Func<PostgresSession, T> read) => Read(static database => ((PostgresDatabase)database).readers.Take(isSearcher: true), read);

    private static T Snapshot<T>(PostgresSession session, string? settings, Func<DbSession, T> read, ReadLimit? limit)
    {
        session.BeginSnapshot(settings);
        try
        {
            return limit is null ? read(session) : session.Within(limit, read);
        }
        finally
        {
            session.Rollback();
        }
    }

    private PostgresSession Open(bool hasFlush = false)
    {
        var connection = Connect(out var blocks);
        return new(connection, blocks, () => Interlocked.Increment(ref connections), ends, pulse) { Beside = hasFlush ? () => Connect(out _) : null };
    }

    private NpgsqlConnection Connect(out bool blocks)
    {
        pulse.ThrowIfSilent();
        try
        {
            var connection = source.OpenConnection();
            blocks = BlockingSocket.Make(connection);
            Interlocked.Increment(ref connections);
            return connection;
        }
        catch (NpgsqlException e)
        {
            throw new DatabaseUnavailableException("The database cannot be reached.", e);
        }
    }
}
