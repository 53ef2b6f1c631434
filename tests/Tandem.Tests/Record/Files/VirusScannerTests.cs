using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using Tandem.Kernel.Outcomes;
using Tandem.Record.Files;

namespace Tandem.Tests.Record.Files;

/// <summary>A scripted clamd on a loopback port.</summary>
public sealed class VirusScannerTests
{
    [Theory]
    [InlineData("stream: OK\0", null)]
    [InlineData("stream: Eicar-Signature FOUND\0", RefusalKind.Unprocessable)]
    [InlineData("INSTREAM size limit exceeded. ERROR\0", RefusalKind.Unavailable)]
    [InlineData("", RefusalKind.Unavailable)]
    public async Task A_file_is_kept_only_when_the_scanner_says_it_is_clean(string answer, RefusalKind? expected)
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var scanned = AnswerOnceAsync(listener, answer);
        var file = new byte[150_000];
        Array.Fill(file, (byte)'a');

        var outcome = Guard($"127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}").Take(file, "text/plain");

        Assert.Equal(expected, outcome.Refusal?.Kind);
        Assert.Equal(file, await scanned.WaitAsync(TimeSpan.FromSeconds(60), TestContext.Current.CancellationToken));
    }

    [Fact]
    public void While_the_scanner_is_not_there_no_file_is_taken() =>
        Assert.Equal(RefusalKind.Unavailable, Guard("/nowhere/clamd.sock").Take("words"u8.ToArray(), "text/plain").Refusal!.Kind);

    private static FileGuard Guard(string address) => new(new FileSettings { Clamd = address }, NullLogger<FileGuard>.Instance);

    /// <returns>What came by INSTREAM.</returns>
    private static async Task<byte[]> AnswerOnceAsync(TcpListener listener, string answer)
    {
        using var client = await listener.AcceptTcpClientAsync(TestContext.Current.CancellationToken);
        await using var stream = client.GetStream();
        var command = new byte[10];
        await stream.ReadExactlyAsync(command);
        Assert.Equal("zINSTREAM\0", Encoding.ASCII.GetString(command));
        var file = new MemoryStream();
        var length = new byte[4];
        while (true)
        {
            await stream.ReadExactlyAsync(length);
            if (BinaryPrimitives.ReadInt32BigEndian(length) is var size and not 0)
            {
                var part = new byte[size];
                await stream.ReadExactlyAsync(part);
                file.Write(part);
                continue;
            }

            await stream.WriteAsync(Encoding.ASCII.GetBytes(answer));
            return file.ToArray();
        }
    }
}
