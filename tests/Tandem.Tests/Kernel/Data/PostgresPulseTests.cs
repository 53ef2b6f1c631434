using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using Tandem.Kernel.Actors;
using Tandem.Kernel.Data;
using Tandem.Kernel.Data.Postgres;
using Tandem.Kernel.Outcomes;
using Tandem.Record.Log;
using Tandem.Tests.Support;

namespace Tandem.Tests.Kernel.Data;

/// <summary>A server that answers nobody any more is noticed by that, however long statements may take.</summary>
public sealed class PostgresPulseTests : IDisposable
{
    private static readonly TimeSpan Suspicion = TimeSpan.FromMilliseconds(300);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(60);
    private readonly HeldRelay relay;
    private readonly string place;
    private readonly PostgresDatabase database;

    public PostgresPulseTests()
    {
        Assert.SkipWhen(PostgresServer.Missing is not null || !OperatingSystem.IsLinux(), PostgresServer.Missing ?? "only on Linux");
        var settings = new NpgsqlConnectionStringBuilder(PostgresServer.NewDatabase());
        relay = new HeldRelay(settings.Port);
        settings.Port = relay.Port;
        place = settings.ConnectionString;
        database = new PostgresDatabase(place, Suspicion, Patience);
    }

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        relay?.Release();
        database?.Dispose();
        relay?.Dispose();
    }

    [Fact]
    public async Task Who_waits_for_it_is_told_who_comes_is_told_at_once_and_all_goes_on_when_it_does()
    {
        Assert.Equal(7, Seven());
        relay.Hold();
        await Assert.ThrowsAsync<DatabaseUnavailableException>(() => Task.Run(Seven, Cancel).WaitAsync(Longest, Cancel));

        await Task.Run(
            () =>
            {
                for (var i = 0; i < 100; i++) // were each held up for as long as the first, for four minutes
                    Assert.Throws<DatabaseUnavailableException>(() => Seven());
            },
            Cancel).WaitAsync(Longest, Cancel);

        relay.Release();
        await UntilAsync(() => Seven() == 7);
        for (var i = 0; i < 5; i++)
            Assert.Equal(7, Seven()); // none of those that were kept is left
    }

    [Fact]
    public void A_statement_that_takes_long_on_a_server_that_answers_is_left_alone()
    {
        using var asked = new PostgresDatabase(place, Suspicion, Longest); // a busy machine may answer late
        Assert.Equal(7, asked.Read(session => session.First("SELECT 7 FROM pg_sleep(2)", row => row.Integer(0))));
    }

    [Fact]
    public async Task A_server_that_lets_nobody_in_and_answers_those_who_are_is_left_alone()
    {
        database.Read(_ => Seven()); // two connections
        relay.HoldNewcomers();

        var slow = Task.Run(() => database.Read(session => session.First("SELECT 7 FROM pg_sleep(5)", row => row.Integer(0))), Cancel);
        while (!slow.IsCompleted)
        {
            Assert.Equal(7, Seven());
            await Task.Delay(50, Cancel);
        }

        Assert.Equal(7, await slow);
    }

    [Fact]
    public void What_keeps_it_from_being_asked_is_not_taken_for_its_silence()
    {
        var place = PostgresServer.NewDatabase();
        var isSilenced = false;
        using var pulse = new PostgresPulse($"{place};Encoding=unheard-of", Suspicion, Patience, () => isSilenced = true); // fails before anything is asked, as where no file is left
        using var connection = new NpgsqlConnection(place);
        connection.Open();
        using var wait = pulse.Enrol(connection);
        using var ask = new NpgsqlCommand("SELECT 7 FROM pg_sleep(2)", connection);

        Assert.Equal(7, wait.Run(ask, ask => ask.ExecuteScalar()));
        pulse.ThrowIfSilent();
        Assert.False(isSilenced);
    }

    [Fact]
    public async Task Who_reads_several_times_and_is_cut_off_in_between_is_told_that_it_is_unavailable() =>
        await Assert.ThrowsAsync<DatabaseUnavailableException>(() => Task.Run(() => database.Snapshot(session => SevenBefore(session) + SevenOf(session)), Cancel).WaitAsync(Longest, Cancel));

    [Fact]
    public async Task A_write_that_was_not_confirmed_is_not_told_as_kept_and_one_that_was_is_there()
    {
        using var store = new RecordStore(database, [], [], new CommitSignal(), new ManualClock(), NullLogger<RecordStore>.Instance);
        Assert.Null((await PutAsync(store, "before")).Refusal);
        relay.Hold();
        var (first, second) = (PutAsync(store, "first"), PutAsync(store, "second"));
        Assert.Contains((await first.WaitAsync(Longest, Cancel)).Refusal!.Kind, new[] { RefusalKind.Uncertain, RefusalKind.Unavailable });
        Assert.Equal(RefusalKind.Unavailable, (await second.WaitAsync(Longest, Cancel)).Refusal!.Kind); // it was not begun

        relay.Release();
        Outcome<ResourceVersion> later = default;
        for (var tries = 0; tries < 600 && (tries == 0 || later.Refusal is not null); tries++)
        {
            await Task.Delay(100, Cancel);
            later = await PutAsync(store, "later");
        }

        Assert.Null(later.Refusal);
        Assert.Null(store.Read("Patient", "before", AccessScope.System).Refusal);
        Assert.Equal(1, store.Read("Patient", "later", AccessScope.System).Value.Version);
        Assert.NotNull(store.Read("Patient", "second", AccessScope.System).Refusal);
    }

    private static Task<Outcome<ResourceVersion>> PutAsync(RecordStore store, string id) => store.WriteAsync<ResourceVersion>(
        AccessScope.System, session => session.Put("Patient", id, RecordFixture.Json("""{"resourceType":"Patient"}""")), Cancel);

    /// <summary>Asks, and is back when the server has answered nobody any more.</summary>
    private long SevenBefore(DbSession session)
    {
        var seven = SevenOf(session);
        database.Read(other =>
        {
            SevenOf(other);
            relay.Hold();
            return Assert.Throws<DatabaseUnavailableException>(() => SevenOf(other));
        });
        return seven;
    }

    private long Seven() => database.Read(SevenOf);

    private static long SevenOf(DbSession session) => session.First("SELECT 7", row => row.Integer(0));

    private static async Task UntilAsync(Func<bool> isSo)
    {
        for (var tries = 0; tries < 600; tries++)
        {
            try
            {
                if (isSo())
                    return;
            }
            catch (DatabaseUnavailableException)
            {
                // not yet
            }

            await Task.Delay(100, Cancel);
        }

        Assert.Fail("It does not go on.");
    }
}
