using System.Collections.Concurrent;
using SQLitePCL;

namespace Tandem.Kernel.Data.Sqlite;

/// <summary>
/// SQLite in one file with a write-ahead log. A commit is flushed to the disk before it returns (synchronous=FULL), but for the log's writer, which flushes apart. One writer,
/// many readers; the log file is carried over beside the writer and reused, never cut while serving.
/// </summary>
public sealed class SqliteDatabase : Database
{
    private const int RestartAboveFrames = 65_536; // 256 MiB of 4-KiB pages

    private const string Writing =
        """
        PRAGMA journal_mode=WAL;
        PRAGMA wal_autocheckpoint=0;
        PRAGMA cache_size=-8192;
        PRAGMA temp_store=MEMORY;
        PRAGMA foreign_keys=ON;
        """;

    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(25); // commits wait as long
    private static readonly TimeSpan LastPatience = TimeSpan.FromSeconds(2); // less than a commit waits before it gives up
    private readonly ConcurrentBag<SqliteSession> readers = [];
    private readonly Lock maintenance = new();
    private readonly string path;
    private readonly int restartAbove;
    private readonly FileStream? ownership;
    private SqliteSession? checkpointer;
    private volatile bool isClosed;
    private long unmaintained;

    /// <summary>Opens or creates the file; only one process at a time may.</summary>
    /// <exception cref="DatabaseException">Another process has it open, or it cannot be opened.</exception>
    public SqliteDatabase(string path)
        : this(path, isOwner: true)
    {
    }

    /// <summary>With another length of the log, in pages, from which it is begun anew.</summary>
    internal SqliteDatabase(string path, int restartAbove)
        : this(path, isOwner: true, restartAbove)
    {
    }

    private SqliteDatabase(string path, bool isOwner, int restartAbove = RestartAboveFrames)
    {
        Batteries_V2.Init();
        this.path = path;
        this.restartAbove = restartAbove;
        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
        ownership = isOwner ? Own(path + ".lock") : null;
    }

    /// <summary>The file of a process that serves it, for questions and for short transactions on rows that its owner expects others to write. Never for the log.</summary>
    public static SqliteDatabase AsGuest(string path) => new(path, isOwner: false);

    /// <summary>True while another process, or another object of this one, has the file open.</summary>
    public static bool IsOpenElsewhere(string path)
    {
        try
        {
            if (File.Exists(path + ".lock"))
                Own(path + ".lock").Dispose();
            return false;
        }
        catch (DatabaseException)
        {
            return true;
        }
    }

    /// <summary>Copies what is committed, also while another process writes.</summary>
    /// <param name="path">The database.</param>
    /// <param name="target">A file that does not exist.</param>
    public static void Copy(string path, string target)
    {
        Batteries_V2.Init();
        using var session = new SqliteSession(path, readOnly: true, _ => { });
        session.Execute("VACUUM INTO $1", target);
    }

    /// <inheritdoc/>
    public override Engine Engine => Engine.Sqlite;

    /// <inheritdoc/>
    /// <remarks>
    /// The cache is small on purpose: after each commit in which a page was split, SQLite goes through all of it (a split renumbers pages
    /// by way of a number beyond the file's end). With 256 MiB that took longer than the commit, with 32 MiB an eighth of the writer's time. What it does not hold is in the system's cache.
    /// </remarks>
    public override DbSession OpenWriter() => Open(readOnly: false, session => session.ExecuteScript(Writing + "PRAGMA synchronous=FULL;"), JoinedWrites.Name(), Count);

    /// <inheritdoc/>
    /// <remarks>Its commits go to the log file and are brought to the disk apart (decision 33). The file is sound without: before pages go to the database file the log is flushed, and when it is begun anew.</remarks>
    public override DbSession OpenLogWriter() => !SqliteLogFlush.Fits
        ? OpenWriter()
        : Open(readOnly: false, session => session.ExecuteScript(Writing + "PRAGMA synchronous=NORMAL;"), JoinedWrites.Name(), Count, new SqliteLogFlush(path, Flushing));

