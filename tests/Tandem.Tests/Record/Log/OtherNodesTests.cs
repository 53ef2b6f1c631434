using System.Collections.Concurrent;
using Tandem.Kernel.Data;
using Tandem.Kernel.Outcomes;
using Tandem.Record.Log;
using Tandem.Tests.Care.Intake;
using Tandem.Tests.Support;

namespace Tandem.Tests.Record.Log;

/// <summary>Several nodes on one PostgreSQL: each tells its own process of what all of them append.</summary>
public sealed class OtherNodesTests : IAsyncLifetime
{
    private readonly RecordFixture here = new(Engine.Postgres);
    private readonly RecordFixture there;
    private readonly FaultLog<OtherNodes> faults = new();
    private readonly List<OtherNodes> following = [];
    private readonly ConcurrentQueue<Change> heardHere = new();
    private readonly ConcurrentQueue<Change> heardThere = new();

    public OtherNodesTests() => there = here.OpenBeside();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        foreach (var (record, heard) in new[] { (here, heardHere), (there, heardThere) })
        {
            record.Store.Signal.Committed += changes =>
            {
                foreach (var change in changes)
                    heard.Enqueue(change);
            };
            following.Add(new OtherNodes(record.Store, TimeProvider.System, faults));
            await following[^1].StartAsync(Cancel);
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var one in following)
        {
            await one.StopAsync(CancellationToken.None);
            one.Dispose();
        }

        there.Dispose();
        here.Dispose();
    }

    [Fact(Timeout = 120_000)] // each by itself would wait for two seconds
    public async Task Writes_that_wait_while_another_process_has_the_log_are_refused_together()
    {
        using var owner = here.Database.OpenLogWriter();
        Assert.True(here.Database.TryOwnLog(owner));

        var refused = await Task.WhenAll(Enumerable.Range(0, 400).Select(number => here.TryPutAsync("Patient", $"p{number}")));

        Assert.All(refused, outcome => Assert.Equal(RefusalKind.Unavailable, outcome.Refusal?.Kind));
        here.Database.ShareLog(owner);
        Assert.Null((await here.TryPutAsync("Patient", "p0")).Refusal);
    }

    [Fact(Timeout = 120_000)]
    public async Task What_one_node_writes_is_told_at_the_other_with_what_it_replaced()
    {
        await here.PutAsync("Patient", "a", """{"resourceType":"Patient","gender":"female"}""");
        await here.PutAsync("Patient", "a", """{"resourceType":"Patient","gender":"other"}""");
        await here.DeleteAsync("Patient", "a");
        await here.PutAsync("Patient", "a", """{"resourceType":"Patient"}""");

        await Eventually.TrueAsync(() => heardThere.Count == 4);

        Assert.Equal(heardHere.Select(Told), heardThere.Select(Told));
        Assert.Equal([(1, null), (2, 1), (3, 2), (4, null)], heardThere.Select(change => (change.After.Version, change.Before?.Version)));
        Assert.Equal("other", heardThere.ElementAt(2).Before!.Root["gender"u8].Text);
        Assert.Equal(here.Store.Signal.LastSeq, there.Store.Signal.LastSeq);
    }

    [Fact(Timeout = 120_000)]
    public async Task Large_resources_are_told_a_few_at_once_and_so_are_those_that_they_replaced()
    {
        await following[1].StopAsync(Cancel);
        var told = new ConcurrentQueue<int>();
        there.Store.Signal.Committed += changes => told.Enqueue(changes.Count);
        foreach (var id in new[] { "a", "b", "c", "d" })
            await here.PutAsync("Basic", id, $$"""{"resourceType":"Basic","code":{"text":"{{new string('x', 300)}}"} }""");
        foreach (var id in new[] { "a", "b", "c", "d" })
            await here.DeleteAsync("Basic", id);

        following.Add(new OtherNodes(there.Store, TimeProvider.System, faults) { MostBytes = 400 });
        await following[2].StartAsync(Cancel);
        await Eventually.TrueAsync(() => heardThere.Count == 8);

        Assert.All(told, changes => Assert.InRange(changes, 1, 2));
        Assert.Equal(heardHere.Select(Told), heardThere.Select(Told));
        Assert.Equal(heardHere.Select(change => change.Before?.Seq), heardThere.Select(change => change.Before?.Seq));
    }

    [Fact(Timeout = 120_000)]
    public async Task Both_write_at_once_and_each_is_told_of_every_change_once()
    {
        await Task.WhenAll(Enumerable.Range(0, 8).Select(writer => Task.Run(async () =>
        {
            for (var i = 0; i < 40; i++)
                await (writer % 2 == 0 ? here : there).PutAsync("Patient", $"p{writer}-{i}", """{"resourceType":"Patient"}""");
        })));

        await Eventually.TrueAsync(() => heardHere.Count >= 320 && heardThere.Count >= 320); // ToldSeq is ahead of what was heard

        foreach (var heard in new[] { heardHere, heardThere })
        {
            Assert.Equal(Enumerable.Range(1, 320).Select(seq => (long)seq), heard.Select(change => change.After.Seq).Order());
            foreach (var writer in heard.GroupBy(change => change.After.Id.Split('-')[0]))
                Assert.Equal(writer.Select(change => change.After.Seq).Order(), writer.Select(change => change.After.Seq));
        }
    }

    [Fact(Timeout = 120_000)]
    public async Task What_is_written_while_nothing_can_be_heard_is_told_afterwards()
    {
        await here.PutAsync("Patient", "a", """{"resourceType":"Patient"}""");
        await Eventually.TrueAsync(() => heardThere.Count == 1);

        for (var i = 0; i < 2; i++)
        {
            await Eventually.TrueAsync(() => Ask("SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND application_name = 'tandem notices'") == 2);
            Ask("SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE datname = current_database() AND application_name = 'tandem notices'");
            await here.PutAsync("Patient", $"b{i}", """{"resourceType":"Patient"}""");
        }

        await Eventually.TrueAsync(() => heardThere.Count == 3);
        Assert.Equal(heardHere.Select(Told), heardThere.Select(Told));
        Assert.True(faults.Count > 0, "the connections were not lost");
    }

    /// <summary>Nothing is read from the log a second time by the node that wrote it.</summary>
    [Fact(Timeout = 120_000)]
    public async Task A_node_alone_reads_nothing_of_what_it_hears_from_itself()
    {
        await following[1].StopAsync(Cancel);
        for (var i = 0; i < 50; i++)
            await here.PutAsync("Patient", $"p{i}", """{"resourceType":"Patient"}""");
        await Eventually.TrueAsync(() => heardHere.Count >= 50);

        Assert.Equal(50, heardHere.Count);
        Assert.All(heardHere, change => Assert.Same(change.After, here.Store.RecentChanges(change.After.Seq - 1, 1)[0].After));
    }

    private long Ask(string sql) => here.Database.Read(session => session.First(sql, row => row.Integer(0)));

    private static (long Seq, string Reference, int Version, bool Deleted) Told(Change change) =>
        (change.After.Seq, change.After.Reference, change.After.Version, change.After.Deleted);
}
