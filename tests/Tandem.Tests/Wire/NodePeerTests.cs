using Tandem.Tests.Care.Intake;
using Tandem.Tests.Support;

namespace Tandem.Tests.Wire;

/// <summary>Clients that nobody here wrote, run by Node, against the real port.</summary>
public sealed class NodePeerTests
{
    [Theory]
    [InlineData("node-hl7-client.mjs", "N")]
    [InlineData("simple-hl7.cjs", "S")]
    public async Task A_third_party_client_is_answered_message_by_message(string script, string prefix)
    {
        NodePeer.Need("simple-hl7", "node-hl7-client");
        await using var host = await IntakeHost.StartAsync();

        var (code, output, error) = NodePeer.Run(
            "node", [Path.Combine(NodePeer.Folder, script), host.Port.ToString(System.Globalization.CultureInfo.InvariantCulture), "20"], TimeSpan.FromMinutes(2));
        await host.SettleAsync();

        Assert.True(code == 0, error + output);
        Assert.Equal(Enumerable.Range(1, 20).Select(n => $"AA {prefix}{n}"), output.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries));
        Assert.Equal(20, host.Current("Patient").Count);
        Assert.Equal(20, host.Query("SELECT COUNT(*) FROM intake_states WHERE status = 'applied'", row => row.Integer(0))[0]);
    }
}
