using Microsoft.Extensions.Logging.Abstractions;
using Tandem.Kernel.Data;
using Tandem.Record.Log;
using Tandem.Record.Projections;
using Tandem.Tests.Care.Intake;
using Tandem.Tests.Support;

namespace Tandem.Tests.Record.Projections;

public sealed class SqliteRebuildTests() : RebuildBehaviour(Engine.Sqlite);

public sealed class PostgresRebuildTests() : RebuildBehaviour(Engine.Postgres)
{
    [Fact]
    public async Task Changes_of_another_node_are_in_the_rebuilt_rows()
    {
        await PutAsync(Record, "a", 50);
        using var other = Record.OpenBeside(new WatchedProjection());
        await PutAsync(other, "b", 50);
        watched.DuringRebuild = async () =>
        {
            await PutAsync(other, "c", 100);
            await PutAsync(other, "a", 50, "female");
            await PutAsync(Record, "b", 25, "female");
            for (var number = 40; number < 50; number++)
                await other.DeleteAsync("Patient", $"b{number}");
            Assert.Null(await other.Store.RebuildBesideAsync("watched", Small, Cancel)); // one does it
        };

        Assert.Equal(90, await Record.Store.RebuildBesideAsync("watched", Small, Cancel));
        await PutAsync(other, "d", 10);

        AssertComplete(200);
        Assert.NotNull(await other.Store.RebuildBesideAsync("watched", Small, Cancel));
        AssertComplete(200);
    }

    [Fact(Timeout = 120_000)]
    public async Task Who_has_the_log_lets_another_node_in_during_a_rebuild_beside_others_and_not_during_one_alone()
    {
        await PutAsync(Record, "a", 50);
        using var node = new LoneNode(Record.Store, TimeProvider.System, NullLogger<LoneNode>.Instance);
        await node.StartAsync(Cancel);
        await Eventually.TrueAsync(() => Record.Store.Places.Now is not null);
        watched.DuringRebuild = () => Task.Run(() => Assert.Throws<LogOwnedElsewhereException>(() => Record.OpenBeside(new WatchedProjection()).Dispose()), Cancel);
        Assert.Equal(50, await Record.Store.RebuildAsync("watched", Small, Cancel));

        await Eventually.TrueAsync(() => Record.Store.Places.Now is not null);
        watched.DuringRebuild = async () =>
        {
            using var other = await Eventually.LetInAsync(() => Record.OpenBeside(new WatchedProjection()));
            await PutAsync(other, "b", 50);
        };
        Assert.Equal(50, await Record.Store.RebuildBesideAsync("watched", Small, Cancel));
        AssertComplete(100);
        await node.StopAsync(Cancel);
    }

    /// <summary>Searches read several tables, one after the other, and keep each from being exchanged until they end.</summary>
    [Fact(Timeout = 120_000)]
    public async Task The_exchange_of_the_tables_waits_for_who_reads_them_and_nobody_waits_for_it()
    {
        await PutAsync(Record, "a", 50);
        using var begun = new ManualResetEventSlim();
        using var goOn = new ManualResetEventSlim();
        var reader = Task.Run(
            () => Record.Database.Snapshot(session =>
            {
                var total = session.First("SELECT total FROM test_sums", row => row.Integer(0));
                begun.Set();
                goOn.Wait(Cancel);
                return (total, session.First("SELECT COUNT(*) FROM test_watched", row => row.Integer(0)));
            }),
            Cancel);
        begun.Wait(Cancel);

        var rebuild = Record.Store.RebuildBesideAsync("watched", Small, Cancel);
        await Eventually.TrueAsync(() => Record.Database.Read(session => session.First(
            "SELECT COUNT(*) FROM pg_locks WHERE NOT granted AND relation = to_regclass('test_sums')", row => row.Integer(0))) > 0);
        await PutAsync(Record, "b", 1).WaitAsync(TimeSpan.FromSeconds(30), Cancel);
        goOn.Set();

        Assert.Equal((50, 50), await reader);
        Assert.Equal(50, await rebuild);
        AssertComplete(51);
    }
}

