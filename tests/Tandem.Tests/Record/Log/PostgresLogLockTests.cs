using Microsoft.Extensions.Logging.Abstractions;
using Tandem.Kernel.Actors;
using Tandem.Kernel.Data;
using Tandem.Kernel.Data.Postgres;
using Tandem.Kernel.Outcomes;
using Tandem.Record.Log;
using Tandem.Tests.Support;

namespace Tandem.Tests.Record.Log;

/// <summary>A node that is paused in its turn at the log does not stop the others for ever: who waits is told so, and the server takes its turn from it.</summary>
public sealed class PostgresLogLockTests
{
    private readonly string place;

    public PostgresLogLockTests()
    {
        Assert.SkipWhen(PostgresServer.Missing is not null, PostgresServer.Missing ?? "");
        place = PostgresServer.NewDatabase();
    }

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact(Timeout = 120_000)] // each by itself would wait for a second
    public async Task Writes_that_wait_for_a_node_that_is_paused_are_refused_together()
    {
        using var database = new PostgresDatabase(place) { LogWait = TimeSpan.FromSeconds(1) };
        using var store = Store(database);
        using var paused = Turn(database);

        var refused = await Task.WhenAll(Enumerable.Range(0, 400).Select(number => PutAsync(store, $"p{number}")));

        Assert.All(refused, outcome => Assert.Equal(RefusalKind.Unavailable, outcome.Refusal?.Kind));
        paused.Rollback();
        Assert.Null((await PutAsync(store, "p0")).Refusal);
    }

    [Fact(Timeout = 120_000)]
    public async Task A_node_that_is_paused_for_long_loses_its_turn()
    {
        using var database = new PostgresDatabase(place);
        using var store = Store(database);
        using var other = new PostgresDatabase(place) { LogPause = TimeSpan.FromSeconds(3) };
        using var paused = Turn(other);

        Assert.Null((await PutAsync(store, "p")).Refusal);
        Assert.Throws<DatabaseUnavailableException>(() => paused.First("SELECT 1", row => row.Integer(0)));
    }

    [Fact]
    public void Only_the_turn_is_waited_for_no_longer()
    {
        using var database = new PostgresDatabase(place);
        using var writer = Turn(database);

        Assert.Equal("0", writer.First("SHOW lock_timeout", row => row.Text(0)));
        Assert.Equal("1min", writer.First("SHOW idle_in_transaction_session_timeout", row => row.Text(0)));
        writer.Rollback();
        Assert.Equal("0", writer.First("SHOW idle_in_transaction_session_timeout", row => row.Text(0)));
    }

    private static RecordStore Store(Database database) => new(database, [], [], new CommitSignal(), new ManualClock(), NullLogger<RecordStore>.Instance);

    private static DbSession Turn(Database database)
    {
        var writer = database.OpenLogWriter();
        writer.Begin();
        database.LockLog(writer);
        writer.First("SELECT 1", row => row.Integer(0));
        return writer;
    }

    private static Task<Outcome<ResourceVersion>> PutAsync(RecordStore store, string id) => store.WriteAsync<ResourceVersion>(
        AccessScope.System, session => session.Put("Patient", id, RecordFixture.Json("""{"resourceType":"Patient"}""")), Cancel);
}
