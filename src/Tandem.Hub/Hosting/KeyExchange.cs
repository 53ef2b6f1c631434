using System.Runtime.InteropServices;
using System.Text;

namespace Tandem.Hub.Hosting;

/// <summary>
/// Leaves out of TLS the key exchanges of less than 128 bits of strength (OWASP ASVS 5.0, V11.2.3): OpenSSL's own list ends with finite fields of 2048 bits, and .NET has no option for it. The
/// process's OpenSSL is told once, by <c>Hosting/tls.cnf</c>, and holds to it in every connection that is opened afterwards, either way. A site that names <c>OPENSSL_CONF</c> decides by itself.
/// See config(5ssl), SSL_CONF_cmd(3ssl) and OPENSSL_init_crypto(3ssl).
/// </summary>
internal static class KeyExchange
{
    private const ulong LoadConfiguration = 0x40; // OPENSSL_INIT_LOAD_CONFIG: the system's is read now, so that it does not come later and take the place of this one
    private const uint WithHybrids = 0x30500000; // OpenSSL 3.5 knows X25519MLKEM768
    private static readonly Lazy<bool> Told = new(Tell);

    /// <summary>Tells the process's OpenSSL, once.</summary>
    /// <returns>False where that cannot be, or is not wanted: the system's list holds then.</returns>
    internal static bool TryStrengthen() => Told.Value;

    private static bool Tell()
    {
        if (!OperatingSystem.IsLinux() || Environment.GetEnvironmentVariable("OPENSSL_CONF") is { Length: > 0 })
            return false;
        try
        {
            return InitializeTls(LoadConfiguration, 0) == 1
                && LoadModules(Text(Path.Combine(AppContext.BaseDirectory, "Hosting", "tls.cnf")), Text(Version() >= WithHybrids ? "tandem_hybrid" : "tandem"), 0) > 0;
        }
        catch (Exception e) when (e is DllNotFoundException or EntryPointNotFoundException)
        {
            return false; // another library than OpenSSL 3
        }
    }

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
