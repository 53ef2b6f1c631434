using System.Collections.Concurrent;
using Microsoft.Extensions.Logging.Abstractions;
using Tandem.Fhir.Search;
using Tandem.Kernel.Actors;
using Tandem.Kernel.Data;
using Tandem.Kernel.Data.Sqlite;
using Tandem.Kernel.Outcomes;
using Tandem.Record.Log;
using Tandem.Record.Search;
using Tandem.Tests.Support;

namespace Tandem.Tests.Record.Log;

/// <summary>What is answered is on the disk, and what the disk did not take is not answered as kept.</summary>
public sealed class FlushedGroupsTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("tandem-flush-").FullName;
    private readonly ConcurrentQueue<string> told = [];
    private readonly Disk disk = new();
    private readonly FlushedGroups groups;

    public FlushedGroupsTests() => groups = new FlushedGroups(group => told.Enqueue($"kept {group.After}"), (group, _) => told.Enqueue($"lost {group.After}"));

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        disk.Free(many: 10); // also after an assertion that failed
        groups.Dispose();
        disk.Dispose();
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public async Task Groups_that_come_while_the_disk_is_busy_share_the_next_flush_and_are_answered_in_order()
    {
        Take(1, isAlone: false);
        await disk.BusyAsync();
        Take(2, isAlone: false);
        Take(3, isAlone: false);
        Assert.Empty(told);

        disk.Free();
        await disk.BusyAsync();
        Assert.Equal(["kept 1"], told);
        disk.Free();
        groups.Drain();

        Assert.Equal(["kept 1", "kept 2", "kept 3"], told);
        Assert.Equal(2, groups.Flushes);
    }

    [Fact]
    public async Task After_a_flush_that_failed_nothing_is_kept()
    {
        Take(1, isAlone: false);
        await disk.BusyAsync();
        Take(2, isAlone: false);
        disk.Fail(new DatabaseException("The disk is gone."));
        groups.Drain();
        Take(3, isAlone: true);

        Assert.Equal(["lost 1", "lost 2", "lost 3"], told);
        Assert.Throws<DatabaseUnavailableException>(groups.ThrowIfFailed);
        Assert.Equal(0, groups.Flushes);
    }

    [Fact]
    public async Task A_flush_that_fails_in_a_way_that_nobody_thought_of_leaves_no_writer_waiting()
    {
        Take(1, isAlone: false);
        await disk.BusyAsync();
        Take(2, isAlone: false);
        disk.Fail(new ObjectDisposedException("socket"));
        groups.Drain();

        Assert.Equal(["lost 1", "lost 2"], told);
        Assert.Throws<DatabaseUnavailableException>(groups.ThrowIfFailed);
    }

    [Fact]
    public async Task What_was_committed_before_the_disk_failed_is_not_told_to_be_gone()
    {
        var faults = new ConcurrentQueue<Exception>();
        using var other = new FlushedGroups(_ => { }, (_, fault) => faults.Enqueue(fault));
        other.Take(new CommittedGroup(disk, [], 1, [], Told: null), isAlone: false);
        await disk.BusyAsync();
        other.Take(new CommittedGroup(disk, [], 2, [], Told: null), isAlone: false);
        disk.Fail(new DatabaseException("The disk is gone."));
        other.Drain();

        Assert.Equal(2, faults.Count);
        Assert.All(faults, fault => Assert.IsNotType<DatabaseUnavailableException>(fault)); // that one says that nothing was kept
    }

    [Fact]
    public async Task After_a_server_that_was_lost_what_is_committed_later_is_kept()
    {
        using var later = new Disk();
        Take(1, isAlone: false);
        await disk.BusyAsync();
        Take(2, isAlone: false);
        groups.Take(new CommittedGroup(later, [], 3, [], Told: null), isAlone: false);
        later.Free();
        disk.Fail(new CommitUnknownException(new IOException()));
        disk.Free();
        groups.Drain();

        Assert.Equal(["lost 1", "lost 2", "kept 3"], told);
        groups.ThrowIfFailed();
    }

    [Fact]
    public void A_log_that_cannot_be_opened_is_a_fault_of_the_database()
    {
        using var flush = new SqliteLogFlush(Path.Combine(folder, "nowhere", "tandem.db"), null);

        Assert.Throws<DatabaseException>(() => flush.Run(null));
    }

    /// <summary>The power may go at any moment: here, as each flush begins, is what the disk has for certain once it is over.</summary>
    [Fact]
    public async Task Every_write_that_is_answered_is_in_what_was_flushed_before()
    {
        Assert.SkipUnless(SqliteLogFlush.Fits, "Flushed apart on Linux only.");
        var (path, cuts, latest) = (Path.Combine(folder, "tandem.db"), 0, 0);
        var answered = new ConcurrentBag<(int Cut, string Id)>();
        using var early = new SemaphoreSlim(0);
        using (var database = new SqliteDatabase(path) { Flushing = Cut })
        using (var store = new RecordStore(database, [new SearchProjection(SearchIndexOptions.Default)], [], new CommitSignal(), new ManualClock(), NullLogger<RecordStore>.Instance))
        {
            await Task.WhenAll(Enumerable.Range(0, 6).Select(writer => Task.Run(async () =>
            {
                for (var i = 0; i < 6; i++)
                {
                    var id = $"o-{writer}-{i}";
                    Assert.Null((await store.WriteAsync<ResourceVersion>(AccessScope.System, session => session.Put("Observation", id, RecordFixture.Json("""{"resourceType":"Observation","status":"final"}""")), Cancel)).Refusal);
                    answered.Add((Volatile.Read(ref latest), id));
                    early.Release();
                }
            })));
        }

        Assert.InRange(cuts, 6, 36);
        foreach (var cut in answered.GroupBy(one => one.Cut))
        {
            using var found = new SqliteDatabase($"{path}.{cut.Key}");
            var there = found.Read(session => session.Query("SELECT id FROM resources", row => row.Text(0)));
            Assert.Empty(cut.Select(one => one.Id).Except(there));
            Assert.Equal("ok", found.Read(session => session.First("PRAGMA integrity_check", row => row.Text(0))));
        }

        void Cut()
        {
            for (var i = 0; i < 6 && early.Wait(10); i++)
            {
                // who would be answered before the flush has the time to say so
            }

            cuts++;
            File.Copy(path, $"{path}.{cuts}");
            File.Copy(path + "-wal", $"{path}.{cuts}-wal");
            Volatile.Write(ref latest, cuts);
        }
    }

    /// <summary>A commit larger than the writer's cache writes over frames of its own after its last page; killed then, a process must not take any of it along.</summary>
    [Fact]
    public void A_commit_is_in_the_file_when_it_returns_however_large_it_is()
    {
        var path = Path.Combine(folder, "large.db");
        using var database = new SqliteDatabase(path);
        using var writer = database.OpenLogWriter();
        writer.ExecuteScript("CREATE TABLE t (id INTEGER PRIMARY KEY, body BLOB); CREATE INDEX t_body ON t (body);");
        var random = new Random(7);
        for (var commit = 0; commit < 3; commit++)
        {
            writer.Begin();
            for (var i = 0; i < 3000; i++)
            {
                var body = new byte[2000];
                random.NextBytes(body);
                writer.Execute("INSERT INTO t VALUES ($1, $2)", commit * 3000 + i, body);
                writer.Execute("UPDATE t SET body = $1 WHERE id = $2", body[..1500], random.Next(commit * 3000 + i + 1)); // pages that went out of the cache come back, and go out again
            }

            writer.Commit();
            var copy = $"{path}.{commit}";
            File.Copy(path, copy);
            File.Copy(path + "-wal", copy + "-wal");
            using var found = new SqliteDatabase(copy);
            Assert.Equal((commit + 1) * 3000, found.Read(session => session.First("SELECT COUNT(*) FROM t", row => row.Integer(0))));
            Assert.Equal("ok", found.Read(session => session.First("PRAGMA integrity_check", row => row.Text(0))));
        }
    }

    private void Take(long after, bool isAlone) => groups.Take(new CommittedGroup(disk, [], after, [], Told: null), isAlone);

    /// <summary>Flushes that take as long as the test wants.</summary>
    private sealed class Disk : LogFlush, IDisposable
    {
        private readonly SemaphoreSlim begun = new(0);
        private readonly SemaphoreSlim done = new(0);
        private Exception? fault;

        public override void Run(long? seq)
        {
            begun.Release();
            done.Wait(Cancel);
            if (fault is not null)
                throw fault;
        }

        internal Task BusyAsync() => begun.WaitAsync(Cancel);

        internal void Free(int many = 1) => done.Release(many);

        internal void Fail(Exception with)
        {
            fault = with;
            done.Release();
        }

        public void Dispose()
        {
            begun.Dispose();
            done.Dispose();
        }
    }
}
