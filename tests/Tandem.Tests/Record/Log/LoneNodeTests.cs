using System.Diagnostics;
using Microsoft.Extensions.Logging.Abstractions;
using Tandem.Fhir.Search;
using Tandem.Kernel.Actors;
using Tandem.Kernel.Data;
using Tandem.Record.Log;
using Tandem.Record.Search;
using Tandem.Tests.Care.Intake;
using Tandem.Tests.Support;

namespace Tandem.Tests.Record.Log;

/// <summary>A node that is alone on its PostgreSQL knows what is current without asking; as soon as another is there, or may be, it asks.</summary>
public sealed class LoneNodeTests : IDisposable
{
    private readonly RecordFixture here = new(Engine.Postgres, new SearchProjection(SearchIndexOptions.Default));
    private readonly LoneNode node;

    public LoneNodeTests() => node = new LoneNode(here.Store, TimeProvider.System, NullLogger<LoneNode>.Instance);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        node.Dispose();
        here.Dispose();
    }

    [Fact]
    public async Task What_was_read_or_written_is_read_again_without_a_question()
    {
        await PutAsync(here, "a", "b");
        await here.Store.TakeLogAsync();

        Assert.Equal(1, await ReadsAsync("a"));
        Assert.Equal(0, await ReadsAsync("a"));
        Assert.Equal(2, (await PutAsync(here, "a")).Version);
        Assert.Equal(0, await ReadsAsync("a", version: 2));
        await here.DeleteAsync("Patient", "a");
        Assert.NotNull(here.Store.Read("Patient", "a", AccessScope.System).Refusal);
        Assert.Equal(3, (await PutAsync(here, "a")).Version - 1);
        Assert.Equal(1, await ReadsAsync("b"));
    }

    [Fact]
    public async Task A_group_is_one_exchange_if_it_asks_for_nothing_else()
    {
        await PutAsync(here, "a");
        await here.Store.TakeLogAsync();
        await here.Store.ReadAsync("Patient", "a", AccessScope.System);

        Assert.Equal(1, await PostgresExchanges.CountAsync(here.Database, () => PutAsync(here, "a")));
        Assert.Equal(1, await PostgresExchanges.CountAsync(here.Database, () => PutAsync(here, "a")));
        Assert.Equal(2, await PostgresExchanges.CountAsync(here.Database, () => PutAsync(here, "new")));
        Assert.Equal(3, here.Store.Read("Patient", "a", AccessScope.System).Value.Version);
    }

    [Fact]
    public async Task It_sends_no_notices_of_what_it_writes_until_it_shares_the_log()
    {
        await PutAsync(here, "a");
        await node.LookAsync();
        using var notices = here.Database.OpenNotices()!;
        await PutAsync(here, "a");
        using (var other = here.Database.OpenWriter())
            other.Execute("SELECT pg_notify('tandem_log', '0')"); // comes after whatever was sent before

        Assert.Equal(0, await notices.WaitAsync(TimeSpan.FromMinutes(1), Cancel));

        await here.Store.WithWriterAsync<bool>(session =>
        {
            here.Store.ShareLog(session);
            return true;
        }, Cancel);
        Assert.Equal((await PutAsync(here, "a")).Seq, await notices.WaitAsync(TimeSpan.FromMinutes(1), Cancel));
    }

    [Fact]
    public async Task Nothing_is_trusted_for_longer_than_the_connection_is_known_to_hold()
    {
        await PutAsync(here, "a");
        await LookUntilTrustedAsync();

        await Eventually.TrueAsync(() => here.Store.Places.Now is null);

        await Eventually.TrueAsync(async () => // on a busy machine it may be over again before this is asked
        {
            await PutAsync(here, "b");
            return here.Store.Places.Now is not null;
        });
    }

    [Fact(Timeout = 120_000)]
    public async Task Another_node_is_let_in_and_what_it_writes_is_read_at_once()
    {
        await node.StartAsync(Cancel);
        for (var round = 0; round < 3; round++)
        {
            await Eventually.TrueAsync(() => here.Store.Places.Now is not null);
            await PutAsync(here, "a");
            await ReadsAsync("a", here.Store.Read("Patient", "a", AccessScope.System).Value.Version);
            using var there = await Task.Run(() => Eventually.LetInAsync(() => here.OpenBeside(new SearchProjection(SearchIndexOptions.Default))), Cancel);
            for (var write = 0; write < 20; write++)
            {
                var written = await PutAsync(write % 3 == 0 ? here : there, "a");
                Assert.Equal(written.Version, here.Store.Read("Patient", "a", AccessScope.System).Value.Version);
                Assert.Equal(written.Version, (await here.Store.ReadAsync("Patient", "a", AccessScope.System)).Value.Version);
                Assert.Equal(written.Version, there.Store.Read("Patient", "a", AccessScope.System).Value.Version);
            }
        }

        await node.StopAsync(Cancel);
        Assert.Null(here.Database.Read(session => session.First(LogTables.ReadOwner, row => row.Text(0))));
    }

    /// <summary>The server ends the connection, as one does that believes its client dead, and the node does not know it yet.</summary>
    [Fact(Timeout = 120_000)]
    public async Task A_node_that_lost_the_log_without_knowing_tells_nothing_old()
    {
        await PutAsync(here, "a");
        int version, reads;
        long trusted;
        do
        {
            await LookUntilTrustedAsync();
            await here.Store.ReadAsync("Patient", "a", AccessScope.System);
            trusted = Stopwatch.GetTimestamp();
            version = (await PutAsync(here, "a")).Version;
            await here.Store.ReadAsync("Patient", "a", AccessScope.System);
            using (var session = here.Database.OpenWriter())
                session.Execute("SELECT pg_terminate_backend(pid, 10000) FROM pg_locks WHERE locktype = 'advisory' AND mode = 'ExclusiveLock' AND granted AND database = (SELECT oid FROM pg_database WHERE datname = current_database())");
            await here.Store.ReadAsync("Patient", "a", AccessScope.System); // a connection was opened: what lies at a place is asked for
            reads = await ReadsAsync("a", version);
        }
        while (reads > 0 && Stopwatch.GetElapsedTime(trusted) > CurrentPlaces.Trust - TimeSpan.FromMilliseconds(50)); // too late on a busy machine
        Assert.Equal(0, reads); // where it lies is still trusted

        using var there = here.OpenBeside(new SearchProjection(SearchIndexOptions.Default));
        Assert.Equal(version + 1, (await PutAsync(there, "a")).Version);
        Assert.Equal(version + 1, here.Store.Read("Patient", "a", AccessScope.System).Value.Version);
        Assert.Equal(version + 1, (await here.Store.ReadAsync("Patient", "a", AccessScope.System)).Value.Version);
    }

    [Theory]
    [InlineData(Engine.Sqlite)]
    [InlineData(Engine.Postgres)]
    public async Task Who_reads_beside_writers_never_sees_less_than_was_acknowledged_before(Engine engine)
    {
        using var record = new RecordFixture(engine);
        using var alone = new LoneNode(record.Store, TimeProvider.System, NullLogger<LoneNode>.Instance);
        await alone.StartAsync(Cancel);
        await PutAsync(record, "a", "b");
        await Eventually.TrueAsync(() => record.Store.Places.Now is not null);
        var acknowledged = new int[2];
        using var end = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        var reading = Enumerable.Range(0, 4).Select(reader => Task.Run(async () =>
        {
            var reads = 0;
            for (; !end.IsCancellationRequested; reads++)
            {
                var which = (reads + reader) % 2;
                var least = Volatile.Read(ref acknowledged[which]);
                var found = reader < 2 ? record.Store.Read("Patient", "ab"[which..(which + 1)], AccessScope.System) : await record.Store.ReadAsync("Patient", "ab"[which..(which + 1)], AccessScope.System);
                Assert.InRange(found.Value.Version, least, int.MaxValue);
            }

            return reads;
        })).ToList();
        await Task.WhenAll(Enumerable.Range(0, 2).Select(which => Task.Run(async () =>
        {
            for (var write = 0; write < 150; write++)
                Volatile.Write(ref acknowledged[which], (await PutAsync(record, which == 0 ? "a" : "b")).Version);
        })));
        await end.CancelAsync();

        Assert.All(await Task.WhenAll(reading), reads => Assert.True(reads > 0));
        Assert.Equal([151, 151], acknowledged);
        await alone.StopAsync(Cancel);
    }

    private static async Task<ResourceVersion> PutAsync(RecordFixture record, params string[] ids)
    {
        ResourceVersion? last = null;
        foreach (var id in ids)
        {
            last = (await record.Store.WriteAsync<ResourceVersion>(
                AccessScope.System, session => session.Put("Patient", id, RecordFixture.Json("""{"resourceType":"Patient"}""")), [("Patient", id)], Cancel)).Value;
        }

        return last!;
    }

    private Task LookUntilTrustedAsync() => Eventually.TrueAsync(async () =>
    {
        await node.LookAsync();
        return here.Store.Places.Now is not null;
    });

    /// <summary>Exchanges that a read takes.</summary>
    private async Task<int> ReadsAsync(string id, int version = 1)
    {
        var found = 0;
        var count = await PostgresExchanges.CountAsync(here.Database, async () => found = (await here.Store.ReadAsync("Patient", id, AccessScope.System)).Value.Version);
        Assert.Equal(version, found);
        return count;
    }
}
