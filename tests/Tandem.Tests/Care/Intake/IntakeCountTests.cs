using System.Globalization;
using System.Text;
using Tandem.Care.Intake;
using Tandem.Hl7v2.Mllp;
using Tandem.Kernel.Data;
using Tandem.Tests.Support;

namespace Tandem.Tests.Care.Intake;

/// <summary>What a message costs on its way to its acknowledgement, counted: the same on a busy machine as on a quiet one.</summary>
public sealed class IntakeCountTests
{
    private const int Together = 16;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_message_that_its_sender_waits_for_is_made_durable_on_the_thread_of_its_line()
    {
        await using var host = await IntakeHost.StartAsync(configure: IntakeHost.Idle);
        await using var client = await MllpClient.ConnectAsync("127.0.0.1", host.Port, Cancel);

        for (var n = 0; n < 50; n++)
            await client.SendAsync(Adt(n), Cancel);

        Assert.Equal(50, host.Get<Spool>().Alone);
        Assert.Equal((50, 50), host.Get<Spool>().Kept);
    }

    [Fact]
    public async Task Messages_sent_without_waiting_share_flushes_on_one_line_too()
    {
        await using var host = await IntakeHost.StartAsync(configure: IntakeHost.Idle);
        using var peer = await ScriptedPeer.ConnectAsync(host.Port);

        // all with one call: sent one by one from a busy machine, they may come so late that each has been kept before the next
        var sending = peer.SendAsync([.. Enumerable.Range(0, 200).SelectMany(n => ScriptedPeer.Frame(Encoding.UTF8.GetString(Adt(n))))]);
        for (var n = 0; n < 200; n++)
            Assert.Equal($"C{n}", (await peer.VerdictAsync()).ControlId);
        await sending;

        var (commits, messages) = host.Get<Spool>().Kept;
        Assert.Equal(200, messages);
        Assert.InRange(commits, 1, 150);
    }

    [Fact]
    public async Task An_acknowledgement_takes_one_exchange_with_PostgreSQL()
    {
        await using var host = await IntakeHost.StartAsync(Engine.Postgres, configure: IntakeHost.Idle);
        await using var client = await MllpClient.ConnectAsync("127.0.0.1", host.Port, Cancel);
        for (var n = 0; n < 5; n++)
            await client.SendAsync(Adt(n), Cancel);

        var fewest = int.MaxValue;
        for (var n = 5; n < 10; n++) // on a busy machine something else asks meanwhile
            fewest = Math.Min(fewest, await PostgresExchanges.CountAsync(host.Record.Database, () => client.SendAsync(Adt(n), Cancel)));
        Assert.Equal(1, fewest);
    }

    [Theory]
    [InlineData(false, 24)]
    [InlineData(true, 60)]
    public async Task Applying_messages_that_share_a_commit_takes_few_exchanges_with_PostgreSQL(bool isReport, int most)
    {
        await using var host = await IntakeHost.StartAsync(Engine.Postgres, configure: IntakeHost.Idle);
        await host.Record.TakeLogAsync();
        await KeepAsync(host, 0, isReport);
        await host.ApplyTogetherAsync();
        await KeepAsync(host, 1, isReport);

        var exchanges = await PostgresExchanges.CountAsync(host.Record.Database, host.ApplyTogetherAsync);

        TestContext.Current.TestOutputHelper?.WriteLine($"{exchanges} exchanges for {Together} messages");
        Assert.Equal(0, host.Get<DirectIntake>().Waiting);
        Assert.InRange(exchanges, 2, most);
    }

    [Theory]
    [InlineData(false, 32)]
    [InlineData(true, 220)]
    public async Task Reading_and_mapping_a_message_takes_at_most_so_many_kilobytes(bool isReport, int most)
    {
        await using var host = await IntakeHost.StartAsync(configure: IntakeHost.Idle);
        var reading = host.Get<MessageReading>();
        var arrival = new Arrival(isReport ? Report() : Adt(1), TimeProvider.System.GetUtcNow(), "test");
        for (var n = 0; n < 50; n++)
            Assert.Null(reading.Read(arrival).Complaint);
        var before = GC.GetAllocatedBytesForCurrentThread();

        for (var n = 0; n < 50; n++)
            reading.Read(arrival);

        Assert.InRange((GC.GetAllocatedBytesForCurrentThread() - before) / 50, 1_000, most * 1_000);
    }

    private static async Task KeepAsync(IntakeHost host, int round, bool isReport)
    {
        for (var n = 0; n < Together; n++)
            await host.ReceiveBytesAsync(isReport ? Report($"{round}-{n}", $"P{n}") : Adt((round * Together) + n));
        await host.Get<SpoolMover>().CatchUpAsync(Cancel);
    }

    private static byte[] Adt(int number) => Encoding.UTF8.GetBytes(Messages.Adt("A08", $"C{number}", "20260302080000", $"P{number}", $"V{number}"));

    /// <summary>Fourteen results.</summary>
    private static byte[] Report(string number = "1", string patient = "P1") => Encoding.UTF8.GetBytes(Messages.Oru($"R{number}", "20260302080000", string.Join('\r', Enumerable.Range(1, 14).Select(n => string.Create(
        CultureInfo.InvariantCulture, $"OBX|{n}|NM|{2000 + n}-3^Result {n}^LN^L{n}^Local {n}^L||4.{n}|mmol/L|3.5-5.1|N|||F|||20260302080000"))), patient, $"O{number}"));
}
