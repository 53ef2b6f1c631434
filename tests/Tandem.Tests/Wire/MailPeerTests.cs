using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json.Nodes;
using Tandem.Kernel.Data;
using Tandem.Tests.Crash;
using Tandem.Tests.Record.Subscriptions;
using Tandem.Tests.Support;

namespace Tandem.Tests.Wire;

/// <summary>Mail to a server that nobody here wrote (nodemailer's smtp-server): within TLS that the hub trusts, or not at all.</summary>
public sealed class MailPeerTests : IDisposable
{
    /// <summary>This machine, in letters by which the hub does not know it for one that needs no TLS.</summary>
    private const string Host = "LOCALHOST";

    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("tandem-mail-");

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose() => folder.Delete(recursive: true);

    [Fact]
    public async Task Mail_goes_out_within_tls_to_a_relay_whose_certificate_is_trusted()
    {
        NodePeer.Need("smtp-server");
        await using var relay = await RelayAsync(hasTls: true);
        await using var hub = new KilledHub(Engine.Sqlite)
        {
            Settings =
            {
                ["TANDEM_Subscriptions__MailRelay"] = relay.Address, ["TANDEM_Subscriptions__MailFrom"] = "hub@sample.example", ["SSL_CERT_FILE"] = Path.Combine(folder.FullName, "certificate.pem"),
            },
        };
        await hub.StartAsync(Cancel);
        using var client = new HttpClient { BaseAddress = new Uri(hub.Address, "fhir/") };
        foreach (var (path, body) in new[] { ("Basic/task-done", SubscriptionServer.Topic(SubscriptionServer.TaskTopic, "Task")), ("Subscription/m", Subscription) })
        {
            using var content = new StringContent(body, null, "application/fhir+json");
            using var reply = await client.PutAsync(new Uri(path, UriKind.Relative), content, Cancel);
            Assert.True(reply.IsSuccessStatusCode, await reply.Content.ReadAsStringAsync(Cancel));
        }

        var mail = await relay.UntilAsync("mail");
        Assert.True(mail["secure"]!.GetValue<bool>(), mail.ToJsonString());
        Assert.Equal("desk@sample.example", mail["to"]![0]!.ToString());
        Assert.Contains("handshake of subscription m", mail["text"]!.ToString(), StringComparison.Ordinal);
        Assert.All(relay.Told.Where(told => told["what"]!.ToString() == "from"), told => Assert.True(told["secure"]!.GetValue<bool>()));
    }

    [Theory]
    [InlineData(true)] // a certificate that nobody vouches for
    [InlineData(false)] // no STARTTLS offered
    public async Task Mail_is_not_handed_to_a_relay_without_tls_or_without_a_trusted_certificate(bool hasTls)
    {
        NodePeer.Need("smtp-server");
        await using var relay = await RelayAsync(hasTls);
        await using var server = await new SubscriptionServer(Engine.Sqlite, SubscriptionServer.Quick with { MailRelay = relay.Address, MailFrom = "hub@sample.example" }).StartAsync();
        await server.PutTaskTopicAsync();
        await server.PutAsync("Subscription/m", Subscription);

        await server.UntilAsync("m", "error");
        await relay.UntilAsync("connected");
        Assert.DoesNotContain(relay.Told, told => told["what"]!.ToString() is "from" or "mail");
    }

    private static string Subscription => SubscriptionServer.Subscription("m", "email", "mailto:desk@sample.example", content: "empty");

    private async Task<Relay> RelayAsync(bool hasTls)
    {
        var (key, certificate) = (Path.Combine(folder.FullName, "key.pem"), Path.Combine(folder.FullName, "certificate.pem"));
        using var pair = RSA.Create(2048);
        var request = new CertificateRequest($"CN={Host}", pair, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName(Host);
        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: true, hasPathLengthConstraint: false, 0, critical: true));
        var now = TimeProvider.System.GetUtcNow();
        using var made = request.CreateSelfSigned(now.AddDays(-1), now.AddDays(1));
        await File.WriteAllTextAsync(certificate, made.ExportCertificatePem(), Cancel);
        await File.WriteAllTextAsync(key, pair.ExportPkcs8PrivateKeyPem(), Cancel);
        return await Relay.StartAsync(Path.Combine(folder.FullName, "port"), hasTls ? [key, certificate] : ["-", "-"]);
    }

    /// <summary>The server as a process, and what it told.</summary>
    private sealed class Relay : IAsyncDisposable
    {
        private readonly ConcurrentQueue<JsonNode> told = [];
        private readonly Process process;

        private Relay(Process process) => this.process = process;

        internal string Address { get; private set; } = "";

        internal IReadOnlyCollection<JsonNode> Told => told;

        internal static async Task<Relay> StartAsync(string portFile, string[] key)
        {
            var start = new ProcessStartInfo("node", ["smtp.mjs", portFile, .. key]) { RedirectStandardOutput = true, WorkingDirectory = NodePeer.Folder };
            var relay = new Relay(Process.Start(start)!);
            relay.process.OutputDataReceived += (_, line) =>
            {
                if (line.Data is { Length: > 0 } text)
                    relay.told.Enqueue(JsonNode.Parse(text)!);
            };
            relay.process.BeginOutputReadLine();
            await WaitAsync(() => File.Exists(portFile) && int.TryParse(File.ReadAllText(portFile), CultureInfo.InvariantCulture, out _), () => "The relay did not start.");
            relay.Address = $"{Host}:{await File.ReadAllTextAsync(portFile, Cancel)}";
            return relay;
        }

        internal async Task<JsonNode> UntilAsync(string what)
        {
            await WaitAsync(() => told.Any(one => one["what"]!.ToString() == what), () => string.Join("\n", told));
            return told.First(one => one["what"]!.ToString() == what);
        }

        public async ValueTask DisposeAsync()
        {
            process.Kill();
            await process.WaitForExitAsync();
            process.Dispose();
        }

        private static async Task WaitAsync(Func<bool> holds, Func<string> otherwise)
        {
            var waited = Stopwatch.StartNew();
            while (!holds())
            {
                Assert.True(waited.Elapsed < TimeSpan.FromMinutes(2), otherwise());
                await Task.Delay(50, Cancel);
            }
        }
    }
}
