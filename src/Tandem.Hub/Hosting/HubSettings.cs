using System.Net;
using Npgsql;

namespace Tandem.Hub.Hosting;

/// <summary>
/// What an installation decides. Read from appsettings.json, the environment (<c>TANDEM_Hub__Data=…</c>) and the command line, the later
/// ones winning; checked once at start by <see cref="Problems"/>.
/// </summary>
public sealed class HubSettings
{
    /// <summary>The configuration section.</summary>
    public const string Section = "Hub";

    /// <summary>Where pages and FHIR are served: <c>http://address:port</c>, several separated by semicolons.</summary>
    public string Urls { get; set; } = "http://127.0.0.1:8080";

    /// <summary>Where HL7 v2 messages are taken in over MLLP: <c>address:port</c>; empty for nowhere.</summary>
    public string Mllp { get; set; } = "127.0.0.1:2575";

    /// <summary>Where HL7 v2 messages are taken in over MLLP within TLS, with the hub's certificate: <c>address:port</c>; empty for nowhere.</summary>
    public string Mllps { get; set; } = "";

    /// <summary>The folder for everything the hub keeps on this machine.</summary>
    public string Data { get; set; } = "data";

    /// <summary>An Npgsql connection string; empty for SQLite in the data folder.</summary>
    public string Postgres { get; set; } = "";

    /// <summary>The folder of shipped and site content; empty for the one beside the program.</summary>
    public string Content { get; set; } = "";

    /// <summary><c>json</c> (one object a line) or <c>plain</c>.</summary>
    public string Logs { get; set; } = "json";

    /// <summary>The certificate of https addresses as PEM, with its chain; empty without any.</summary>
    public string CertificateFile { get; set; } = "";

    /// <summary>The certificate's key as PEM; empty when it stands in <see cref="CertificateFile"/>.</summary>
    public string CertificateKeyFile { get; set; } = "";

    /// <summary>The file of the secret that closes the keys of cookies and forms; empty for one in the data folder.</summary>
    public string KeyRingSecret { get; set; } = "";

    /// <summary>Where that secret is.</summary>
    internal string KeyRingSecretFile => KeyRingSecret.Length > 0 ? KeyRingSecret : Path.Combine(Data, "keys", "ring.secret");

    /// <summary>The file of the keys that close counselling notes and secrets in the database; empty for one in the data folder.</summary>
    public string FieldKeys { get; set; } = "";

    /// <summary>
    /// Proxies whose word about the caller's address and scheme is believed (<c>X-Forwarded-For</c>, <c>X-Forwarded-Proto</c>): addresses or networks such as <c>10.0.0.0/24</c>, separated by
    /// semicolons. Empty, the default: nobody's.
    /// </summary>
    public string Proxies { get; set; } = "";

    /// <summary>
    /// Who may read <c>/metrics</c> and the details of <c>/health/ready</c>, beside this machine itself: addresses or networks separated by semicolons. Everybody else gets a bare status.
    /// </summary>
    public string Watchers { get; set; } = "";

    /// <summary>How many proxies stand before the hub, one behind the other.</summary>
    public int ProxyHops { get; set; } = 1;

    /// <summary>The proxies as networks; null for what is none.</summary>
    internal IEnumerable<IPNetwork?> ProxyNetworks => NetworksOf(Proxies);

    /// <summary>The networks of watchers; null for what is none.</summary>
    internal IEnumerable<IPNetwork?> WatcherNetworks => NetworksOf(Watchers);

    private static IEnumerable<IPNetwork?> NetworksOf(string texts) => texts.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
        .Select(text => IPNetwork.TryParse(text, out var network) ? network : IPAddress.TryParse(text, out var one) ? new IPNetwork(one, one.GetAddressBytes().Length * 8) : (IPNetwork?)null);

    /// <summary>Where those keys are.</summary>
    internal string FieldKeysFile => FieldKeys.Length > 0 ? FieldKeys : Path.Combine(Data, "keys", "fields.keys");

