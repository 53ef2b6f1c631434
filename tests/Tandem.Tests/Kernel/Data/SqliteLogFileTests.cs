using Tandem.Kernel.Data;
using Tandem.Kernel.Data.Sqlite;

namespace Tandem.Tests.Kernel.Data;

/// <summary>The writer's way to the write-ahead log: many pages in few writes, and still nothing but whole commits for everybody else.</summary>
public sealed class SqliteLogFileTests : IDisposable
{
    private const int Rows = 700;
    private static readonly Table Table = new("blobs", TableKind.Rows, [new("id", DbKind.Integer)], [new("body", DbKind.Bytes)], []) { Heap = true };
    private readonly string folder = Directory.CreateTempSubdirectory("tandem-wal-").FullName;
    private SqliteDatabase database;

    public SqliteLogFileTests()
    {
        database = NewDatabase();
        using var session = database.OpenWriter();
        session.ExecuteScript(Table.Definition(Engine.Sqlite));
    }

    public void Dispose()
    {
        database.Dispose();
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public void A_transaction_larger_than_the_cache_is_there_as_a_whole_after_its_commit_and_a_restart()
    {
        Write(generation: 1, commit: true);

        Assert.Equal((Rows, 1), State());
        database.Dispose();
        database = NewDatabase();
        Assert.Equal((Rows, 1), State());
        Assert.Equal("ok", database.Read(session => session.First("PRAGMA integrity_check", row => row.Text(0))));
    }

    [Fact]
    public void A_transaction_larger_than_the_cache_leaves_nothing_when_it_is_undone()
    {
        Write(generation: 1, commit: true);
        Write(generation: 2, commit: false);
        Assert.Equal((Rows, 1), State());

        Write(generation: 3, commit: true);
        database.Maintain();
        Write(generation: 4, commit: false);

        Assert.Equal((Rows, 3), State());
        Assert.Equal("ok", database.Read(session => session.First("PRAGMA integrity_check", row => row.Text(0))));
    }

    [Fact]
    public void What_a_full_disk_or_too_many_files_keep_from_being_done_may_succeed_later()
    {
        using var full = database.OpenWriter();
        full.ExecuteScript("PRAGMA max_page_count=1");
        Assert.Throws<DatabaseUnavailableException>(() => full.ExecuteScript("CREATE TABLE one (id INTEGER); CREATE TABLE two (id INTEGER); CREATE TABLE three (id INTEGER)"));
        using var folderInPlace = SqliteDatabase.AsGuest(folder);
        Assert.Throws<DatabaseUnavailableException>(() => folderInPlace.Read(session => session.First("SELECT 1", row => row.Integer(0))));
    }

    [Fact]
    public async Task Readers_beside_the_writer_see_whole_commits_only_while_the_log_is_carried_over()
    {
        Write(generation: 1, commit: true);
        using var stop = new CancellationTokenSource();
        var seen = 0;
        var reading = Task.Run(
            () =>
            {
                while (!stop.IsCancellationRequested)
                {
                    var (first, last) = database.Read(session => session.First("SELECT MIN(substr(hex(body), 1, 2)), MAX(substr(hex(body), 1, 2)) FROM blobs WHERE id < 40", row => (row.Text(0), row.Text(1))));
                    Assert.Equal(first, last);
                    Interlocked.Increment(ref seen);
                }
            },
            TestContext.Current.CancellationToken);
        var keeping = Task.Run(
            () =>
            {
                while (!stop.IsCancellationRequested)
                    database.Maintain();
            },
            TestContext.Current.CancellationToken);

        using (var session = database.OpenWriter())
        {
            for (var generation = 2; generation < 80 || (Volatile.Read(ref seen) < 20 && !reading.IsCompleted); generation++) // a busy machine may start the reader late
                Write(session, generation, rows: 40, commit: true);
        }

        await stop.CancelAsync();
        await keeping;
        await reading;
    }

    /// <summary>A flush of a file that grew is two writes or three to the disk, one over bytes that are there is one.</summary>
    [Fact]
    public void Short_commits_are_written_over_bytes_that_are_there_and_a_crash_finds_them_all()
    {
        const int Commits = 300;
        var lengths = new HashSet<long>();
        using var session = database.OpenWriter();
        for (var id = 0; id < Commits; id++)
        {
            session.Begin();
            session.Write(Table, [[id, new byte[] { 7 }]]);
            session.Commit();
            lengths.Add(new FileInfo(LogFile).Length);
        }

        Assert.InRange(lengths.Count, 1, 12);
        using var found = new SqliteDatabase(CopyAsAfterACrash());
        Assert.Equal(Commits, found.Read(reader => reader.First("SELECT COUNT(*) FROM blobs", row => row.Integer(0))));
        Assert.Equal("ok", found.Read(reader => reader.First("PRAGMA integrity_check", row => row.Text(0))));
    }

    [Fact]
    public void What_is_written_after_the_log_was_carried_over_is_found_after_a_crash_before_the_zeros_behind_it()
    {
        using var session = database.OpenWriter();
        for (var generation = 1; generation < 4; generation++)
        {
            Write(session, generation, rows: 1, commit: true);
            database.Maintain();
        }

        Write(session, generation: 5, rows: 1, commit: true);

        using var found = new SqliteDatabase(CopyAsAfterACrash());
        Assert.Equal(5, found.Read(reader => reader.First("SELECT body FROM blobs", row => row.Bytes(0)[^1])));
    }

    /// <summary>The log is begun anew only without readers in it. Who waits for them keeps the writer out, so nobody waits long: the commits here come while a reader stays.</summary>
    [Fact]
    public async Task A_reader_that_stays_keeps_the_log_from_its_beginning_and_no_commit_from_the_log()
    {
        database.Dispose();
        database = new SqliteDatabase(Path.Combine(folder, "tandem.db"), restartAbove: 11_000);
        using var writer = database.OpenWriter();
        Write(writer, generation: 1, Rows, commit: true);
        using var reads = new ManualResetEventSlim();
        using var leave = new ManualResetEventSlim();
        var reading = Task.Run(
            () => database.Snapshot(session =>
            {
                session.First("SELECT COUNT(*) FROM blobs", row => row.Integer(0));
                reads.Set();
                leave.Wait(TestContext.Current.CancellationToken);
                return session.First("SELECT MAX(substr(hex(body), 1, 2)) FROM blobs", row => row.Text(0));
            }),
            TestContext.Current.CancellationToken);
        reads.Wait(TestContext.Current.CancellationToken);
        var before = Salt();
        for (byte generation = 2; generation < 4; generation++)
        {
            var keeping = Task.Run(database.Maintain, TestContext.Current.CancellationToken);
            Write(writer, generation, Rows, commit: true);
            await keeping;
        }

        Assert.Equal(before, Salt());
        leave.Set();
        Assert.Equal("01", await reading);

        database.Maintain();
        Write(writer, generation: 5, Rows, commit: true);
        Assert.NotEqual(before, Salt());
        Assert.Equal((Rows, 5), State());
    }

    /// <summary>What each beginning of the log changes (https://www.sqlite.org/fileformat2.html#the_write_ahead_log).</summary>
    private uint Salt()
    {
        using var log = new FileStream(Path.Combine(folder, "tandem.db-wal"), FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        log.Position = 16;
        Span<byte> salt = stackalloc byte[4];
        log.ReadExactly(salt);
        return System.Buffers.Binary.BinaryPrimitives.ReadUInt32BigEndian(salt);
    }

    /// <summary>A database that may lose its last moments in a power cut (the audit) has no flush at whose time the log would be completed.</summary>
    [Fact]
    public void A_commit_that_does_not_wait_for_the_disk_is_whole_for_readers_at_once()
    {
        using var session = database.OpenWriter();
        session.ExecuteScript("PRAGMA synchronous=NORMAL;");
        for (var rows = 1; rows < 60; rows++)
        {
            session.Begin();
            for (var id = 0; id < rows; id++)
            {
                var body = new byte[3_600];
                Array.Fill(body, (byte)rows);
                session.Write(Table, [[id, body]]);
            }

            session.Commit();
            Assert.Equal((rows, rows), State());
        }
    }

    [Fact]
    public void Pages_written_are_counted_until_they_are_carried_over()
    {
        database.Maintain();
        Assert.Equal(0, database.Unmaintained);

        Write(generation: 1, commit: true); // 64 kB each
        Assert.InRange(database.Unmaintained, Rows * 16, Rows * 18);

        database.Maintain();
        Assert.Equal(0, database.Unmaintained);
    }

    private string Main => Path.Combine(folder, "tandem.db");

    private string LogFile => Main + "-wal";

    private SqliteDatabase NewDatabase() => new(Main);

    /// <summary>The database and its log as they lie on the disk, without the index of the log.</summary>
    private string CopyAsAfterACrash()
    {
        var copy = Path.Combine(folder, "copy.db");
        File.Copy(Main, copy);
        File.Copy(LogFile, copy + "-wal");
        return copy;
    }

    private void Write(byte generation, bool commit)
    {
        using var session = database.OpenWriter();
        Write(session, generation, Rows, commit);
    }

    private static void Write(DbSession session, int generation, int rows, bool commit)
    {
        session.Begin();
        for (var id = 0; id < rows; id++)
        {
            var body = new byte[64 * 1024];
            Array.Fill(body, (byte)generation);
            session.Write(Table, [[id, body]]);
        }

        if (commit)
            session.Commit();
        else
            session.Rollback();
    }

    /// <summary>How many rows there are, and the generation that all of them are of.</summary>
    private (int Rows, int Generation) State() => database.Read(session =>
    {
        var generations = session.Query("SELECT body FROM blobs", row => row.Bytes(0).Distinct().Single());
        return (generations.Count, (int)generations.Distinct().Single());
    });
}
