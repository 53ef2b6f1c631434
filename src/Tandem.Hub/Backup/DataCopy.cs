using System.Diagnostics;
using Npgsql;
using Tandem.Hub.Hosting;
using Tandem.Kernel.Data.Sqlite;

namespace Tandem.Hub.Backup;

/// <summary>
/// Copies everything a hub keeps into a folder while it serves, and back. The inbox is copied before the record: a message that moved in between is in both, and
/// taken in once. The audit comes last, so that it covers what the record holds.
/// </summary>
internal static class DataCopy
{
    private const string HasNoLogPostgres = "SELECT to_regclass('log') IS NULL";
    private const string Dump = "postgres.dump";
    private static readonly string[] Databases = ["tandem-inbox.db", "tandem.db", "tandem-audit.db"];
    private static readonly string[] Folders = ["audit-roots", "keys"];

    internal static string EngineOf(HubSettings hub) => hub.Postgres.Length > 0 ? "postgres" : "sqlite";

    /// <exception cref="BackupException">There is nothing to copy, or a tool is missing.</exception>
    /// <remarks>The dump is not compressed: the backup is, faster and smaller than pg_dump would.</remarks>
    internal static void Out(HubSettings hub, string folder)
    {
        if (hub.Postgres.Length > 0)
        {
            Run("pg_dump", hub.Postgres, ["--format=custom", "--compress=0", "--no-owner", "--file", Path.Combine(folder, Dump)]);
        }
        else
        {
            if (!File.Exists(hub.RecordFile))
                throw new BackupException($"There is no hub in {hub.Data}.");
            foreach (var name in Databases.Where(name => File.Exists(Path.Combine(hub.Data, name))))
                SqliteDatabase.Copy(Path.Combine(hub.Data, name), Path.Combine(folder, name));
        }

        foreach (var name in Folders.Where(name => Directory.Exists(Path.Combine(hub.Data, name))))
        {
            Directory.CreateDirectory(Path.Combine(folder, name));
            foreach (var file in Directory.EnumerateFiles(Path.Combine(hub.Data, name)))
                File.Copy(file, Path.Combine(folder, name, Path.GetFileName(file)));
        }
    }

    /// <summary>Refuses where something is there already: a restore never overwrites.</summary>
    internal static void MustBeEmpty(HubSettings hub)
    {
        if (Directory.Exists(hub.Data) && Directory.EnumerateFileSystemEntries(hub.Data).Any())
            throw new BackupException($"{hub.Data} is not empty. Restore into a new folder.");
        if (hub.Postgres.Length == 0)
            return;
        using var connection = new NpgsqlConnection(hub.Postgres);
        connection.Open();
        using var command = new NpgsqlCommand(HasNoLogPostgres, connection);
        if (command.ExecuteScalar() is not true)
            throw new BackupException("The database is not empty. Restore into a new one.");
    }

    internal static void Back(HubSettings hub, string folder, BackupManifest manifest)
    {
        if (manifest.Engine != EngineOf(hub))
            throw new BackupException(manifest.Engine == "postgres" ? "This backup is of PostgreSQL: name an empty database with --postgres." : "This backup is of SQLite: restore it without --postgres.");
        if (manifest.Engine == "postgres")
            Run("pg_restore", hub.Postgres, ["--exit-on-error", "--no-owner", "--single-transaction", "--dbname", NameOf(hub.Postgres), Path.Combine(folder, Dump)]);
        Directory.CreateDirectory(hub.Data);
        foreach (var part in manifest.Parts.Where(part => part.Name != Dump))
        {
            var target = Path.Combine(hub.Data, part.Name);
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            File.Copy(Path.Combine(folder, part.Name), target);
            if (part.Name.StartsWith("keys/", StringComparison.Ordinal) && !OperatingSystem.IsWindows())
                File.SetUnixFileMode(target, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        }
    }

    private static string NameOf(string postgres) => new NpgsqlConnectionStringBuilder(postgres).Database ?? "";

    /// <summary>Runs a tool of PostgreSQL; the password goes by the environment, not by the command line.</summary>
    private static void Run(string tool, string postgres, IReadOnlyList<string> arguments)
    {
        var settings = new NpgsqlConnectionStringBuilder(postgres);
        var start = new ProcessStartInfo(PathOf(tool)) { RedirectStandardError = true };
        foreach (var argument in arguments)
            start.ArgumentList.Add(argument);
        start.Environment["PGHOST"] = settings.Host;
        start.Environment["PGPORT"] = settings.Port.ToString(System.Globalization.CultureInfo.InvariantCulture);
        start.Environment["PGUSER"] = settings.Username;
        start.Environment["PGDATABASE"] = settings.Database;
        start.Environment["PGPASSWORD"] = settings.Password ?? "";
        using var process = Process.Start(start) ?? throw new BackupException($"{tool} does not start.");
        var said = process.StandardError.ReadToEnd();
        process.WaitForExit();
        if (process.ExitCode != 0)
            throw new BackupException($"{tool} failed: {said.Trim()}");
    }

    private static string PathOf(string tool)
    {
        const string Debian = "/usr/lib/postgresql";
        var found = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator).Select(folder => Path.Combine(folder, tool))
            .Concat(Directory.Exists(Debian) ? Directory.GetDirectories(Debian).OrderDescending(StringComparer.Ordinal).Select(folder => Path.Combine(folder, "bin", tool)) : [])
            .FirstOrDefault(File.Exists);
        return found ?? throw new BackupException($"{tool} is not installed (Debian: postgresql-client).");
    }
}