/// <summary>What a rebuild beside readers and writers promises.</summary>
public abstract class RebuildBehaviour(Engine engine) : IDisposable
{
    private protected static readonly RebuildPace Small = new(Resources: 20, Rows: 10);
    private protected readonly WatchedProjection watched = new();
    private RecordFixture? fixture;

    private protected static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private protected RecordFixture Record => fixture ??= new RecordFixture(engine, watched);

    public void Dispose()
    {
        fixture?.Dispose();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task What_comes_while_a_rebuild_runs_is_not_left_for_its_last_turn()
    {
        await PutAsync(Record, "a", 50);
        watched.DuringRebuild = async () =>
        {
            await PutAsync(Record, "b", 300);
            Assert.Null(await Record.Store.RebuildBesideAsync("watched", Small, Cancel)); // this one is not taken for one that was cut off
        };

        var read = await Record.Store.RebuildAsync("watched", Small, Cancel);

        Assert.Equal(50, read);
        AssertComplete(350);
    }

    [Fact]
    public async Task A_rebuild_that_was_cut_off_begins_anew_at_the_next_start()
    {
        await PutAsync(Record, "a", 50);
        RebuildRequests.Ask(Record.Database, "watched", Record.Clock.GetUtcNow());
        var cut = new CancellationTokenSource();
        watched.DuringRebuild = cut.CancelAsync;
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Record.Store.RebuildBesideAsync("watched", Small, cut.Token));
        cut.Dispose();
        Assert.False(RebuildRequests.Find(Record.Database, "watched")!.IsOver);

        Record.Restart(watched);
        await PutAsync(Record, "b", 10);
        var next = new RebuildOnRequest(Record.Store, TimeProvider.System, new FaultLog<RebuildOnRequest>());
        await next.StartAsync(Cancel);
        await Eventually.TrueAsync(() => RebuildRequests.Find(Record.Database, "watched") is { IsOver: true });
        await next.StopAsync(Cancel);
        next.Dispose();

        Assert.Equal(new RebuildProgress(IsOver: true, Resources: 60, Fault: null), RebuildRequests.Find(Record.Database, "watched"));
        AssertComplete(60);
    }

    [Fact]
    public async Task Rows_that_were_emptied_for_another_shape_are_made_anew_also_when_the_start_that_emptied_them_was_cut_off()
    {
        await PutAsync(Record, "a", 50);
        Record.Restart(new WatchedProjection(isReshaped: true));
        Assert.True(Record.Store.IsStale);

        Record.Restart(new WatchedProjection(isReshaped: true)); // the one before rebuilt nothing
        Assert.True(Record.Store.IsStale);
        await Record.Store.RebuildStaleAsync(Cancel);

        Assert.False(Record.Store.IsStale);
        AssertComplete(50);
        Record.Restart(new WatchedProjection(isReshaped: true));
        Assert.False(Record.Store.IsStale);
    }

    [Fact]
    public async Task A_part_ends_with_the_resource_that_makes_it_large()
    {
        await PutAsync(Record, "a", 5);
        var pace = new RebuildPace(Resources: 20, Rows: 10, Bytes: 1);
        var state = new RebuildState(watched) { Edge = 5 };
        var part = RebuildPart.Read(Record.Database, state, 0, pace);

        Assert.Equal((1, 1L, false, 1), (part.Count, part.Last, part.IsLast, state.ReadAtOnce)); // what is not taken is not asked for again
        Assert.Equal(5, await Record.Store.RebuildAsync("watched", pace, Cancel));
        AssertComplete(5);
    }

