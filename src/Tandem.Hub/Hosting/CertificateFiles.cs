using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Tandem.Hub.Hosting;

/// <summary>
/// The certificate that the hub shows over TLS, from PEM files. Files that were renewed are taken up within a minute, without a restart; files that
/// cannot be read leave the old certificate in force and are told in the log. Thread-safe.
/// </summary>
internal sealed partial class CertificateFiles(string certificateFile, string keyFile, TimeProvider clock)
{
    private static readonly TimeSpan LookEvery = TimeSpan.FromMinutes(1);
    private readonly Lock gate = new();
    private SslStreamCertificateContext? current;
    private DateTime written;
    private DateTimeOffset looked;
    private ILogger? log;

    /// <summary>Where faults of renewed files are told, and keys that are weaker than the hub's other means.</summary>
    internal ILogger? Log
    {
        get => log;
        set
        {
            log = value;
            TellOfWeakness(Current().TargetCertificate);
        }
    }

    /// <summary>What is wrong with the files, or null.</summary>
    internal static string? Problem(string certificateFile, string keyFile)
    {
        try
        {
            return Read(certificateFile, keyFile).TargetCertificate.HasPrivateKey ? null : $"{certificateFile} has no private key.";
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or CryptographicException or ArgumentException)
        {
            return $"The certificate {certificateFile} with the key {keyFile} cannot be read: {e.Message}";
        }
    }

    /// <summary>What makes a certificate's key worth less than 128 bits of strength (NIST SP 800-57 part 1, table 2), as a sentence; null when nothing does.</summary>
    internal static string? Weakness(X509Certificate2 certificate)
    {
        using var rsa = certificate.GetRSAPublicKey();
        return rsa?.KeySize < 3072 ? $"The certificate's RSA key has {rsa.KeySize} bits, worth less than 128 bits of strength. Renew it with a key of RSA 3072 or EC P-256." : null;
    }

    /// <summary>The certificate for a connection that begins now, and those of its file that lead from it to its root: whoever connects may know the root alone.</summary>
    internal SslStreamCertificateContext Current()
    {
        lock (gate)
        {
            var now = clock.GetUtcNow();
            if (current is not null && now - looked < LookEvery)
                return current;
            looked = now;
            var last = File.GetLastWriteTimeUtc(certificateFile);
            if (current is not null && last == written)
                return current;
            try
            {
                (current, written) = (Read(certificateFile, keyFile), last); // the old one may still be in use by open connections
                TellOfWeakness(current.TargetCertificate);
            }
            catch (Exception e) when (current is not null && e is IOException or UnauthorizedAccessException or CryptographicException or ArgumentException)
            {
                if (Log is not null)
                    NotRenewed(Log, e);
            }

            return current!;
        }
    }

    private void TellOfWeakness(X509Certificate2 certificate)
    {
        if (log is not null && Weakness(certificate) is { } weakness)
            IsWeak(log, weakness);
    }

    private static SslStreamCertificateContext Read(string certificateFile, string keyFile)
    {
        using var pem = X509Certificate2.CreateFromPemFile(certificateFile, keyFile.Length > 0 ? keyFile : certificateFile);
        var own = X509CertificateLoader.LoadPkcs12(pem.Export(X509ContentType.Pkcs12), null); // a form that every platform's TLS takes
        X509Certificate2Collection chain = [];
        chain.ImportFromPemFile(certificateFile);
        return SslStreamCertificateContext.Create(own, chain, offline: true); // what the file lacks is not fetched: a hub may have no way out
    }

    [LoggerMessage(EventId = 520, Level = LogLevel.Error, Message = "The renewed certificate cannot be read; the old one stays in force.")]
    private static partial void NotRenewed(ILogger log, Exception exception);

    [LoggerMessage(EventId = 521, Level = LogLevel.Warning, Message = "{Weakness}")]
    private static partial void IsWeak(ILogger log, string weakness);
}
