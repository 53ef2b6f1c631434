using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Net.WebSockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Tandem.Hub.Hosting;
using Tandem.Tests.Hub.Access;
using Tandem.Tests.Support;

namespace Tandem.Tests.Hub.Hosting;

/// <summary>What clients get over TLS that know nothing but the root: a hospital's own authority, with an intermediate that no machine's store has.</summary>
public sealed class SecureListenerTests : IAsyncLifetime
{
    private readonly string folder = Directory.CreateTempSubdirectory("tandem-secure-").FullName;
    private readonly int mllps = FreePort.Take();
    private X509Certificate2 root = null!;
    private WebApplication hub = null!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private Uri Address => new(hub.Urls.First());

    public async ValueTask InitializeAsync()
    {
        var file = Path.Combine(folder, "chain.pem");
        root = WriteChain(file);
        var settings = new Dictionary<string, string?>
        {
            ["Hub:Data"] = Path.Combine(folder, "data"), ["Hub:Urls"] = "https://127.0.0.1:0", ["Hub:Mllp"] = "", ["Hub:Mllps"] = $"127.0.0.1:{mllps}", ["Hub:CertificateFile"] = file,
            ["Hub:Content"] = Path.Combine(Repository.Root, "content"), ["Logging:LogLevel:Default"] = "Error",
        };
        Assert.True(HubHost.TryBuild(settings, out var built));
        hub = built;
        await hub.StartAsync(Cancel);
    }

    public async ValueTask DisposeAsync()
    {
        await hub.StopAsync(CancellationToken.None);
        await hub.DisposeAsync();
        root.Dispose();
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public async Task The_whole_chain_is_shown_to_who_knows_the_root_alone()
    {
        using var handler = new SocketsHttpHandler();
        handler.SslOptions.CertificateChainPolicy = RootAlone();
        using var client = new HttpClient(handler) { BaseAddress = Address };
        using var reply = await client.GetAsync(new Uri("/health/live", UriKind.Relative), Cancel);
        Assert.Equal(HttpStatusCode.OK, reply.StatusCode);

        using var line = new TcpClient();
        await line.ConnectAsync(IPAddress.Loopback, mllps, Cancel);
        await using var messages = new SslStream(line.GetStream());
        await messages.AuthenticateAsClientAsync(new SslClientAuthenticationOptions { TargetHost = "127.0.0.1", CertificateChainPolicy = RootAlone() }, Cancel);
        Assert.Equal("CN=hub", messages.RemoteCertificate!.Subject);
    }

    [Fact] // RFC 8441: what a browser opens on a connection that speaks HTTP/2 has the method CONNECT and no header Upgrade
    public async Task A_websocket_opens_over_http_2_but_not_from_a_page_of_another_site()
    {
        using var log = new KeptLog();
        hub.Services.GetRequiredService<ILoggerFactory>().AddProvider(log);
        foreach (var (origin, isOpen) in new (string?, bool)[] { (null, true), (Address.GetLeftPart(UriPartial.Authority), true), ("https://elsewhere.example", false) })
        {
            using var handler = new SocketsHttpHandler();
            handler.SslOptions.CertificateChainPolicy = RootAlone();
            using var client = new HttpMessageInvoker(handler);
            using var socket = new ClientWebSocket { Options = { HttpVersion = HttpVersion.Version20, HttpVersionPolicy = HttpVersionPolicy.RequestVersionExact } };
            if (origin is not null)
                socket.Options.SetRequestHeader("Origin", origin);
            try
            {
                await socket.ConnectAsync(new Uri($"wss://{Address.Authority}/fhir/subscriptions/ws"), client, Cancel);
            }
            catch (WebSocketException)
            {
                Assert.False(isOpen, origin);
            }

            Assert.Equal((origin, isOpen), (origin, socket.State == WebSocketState.Open));
            if (isOpen)
                await socket.CloseAsync(WebSocketCloseStatus.NormalClosure, null, Cancel);
        }

        await hub.StopAsync(Cancel); // waits for the requests
        Assert.DoesNotContain(log.Lines, line => line.Contains("unhandled exception", StringComparison.Ordinal));
    }

    private X509ChainPolicy RootAlone() => new()
    {
        TrustMode = X509ChainTrustMode.CustomRootTrust, CustomTrustStore = { root }, RevocationMode = X509RevocationMode.NoCheck, DisableCertificateDownloads = true,
    };

    /// <summary>Writes the hub's certificate, the intermediate that vouches for it, and the key.</summary>
    /// <returns>The root that vouches for the intermediate, and is not in the file.</returns>
    private static X509Certificate2 WriteChain(string file)
    {
        using ECDsa rootKey = ECDsa.Create(ECCurve.NamedCurves.nistP256), middleKey = ECDsa.Create(ECCurve.NamedCurves.nistP256), key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var (from, to) = (TimeProvider.System.GetUtcNow().AddDays(-1), TimeProvider.System.GetUtcNow().AddDays(1));
        var root = Authority("root", rootKey).CreateSelfSigned(from, to);
        using var bare = Authority("intermediate", middleKey).Create(root, from, to, [1]);
        using var intermediate = bare.CopyWithPrivateKey(middleKey);
        var request = new CertificateRequest("CN=hub", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddIpAddress(IPAddress.Loopback);
        request.CertificateExtensions.Add(names.Build());
        using var own = request.Create(intermediate, from, to, [2]);
        File.WriteAllText(file, string.Join('\n', own.ExportCertificatePem(), intermediate.ExportCertificatePem(), key.ExportPkcs8PrivateKeyPem()));
        return root;
    }

    private static CertificateRequest Authority(string name, ECDsa key)
    {
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: true, hasPathLengthConstraint: false, 0, critical: true));
        return request;
    }
}
