using Tandem.Care.Intake;
using Tandem.Kernel.Data;
using Tandem.Tests.Hl7v2;

namespace Tandem.Tests.Care.Intake;

/// <summary>What becomes of messages that nobody of the team wrote: how many are applied, and how many wait for which reason, by type. A change of any is a decision.</summary>
public sealed class IntakeCorpusTests
{
    [Theory]
    [InlineData("LinuxForHealth", LinuxForHealth)]
    [InlineData("Microsoft", Microsoft)]
    [InlineData("Simulated Hospital", SimulatedHospital)]
    public async Task Every_third_party_message_is_applied_or_waits_for_the_right_reason(string corpus, string expected)
    {
        var messages = (corpus switch
        {
            "LinuxForHealth" => SharedHl7Data.Zip("linuxforhealth-messages.zip", ".hl7"),
            "Microsoft" => SharedHl7Data.Zip("microsoft-pairs.zip", ".hl7"),
            _ => SharedHl7Data.SimulatedHospital(),
        }).ToList();
        await using var host = await IntakeHost.StartAsync(options: new IntakeOptions { UnknownSenders = UnknownSenders.Accept, DefaultZone = "Europe/London" });
        foreach (var (_, bytes) in messages)
            await host.ReceiveBytesAsync(bytes);
        await Eventually.TrueAsync(() => host.Count("intake_pending") == 0);

        var waiting = host.Query(
            "SELECT s.reason, s.place, s.detail, m.type, COUNT(*) FROM intake_states s JOIN intake_messages m ON m.number = s.number WHERE s.status = 'quarantined' GROUP BY s.reason, s.place, s.detail, m.type ORDER BY 5 DESC",
            row => $"{row.Integer(4)} × {row.Text(0)} at {row.TextOrNull(1)} of {row.TextOrNull(3)}: {row.TextOrNull(2)}");
        var kinds = host.Query("SELECT type, COUNT(*) FROM resources GROUP BY type ORDER BY 2 DESC", row => $"{row.Text(0)} {row.Integer(1)}");
        var table = string.Join('\n', host.Query(
            "SELECT s.status, s.reason, m.type, COUNT(*) FROM intake_states s JOIN intake_messages m ON m.number = s.number GROUP BY s.status, s.reason, m.type ORDER BY 1, 2, 4 DESC, 3",
            row => string.Join(' ', new[] { row.Text(0), row.TextOrNull(1), row.TextOrNull(2), row.Integer(3).ToString(System.Globalization.CultureInfo.InvariantCulture) }.Where(part => !string.IsNullOrEmpty(part)))));
        TestContext.Current.TestOutputHelper?.WriteLine($"{string.Join('\n', waiting)}\n{string.Join(", ", kinds)}\n\n{corpus}, {messages.Count} files or messages\n{table}");

        Assert.Empty(host.Query("SELECT detail FROM intake_states WHERE reason = 'failed' OR (status = 'quarantined' AND (reason IS NULL OR detail IS NULL))", row => row.TextOrNull(0)));
        Assert.Equal(host.Count("intake_receipts"), host.Count("intake_states"));
        Assert.Equal(expected.ReplaceLineEndings("\n"), table);
    }

    private const string LinuxForHealth =
        """
        applied ADT^A01 26
        applied ORU^R01 10
        applied ADT^A03 5
        applied ADT^A02 1
        applied ADT^A08 1
        quarantined cannot-map ADT^A01 39
        quarantined cannot-map ORU^R01 12
        quarantined unreadable 16
        quarantined unreadable VXU^V04 2
        quarantined unreadable ADT^A01 1
        quarantined unreadable PPR^PC1 1
        quarantined unsupported VXU^V04 80
        quarantined unsupported PPR^PC1 28
        quarantined unsupported RDE^O11 24
        quarantined unsupported OMP^O09 11
        quarantined unsupported ORM^O01 9
        quarantined unsupported DFT^P03 7
        quarantined unsupported OML^O21 7
        quarantined unsupported ADT^A40 4
        quarantined unsupported MDM^T02 4
        quarantined unsupported ADT^A18 1
        quarantined unsupported ADT^A34 1
        quarantined unsupported CUSTOM^PAT 1
        quarantined unsupported MDM^T06 1
        quarantined visit-of-another-patient ADT^A01 8
        """;

    private const string Microsoft =
        """
        applied ADT^A04 2
        applied ADT^A06 2
        applied ORU^R01 2
        applied ADT^A01 1
        applied ADT^A05 1
        applied ADT^A08 1
        applied ADT^A28 1
        applied ADT^A31 1
        quarantined cannot-map ADT^A01 1
        quarantined cannot-map ADT^A04 1
        quarantined unsupported ORM^O01 4
        quarantined unsupported ADT^A14 2
        quarantined unsupported ADT^A41 2
        quarantined unsupported ADT^A45 2
        quarantined unsupported MDM^T05 2
        quarantined unsupported OUL^R22 2
        quarantined unsupported RDS^O13 2
        quarantined unsupported SIU^S12 2
        quarantined unsupported SIU^S15 2
        quarantined unsupported SIU^S26 2
        quarantined unsupported VXU^V04 2
        quarantined unsupported ADT^A09 1
        quarantined unsupported ADT^A10 1
        quarantined unsupported ADT^A16 1
        quarantined unsupported ADT^A25 1
        quarantined unsupported ADT^A27 1
        quarantined unsupported ADT^A29 1
        quarantined unsupported ADT^A40 1
        quarantined unsupported ADT^A47 1
        quarantined unsupported BAR^P01 1
        quarantined unsupported BAR^P02 1
        quarantined unsupported BAR^P12 1
        quarantined unsupported DFT^P03 1
        quarantined unsupported DFT^P11 1
        quarantined unsupported MDM^T01 1
        quarantined unsupported MDM^T06 1
        quarantined unsupported MDM^T09 1
        quarantined unsupported MDM^T10 1
        quarantined unsupported OMG^O19 1
        quarantined unsupported OML^O21 1
        quarantined unsupported RDE^O25 1
        quarantined unsupported REF^I12 1
        quarantined unsupported REF^I14 1
        quarantined unsupported SIU^S13 1
        quarantined unsupported SIU^S14 1
        quarantined unsupported SIU^S16 1
        quarantined unsupported SIU^S17 1
        """;

    private const string SimulatedHospital =
        """
        applied ORU^R01 610
        applied ADT^A01 400
        quarantined unsupported MDM^T02 2
        quarantined unsupported ADT^A34 1
        """;
}
