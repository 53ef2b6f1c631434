using System.Collections.Concurrent;
using Microsoft.Extensions.Logging.Abstractions;
using Tandem.Fhir.Search;
using Tandem.Kernel.Actors;
using Tandem.Kernel.Data;
using Tandem.Kernel.Data.Postgres;
using Tandem.Kernel.Outcomes;
using Tandem.Record.Log;
using Tandem.Record.Search;
using Tandem.Tests.Support;

namespace Tandem.Tests.Crash;

/// <summary>The server dies while groups are committed ahead of its disk, and comes back: what was answered is there, once, and the same hub writes on.</summary>
public sealed class PostgresCrashTests
{
    private const int Writers = 12;
    private const int Together = 6; // so large that a group leaves writers behind it, and goes ahead of the disk
    private const int Crashes = 3;
    private const int Readers = 6;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact(Timeout = 300_000)]
    public async Task Every_write_that_was_answered_survives_the_server_once()
    {
        Assert.SkipWhen(PostgresServer.Missing is not null, PostgresServer.Missing ?? "");
        var cluster = new PostgresCluster();
        try
        {
            using var database = new PostgresDatabase(cluster.ConnectionString("postgres"));
            var signal = new CommitSignal();
            var told = new ConcurrentQueue<long>();
            signal.Committed += changes => told.Enqueue(changes[^1].After.Seq);
            using var store = new RecordStore(database, [new SearchProjection(SearchIndexOptions.Default)], [], signal, TimeProvider.System, NullLogger<RecordStore>.Instance);
            var (kept, unknown) = (new ConcurrentBag<string>(), 0);
            var hasEnded = false;
            var writers = Enumerable.Range(0, Writers).Select(writer => Task.Run(() => WriteOn(writer), Cancel)).ToList();
            for (var crash = 1; crash <= Crashes; crash++)
            {
                await UntilAsync(() => kept.Count >= crash * 300);
                cluster.Crash();
                cluster.Start();
            }

            await UntilAsync(() => kept.Count >= (Crashes + 1) * 300);
            Volatile.Write(ref hasEnded, true);
            await Task.WhenAll(writers);
            await ReadAtOnceAsync(database);
            cluster.Crash();
            cluster.Start();
            Assert.InRange(Enumerable.Range(0, Readers).Count(_ => !CanRead(database)), 0, 1); // who finds that the connections are lost

            using var later = new PostgresDatabase(cluster.ConnectionString("postgres"));
            var log = later.Read(session => session.Query("SELECT id FROM log ORDER BY seq", row => row.Text(0)));
            Assert.Empty(kept.SelectMany(Parts).Except(log));
            Assert.Equal(log.Count, log.Distinct().Count());
            Assert.InRange(log.Count - kept.Count * Together, 0, unknown * Together);
            Assert.True(unknown > 0, "No crash came while something was being written.");
            Assert.Equal(told.Order(), told);

            async Task WriteOn(int writer)
            {
                for (var i = 0; !Volatile.Read(ref hasEnded); i++)
                {
                    var id = $"o-{writer}-{i}";
                    var outcome = await store.WriteAsync<int>(AccessScope.System, session => Put(session, id), Cancel);
                    if (outcome.Refusal is null)
                        kept.Add(id);
                    else
                        Interlocked.Increment(ref unknown);
                }
            }
        }
        finally
        {
            cluster.Stop();
        }

        static IEnumerable<string> Parts(string id) => Enumerable.Range(0, Together).Select(part => $"{id}-{part}");

        static Outcome<int> Put(WriteSession session, string id)
        {
            foreach (var part in Parts(id))
                session.Put("Observation", part, RecordFixture.Json("""{"resourceType":"Observation","status":"final"}"""));
            return Together;
        }

        static bool CanRead(Database database)
        {
            try
            {
                return database.Read(session => session.First("SELECT 1", row => row.Integer(0))) == 1;
            }
            catch (DatabaseUnavailableException)
            {
                return false;
            }
        }

        static async Task UntilAsync(Func<bool> isSo)
        {
            while (!isSo())
                await Task.Delay(5, Cancel);
        }
    }

    /// <summary>Each on a connection of its own, all of which are kept for the next.</summary>
    private static async Task ReadAtOnceAsync(Database database)
    {
        using var together = new Barrier(Readers);
        await Task.WhenAll(Enumerable.Range(0, Readers).Select(_ => Task.Factory.StartNew(
            () => database.Read(_ => Meet(together)), Cancel, TaskCreationOptions.LongRunning, TaskScheduler.Default)));
    }

    private static bool Meet(Barrier barrier)
    {
        barrier.SignalAndWait(Cancel);
        return true;
    }
}
