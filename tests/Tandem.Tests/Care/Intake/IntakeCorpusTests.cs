using System.Text;
using Tandem.Care.Intake;
using Tandem.Kernel.Data;
using Tandem.Tests.Hl7v2;

namespace Tandem.Tests.Care.Intake;

public sealed class IntakeCorpusTests
{
    [Fact]
    public async Task Every_third_party_message_is_applied_or_waits_with_a_reason()
    {
        var messages = SharedHl7Data.All().ToList();
        await using var host = await IntakeHost.StartAsync(options: new IntakeOptions { UnknownSenders = UnknownSenders.Accept, DefaultZone = "Europe/London" });
        var codes = new Dictionary<string, int>();
        foreach (var (_, bytes) in messages)
        {
            var code = await host.ReceiveBytesAsync(bytes) ?? "(none)";
            codes[code] = codes.GetValueOrDefault(code) + 1;
        }

        await Eventually.TrueAsync(() => host.Count("intake_pending") == 0);

        var counts = host.Query("SELECT status, reason, COUNT(*) FROM intake_states GROUP BY status, reason ORDER BY 3 DESC", row => $"{row.Text(0)} {row.TextOrNull(1)}: {row.Integer(2)}");
        var waiting = host.Query(
            "SELECT s.reason, s.place, s.detail, m.type, COUNT(*) FROM intake_states s JOIN intake_messages m ON m.number = s.number WHERE s.status = 'quarantined' GROUP BY s.reason, s.place, s.detail, m.type ORDER BY 5 DESC",
            row => $"{row.Integer(4)} × {row.Text(0)} {row.TextOrNull(1)} {row.Text(3)}: {row.TextOrNull(2)}");
        var kinds = host.Query("SELECT type, COUNT(*) FROM resources GROUP BY type ORDER BY 2 DESC", row => $"{row.Text(0)} {row.Integer(1)}");
        var output = new StringBuilder().AppendJoin(' ', codes).AppendLine().AppendJoin('\n', counts).AppendLine().AppendJoin('\n', waiting).AppendLine().AppendJoin(", ", kinds);
        TestContext.Current.TestOutputHelper?.WriteLine(output.ToString());

        Assert.Equal(0, host.Query("SELECT COUNT(*) FROM intake_states WHERE reason = 'failed' OR (status = 'quarantined' AND (reason IS NULL OR detail IS NULL))", row => row.Integer(0))[0]);
        Assert.Equal(host.Count("intake_receipts"), host.Count("intake_states"));
        Assert.True(host.Query("SELECT COUNT(*) FROM intake_states WHERE status = 'applied'", row => row.Integer(0))[0] > 1_000, output.ToString());
    }
}
