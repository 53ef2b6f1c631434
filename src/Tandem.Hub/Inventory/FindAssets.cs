using System.Globalization;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using Tandem.Care.Intake;
using Tandem.Hub.Hosting;
using Tandem.Hub.Layout;
using Tandem.Kernel.Data;
using Tandem.Record.Bulk;
using Tandem.Record.Log;
using Tandem.Trust.Audit;

namespace Tandem.Hub.Inventory;

/// <summary>What this installation consists of and keeps, as it is now.</summary>
internal static class FindAssets
{
    private const string SqliteTables = "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name";
    private const string PostgresTables = "SELECT tablename::text FROM pg_tables WHERE schemaname = 'public' ORDER BY tablename";

    internal static IEnumerable<Asset> All(IServiceProvider services)
    {
        var hub = services.GetRequiredService<HubSettings>();
        var database = services.GetRequiredService<RecordStore>().Database;
        yield return new("program", "Tandem", ProductVersion.Text);
        yield return new("program", ".NET", Environment.Version.ToString());
        foreach (var (name, version) in Libraries())
            yield return new("library", name, version);
        yield return new("database", hub.Postgres.Length > 0 ? "PostgreSQL" : "SQLite", hub.Postgres.Length > 0 ? PlaceOf(hub.Postgres) : hub.RecordFile, "health records, accounts");
        foreach (var (name, rows) in TablesOf(services, database))
            yield return new("table", name, string.Create(CultureInfo.InvariantCulture, $"{rows} rows"), TableContents.HeldIn(name));
        foreach (var file in Files(hub).Concat(Folders(services, hub)))
            yield return file;
        foreach (var address in hub.Addresses.OfType<Uri>())
            yield return new("listener", address.GetLeftPart(UriPartial.Authority), address.Scheme == "https" ? "TLS 1.2 and 1.3" : "without TLS");
        if (hub.MllpAddress is { } mllp)
            yield return new("listener", $"mllp://{mllp}", "without TLS");
        if (hub.CertificateFile.Length > 0)
            yield return Certificate(hub.CertificateFile);
        foreach (var (role, count) in database.Read(session => session.Query("SELECT role, COUNT(*) FROM people_roles GROUP BY role ORDER BY role", row => (row.Text(0), row.Integer(1)))))
            yield return new("accounts", role, string.Create(CultureInfo.InvariantCulture, $"{count} held"));
    }

    private static IEnumerable<(string Name, string Version)> Libraries()
    {
        var list = Path.Combine(AppContext.BaseDirectory, "Tandem.Hub.deps.json");
        if (!File.Exists(list))
            return [];
        using var json = JsonDocument.Parse(File.ReadAllBytes(list));
        return [.. json.RootElement.GetProperty("libraries").EnumerateObject().Where(library => library.Value.GetProperty("type").GetString() == "package")
            .Select(library => library.Name.Split('/')).Select(parts => (parts[0], parts[1])).Order()];
    }

    /// <summary>Every table that the databases have, as they say themselves: none can be forgotten.</summary>
    private static List<(string Name, long Rows)> TablesOf(IServiceProvider services, Database database)
    {
        if (database.Engine == Engine.Postgres)
            return TablesOf(database, PostgresTables);
        var tables = TablesOf(database, SqliteTables); // the access log and the inbox are files of their own
        if (AuditModule.DatabaseOf(services) is { } audit)
            tables.AddRange(TablesOf(audit, SqliteTables));
        tables.Add(("intake_spool", IntakeModule.InSpool(services)));
        return [.. tables.OrderBy(table => table.Name, StringComparer.Ordinal)];
    }

    private static List<(string Name, long Rows)> TablesOf(Database database, string tables) => database.Read(session =>
        session.Query(tables, row => row.Text(0)).ConvertAll(name => (name, session.First($"SELECT COUNT(*) FROM {name}", row => row.Integer(0)))));

    /// <summary>What the hub keeps beside its data folder, or in folders of it that may be moved.</summary>
    private static IEnumerable<Asset> Folders(IServiceProvider services, HubSettings hub)
    {
        var (bulk, audit) = (services.GetRequiredService<BulkOptions>(), services.GetService<AuditOptions>() ?? new AuditOptions());
        foreach (var (path, holds) in new[]
        {
            (bulk.Folder, "health records: files of exports and imports"), (audit.RootFolder, "signed roots of the access log"), (audit.JournalFolder, "events of the access log on their way to the tables"),
            (hub.ContentFolder, "clinical content"),
        })
        {
            if (path.Length > 0)
                yield return new("folder", path, Directory.Exists(path) ? SizeOf(path) : "not there yet", holds);
        }
    }

    private static string SizeOf(string folder)
    {
        var files = new DirectoryInfo(folder).EnumerateFiles("*", SearchOption.AllDirectories).ToList();
        return string.Create(CultureInfo.InvariantCulture, $"{files.Count} files, {files.Sum(file => file.Length)} bytes");
    }

    private static IEnumerable<Asset> Files(HubSettings hub)
    {
        if (!Directory.Exists(hub.Data))
            yield break;
        foreach (var path in Directory.EnumerateFiles(hub.Data, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal))
        {
            var file = new FileInfo(path);
            var name = Path.GetRelativePath(hub.Data, path);
            var mode = OperatingSystem.IsWindows() ? "" : $", {file.UnixFileMode}";
            yield return new("file", name, string.Create(CultureInfo.InvariantCulture, $"{file.Length} bytes{mode}"), name.StartsWith("keys", StringComparison.Ordinal) ? "a key" : name.EndsWith(".db", StringComparison.Ordinal) ? "health records" : "");
        }

        foreach (var (key, path) in new[] { ("key ring secret", hub.KeyRingSecretFile), ("field keys", hub.FieldKeysFile) })
        {
            if (!Path.GetFullPath(path).StartsWith(Path.GetFullPath(hub.Data), StringComparison.Ordinal))
                yield return new("file", path, File.Exists(path) ? "there" : "missing", key);
        }
    }

    private static Asset Certificate(string file)
    {
        using var certificate = X509CertificateLoader.LoadCertificateFromFile(file);
        return new("certificate", certificate.Subject, string.Create(CultureInfo.InvariantCulture, $"by {certificate.Issuer}, until {certificate.NotAfter.ToUniversalTime():yyyy-MM-dd}"));
    }

    /// <summary>Host and database of a connection string, without user and password.</summary>
    internal static string PlaceOf(string connection)
    {
        var parts = new Npgsql.NpgsqlConnectionStringBuilder(connection);
        return $"{parts.Host}:{parts.Port}/{parts.Database}, TLS {parts.SslMode}";
    }
}
