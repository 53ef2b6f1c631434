using System.Collections.Concurrent;
using Microsoft.Extensions.Logging.Abstractions;
using Tandem.Kernel.Data;
using Tandem.Record.Log;
using Tandem.Record.Reactions;
using Tandem.Tests.Care.Intake;
using Tandem.Tests.Support;

namespace Tandem.Tests.Record.Reactions;

/// <summary>Several nodes on one PostgreSQL: one leads a reaction at a time, and nothing is missed or done twice when another goes on.</summary>
public sealed class ReactionLeadTests : IAsyncLifetime
{
    private static readonly Table Effects = new("test_effects", TableKind.Rows, [new("seq", DbKind.Integer)], [new("times", DbKind.Integer)], []);
    private readonly RecordFixture here = new(Engine.Postgres, [], [Effects]);
    private readonly RecordFixture there;
    private readonly Follower followerHere = new();
    private readonly Follower followerThere = new();
    private readonly ReactionRunner runnerHere;
    private readonly ReactionRunner runnerThere;

    public ReactionLeadTests()
    {
        there = here.OpenBeside();
        runnerHere = NewRunner(here, followerHere);
        runnerThere = NewRunner(there, followerThere);
    }

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        await runnerHere.StartAsync(Cancel);
        await Eventually.TrueAsync(() => Leads(runnerHere));
        await runnerThere.StartAsync(Cancel);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var runner in new[] { runnerHere, runnerThere })
        {
            await runner.StopAsync(CancellationToken.None);
            runner.Dispose();
        }

        there.Dispose();
        here.Dispose();
    }

    [Fact(Timeout = 120_000)]
    public async Task One_node_reacts_to_what_both_write_and_the_other_goes_on_when_it_stops()
    {
        await WriteAsync(here, "a");
        await WriteAsync(there, "b");
        await Eventually.TrueAsync(() => Done().Count == 2);
        Assert.Equal(["Basic/a", "Basic/b"], followerHere.Seen);
        Assert.Empty(followerThere.Seen);
        Assert.Equal(["follower"], runnerThere.Elsewhere);

        await runnerHere.StopAsync(Cancel);
        await WriteAsync(here, "c");
        await Eventually.TrueAsync(() => Done().Count == 3);

        Assert.Equal(["Basic/c"], followerThere.Seen);
        Assert.All(Done(), done => Assert.Equal(1, done.Times));
    }

    [Fact(Timeout = 120_000)]
    public async Task A_node_that_lost_its_connection_keeps_nothing_of_what_it_had_decided()
    {
        using var hold = new ManualResetEventSlim();
        followerHere.Hold = hold;
        await WriteAsync(there, "a");
        await Eventually.TrueAsync(() => followerHere.IsHeld);

        Ask("SELECT count(pg_terminate_backend(pid)) FROM pg_locks WHERE locktype = 'advisory' AND classid = 1413566020 AND granted AND database = (SELECT oid FROM pg_database WHERE datname = current_database())");
        await Eventually.TrueAsync(() => Leads(runnerThere));
        await WriteAsync(there, "b");
        await Eventually.TrueAsync(() => Done().Count == 2);
        hold.Set();
        await Eventually.TrueAsync(() => runnerHere.Elsewhere.Count == 1);

        Assert.All(Done(), done => Assert.Equal(1, done.Times));
        Assert.Equal(["Basic/a", "Basic/b"], followerThere.Seen);
        Assert.Equal((1, 1), (followerHere.Begun, followerThere.Begun));
    }

    private static bool Leads(ReactionRunner runner) => runner.Elsewhere.Count == 0;

    private static Task WriteAsync(RecordFixture record, string id) => record.PutAsync("Basic", id, """{"resourceType":"Basic"}""");

    private List<(long Seq, long Times)> Done() =>
        there.Database.Read(session => session.Query("SELECT seq, times FROM test_effects ORDER BY seq", row => (row.Integer(0), row.Integer(1))));

    private void Ask(string sql) => there.Database.Read(session => session.First(sql, row => row.Integer(0)));

    private static ReactionRunner NewRunner(RecordFixture record, IReaction reaction) =>
        new(record.Store, [reaction], TimeProvider.System, NullLogger<ReactionRunner>.Instance);

    /// <summary>Counts how often each change has had its effect.</summary>
    private sealed class Follower : IReaction
    {
        private readonly ConcurrentQueue<string> seen = new();

        internal IReadOnlyCollection<string> Seen => seen;

        internal int Begun { get; private set; }

        internal ManualResetEventSlim? Hold { get; set; }

        internal bool IsHeld { get; private set; }

        public string Name => "follower";

        public void Begin() => Begun++;

        public bool Wants(string type) => type == "Basic";

        public Action<WriteSession>? Decide(Change change, DbSession reading)
        {
            IsHeld = Hold is not null;
            Hold?.Wait(Cancel);
            seen.Enqueue(change.After.Reference);
            var seq = change.After.Seq;
            return session => session.Write(Effects, seq, session.Query("SELECT times FROM test_effects WHERE seq = $1", row => row.Integer(0), seq).FirstOrDefault() + 1);
        }
    }
}
