using System.Text;
using Tandem.Care.Intake;
using Tandem.Hl7v2.Segments;
using Tandem.Kernel.Data;

namespace Tandem.Tests.Care.Intake;

public sealed class MllpServerTests
{
    [Fact]
    public async Task A_message_is_acknowledged_after_it_is_durable()
    {
        await using var host = await IntakeHost.StartAsync();
        using var peer = await ScriptedPeer.ConnectAsync(host.Port);
        var message = Messages.Adt("A01", "M1", "20260302080000");

        Assert.Equal(("AA", "M1"), await peer.AskAsync(message));

        var kept = host.Query("SELECT source, control_id, type, raw FROM intake_messages", row => (row.Text(0), row.Text(1), row.Text(2), Encoding.UTF8.GetString(row.Bytes(3))));
        Assert.Equal([("north-adt", "M1", "ADT^A01", message)], kept);
    }

    [Fact]
    public async Task Messages_sent_without_waiting_are_answered_in_order()
    {
        await using var host = await IntakeHost.StartAsync();
        using var peer = await ScriptedPeer.ConnectAsync(host.Port);
        var ids = Enumerable.Range(1, 500).Select(n => $"M{n}").ToList();

        var sending = peer.SendAsync([.. ids.SelectMany(id => ScriptedPeer.Frame(Messages.Adt("A08", id, "20260302080000")))]);
        var answered = new List<string?>();
        foreach (var _ in ids)
            answered.Add((await peer.VerdictAsync()).ControlId);
        await sending;

        Assert.Equal(ids.AsEnumerable<string?>(), answered);
        Assert.True(host.Record.Written.Commits < 400, $"{host.Record.Written.Commits} commits");
    }

    [Fact]
    public async Task A_message_that_comes_byte_by_byte_with_junk_around_it_is_taken()
    {
        await using var host = await IntakeHost.StartAsync();
        using var peer = await ScriptedPeer.ConnectAsync(host.Port);

        foreach (var b in (byte[])[.. "GET / HTTP/1.1\r\n\r\n"u8, .. ScriptedPeer.Frame(Messages.Adt("A01", "M1", "20260302080000")), 0, 1, 2, 255])
            await peer.SendAsync(b);

        Assert.Equal(("AA", "M1"), await peer.VerdictAsync());
        Assert.Equal(("AA", "M2"), await peer.AskAsync(Messages.Adt("A01", "M2", "20260302080000")));
    }

    [Fact]
    public async Task What_is_no_message_is_answered_with_an_error_and_kept()
    {
        await using var host = await IntakeHost.StartAsync();
        using var peer = await ScriptedPeer.ConnectAsync(host.Port);

        Assert.Equal(("AR", null), await peer.AskAsync("this is no message"));
        Assert.Equal(("AE", "M1"), await peer.AskAsync("MSH|^~\\&|ADT|NORTH|||20260302||ADT^A01|M1|P|2.5\rPID|1\r??\r"));
        Assert.Equal(("AA", "M2"), await peer.AskAsync(Messages.Adt("A01", "M2", "20260302080000")));

        Assert.Equal(["AR", "AE", "AA"], host.Query("SELECT answer FROM intake_messages ORDER BY number", row => row.Text(0)));
    }

    [Fact]
    public async Task A_message_beyond_the_limit_is_rejected_and_its_beginning_kept()
    {
        await using var host = await IntakeHost.StartAsync(options: new IntakeOptions { UnknownSenders = UnknownSenders.Accept, MaxMessageBytes = 100_000 });
        using var peer = await ScriptedPeer.ConnectAsync(host.Port);

        var sending = peer.SendAsync(ScriptedPeer.Frame(Messages.Adt("A01", "M1", "20260302080000") + "NTE|1||" + new string('x', 3_000_000)));
        Assert.Equal(("AR", "M1"), await peer.VerdictAsync());
        await sending;

        Assert.Equal((1, 4096), host.Query("SELECT cut, LENGTH(raw) FROM intake_messages", row => ((int)row.Integer(0), (int)row.Integer(1)))[0]);
        Assert.Equal(("AA", "M2"), await peer.AskAsync(Messages.Adt("A01", "M2", "20260302080000")));
    }

    [Fact]
    public async Task A_frame_cut_off_by_the_next_one_is_kept_and_one_cut_off_by_the_end_is_not()
    {
        await using var host = await IntakeHost.StartAsync();
        using (var peer = await ScriptedPeer.ConnectAsync(host.Port))
        {
            var half = ScriptedPeer.Frame(Messages.Adt("A01", "M1", "20260302080000"))[..60];
            await peer.SendAsync([.. half, .. ScriptedPeer.Frame(Messages.Adt("A01", "M2", "20260302080000")), .. half]);
            Assert.Equal(("AA", "M2"), await peer.VerdictAsync());
            peer.FinishSending();
            Assert.Null(await peer.AnswerAsync());
        }

        Assert.Equal([2, 0], host.Query("SELECT cut FROM intake_messages ORDER BY number", row => (int)row.Integer(0)));
    }

    [Fact]
    public async Task A_peer_that_resets_before_its_answer_leaves_the_message_kept_and_the_server_sound()
    {
        await using var host = await IntakeHost.StartAsync();
        for (var n = 0; n < 20; n++)
        {
            using var peer = await ScriptedPeer.ConnectAsync(host.Port);
            await peer.SendAsync(ScriptedPeer.Frame(Messages.Adt("A01", $"R{n}", "20260302080000")));
            peer.Reset();
        }

        using var sound = await ScriptedPeer.ConnectAsync(host.Port);
        Assert.Equal(("AA", "M1"), await sound.AskAsync(Messages.Adt("A01", "M1", "20260302080000")));
        await Eventually.TrueAsync(() => host.Get<MllpLines>().Open == 1);
    }