    /// <summary>At a start nobody else does: the log would grow by all that is made.</summary>
    [Fact]
    public async Task What_a_rebuild_writes_is_carried_over_as_it_goes()
    {
        await PutAsync(Record, "a", 400);
        Record.Database.Maintain();
        await Record.Store.RebuildAsync("watched", Small, Cancel);
        var left = Record.Database.Unmaintained;
        Record.Database.Maintain();
        await Record.Store.RebuildAsync("watched", new RebuildPace(Resources: 400, Rows: 10), Cancel); // one part, of as many turns

        Assert.InRange(left, 0, 40); // of the exchange of the tables; each of the 40 turns writes several pages
        Assert.InRange(Record.Database.Unmaintained, 0, 40);
    }

    [Fact]
    public async Task A_request_that_is_made_twice_is_one_and_a_failed_one_says_so()
    {
        await PutAsync(Record, "a", 50);
        RebuildRequests.Ask(Record.Database, "watched", Record.Clock.GetUtcNow());
        RebuildRequests.Ask(Record.Database, "watched", Record.Clock.GetUtcNow());
        watched.DuringRebuild = () => throw new InvalidDataException("broken");
        await Assert.ThrowsAsync<InvalidDataException>(() => Record.Store.RebuildBesideAsync("watched", Small, Cancel));

        Assert.Contains("old rows stay", RebuildRequests.Find(Record.Database, "watched")!.Fault, StringComparison.Ordinal);
        AssertComplete(50);
        RebuildRequests.Ask(Record.Database, "watched", Record.Clock.GetUtcNow());
        Assert.Equal(new RebuildProgress(IsOver: false, 0, Fault: null), RebuildRequests.Find(Record.Database, "watched"));
    }

    private protected static Task PutAsync(RecordFixture record, string prefix, int count, string gender = "male") => Task.WhenAll(
        Enumerable.Range(0, count).Select(number => record.PutAsync("Patient", $"{prefix}{number}", $$"""{"resourceType":"Patient","gender":"{{gender}}"}""")));

    /// <summary>One row for each resource that is there, and a sum that counts each once.</summary>
    private protected void AssertComplete(int resources)
    {
        var standing = Record.Database.Read(session => session.Query(
            "SELECT l.body FROM resources r JOIN log l ON l.seq = r.seq WHERE r.deleted = 0", row => System.Text.Encoding.UTF8.GetString(row.Bytes(0)).Contains("female", StringComparison.Ordinal)));
        Assert.Equal(resources, standing.Count);
        foreach (var (gender, expected) in new[] { ("female", standing.Count(isFemale => isFemale)), ("male", standing.Count(isFemale => !isFemale)) })
        {
            Assert.Equal(
                (expected, expected),
                Record.Database.Read(session => (
                    session.First("SELECT COUNT(*) FROM test_watched WHERE gender = $1", row => (int)row.Integer(0), gender),
                    session.First("SELECT total FROM test_sums WHERE gender = $1", row => (int)row.Integer(0), gender))));
        }
    }

    /// <summary>Does something once while a rebuild reads, which is while it is off the writer's thread.</summary>
    private protected sealed class WatchedProjection(bool isReshaped = false) : IProjection
    {
        private readonly Table rowsOf = new("test_watched", TableKind.Rows, [new("rid", DbKind.Integer)], [new("gender", DbKind.Text)], [new("gender", isReshaped ? "gender" : "gender, rid")]);
        private static readonly Table Sums = new("test_sums", TableKind.Counters, [new("gender", DbKind.Text)], [new("total", DbKind.Integer)], []);
        private Func<Task>? duringRebuild;

        internal Func<Task>? DuringRebuild
        {
            set => duringRebuild = value;
        }

        public string Name => "watched";

        public int Version => 1;

        public IReadOnlyList<Table> Tables => [rowsOf, Sums];

        public bool Wants(string type) => type == "Patient";

        public void Project(ResourceVersion resource, RowSink rows)
        {
            if (Thread.CurrentThread.Name != "record writer" && Interlocked.Exchange(ref duringRebuild, null) is { } act)
                Task.Run(act, Cancel).GetAwaiter().GetResult();
            var gender = resource.Root["gender"u8].Text!;
            rows.Add(rowsOf, resource.Rid, gender);
            rows.Add(Sums, gender, 1);
        }
    }
}
