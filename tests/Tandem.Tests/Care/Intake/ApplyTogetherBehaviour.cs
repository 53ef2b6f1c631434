using System.Text;
using Tandem.Care.Intake;
using Tandem.Kernel.Data;

namespace Tandem.Tests.Care.Intake;

public sealed class SqliteApplyTogetherTests() : ApplyTogetherBehaviour(Engine.Sqlite);

public sealed class PostgresApplyTogetherTests() : ApplyTogetherBehaviour(Engine.Postgres);

/// <summary>Messages that share one commit, on every engine: what is asked for all of them before the first must not hide from one what another did.</summary>
public abstract class ApplyTogetherBehaviour(Engine engine)
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_repetition_in_the_same_commit_is_no_second_application()
    {
        await using var host = await IntakeHost.StartAsync(engine, configure: IntakeHost.Idle);
        var message = Messages.Adt("A01", "M1", "20260302080000");

        await ApplyTogetherAsync(host, message, message, message);

        Assert.Equal((1, 1), (host.Count("intake_messages"), host.Count("intake_states")));
        Assert.Equal((3, 2, 1), host.Query("SELECT SUM(received), SUM(repeated), SUM(applied) FROM intake_counts", row => ((int)row.Integer(0), (int)row.Integer(1), (int)row.Integer(2)))[0]);
        Assert.Equal("1", Assert.Single(host.Current("Patient"))["meta"u8]["versionId"u8].Text);
    }

    [Fact]
    public async Task Messages_about_a_person_nobody_knew_find_whom_the_first_of_them_made()
    {
        await using var host = await IntakeHost.StartAsync(engine, configure: IntakeHost.Idle);

        await ApplyTogetherAsync(
            host,
            Messages.Adt("A01", "M1", "20260302080000"),
            Messages.Adt("A08", "M2", "20260302090000", pid: "||Testperson^Bea||19600203|F"),
            Messages.Oru("M3", "20260302093000", Messages.Potassium("6.9")),
            Messages.Adt("A03", "M3", "20260303080000", pid: "||Testperson^Bea||19600203|F"));

        var patient = Assert.Single(host.Current("Patient"));
        Assert.Equal("Bea", patient["name"u8].First["given"u8].First.Text);
        Assert.Equal("finished", Assert.Single(host.Current("Encounter"))["status"u8].Text);
        Assert.Equal($"Patient/{patient["id"u8].Text}", Assert.Single(host.Current("Observation"))["subject"u8]["reference"u8].Text);
        Assert.Equal(4, host.Count("intake_states"));
    }

    [Fact]
    public async Task A_control_id_used_twice_in_one_commit_is_noted()
    {
        await using var host = await IntakeHost.StartAsync(engine, configure: IntakeHost.Idle);

        await ApplyTogetherAsync(host, Messages.Adt("A01", "M1", "20260302080000"), Messages.Adt("A03", "M1", "20260303080000"));

        Assert.Equal([false, true], host.Query("SELECT detail FROM intake_states ORDER BY number", row => row.TextOrNull(0) is not null));
    }

    [Fact]
    public async Task What_the_sources_said_before_and_in_the_same_commit_counts_together()
    {
        await using var host = await IntakeHost.StartAsync(engine, configure: IntakeHost.Idle);
        await ApplyTogetherAsync(host, Messages.Adt("A01", "M1", "20260302080000"));

        await ApplyTogetherAsync(
            host,
            Messages.Adt("A08", "M3", "20260302100000", pid: "||Testperson^Cleo||19600203|F"),
            Messages.Adt("A08", "M2", "20260302090000", pid: "||Testperson^Bea||19600203|F"));

        Assert.Equal("Cleo", Assert.Single(host.Current("Patient"))["name"u8].First["given"u8].First.Text); // what came last is older
    }

    private static async Task ApplyTogetherAsync(IntakeHost host, params string[] messages)
    {
        foreach (var message in messages)
            Assert.Equal("AA", await host.ReceiveBytesAsync(Encoding.UTF8.GetBytes(message)));
        await host.Get<SpoolMover>().CatchUpAsync(Cancel);
        await host.ApplyTogetherAsync();
    }
}
