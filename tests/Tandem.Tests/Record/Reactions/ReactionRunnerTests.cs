using Microsoft.Extensions.Logging.Abstractions;
using Tandem.Kernel.Data;
using Tandem.Kernel.Outcomes;
using Tandem.Record.Log;
using Tandem.Record.Reactions;
using Tandem.Tests.Care.Intake;
using Tandem.Tests.Support;

namespace Tandem.Tests.Record.Reactions;

public sealed class ReactionRunnerTests : IDisposable
{
    private readonly RecordFixture record = new(Engine.Sqlite);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose() => record.Dispose();

    [Fact(Timeout = 120_000)]
    public async Task Catching_up_ends_when_there_is_nothing_to_do_about_what_was_read()
    {
        for (var i = 0; i < 300; i++)
            await record.PutAsync("Patient", $"p{i}", """{"resourceType":"Patient"}""");
        var reaction = new Watcher();
        var runner = NewRunner(reaction);

        await runner.CatchUpAsync(Cancel);

        Assert.Equal(300, reaction.Seen.Count);
    }

    [Fact(Timeout = 120_000)]
    public async Task Catching_up_again_after_a_restart_reads_only_what_is_new()
    {
        await record.PutAsync("Patient", "a", """{"resourceType":"Patient"}""");
        await NewRunner(new Watcher()).CatchUpAsync(Cancel);
        record.Restart();
        await record.PutAsync("Patient", "b", """{"resourceType":"Patient"}""");
        var reaction = new Watcher();

        await NewRunner(reaction).CatchUpAsync(Cancel);

        Assert.Equal(["Patient/b"], reaction.Seen);
    }

    [Fact(Timeout = 120_000)]
    public async Task Whoever_looks_from_outside_sees_how_far_a_quiet_reaction_has_come()
    {
        await record.PutAsync("Patient", "a", """{"resourceType":"Patient"}""");
        using var runner = new ReactionRunner(record.Store, [new Watcher()], TimeProvider.System, NullLogger<ReactionRunner>.Instance);
        await runner.StartAsync(Cancel);

        await Eventually.TrueAsync(() => record.Database.Read(session => session.First(ReactionTables.ReadCursor, row => row.Integer(0), "watcher")) == record.Store.Signal.LastSeq);

        await runner.StopAsync(Cancel);
    }

    [Fact(Timeout = 120_000)]
    public async Task A_reaction_goes_on_once_a_database_that_was_gone_is_back()
    {
        var faults = new FaultLog<ReactionRunner>();
        using var runner = new ReactionRunner(record.Store, [new Watcher()], TimeProvider.System, faults);
        Script("ALTER TABLE reaction_cursors RENAME TO cursors_elsewhere;"); // its place in the log cannot be read
        await runner.StartAsync(Cancel);
        await Eventually.TrueAsync(() => faults.Count > 1 || runner.ExecuteTask!.IsCompleted);
        Assert.False(runner.ExecuteTask!.IsCompleted, "a service that ends stops the hub");

        Script("ALTER TABLE cursors_elsewhere RENAME TO reaction_cursors;");
        await record.PutAsync("Patient", "a", """{"resourceType":"Patient"}""");

        await Eventually.TrueAsync(() => runner.Positions.GetValueOrDefault("watcher") == record.Store.Signal.LastSeq);
        await runner.StopAsync(Cancel);
    }

    [Fact(Timeout = 120_000)]
    public async Task A_parked_change_stays_parked_while_it_fails_and_is_taken_in_once_it_does_not()
    {
        await record.PutAsync("Patient", "a", """{"resourceType":"Patient"}""");
        var reaction = new Watcher { Fails = true };
        using var runner = NewRunner(reaction);
        await runner.CatchUpAsync(Cancel);
        var parked = Assert.Single(runner.Parked(10));
        Assert.Equal(("watcher", nameof(InvalidOperationException), "Patient"), (parked.Reaction, parked.Fault, runner.TypeOf(parked)));

        Assert.Equal(RefusalKind.Unprocessable, (await runner.RetryAsync(parked, Cancel)).Refusal!.Kind);
        Assert.Single(runner.Parked(10));
        reaction.Fails = false;
        Assert.Null((await runner.RetryAsync(parked, Cancel)).Refusal);

        Assert.Empty(runner.Parked(10));
        Assert.Equal(["Patient/a"], reaction.Seen);
    }

    private void Script(string sql)
    {
        using var session = record.Database.OpenWriter();
        session.ExecuteScript(sql);
    }

    private ReactionRunner NewRunner(IReaction reaction) => new(record.Store, [reaction], record.Clock, NullLogger<ReactionRunner>.Instance);

    private sealed class Watcher : IReaction
    {
        internal List<string> Seen { get; } = [];

        internal bool Fails { get; set; }

        public string Name => "watcher";

        public bool Wants(string type) => true;

        public Action<WriteSession>? Decide(Change change, DbSession reading)
        {
            if (Fails)
                throw new InvalidOperationException("Ana Testperson stands in the way");
            Seen.Add(change.After.Reference);
            return null;
        }
    }
}