    /// <summary>Is told before each flush of the log's writer: what stands in the files by then is on the disk once it has succeeded. Set before the writer is opened.</summary>
    internal Action? Flushing { get; init; }

    /// <inheritdoc/>
    public override Database Beside(string name) => new SqliteDatabase(FileBeside(path, name));

    /// <summary>The file of a database beside one, see <see cref="Beside"/>.</summary>
    public static string FileBeside(string path, string name) => $"{Path.ChangeExtension(path, null)}-{name}.db";

    /// <inheritdoc/>
    public override T Snapshot<T>(Func<DbSession, T> read, ReadLimit? limit = null) => Read(session =>
    {
        session.Execute("BEGIN");
        try
        {
            return limit is null ? read(session) : session.Within(limit, read);
        }
        finally
        {
            session.Rollback();
        }
    });

    /// <inheritdoc/>
    /// <remarks>The file is owned by this process and has one writer.</remarks>
    public override void LockLog(DbSession writer)
    {
    }

    /// <inheritdoc/>
    public override long Unmaintained => Interlocked.Read(ref unmaintained);

    /// <inheritdoc/>
    internal override bool HasColumn(DbSession session, string table, string? column) => session.First(
        "SELECT COUNT(*) FROM pragma_table_info($1) WHERE $2 IS NULL OR name = $2", row => row.Integer(0), table, column) > 0;

    /// <inheritdoc/>
    /// <remarks>
    /// A log that is begun anew waits for whoever still reads in it, and keeps the writer waiting so long: a reader that takes its time is left alone, and the next turn
    /// tries again. Only a log of four times the length insists.
    /// </remarks>
    public override void Maintain()
    {
        lock (maintenance)
        {
            Interlocked.Exchange(ref unmaintained, 0);
            ObjectDisposedException.ThrowIf(isClosed, this);
            checkpointer ??= new SqliteSession(path, readOnly: false, session => session.ExecuteScript("PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;"));
            var frames = checkpointer.Checkpoint();
            if (frames > restartAbove)
                frames = checkpointer.Checkpoint(); // what came meanwhile: the writer is kept out until the rest is carried over
            if (frames > restartAbove)
                checkpointer.Restart(frames > 4 * restartAbove ? LastPatience : Patience);
        }
    }

    /// <inheritdoc/>
    /// <remarks>The file is not mapped into memory (mmap_size): SQLite gives the whole mapping back with each snapshot that is not the one before, and a hub that writes has no other.</remarks>
    protected override DbSession Rent() => readers.TryTake(out var session) ? session : Open(readOnly: true, fresh => fresh.ExecuteScript(
        """
        PRAGMA query_only=ON;
        PRAGMA cache_size=-16384;
        PRAGMA temp_store=MEMORY;
        """));

    /// <inheritdoc/>
    protected override void Return(DbSession session)
    {
        readers.Add((SqliteSession)session);
        if (isClosed)
            CloseReaders();
    }

    /// <inheritdoc/>
    protected override void Close()
    {
        isClosed = true;
        CloseReaders();
        lock (maintenance)
        {
            checkpointer?.Dispose();
        }

        ownership?.Dispose();
    }

    private void CloseReaders()
    {
        while (readers.TryTake(out var reader))
            reader.Dispose();
    }

    /// <summary>Whoever is late finds the database closed, not a file that comes back.</summary>
    private SqliteSession Open(bool readOnly, Action<SqliteSession> configure, string? vfs = null, Action<int>? written = null, SqliteLogFlush? apart = null)
    {
        ObjectDisposedException.ThrowIf(isClosed, this);
        return new SqliteSession(path, readOnly, configure, vfs) { Written = written, Apart = apart };
    }

    private void Count(int pages) => Interlocked.Add(ref unmaintained, pages);

    private static FileStream Own(string lockFile)
    {
        try
        {
            return new FileStream(lockFile, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException e)
        {
            throw new DatabaseException($"Another process is using this data folder ({lockFile}). Stop it or choose another --data folder.", e);
        }
    }
}
