using System.Net;
using System.Net.Sockets;
using System.Text;
using Tandem.Hub.Hosting;
using Tandem.Tests.Care.Intake;
using Tandem.Tests.Support;

namespace Tandem.Tests.Hub.Hosting;

/// <summary>How many connections the hub holds: never so many that no file is left for its database.</summary>
public sealed class ConnectionRoomTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(null, 10_000)] // without a limit, or where nobody says it
    [InlineData(1_048_576, 10_000)]
    [InlineData(10_640, 10_000)]
    [InlineData(10_639, 9_999)]
    [InlineData(1_024, 384)]
    [InlineData(512, 16)]
    public void As_many_are_taken_as_leave_room_for_other_files(int? files, int connections) => Assert.Equal(connections, ConnectionRoom.For(new WallSettings(), files));

    [Fact]
    public void A_site_that_wants_fewer_has_fewer() => Assert.Equal(50, ConnectionRoom.For(new WallSettings { MostConnections = 50 }, 1_024));

    [Theory]
    [InlineData("Max open files            1024                 524288               files     ", 1024L)]
    [InlineData("Max open files            unlimited            unlimited            files     ", null)]
    [InlineData("Max processes             1024                 524288               processes ", null)]
    public void The_limit_is_the_one_that_holds_now(string line, long? files) => Assert.Equal(files, ConnectionRoom.Files(["Limit                     Soft Limit           Hard Limit           Units     ", line]));

    [Fact]
    public void A_limit_that_cannot_be_read_is_none()
    {
        Assert.Null(ConnectionRoom.FilesBy("/nowhere/self/limits"));
        Assert.Null(ConnectionRoom.FilesBy(Path.GetTempPath())); // no file that may be read
    }

    [Fact]
    public void A_hub_without_files_for_itself_does_not_start()
    {
        Assert.Contains("lets this process have 511 files open", ConnectionRoom.Problem(511), StringComparison.Ordinal);
        Assert.Null(ConnectionRoom.Problem(512));
        Assert.Null(ConnectionRoom.Problem(null));
    }

    [Fact]
    public Task Connections_of_all_listeners_are_counted_together_and_one_that_ends_makes_room() => WithHubAsync(2, async (port, mllp) =>
    {
        using var line = new TcpClient();
        await line.ConnectAsync(IPAddress.Loopback, mllp, Cancel);
        var first = new TcpClient();
        Assert.True(await AnswersAsync(first, port));
        using (var beyond = new TcpClient())
            Assert.False(await AnswersAsync(beyond, port));

        first.Dispose();
        await Eventually.TrueAsync(async () =>
        {
            using var next = new TcpClient();
            return await AnswersAsync(next, port);
        });
    });

    [Fact]
    public Task Who_opens_all_connections_for_requests_shuts_out_no_feed() => WithHubAsync(4, async (port, mllp) =>
    {
        using TcpClient first = new(), second = new(), third = new(), beyond = new();
        foreach (var one in new[] { first, second, third })
            Assert.True(await AnswersAsync(one, port));
        Assert.False(await AnswersAsync(beyond, port));

        using var feed = await ScriptedPeer.ConnectAsync(mllp);
        Assert.Equal("M1", (await feed.AskAsync(Messages.Adt("A01", "M1", "20260302080000"))).ControlId);
    });

    private static async Task WithHubAsync(int most, Func<int, int, Task> ask)
    {
        var folder = Directory.CreateTempSubdirectory("tandem-room-").FullName;
        var mllp = FreePort.Take();
        var settings = new Dictionary<string, string?>
        {
            ["Hub:Data"] = folder, ["Hub:Urls"] = "http://127.0.0.1:0", ["Hub:Mllp"] = $"127.0.0.1:{mllp}", ["Hub:Content"] = Path.Combine(Repository.Root, "content"),
            ["Logging:LogLevel:Default"] = "Error", ["Wall:MostConnections"] = $"{most}",
        };
        Assert.True(HubHost.TryBuild(settings, out var hub));
        await using (hub)
        {
            await hub.StartAsync(Cancel);
            await ask(new Uri(hub.Urls.First()).Port, mllp);
            await hub.StopAsync(Cancel);
        }

        Directory.Delete(folder, recursive: true);
    }

    private static async Task<bool> AnswersAsync(TcpClient client, int port)
    {
        try
        {
            await client.ConnectAsync(IPAddress.Loopback, port, Cancel);
            await client.GetStream().WriteAsync("GET /health/live HTTP/1.1\r\nHost: x\r\n\r\n"u8.ToArray(), Cancel);
            var answer = new byte[64];
            var read = await client.GetStream().ReadAsync(answer, Cancel).AsTask().WaitAsync(TimeSpan.FromSeconds(60), Cancel);
            return Encoding.ASCII.GetString(answer, 0, read).StartsWith("HTTP/1.1 200", StringComparison.Ordinal);
        }
        catch (Exception e) when (e is IOException or SocketException) // it was closed
        {
            return false;
        }
    }
}
