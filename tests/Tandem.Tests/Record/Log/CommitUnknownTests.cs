using Tandem.Kernel.Actors;
using Tandem.Kernel.Data;
using Tandem.Kernel.Outcomes;
using Tandem.Record.Log;
using Tandem.Record.Rest;
using Tandem.Tests.Support;

namespace Tandem.Tests.Record.Log;

/// <summary>A server that is lost before it confirms a commit: its writers are told to look, since it may be kept, and not that nothing was.</summary>
public sealed class CommitUnknownTests : IDisposable
{
    private const int WorthACommit = 30; // so large that a group leaves the writer behind it, and goes ahead of the disk
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly RecordFixture record;

    public CommitUnknownTests()
    {
        Assert.SkipWhen(PostgresServer.Missing is not null, PostgresServer.Missing ?? "");
        record = new RecordFixture(Engine.Postgres);
    }

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose() => record?.Dispose();

    [Theory]
    [InlineData(false)]
    [InlineData(true)] // as pages do, and what gives tokens
    public async Task Who_wrote_alone_when_the_server_was_lost_is_told_to_look_and_the_next_write_is_kept(bool isInTheHubsName)
    {
        await record.PutAsync("Patient", "before", """{"resourceType":"Patient"}""");
        Run(
            """
            CREATE FUNCTION lose() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN PERFORM pg_terminate_backend(pg_backend_pid()); RETURN NULL; END $$;
            CREATE CONSTRAINT TRIGGER lost AFTER INSERT ON log DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (NEW.id = 'lost') EXECUTE FUNCTION lose();
            """);

        var trail = AccessTrail.Current = new FullKeeper().Begin(new TrailFacts("update"));
        var lost = await WriteAsync("lost", 1, _ => { }, isInTheHubsName ? AccessScope.System : AccessScope.System with { Trail = trail });
        MustBeLookedFor(lost);
        Assert.True(trail.HasChanged); // not to be sent again either where this cannot be put on the trail
        Assert.Null((await WriteAsync("later", 1, _ => { })).Refusal);
    }

    [Fact]
    public async Task Writers_whose_flush_was_lost_are_told_to_look_and_find_what_was_kept()
    {
        Assert.Null((await WriteWithOneBehindAsync("first")).Refusal); // opens the connection that flushes
        Run($"SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity WHERE query LIKE '%pg_logical_emit_message%' AND pid <> pg_backend_pid() AND datname = current_database()");

        MustBeLookedFor(await WriteWithOneBehindAsync("lost"));
        Assert.Null(record.Store.Read("Observation", "lost-0", AccessScope.System).Refusal); // the server lived on: it was kept
        Assert.Null((await WriteWithOneBehindAsync("later")).Refusal);
    }

    private static void MustBeLookedFor(Outcome<int> outcome)
    {
        var refusal = Assert.IsType<Refusal>(outcome.Refusal);
        Assert.Equal(RefusalKind.Uncertain, refusal.Kind);
        Assert.Contains("Look whether it was kept", refusal.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("Nothing was kept", refusal.Text, StringComparison.Ordinal);
        Assert.Equal(500, FhirReply.StatusOf(refusal.Kind)); // with 503 and Retry-After a client sends it again by itself
    }

    /// <summary>A group behind which another write waits, which may share its flush.</summary>
    private async Task<Outcome<int>> WriteWithOneBehindAsync(string id)
    {
        Task<Outcome<int>>? behind = null;
        var group = await WriteAsync(id, WorthACommit, _ => behind ??= WriteAsync($"behind-{id}", 1, _ => { }));
        Assert.True((await behind!.WaitAsync(Patience, Cancel)).Refusal is null or { Kind: RefusalKind.Uncertain });
        return group;
    }

    private Task<Outcome<int>> WriteAsync(string id, int many, Action<WriteSession> meanwhile, AccessScope? scope = null) => record.Store.WriteAsync<int>(
        scope ?? AccessScope.System,
        session =>
        {
            meanwhile(session);
            for (var i = 0; i < many; i++)
                session.Put("Observation", many == 1 ? id : $"{id}-{i}", RecordFixture.Json("""{"resourceType":"Observation","status":"final"}"""));
            return many;
        },
        Cancel).WaitAsync(Patience, Cancel);

    private void Run(string sql)
    {
        using var session = record.Database.OpenWriter();
        session.ExecuteScript(sql);
    }

    private sealed class FullKeeper : TrailKeeper
    {
        public override AccessTrail Begin(TrailFacts facts) => new(facts, this);

        public override ValueTask<Refusal?> KeepAsync(TrailEntry entry) => new(Refusal.Unavailable("The access log cannot be written."));
    }
}
