using System.Diagnostics;
using System.Threading.Channels;
using Npgsql;
using Tandem.Hub.Hosting;
using Tandem.Tests.Support;

[assembly: AssemblyFixture(typeof(PostgresServer))]

namespace Tandem.Tests.Support;

/// <summary>A PostgreSQL cluster of the tests' own, on loopback, started at first use and ended with the run.</summary>
public sealed class PostgresServer : IAsyncDisposable
{
    private static readonly Lazy<PostgresCluster> Running = new(() => new PostgresCluster());
    private static readonly Lazy<string> Hub = new(MakeHub);
    private static readonly Channel<string> Left = Channel.CreateUnbounded<string>();
    private static readonly CancellationTokenSource Ending = new();
    private static readonly Lazy<Task> Dropping = new(() => Task.Run(DropAsync));
    private static int databases;

    /// <summary>Why PostgreSQL cannot be used here, or null.</summary>
    internal static string? Missing => Directory.Exists("/usr/lib/postgresql") ? null : "PostgreSQL is not installed (Debian: postgresql-15).";

    /// <summary>A connection string to a new database.</summary>
    /// <param name="like">The connection string to one that it is a copy of, to which nobody is connected; null for an empty one.</param>
    internal static string NewDatabase(string? like = null)
    {
        var name = $"t{Interlocked.Increment(ref databases)}";
        Run($"CREATE DATABASE {name} TEMPLATE {(like is null ? "template1" : NameOf(like))} STRATEGY FILE_COPY"); // in half the time of the other, which writes each page to the server's log
        return Running.Value.ConnectionString(name);
    }

    /// <summary>A connection string to a new database with the tables of a hub that has not started yet: to copy them takes half the time that they take to make.</summary>
    internal static string NewHubDatabase() => NewDatabase(like: Hub.Value);

    /// <summary>
    /// Takes a database away, whoever is still connected to it: a thousand of them are gigabytes, and the server looks after each in turn. One after the other beside the tests: the server waits for those who
    /// were connected and for its files, a quarter of a second for each.
    /// </summary>
    internal static void Drop(string database)
    {
        _ = Dropping.Value;
        Left.Writer.TryWrite(database);
    }

    private static async Task DropAsync()
    {
        await using var source = NpgsqlDataSource.Create(Running.Value.ConnectionString("postgres"));
        await foreach (var database in Left.Reader.ReadAllAsync(CancellationToken.None))
        {
            if (Ending.IsCancellationRequested)
                return; // goes with the cluster
            await using var drop = source.CreateCommand($"DROP DATABASE {NameOf(database)} WITH (FORCE)");
            await drop.ExecuteNonQueryAsync(CancellationToken.None);
        }
    }

    private static string MakeHub()
    {
        var (folder, made) = (Directory.CreateTempSubdirectory("tandem-model-").FullName, NewDatabase());
        var settings = new Dictionary<string, string?>
        {
            ["Hub:Data"] = folder, ["Hub:Urls"] = "http://127.0.0.1:0", ["Hub:Mllp"] = "", ["Hub:Content"] = Path.Combine(Repository.Root, "content"), ["Hub:Postgres"] = made,
        };
        Assert.True(HubHost.TryBuild(settings, out var hub));
        hub.DisposeAsync().AsTask().GetAwaiter().GetResult();
        Directory.Delete(folder, recursive: true);
        Run("DELETE FROM sealing_marks; DELETE FROM audit_roots", made + ";Pooling=false"); // closed and signed with the keys of that folder
        return made;
    }

    private static string? NameOf(string database) => new NpgsqlConnectionStringBuilder(database).Database;

    private static void Run(string sql, string? database = null)
    {
        using var connection = new NpgsqlConnection(database ?? Running.Value.ConnectionString("postgres"));
        connection.Open();
        using var command = new NpgsqlCommand(sql, connection);
        command.ExecuteNonQuery();
    }

    /// <summary>Ends the cluster, if any test started one.</summary>
    public async ValueTask DisposeAsync()
    {
        if (!Running.IsValueCreated)
            return;
        await Ending.CancelAsync();
        Left.Writer.Complete();
        if (Dropping.IsValueCreated)
            await Dropping.Value;
        NpgsqlConnection.ClearAllPools();
        Running.Value.Stop();
    }
}

/// <summary>
/// The server's processes and files. Durability of the machine is not what these tests try, so its flushes are off, and whole pages in its log, so that what a
/// write adds to the log can be counted (pg_stat_statements, where a test asks for it).
/// </summary>
internal sealed class PostgresCluster
{
    private const string Options =
        "-c max_connections=300 -c shared_buffers=256MB -c fsync=off -c full_page_writes=off "
        + "-c shared_preload_libraries=pg_stat_statements -c pg_stat_statements.max=50000 -c pg_stat_statements.track=none -c pg_stat_statements.track_utility=off";
    private const string Memory = "/dev/shm";
    private const long Plenty = 10L << 30;
    private readonly string folder = NewFolder();
    private readonly string bin = Directory.GetDirectories("/usr/lib/postgresql").Order().Last() + "/bin";
    private readonly int port = FreePort.Take();

    internal PostgresCluster()
    {
        if (Environment.UserName == "root")
            Run("chown", "postgres", folder);
        RunAsPostgres($"{bin}/initdb -D {folder}/data -A trust -U postgres -E UTF8 --locale=C --no-sync");
        Start();
    }

    internal string ConnectionString(string database) => $"Host=127.0.0.1;Port={port};Username=postgres;Database={database};Maximum Pool Size=40";

    /// <summary>Starts the server, after <see cref="Crash"/> anew.</summary>
    internal void Start() => RunAsPostgres($"{bin}/pg_ctl -D {folder}/data -w -o '-h 127.0.0.1 -p {port} -k {folder} {Options}' -l {folder}/log start");

    /// <summary>Ends the server at once: what it had not given to the system of its log is gone.</summary>
    internal void Crash() => RunAsPostgres($"{bin}/pg_ctl -D {folder}/data -m immediate stop");

    internal void Stop()
    {
        Crash();
        Directory.Delete(folder, recursive: true);
    }

    /// <summary>In memory where there is plenty: a cluster makes and removes files by the hundred thousand, and ext4 looks long for room among those that were removed just before.</summary>
    private static string NewFolder()
    {
        var memory = GC.GetGCMemoryInfo();
        return Directory.Exists(Memory) && new DriveInfo(Memory).AvailableFreeSpace > Plenty && memory.TotalAvailableMemoryBytes - memory.MemoryLoadBytes > Plenty
            ? Directory.CreateDirectory(Path.Combine(Memory, "tandem-pg-" + Path.GetRandomFileName())).FullName
            : Directory.CreateTempSubdirectory("tandem-pg-").FullName;
    }

    private static void RunAsPostgres(string command)
    {
        if (Environment.UserName == "root")
            Run("runuser", "-u", "postgres", "--", "sh", "-c", $"cd / && {command} >/dev/null 2>&1");
        else
            Run("sh", "-c", $"{command} >/dev/null 2>&1");
    }

    private static void Run(string program, params string[] arguments)
    {
        using var process = Process.Start(program, arguments);
        if (!process.WaitForExit(120_000) || process.ExitCode != 0)
            throw new InvalidOperationException($"{program} {string.Join(' ', arguments)} failed.");
    }
}