    /// <summary>The HTTP addresses.</summary>
    internal IEnumerable<Uri?> Addresses => Urls.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
        .Select(url => Uri.TryCreate(url, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https" ? uri : null);

    /// <summary>True when every address is https.</summary>
    internal bool IsSecure => Addresses.All(address => address?.Scheme == Uri.UriSchemeHttps);

    /// <summary>The MLLP address, or null.</summary>
    internal IPEndPoint? MllpAddress => IPEndPoint.TryParse(Mllp, out var address) ? address : null;

    /// <summary>The address of MLLP within TLS, or null.</summary>
    internal IPEndPoint? MllpsAddress => IPEndPoint.TryParse(Mllps, out var address) ? address : null;

    /// <summary>The record's file on SQLite.</summary>
    internal string RecordFile => Path.Combine(Data, "tandem.db");

    /// <summary>The folder of content.</summary>
    internal string ContentFolder => Content.Length > 0 ? Content : Path.Combine(AppContext.BaseDirectory, "content");

    /// <summary>What is wrong with the settings, each as a sentence that names the setting; empty when they can be used.</summary>
    public IEnumerable<string> Problems()
    {
        if (!Addresses.Any() || Addresses.Any(address => address is null))
            yield return $"{Section}:Urls (--urls) must be http addresses such as http://127.0.0.1:8080; it is \"{Urls}\".";
        else if (Addresses.Any(address => !IPAddress.TryParse(address!.Host.Trim('[', ']'), out _) && address.Host != "localhost"))
            yield return $"{Section}:Urls (--urls) must name an IP address or localhost; it is \"{Urls}\".";
        if (Addresses.Any(address => address?.Scheme == "https"))
        {
            if (CertificateFile.Length == 0)
                yield return $"{Section}:CertificateFile must name the certificate of the https addresses, a PEM file.";
            else if (CertificateFiles.Problem(CertificateFile, CertificateKeyFile) is { } problem)
                yield return $"{Section}:CertificateFile: {problem}";
        }

        if (Mllp.Length > 0 && MllpAddress is null)
            yield return $"{Section}:Mllp (--mllp) must be an address and a port such as 127.0.0.1:2575; it is \"{Mllp}\".";
        if (ProxyNetworks.Any(network => network is null) || ProxyHops < 1)
            yield return $"{Section}:Proxies must be addresses or networks such as 10.0.0.5 or 10.0.0.0/24, and {Section}:ProxyHops at least 1; they are \"{Proxies}\" and {ProxyHops}.";
        if (WatcherNetworks.Any(network => network is null))
            yield return $"{Section}:Watchers must be addresses or networks such as 10.0.0.5 or 10.0.0.0/24; it is \"{Watchers}\".";
        if (Mllps.Length > 0 && MllpsAddress is null)
            yield return $"{Section}:Mllps must be an address and a port such as 0.0.0.0:2576; it is \"{Mllps}\".";
        if (Mllps.Length > 0 && CertificateFile.Length == 0)
            yield return $"{Section}:CertificateFile must name the certificate that senders of HL7 v2 over TLS see ({Section}:Mllps).";
        if (!IsConnection(Postgres))
            yield return $"{Section}:Postgres (--postgres) must be an Npgsql connection string such as Host=127.0.0.1;Username=tandem;Database=tandem, or empty for SQLite."; // not shown: it can hold a password
        if (Data.Length == 0)
            yield return $"{Section}:Data (--data) must name a folder.";
        if (Logs is not ("json" or "plain"))
            yield return $"{Section}:Logs must be json or plain; it is \"{Logs}\".";
        if (!Directory.Exists(ContentFolder))
            yield return $"{Section}:Content names a folder that does not exist: {ContentFolder}.";
    }

    private static bool IsConnection(string text)
    {
        try
        {
            return text.Length == 0 || new NpgsqlConnectionStringBuilder(text).Host is { Length: > 0 };
        }
        catch (ArgumentException)
        {
            return false;
        }
    }
}
