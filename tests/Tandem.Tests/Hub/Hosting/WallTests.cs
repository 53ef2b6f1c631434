using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Xml.Linq;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.Extensions.DependencyInjection;
using Tandem.Hub.Hosting;
using Tandem.Tests.Support;

namespace Tandem.Tests.Hub.Hosting;

/// <summary>What stands between the network and the hub.</summary>
public sealed class WallTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("tandem-wall-").FullName;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public async Task Over_tls_the_hub_shows_its_certificate_from_files_and_asks_for_tls_from_then_on()
    {
        var (certificate, key) = NewCertificate("one");
        await using var hub = await StartAsync(("Hub:Urls", "https://127.0.0.1:0"), ("Hub:CertificateFile", certificate), ("Hub:CertificateKeyFile", key));
        var shown = "";
        using var handler = new SocketsHttpHandler();
        handler.SslOptions.RemoteCertificateValidationCallback = (_, seen, _, _) => (shown = seen!.Subject).Length > 0;
        using var client = new HttpClient(handler) { BaseAddress = new Uri(hub.Urls.First()) };
        using var reply = await client.GetAsync(new Uri("/health/live", UriKind.Relative), Cancel);

        Assert.Equal("CN=one", shown);
        Assert.Equal("max-age=31536000; includeSubDomains", Assert.Single(reply.Headers.GetValues("Strict-Transport-Security")));
#pragma warning disable SYSLIB0039, CA5397 // an old protocol is what is tried
        handler.Dispose();
        using var old = new SocketsHttpHandler();
        old.SslOptions.EnabledSslProtocols = System.Security.Authentication.SslProtocols.Tls11;
        old.SslOptions.RemoteCertificateValidationCallback = (_, seen, _, _) => seen is not null;
#pragma warning restore SYSLIB0039, CA5397
        using var outdated = new HttpClient(old) { BaseAddress = new Uri(hub.Urls.First()) };
        await Assert.ThrowsAsync<HttpRequestException>(() => outdated.GetAsync(new Uri("/health/live", UriKind.Relative), Cancel));
        if (!OperatingSystem.IsLinux())
            return;
        using var weak = new SocketsHttpHandler();
        weak.SslOptions.CipherSuitesPolicy = new System.Net.Security.CipherSuitesPolicy([System.Net.Security.TlsCipherSuite.TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA384]);
        weak.SslOptions.EnabledSslProtocols = System.Security.Authentication.SslProtocols.Tls12;
        weak.SslOptions.RemoteCertificateValidationCallback = (_, seen, _, _) => seen is not null;
        using var blocks = new HttpClient(weak) { BaseAddress = new Uri(hub.Urls.First()) };
        await Assert.ThrowsAsync<HttpRequestException>(() => blocks.GetAsync(new Uri("/health/live", UriKind.Relative), Cancel));
    }

    /// <summary>Node brings an OpenSSL of its own, which the hub has not told anything.</summary>
    [Theory]
    [InlineData("X25519", true)]
    [InlineData("P-256", true)]
    [InlineData("P-384", true)]
    [InlineData("ffdhe2048", false)] // 112 bits of strength
    public async Task Over_tls_keys_are_exchanged_with_128_bits_of_strength_or_not_at_all(string group, bool isTaken)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Elsewhere the system decides.");
        var (certificate, key) = NewCertificate("exchange");
        await using var hub = await StartAsync(("Hub:Urls", "https://127.0.0.1:0"), ("Hub:CertificateFile", certificate), ("Hub:CertificateKeyFile", key));
        var script = $"require('tls').connect({{port:{new Uri(hub.Urls.First()).Port},host:'127.0.0.1',rejectUnauthorized:false,minVersion:'TLSv1.3',ecdhCurve:'{group}'}},function(){{console.log(this.getProtocol());this.end()}}).on('error',e=>console.log(e.code))";
        var (_, output, error) = await Task.Run(() => NodePeer.Run("node", ["-e", script], TimeSpan.FromMinutes(1)), Cancel);

        Assert.True(isTaken ? output.Trim() == "TLSv1.3" : output.Trim().EndsWith("_ALERT_HANDSHAKE_FAILURE", StringComparison.Ordinal), output + error);
    }

    [Fact]
    public async Task Over_tls_every_cookie_is_of_this_host_alone()
    {
        var (certificate, key) = NewCertificate("cookies");
        await using var hub = await StartAsync(("Hub:Urls", "https://127.0.0.1:0"), ("Hub:CertificateFile", certificate), ("Hub:CertificateKeyFile", key));
        using var handler = new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false };
        handler.SslOptions.RemoteCertificateValidationCallback = (_, seen, _, _) => seen is not null;
        using var client = new HttpClient(handler) { BaseAddress = new Uri(hub.Urls.First()) };
        client.DefaultRequestHeaders.Accept.ParseAdd("text/html");
        var cookies = new List<string>();
        foreach (var path in new[] { "/worklist", "/sign-in" })
        {
            using var reply = await client.GetAsync(new Uri(path, UriKind.Relative), Cancel);
            cookies.AddRange(reply.Headers.TryGetValues("Set-Cookie", out var set) ? set : []);
        }

        Assert.Contains(cookies, cookie => cookie.StartsWith("__Host-tandem-return=", StringComparison.Ordinal));
        Assert.Contains(cookies, cookie => cookie.StartsWith("__Host-tandem-form=", StringComparison.Ordinal));
        Assert.All(cookies, cookie =>
        {
            Assert.StartsWith("__Host-", cookie, StringComparison.Ordinal);
            Assert.Contains("; secure", cookie, StringComparison.OrdinalIgnoreCase);
            Assert.Contains("; path=/", cookie, StringComparison.OrdinalIgnoreCase);
            Assert.Contains("; samesite=", cookie, StringComparison.OrdinalIgnoreCase);
        });
    }

    [Fact]
    public void A_renewed_certificate_is_taken_up_and_a_broken_one_is_not()
    {
        var (certificate, key) = NewCertificate("old");
        var clock = new ManualClock();
        var files = new CertificateFiles(certificate, key, clock);
        Assert.Equal("CN=old", files.Current().TargetCertificate.Subject);

        var (renewed, renewedKey) = NewCertificate("new");
        File.Copy(renewed, certificate, overwrite: true);
        File.Copy(renewedKey, key, overwrite: true);
        File.SetLastWriteTimeUtc(certificate, clock.GetUtcNow().UtcDateTime);
        Assert.Equal("CN=old", files.Current().TargetCertificate.Subject);
        clock.Advance(TimeSpan.FromMinutes(2));
        Assert.Equal("CN=new", files.Current().TargetCertificate.Subject);

        File.WriteAllText(certificate, "no certificate");
        clock.Advance(TimeSpan.FromMinutes(2));
        Assert.Equal("CN=new", files.Current().TargetCertificate.Subject);
        Assert.Contains("cannot be read", CertificateFiles.Problem(certificate, key), StringComparison.Ordinal);
    }

    [Fact]
    public void A_certificate_whose_key_is_weaker_than_the_rest_of_the_hub_is_told_of()
    {
        foreach (var (bits, isWeak) in new[] { (2048, true), (3072, false) })
        {
            using var rsa = RSA.Create(bits);
            using var certificate = new CertificateRequest("CN=sample", rsa, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1).CreateSelfSigned(DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch.AddDays(1));
            Assert.Equal(isWeak, CertificateFiles.Weakness(certificate)?.Contains("has 2048 bits", StringComparison.Ordinal) == true);
        }

        using var curve = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var other = new CertificateRequest("CN=sample", curve, HashAlgorithmName.SHA256).CreateSelfSigned(DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch.AddDays(1));
        Assert.Null(CertificateFiles.Weakness(other));
    }

    [Fact]
    public void Https_without_a_certificate_is_refused_at_the_start() =>
        Assert.Contains(new HubSettings { Urls = "https://127.0.0.1:8443", Content = folder }.Problems(), problem => problem.StartsWith("Hub:CertificateFile", StringComparison.Ordinal));

    [Fact]
    public async Task Who_asks_too_much_is_told_to_wait_and_health_still_answers()
    {
        await using var hub = await StartAsync(("Wall:PerAddressPerSecond", "1"), ("Wall:BurstSeconds", "5"));
        using var client = new HttpClient { BaseAddress = new Uri(hub.Urls.First()) };
        var statuses = new List<HttpStatusCode>();
        var (told, forms) = (new HashSet<string>(), (string[])["json", "xml"]);
        for (var i = 0; i < 40; i++)
        {
            using var reply = await client.GetAsync(new Uri($"/fhir/metadata?_format={forms[i % 2]}", UriKind.Relative), Cancel);
            statuses.Add(reply.StatusCode);
            if (reply.StatusCode != HttpStatusCode.TooManyRequests)
                continue;
            Assert.NotNull(reply.Headers.RetryAfter);
            Assert.Contains("throttled", await reply.Content.ReadAsStringAsync(Cancel), StringComparison.Ordinal);
            Assert.Equal($"application/fhir+{forms[i % 2]}", reply.Content.Headers.ContentType?.MediaType);
            if (told.Add(forms[i % 2]) && told.Count == forms.Length)
                break;
        }

        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.TooManyRequests), (statuses[0], statuses[^1]));
        using var health = await client.GetAsync(new Uri("/health/live", UriKind.Relative), Cancel);
        Assert.Equal(HttpStatusCode.OK, health.StatusCode);
    }

    [Theory]
    [InlineData("127.0.0.1", "203.0.113.9", "https", true)]
    [InlineData("127.0.0.0/8", "203.0.113.9", "https", true)]
    [InlineData("", "203.0.113.9", "https", false)]
    [InlineData("10.0.0.1", "203.0.113.9", "https", false)] // another proxy than who calls
    [InlineData("127.0.0.1", "198.51.100.1, 203.0.113.9", "https", true)] // what the caller put before is not believed
    public async Task Only_named_proxies_are_believed_where_a_caller_is(string proxies, string forwarded, string scheme, bool isBelieved)
    {
        await using var hub = await StartAsync(("Hub:Proxies", proxies), ("Wall:PerAddressPerSecond", "1"), ("Wall:BurstSeconds", "3"));
        using var client = new HttpClient { BaseAddress = new Uri(hub.Urls.First()) };
        async Task<HttpResponseMessage> AskAsync(string from)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, "/fhir/metadata");
            request.Headers.Add("X-Forwarded-For", from);
            request.Headers.Add("X-Forwarded-Proto", scheme);
            return await client.SendAsync(request, Cancel);
        }

        using var first = await AskAsync(forwarded);
        Assert.Equal(isBelieved, first.Headers.Contains("Strict-Transport-Security"));
        var others = await Task.WhenAll(Enumerable.Range(11, 20).Select(i => AskAsync($"203.0.113.{i}"))); // each from an address of its own, and all within a second: one more is let in each second
        Assert.Equal(isBelieved, others.All(reply => reply.StatusCode != HttpStatusCode.TooManyRequests));
        foreach (var reply in others)
            reply.Dispose();
    }

    [Theory]
    [InlineData("", "203.0.113.9", false)]
    [InlineData("203.0.113.0/24; 2001:db8::1", "203.0.113.9", true)]
    [InlineData("203.0.113.0/24; 2001:db8::1", "2001:db8::1", true)]
    [InlineData("203.0.113.0/24; 2001:db8::1", "198.51.100.1", false)]
    public async Task Figures_and_the_reasons_of_health_are_for_this_machine_and_named_watchers(string watchers, string from, bool isWatcher)
    {
        await using var hub = await StartAsync(("Hub:Proxies", "127.0.0.1"), ("Hub:Watchers", watchers));
        using var here = new HttpClient { BaseAddress = new Uri(hub.Urls.First()) };
        using var there = new HttpClient { BaseAddress = here.BaseAddress, DefaultRequestHeaders = { { "X-Forwarded-For", from } } };

        Assert.Contains("tandem_", await here.GetStringAsync(new Uri("/metrics", UriKind.Relative), Cancel), StringComparison.Ordinal);
        using var metrics = await there.GetAsync(new Uri("/metrics", UriKind.Relative), Cancel);
        Assert.Equal(isWatcher ? HttpStatusCode.OK : HttpStatusCode.NotFound, metrics.StatusCode);
        using var ready = await there.GetAsync(new Uri("/health/ready", UriKind.Relative), Cancel);
        var told = await ready.Content.ReadAsStringAsync(Cancel);
        Assert.StartsWith("{\"status\":", told, StringComparison.Ordinal);
        Assert.Equal(isWatcher, told.Contains("database", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_page_of_another_site_opens_no_websocket()
    {
        await using var hub = await StartAsync();
        var address = new Uri(hub.Urls.First());
        foreach (var (origin, isOpen) in new (string?, bool)[] { (null, true), (address.GetLeftPart(UriPartial.Authority), true), ("https://elsewhere.example", false), ("null", false) })
        {
            using var socket = new System.Net.WebSockets.ClientWebSocket();
            if (origin is not null)
                socket.Options.SetRequestHeader("Origin", origin);
            try
            {
                await socket.ConnectAsync(new Uri($"ws://{address.Authority}/fhir/subscriptions/ws"), Cancel);
            }
            catch (System.Net.WebSockets.WebSocketException)
            {
                Assert.Equal((origin, false), (origin, isOpen));
            }

            Assert.Equal((origin, isOpen), (origin, socket.State == System.Net.WebSockets.WebSocketState.Open));
            if (isOpen)
                await socket.CloseAsync(System.Net.WebSockets.WebSocketCloseStatus.NormalClosure, null, Cancel);
        }
    }

    /// <summary>RFC 9112 6.3: what lies behind a message's end is another message, and both sides see the same end.</summary>
    [Theory]
    [InlineData("Content-Length: 5\r\nContent-Length: 6", "hello!", 400)]
    [InlineData("Content-Length: 5, 6", "hello!", 400)]
    [InlineData("Transfer-Encoding: xchunked", "5\r\nhello\r\n0\r\n\r\n", 400)]
    [InlineData("Transfer-Encoding: chunked, identity", "5\r\nhello\r\n0\r\n\r\n", 400)]
    [InlineData("Transfer-Encoding : chunked", "5\r\nhello\r\n0\r\n\r\n", 400)]
    [InlineData("Content-Length: 3\r\nTransfer-Encoding: chunked", "5\r\nhello\r\n0\r\n\r\n", null)] // the chunks count, and nothing more is read from this line
    [InlineData("Content-Length: 5", "hello", null, true)] // told in one way: the next message is answered
    public async Task Where_a_message_ends_cannot_be_told_in_two_ways(string lengths, string body, int? first, bool isNextAnswered = false)
    {
        await using var hub = await StartAsync();
        var address = new Uri(hub.Urls.First());
        using var client = new TcpClient();
        await client.ConnectAsync(address.Host, address.Port, Cancel);
        await client.GetStream().WriteAsync(
            Encoding.ASCII.GetBytes($"POST /sign-in/password HTTP/1.1\r\nHost: {address.Authority}\r\nContent-Type: text/plain\r\n{lengths}\r\n\r\n{body}GET /health/live HTTP/1.1\r\nHost: {address.Authority}\r\nConnection: close\r\n\r\n"), Cancel);
        using var reader = new StreamReader(client.GetStream(), Encoding.ASCII);
        var answer = await reader.ReadToEndAsync(Cancel).WaitAsync(TimeSpan.FromSeconds(60), Cancel);

        Assert.StartsWith($"HTTP/1.1 {first}", answer, StringComparison.Ordinal);
        Assert.Equal(isNextAnswered ? 2 : 1, answer.Split("HTTP/1.1 ").Length - 1);
        Assert.Equal(isNextAnswered, answer.Contains("healthy", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Strangers_who_ask_too_much_are_on_the_access_log_once_a_minute()
    {
        await using var hub = await StartAsync(("Wall:PerAddressPerSecond", "1"), ("Wall:BurstSeconds", "3"));
        using var client = new HttpClient { BaseAddress = new Uri(hub.Urls.First()) };
        var refused = 0;
        for (var i = 0; i < 60 && refused < 5; i++)
        {
            using var reply = await client.GetAsync(new Uri("/sign-in", UriKind.Relative), Cancel);
            refused += reply.StatusCode == HttpStatusCode.TooManyRequests ? 1 : 0;
        }

        Assert.Equal(5, refused);
        var audit = hub.Services.GetRequiredService<Tandem.Trust.Audit.AuditStore>();
        await audit.SettleAsync();
        var told = audit.Database.Read(session => session.Query(Tandem.Trust.Audit.AuditTables.ReadAfter, Tandem.Trust.Audit.AuditRow.Read, 0, 1000)).Where(row => row.Event.Interaction == "rate-exceeded").ToList();
        Assert.InRange(told.Count, 1, 2); // two when a minute went by meanwhile
        Assert.All(told, row => Assert.Equal(("", 4), (row.Event.Actor, row.Event.Outcome)));
    }

    [Fact]
    public async Task Over_tls_hl7_messages_are_taken_in_too()
    {
        var (certificate, key) = NewCertificate("lab");
        var port = FreePort.Take();
        await using var hub = await StartAsync(("Hub:Mllps", $"127.0.0.1:{port}"), ("Hub:CertificateFile", certificate), ("Hub:CertificateKeyFile", key), ("Intake:UnknownSenders", "Accept"));
        using var line = new TcpClient();
        await line.ConnectAsync(IPAddress.Loopback, port, Cancel);
        await using var protectedLine = new System.Net.Security.SslStream(line.GetStream(), false, (_, shown, _, _) => shown!.Subject == "CN=lab");
        await protectedLine.AuthenticateAsClientAsync("127.0.0.1");
        await protectedLine.WriteAsync(Encoding.ASCII.GetBytes("\vMSH|^~\\&|LAB|SAMPLE|TANDEM|REGION|20260302080000||ADT^A04|m1|P|2.5.1\rPID|1||p1^^^SAMPLE||Testperson^Sample\r\x1c\r"), Cancel);
        var answer = new byte[512];
        var read = await protectedLine.ReadAsync(answer, Cancel).AsTask().WaitAsync(TimeSpan.FromSeconds(60), Cancel);

        Assert.Contains("MSA|", Encoding.ASCII.GetString(answer, 0, read), StringComparison.Ordinal);
        Assert.NotEmpty(new HubSettings { Mllps = "127.0.0.1:2576", Content = folder }.Problems());
    }

    [Fact]
    public async Task Nothing_is_said_to_a_peer_whose_certificate_nobody_vouches_for()
    {
        var (certificate, key) = NewCertificate("127.0.0.1");
        await using var peer = await StartAsync(("Hub:Urls", "https://127.0.0.1:0"), ("Hub:CertificateFile", certificate), ("Hub:CertificateKeyFile", key));
        var address = new Uri(peer.Urls.First());
        using (var discovery = new Tandem.Trust.SignIn.Providers.ProviderDiscovery(TimeProvider.System))
        {
            Assert.Null(await discovery.FindAsync(address.GetLeftPart(UriPartial.Authority), wantsNewKeys: false, Cancel));
            await Assert.ThrowsAsync<HttpRequestException>(() => discovery.Client.GetAsync(address, Cancel));
        }

        using var guarded = new HttpClient(Tandem.Kernel.Net.GuardedConnection.Handler((_, _) => true)); // subscriptions, keys of apps, launches
        var refused = await Assert.ThrowsAsync<HttpRequestException>(() => guarded.GetAsync(address, Cancel));
        Assert.Equal(HttpRequestError.SecureConnectionError, refused.HttpRequestError);
        var lenient = Repository.Sources("*.cs", "src").Where(file => File.ReadAllText(file) is var text
            && (text.Contains("CertificateValidationCallback", StringComparison.OrdinalIgnoreCase) || text.Contains("DangerousAcceptAny", StringComparison.Ordinal)));
        Assert.Empty(lenient);
    }

    [Fact]
    public async Task Answers_are_kept_by_no_cache_unless_they_say_so_and_tell_no_foreign_page_anything()
    {
        await using var hub = await StartAsync();
        using var client = new HttpClient { BaseAddress = new Uri(hub.Urls.First()) };
        foreach (var path in new[] { "/fhir/metadata", "/fhir/Patient", "/sign-in", "/nowhere", "/metrics" })
        {
            using var reply = await client.GetAsync(new Uri(path, UriKind.Relative), Cancel);

            Assert.Equal((path, true), (path, reply.Headers.CacheControl?.NoStore));
            Assert.Contains("frame-ancestors 'none'", Assert.Single(reply.Headers.GetValues("Content-Security-Policy")), StringComparison.Ordinal);
            Assert.Equal("nosniff", Assert.Single(reply.Headers.GetValues("X-Content-Type-Options")));
            Assert.False(reply.Headers.Contains("Access-Control-Allow-Origin") || reply.Headers.Contains("Server"));
        }

        using var trace = await client.SendAsync(new HttpRequestMessage(HttpMethod.Trace, "/fhir/metadata"), Cancel);
        Assert.False(trace.IsSuccessStatusCode);
    }

    [Fact]
    public async Task A_head_that_does_not_come_to_its_end_is_not_waited_for()
    {
        await using var hub = await StartAsync(("Wall:HeadSeconds", "1"));
        var address = new Uri(hub.Urls.First());
        using var slow = new TcpClient();
        await slow.ConnectAsync(address.Host, address.Port, Cancel);
        await slow.GetStream().WriteAsync("GET /health/live HTTP/1.1\r\nHost: x\r\nX-Never: "u8.ToArray(), Cancel);
        var answer = new byte[256];
        var read = await slow.GetStream().ReadAsync(answer, Cancel).AsTask().WaitAsync(TimeSpan.FromSeconds(60), Cancel);

        Assert.True(read == 0 || Encoding.ASCII.GetString(answer, 0, read).Contains("408", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Keys_of_cookies_and_forms_lie_encrypted_and_open_after_a_rotation_of_the_secret()
    {
        var secret = Path.Combine(folder, "elsewhere", "ring.secret");
        string closed;
        await using (var hub = await StartAsync(("Hub:KeyRingSecret", secret)))
            closed = hub.Services.GetRequiredService<IDataProtectionProvider>().CreateProtector("test").Protect("something");

        var ring = Directory.GetFiles(Path.Combine(folder, "data", "keys"), "key-*.xml");
        Assert.All(ring, file => Assert.DoesNotContain(XDocument.Load(file).Descendants(), element => element.Name.LocalName == "value"));
        File.WriteAllText(secret, Convert.ToBase64String(RandomNumberGenerator.GetBytes(32)) + "\n" + File.ReadAllText(secret));
        await using (var again = await StartAsync(("Hub:KeyRingSecret", secret)))
            Assert.Equal("something", again.Services.GetRequiredService<IDataProtectionProvider>().CreateProtector("test").Unprotect(closed));
    }

    private (string Certificate, string Key) NewCertificate(string name)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256);
        var now = TimeProvider.System.GetUtcNow();
        using var certificate = request.CreateSelfSigned(now.AddDays(-1), now.AddDays(30));
        var (path, keyPath) = (Path.Combine(folder, name + ".pem"), Path.Combine(folder, name + ".key"));
        File.WriteAllText(path, certificate.ExportCertificatePem());
        File.WriteAllText(keyPath, key.ExportPkcs8PrivateKeyPem());
        return (path, keyPath);
    }

    private async Task<WebApplication> StartAsync(params (string Name, string Value)[] more)
    {
        var settings = new Dictionary<string, string?>
        {
            ["Hub:Data"] = Path.Combine(folder, "data"), ["Hub:Urls"] = "http://127.0.0.1:0", ["Hub:Mllp"] = "", ["Hub:Content"] = Path.Combine(Repository.Root, "content"),
            ["Logging:LogLevel:Default"] = "Error",
        };
        foreach (var (name, value) in more)
            settings[name] = value;
        Assert.True(HubHost.TryBuild(settings, out var hub));
        await hub.StartAsync(Cancel);
        return hub;
    }
}
