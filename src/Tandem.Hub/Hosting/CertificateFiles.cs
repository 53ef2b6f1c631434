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
    private X509Certificate2? current;
    private DateTime written;
    private DateTimeOffset looked;

    /// <summary>Where faults of renewed files are told.</summary>
    internal ILogger? Log { get; set; }

    /// <summary>What is wrong with the files, or null.</summary>
    internal static string? Problem(string certificateFile, string keyFile)
    {
        try
        {
            using var certificate = Read(certificateFile, keyFile);
            return certificate.HasPrivateKey ? null : $"{certificateFile} has no private key.";
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or CryptographicException or ArgumentException)
        {
            return $"The certificate {certificateFile} with the key {keyFile} cannot be read: {e.Message}";
        }
    }

    /// <summary>The certificate for a connection that begins now.</summary>
    internal X509Certificate2 Current()
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
            }
            catch (Exception e) when (current is not null && e is IOException or UnauthorizedAccessException or CryptographicException or ArgumentException)
            {
                if (Log is not null)
                    NotRenewed(Log, e);
            }

            return current!;
        }
    }

    private static X509Certificate2 Read(string certificateFile, string keyFile)
    {
        using var pem = X509Certificate2.CreateFromPemFile(certificateFile, keyFile.Length > 0 ? keyFile : certificateFile);
        return X509CertificateLoader.LoadPkcs12(pem.Export(X509ContentType.Pkcs12), null); // a form that every platform's TLS takes
    }

    [LoggerMessage(EventId = 520, Level = LogLevel.Error, Message = "The renewed certificate cannot be read; the old one stays in force.")]
    private static partial void NotRenewed(ILogger log, Exception exception);
}
