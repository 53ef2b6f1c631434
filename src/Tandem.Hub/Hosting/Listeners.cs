using System.Net;
using System.Net.Security;
using System.Security.Authentication;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Tandem.Care.Intake;

namespace Tandem.Hub.Hosting;

/// <summary>Where the hub listens, and what a connection may cost before anything is known of who opened it.</summary>
internal static class Listeners
{
    /// <summary>Forward secrecy and authenticated encryption only, the strongest first.</summary>
    private static readonly TlsCipherSuite[] Suites =
    [
        TlsCipherSuite.TLS_AES_256_GCM_SHA384, TlsCipherSuite.TLS_CHACHA20_POLY1305_SHA256, TlsCipherSuite.TLS_AES_128_GCM_SHA256,
        TlsCipherSuite.TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384, TlsCipherSuite.TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384,
        TlsCipherSuite.TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256, TlsCipherSuite.TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256,
        TlsCipherSuite.TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256, TlsCipherSuite.TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256,
    ];

    /// <summary>Listens for requests and for messages.</summary>
    internal static void Listen(KestrelServerOptions kestrel, HubSettings settings, WallSettings wall, ConnectionRoom room, TimeProvider clock)
    {
        var forRequests = settings.MllpAddress is null && settings.MllpsAddress is null ? room : room.ForRequests();
        var certificate = ListenForRequests(kestrel, settings, wall, forRequests, clock);
        if (settings.MllpAddress is { } mllp)
            kestrel.ListenMllp(mllp, room.Guard);
        if (settings.MllpsAddress is { } mllps)
        {
            kestrel.ListenMllp(mllps, listen =>
            {
                room.Guard(listen);
                listen.UseHttps(https => Protect(https, certificate!)); // the same TLS; what is spoken within is the listener's
            });
        }
    }

    /// <summary>Listens for requests alone.</summary>
    /// <returns>The certificate that is shown; null without any.</returns>
    internal static CertificateFiles? ListenForRequests(KestrelServerOptions kestrel, HubSettings settings, WallSettings wall, ConnectionRoom room, TimeProvider clock)
    {
        kestrel.AddServerHeader = false;
        var limits = kestrel.Limits;
        limits.RequestHeadersTimeout = TimeSpan.FromSeconds(wall.HeadSeconds);
        limits.MinRequestBodyDataRate = new MinDataRate(wall.LeastBytesPerSecond, TimeSpan.FromSeconds(5));
        limits.MinResponseDataRate = new MinDataRate(wall.LeastBytesPerSecond, TimeSpan.FromSeconds(5));
        limits.MaxRequestLineSize = 16 * 1024; // long searches go by POST
        limits.MaxRequestHeadersTotalSize = 32 * 1024;
        var certificate = settings.CertificateFile.Length > 0 ? new CertificateFiles(settings.CertificateFile, settings.CertificateKeyFile, clock) : null;
        if (certificate is not null)
            certificate.Log = kestrel.ApplicationServices.GetRequiredService<ILogger<CertificateFiles>>();
        foreach (var address in settings.Addresses)
        {
            if (address!.Host == "localhost")
                kestrel.ListenLocalhost(address.Port, listen => Take(listen, room, address, certificate));
            else
                kestrel.Listen(IPAddress.Parse(address.Host.Trim('[', ']')), address.Port, listen => Take(listen, room, address, certificate));
        }

        return certificate;
    }

    private static void Take(ListenOptions listen, ConnectionRoom room, Uri address, CertificateFiles? certificate)
    {
        room.Guard(listen); // Kestrel's own limit is for each listener
        if (address.Scheme == "https")
            listen.UseHttps(https => Protect(https, certificate!));
    }

    private static void Protect(HttpsConnectionAdapterOptions https, CertificateFiles certificate)
    {
        https.SslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13;
        https.ServerCertificateSelector = (_, _) => certificate.Current().TargetCertificate; // Kestrel wants one; it would be shown without its chain
        https.OnAuthenticate = (_, options) =>
        {
            options.ServerCertificateSelectionCallback = null;
            options.ServerCertificateContext = certificate.Current();
            if (OperatingSystem.IsLinux()) // elsewhere the system decides
                options.CipherSuitesPolicy = new CipherSuitesPolicy(Suites);
        };
    }
}
