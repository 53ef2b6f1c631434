using System.Text;
using Tandem.Care.Intake;
using Tandem.Trial.Demo;
using Tandem.Kernel.Data;
using Tandem.Tests.Simulation;
using Tandem.Tests.Support;

namespace Tandem.Tests.Care.Intake;

/// <summary>What is acknowledged is applied once, whenever the hub goes down between its acknowledgement and its application.</summary>
public abstract class SpoolBehaviour(Engine engine)
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_was_acknowledged_before_a_crash_is_applied_after_it()
    {
        await using var hub = await BeginAsync();

        await ReceiveAsync(hub, "C1");
        await hub.CrashAsync();
        Assert.Equal(1, hub.Get<DirectIntake>().Waiting);
        await hub.Hub.ApplyAsync(Cancel);

        Assert.Equal((1, 1), Counts(hub));
        Assert.Equal(0, hub.Get<DirectIntake>().Waiting);
    }

    [Fact]
    public async Task Moving_what_the_record_has_already_changes_nothing()
    {
        await using var hub = await BeginAsync();
        await ReceiveAsync(hub, "C1");
        var spooled = hub.Get<Spool>().Next(0, 10);
        await hub.Hub.ApplyAsync(Cancel);
        var entries = hub.Hub.Record.Signal.LastSeq;

        await hub.Hub.Record.WriteAsync<bool>(
            Tandem.Kernel.Actors.AccessScope.System,
            session =>
            {
                foreach (var message in spooled)
                    Inbox.Stage(session, message.Number, message.Arrival, MessageHead.Of(message.Arrival, hub.Get<MessageReading>().Read(message.Arrival)));
                return true;
            },
            Cancel);
        await hub.Hub.ApplyAsync(Cancel);

        Assert.Single(spooled);
        Assert.Equal((1, 1), Counts(hub));
        Assert.Equal(entries, hub.Hub.Record.Signal.LastSeq);
    }

    [Fact]
    public async Task Each_message_leaves_the_spool_once_the_record_has_it()
    {
        await using var hub = await BeginAsync();
        for (var n = 0; n < 20; n++)
            await ReceiveAsync(hub, $"C{n}");
        await hub.Hub.ApplyAsync(Cancel);

        await hub.CrashAsync();

        Assert.Empty(hub.Get<Spool>().Next(0, 100));
        Assert.Equal((20, 20), Counts(hub));
    }

    [Fact]
    public async Task A_message_with_a_null_character_in_its_header_does_not_hold_up_the_others()
    {
        await using var hub = await BeginAsync();

        await ReceiveAsync(hub, "C\0X");
        await ReceiveAsync(hub, "C2");
        await hub.Hub.ApplyAsync(Cancel);

        Assert.Equal(0, hub.Get<DirectIntake>().Waiting);
        Assert.Equal(2, Counts(hub).Messages);
    }

    [Fact(Timeout = 120_000)]
    public async Task A_spool_whose_database_refuses_waits_between_its_tries_and_can_be_closed()
    {
        using var record = new RecordFixture(engine);
        var (faults, clock) = (new FaultLog<Spool>(), TimeProvider.System);
        using (var inbox = record.Database.Beside("inbox"))
        using (var session = inbox.OpenWriter())
            session.ExecuteScript("CREATE VIEW intake_spool AS SELECT 1 AS number"); // nothing can be written to it
        var spool = new Spool(record.Store, new MessageNumbers(new IntakeOptions(), clock), new RecentReadings(), faults);

        spool.Moved([new SpooledMessage(64, new Arrival(default, clock.GetUtcNow(), "test", Extent.Whole))]);
        await Eventually.TrueAsync(() => faults.Count > 0);
        await Task.Run(spool.Dispose, Cancel).WaitAsync(Cancel); // it came to no end when it tried again without a pause
    }

    private async Task<SimulatedHub> BeginAsync()
    {
        var hub = new SimulatedHub(engine, new RegionClock(new DateTimeOffset(2026, 3, 2, 14, 0, 0, TimeSpan.Zero)));
        await hub.BeginAsync(Cancel);
        return hub;
    }

    private static async Task ReceiveAsync(SimulatedHub hub, string controlId)
    {
        var message = Messages.Adt("A01", controlId, "20260302080000", $"P{controlId[1..]}".Replace("\0", "", StringComparison.Ordinal), $"V{controlId.Length}{controlId[^1]}").Replace("|ADT|NORTH|", "|PSMC_ADT|PSMC|", StringComparison.Ordinal);
        var answers = await hub.Get<DirectIntake>().ReceiveAsync(Encoding.UTF8.GetBytes(message), "test", Cancel);
        Assert.Single(answers);
    }

    private static (long Messages, long Applied) Counts(SimulatedHub hub) => hub.Hub.Record.Database.Read(session => (
        session.First("SELECT COUNT(*) FROM intake_messages", row => row.Integer(0)),
        session.First("SELECT COUNT(*) FROM intake_states WHERE status = 'applied'", row => row.Integer(0))));
}

public sealed class SqliteSpoolTests() : SpoolBehaviour(Engine.Sqlite);

public sealed class PostgresSpoolTests() : SpoolBehaviour(Engine.Postgres);
