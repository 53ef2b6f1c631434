using System.Runtime.InteropServices;
using System.Text;

namespace Tandem.Hub.Hosting;

/// <summary>
/// Leaves out of TLS the key exchanges of less than 128 bits of strength (OWASP ASVS 5.0, V11.2.3): OpenSSL's own list ends with finite fields of 2048 bits, and .NET has no option for it. The
/// process's OpenSSL is told once, by <c>Hosting/tls.cnf</c>, and holds to it in every connection that is opened afterwards, either way. A site that names <c>OPENSSL_CONF</c> decides by itself.
/// See config(5ssl), SSL_CONF_cmd(3ssl) and OPENSSL_init_crypto(3ssl).
/// </summary>
internal static partial class KeyExchange
{
    private const ulong LoadConfiguration = 0x40; // OPENSSL_INIT_LOAD_CONFIG: the system's is read now, so that it does not come later and take the place of this one
    private const string Weakness =
        "Which keys TLS exchanges could not be told to the system's library, so its own list holds, which may have some worth less than 128 bits of strength. Use OpenSSL 3 with Hosting/tls.cnf beside the program, or name a file of your own in OPENSSL_CONF.";
    private const uint WithHybrids = 0x30500000; // OpenSSL 3.5 knows X25519MLKEM768
    private static readonly Lazy<string?> Told = new(() => Tell(Path.Combine(AppContext.BaseDirectory, "Hosting", "tls.cnf"), Environment.GetEnvironmentVariable("OPENSSL_CONF")));

    /// <summary>Tells the process's OpenSSL, once.</summary>
    /// <returns>What is weak because it could not be told, as a sentence; null when it was, or when the site decides by itself.</returns>
    internal static string? Strengthen() => Told.Value;

    /// <summary>As the other, of a file and of what the site named.</summary>
    internal static string? Tell(string file, string? siteFile)
    {
        if (siteFile is { Length: > 0 })
            return null;
        try
        {
            return OperatingSystem.IsLinux() && InitializeTls(LoadConfiguration, 0) == 1 && LoadModules(Text(file), Text(Version() >= WithHybrids ? "tandem_hybrid" : "tandem"), 0) > 0
                ? null
                : Weakness;
        }
        catch (Exception e) when (e is DllNotFoundException or EntryPointNotFoundException)
        {
            return Weakness; // another library than OpenSSL 3
        }
    }

    [LoggerMessage(EventId = 522, Level = LogLevel.Warning, Message = "{Weakness}")]
    internal static partial void TellOf(ILogger log, string weakness);

    private static byte[] Text(string text) => Encoding.UTF8.GetBytes(text + '\0');

    [DllImport("libssl.so.3", EntryPoint = "OPENSSL_init_ssl")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int InitializeTls(ulong options, nint settings);

    [DllImport("libcrypto.so.3", EntryPoint = "CONF_modules_load_file")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int LoadModules(byte[] path, byte[] application, uint flags);

    [DllImport("libcrypto.so.3", EntryPoint = "OpenSSL_version_num")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern uint Version();
}
