using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using Tandem.Kernel.Data;
using Tandem.Kernel.Outcomes;
using Tandem.Record.Files;
using Tandem.Tests.Support;

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

    [Fact]
    public async Task A_scanner_whose_machine_does_not_even_answer_is_not_waited_for_longer_than_set()
    {
        using var full = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        full.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        full.Listen(1); // nobody takes what comes: once the queue is full, the system lets requests drop
        var callers = Enumerable.Range(0, 8).Select(_ => new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp)).ToList();
        var calls = callers.ConvertAll(caller => caller.ConnectAsync(full.LocalEndPoint!, TestContext.Current.CancellationToken).AsTask());
        await calls[0];

        var port = ((IPEndPoint)full.LocalEndPoint!).Port;
        var outcome = await Task.Run(() => Guard($"127.0.0.1:{port}", 1).Take("words"u8.ToArray(), "text/plain")).WaitAsync(TimeSpan.FromSeconds(60), TestContext.Current.CancellationToken);

        Assert.Equal(RefusalKind.Unavailable, outcome.Refusal!.Kind);
        callers.ForEach(caller => caller.Dispose());
    }

    [Fact]
    public async Task Nobody_waits_for_the_scan_of_a_patch_but_who_sent_it()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        await using var server = new FhirServer(Engine.Sqlite, files: new FileSettings { Clamd = $"127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}", ScanSeconds = 300 });
        await server.PutAsync("Patient/p", """{"resourceType":"Patient","id":"p","identifier":[{"system":"urn:x","value":"1"}]}""");
        var data = Convert.ToBase64String("[{\"op\":\"add\",\"path\":\"/photo\",\"value\":[{\"contentType\":\"text/plain\",\"data\":\"d29yZHM=\"}]}]"u8);
        var entry = $$$"""{"resource":{"resourceType":"Binary","contentType":"application/json-patch+json","data":"{{{data}}}"},"request":{"method":"PATCH","url":"Patient?identifier=urn:x|1"}}""";

        foreach (var (kind, method, path, type, body) in new[]
        {
            ("conditional", "PATCH", "Patient?identifier=urn:x|1", "application/json-patch+json", Encoding.UTF8.GetString(Convert.FromBase64String(data))),
            ("transaction", "POST", "", "application/fhir+json", $$$"""{"resourceType":"Bundle","type":"transaction","entry":[{{{entry}}}]}"""),
            ("batch", "POST", "", "application/fhir+json", $$$"""{"resourceType":"Bundle","type":"batch","entry":[{{{entry}}}]}"""),
        })
        {
            var patched = server.SendAsync(method, path, body, ("Content-Type", type));
            var client = await listener.AcceptTcpClientAsync(TestContext.Current.CancellationToken).AsTask().WaitAsync(TimeSpan.FromSeconds(60), TestContext.Current.CancellationToken);

            var other = await server.PutAsync("Patient/" + kind, $$"""{"resourceType":"Patient","id":"{{kind}}"}""").WaitAsync(TimeSpan.FromSeconds(60), TestContext.Current.CancellationToken);
            await AnswerAsync(client, "stream: OK\0");

            Assert.Equal((kind, HttpStatusCode.Created), (kind, other.Status));
            Assert.Equal((kind, HttpStatusCode.OK), (kind, (await patched).Status));
        }

        Assert.Equal("d29yZHM=", (await server.GetAsync("Patient/p")).Json["photo"].First["data"].Text);
    }

    private static FileGuard Guard(string address, int seconds = 300) => new(new FileSettings { Clamd = address, ScanSeconds = seconds }, NullLogger<FileGuard>.Instance);

    /// <returns>What came by INSTREAM.</returns>
    private static async Task<byte[]> AnswerOnceAsync(TcpListener listener, string answer) =>
        await AnswerAsync(await listener.AcceptTcpClientAsync(TestContext.Current.CancellationToken), answer);

    private static async Task<byte[]> AnswerAsync(TcpClient caller, string answer)
    {
        using var client = caller;
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
