using Tandem.Kernel.Data;
using Tandem.Tests.Record.Subscriptions;
using Tandem.Tests.Support;

namespace Tandem.Tests.Wire;

/// <summary>
/// Each channel with a client that nobody here wrote: Node's HTTP server as an endpoint that is down for a while, <c>ws</c> and <c>eventsource</c> over a
/// connection that is cut. Mail is in <see cref="MailPeerTests"/>.
/// </summary>
public sealed class SubscriptionPeerTests
{
    private static readonly string[] Expected =
    [
        "hook handshake", "hook event-notification 1",
        "hook handshake", "hook event-notification 1 t-id-only",
        "hook handshake", "hook event-notification 1 t-full-resource Task/t-full-resource",
        "hook handshake", "back d1 d2 d3",
        "socket handshake", "socket event-notification 1 w1 Task/w1", "socket heartbeat",
        "again handshake", "again w1 w2", "closed 1000",
        "events handshake", "events event-notification 1 e1", "events e2",
        "asked query-event 1 2 e1 e2", "status 1 2",
    ];

    [Fact]
    public async Task Every_channel_tells_what_was_asked_for_and_goes_on_where_it_was_cut()
    {
        NodePeer.Need("ws", "eventsource", "fhir-kit-client");
        var unanswered = SubscriptionServer.Quick with { Ping = TimeSpan.FromHours(1) }; // what a cut left open goes again, however slow the machine is
        await using var server = await new SubscriptionServer(Engine.Sqlite, unanswered).StartAsync();

        var (code, output, error) = await Task.Run(() => NodePeer.Run(
            "node", [Path.Combine(NodePeer.Folder, "subscriptions.mjs"), server.Address.ToString().TrimEnd('/')], TimeSpan.FromMinutes(3)));

        Assert.True(code == 0, error + output);
        Assert.Equal(Expected, output.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries));
    }
}