    [Fact]
    public async Task A_peer_that_stays_in_the_middle_of_a_frame_is_cut_off()
    {
        await using var host = await IntakeHost.StartAsync(
            options: new IntakeOptions { UnknownSenders = UnknownSenders.Accept, SlowTimeout = TimeSpan.FromMilliseconds(300) });
        using var peer = await ScriptedPeer.ConnectAsync(host.Port);

        await peer.SendAsync(ScriptedPeer.Frame(Messages.Adt("A01", "M1", "20260302080000"))[..50]);

        Assert.Null(await peer.AnswerAsync());
        Assert.Equal(0, host.Count("intake_messages"));
    }

    [Fact]
    public async Task A_silent_line_is_closed()
    {
        await using var host = await IntakeHost.StartAsync(options: new IntakeOptions { IdleTimeout = TimeSpan.FromMilliseconds(300), SlowTimeout = TimeSpan.FromMilliseconds(200) });
        using var peer = await ScriptedPeer.ConnectAsync(host.Port);

        Assert.Null(await peer.AnswerAsync());
    }

    [Fact]
    public async Task Lines_beyond_the_limit_are_closed_at_once()
    {
        await using var host = await IntakeHost.StartAsync(options: new IntakeOptions { UnknownSenders = UnknownSenders.Accept, MostConnections = 1 });
        using var first = await ScriptedPeer.ConnectAsync(host.Port);
        Assert.Equal(("AA", "M1"), await first.AskAsync(Messages.Adt("A01", "M1", "20260302080000")));
        using var second = await ScriptedPeer.ConnectAsync(host.Port);

        Assert.Null(await second.AnswerAsync());
    }

    [Fact]
    public async Task Stopping_answers_what_was_received_and_closes_the_lines()
    {
        await using var host = await IntakeHost.StartAsync();
        using var peer = await ScriptedPeer.ConnectAsync(host.Port);
        await peer.SendAsync([.. Enumerable.Range(0, 50).SelectMany(n => ScriptedPeer.Frame(Messages.Adt("A08", $"M{n}", "20260302080000")))]);
        Assert.Equal(("AA", "M0"), await peer.VerdictAsync());

        var stopping = host.StopAsync();
        var answered = 1;
        while (await peer.AnswerAsync() is not null)
            answered++;
        await stopping;
        await host.RestartAsync();

        Assert.Equal(answered, host.Count("intake_messages"));
    }

    [Fact]
    public async Task A_repeated_message_is_acknowledged_again_with_the_same_answer()
    {
        await using var host = await IntakeHost.StartAsync();
        using var peer = await ScriptedPeer.ConnectAsync(host.Port);
        var answers = new List<string>();

        for (var n = 0; n < 3; n++)
        {
            await peer.SendAsync(ScriptedPeer.Frame(Messages.Adt("A01", "M1", "20260302080000")));
            var answer = (await peer.AnswerAsync())!;
            answers.Add($"{answer.Text("MSH-10")} {answer.First("MSA")}");
        }

        Assert.Single(answers.Distinct());
        Assert.Equal(1, host.Count("intake_receipts"));
    }

    [Theory]
    [InlineData("AL", "", "CA")]
    [InlineData("AL", "AL", "CA AA")]
    [InlineData("NE", "AL", "AA")]
    [InlineData("ER", "NE", "")]
    public async Task The_sender_is_answered_in_the_mode_it_asks_for(string accept, string application, string expected)
    {
        await using var host = await IntakeHost.StartAsync();
        using var peer = await ScriptedPeer.ConnectAsync(host.Port);

        var asking = Messages.Adt("A01", "M1", "20260302080000").Replace("|P|2.5.1\r", $"|P|2.5.1|||{accept}|{application}\r", StringComparison.Ordinal);
        await peer.SendAsync([.. ScriptedPeer.Frame(asking), .. ScriptedPeer.Frame(Messages.Adt("A01", "LAST", "20260302080000"))]);
        var codes = new List<string?>();
        while (await peer.VerdictAsync() is { ControlId: not "LAST" } verdict)
            codes.Add(verdict.Code);

        Assert.Equal(expected, string.Join(' ', codes));
    }

    [Fact]
    public async Task A_sender_that_is_not_registered_is_rejected_and_its_message_kept()
    {
        await using var host = await IntakeHost.StartAsync(options: new IntakeOptions());
        using var peer = await ScriptedPeer.ConnectAsync(host.Port);

        await peer.SendAsync(ScriptedPeer.Frame(Messages.Adt("A01", "M1", "20260302080000")));
        var answer = (await peer.AnswerAsync())!;

        Assert.Equal(("AR", "MSH[1]-3"), (Msa.In(answer).Code, answer.Text("ERR-7")?.Split('(')[0]));
        Assert.Equal("unknown", host.Query("SELECT source FROM intake_messages", row => row.Text(0))[0]);
    }

    [Fact]
    public async Task An_answer_is_never_answered()
    {
        await using var host = await IntakeHost.StartAsync();
        using var peer = await ScriptedPeer.ConnectAsync(host.Port);

        await peer.SendAsync(ScriptedPeer.Frame("MSH|^~\\&|A|B|||20260302||ACK|X1|P|2.5\rMSA|AA|1\r"));

        Assert.Equal(("AA", "M1"), await peer.AskAsync(Messages.Adt("A01", "M1", "20260302080000")));
    }
}
