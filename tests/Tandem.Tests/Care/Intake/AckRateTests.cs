using System.Diagnostics;
using Tandem.Care.Intake;
using Tandem.Hl7v2.Mllp;

namespace Tandem.Tests.Care.Intake;

/// <summary>How many messages share a flush: counts, which do not depend on the machine, are asserted; rates are only shown.</summary>
public sealed class AckRateTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(1, 2_000)]
    [InlineData(32, 500)]
    public async Task Lines_share_commits(int lines, int messages)
    {
        await using var host = await IntakeHost.StartAsync(configure: null);
        host.Applies = false;
        await host.RestartAsync();

        var start = Stopwatch.GetTimestamp();
        await Task.WhenAll(Enumerable.Range(0, lines).Select(line => Task.Run(() => SendAsync(host.Port, line, messages), Cancel)));
        var took = Stopwatch.GetElapsedTime(start);

        var commits = host.Get<DirectIntake>().Kept.Commits;
        TestContext.Current.TestOutputHelper?.WriteLine(
            $"{lines} lines: {lines * messages / took.TotalSeconds:N0} acknowledgements/s, {(double)lines * messages / commits:N1} per commit");
        Assert.Equal(lines * messages, host.Count("intake_pending"));
        Assert.True(commits <= lines * messages / Math.Min(lines, 2), $"{commits} commits for {lines * messages} messages");
    }

    [Fact]
    public async Task Nothing_that_was_read_is_remembered_once_it_is_applied()
    {
        await using var host = await IntakeHost.StartAsync();

        await Task.WhenAll(Enumerable.Range(0, 16).Select(line => Task.Run(() => SendAsync(host.Port, line, 100), Cancel)));
        await host.SettleAsync();

        Assert.Equal((0, 0), (host.Get<RecentReadings>().Count, host.Get<RecentReadings>().HeadCount));
    }

    private static async Task SendAsync(int port, int line, int messages)
    {
        await using var client = await MllpClient.ConnectAsync("127.0.0.1", port, Cancel);
        for (var n = 0; n < messages; n++)
        {
            var message = Messages.Adt("A08", $"L{line}-{n}", "20260302080000", $"P{line}-{n}", $"V{line}-{n}");
            var answer = await client.SendAsync(System.Text.Encoding.UTF8.GetBytes(message), Cancel);
            Assert.Equal("AA", answer.Message!.Text("MSA-1"));
        }
    }
}
