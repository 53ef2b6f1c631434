using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Npgsql;

namespace Tandem.Tests.Support;

/// <summary>A PostgreSQL cluster of the tests' own, on loopback, started at first use and ended with the run.</summary>
internal sealed class PostgresServer
{
    private static readonly Lazy<PostgresServer> Running = new(() => new PostgresServer());
    private static int databases;
    private readonly int port;

    private PostgresServer()
    {
        var folder = Directory.CreateTempSubdirectory("tandem-pg-").FullName;
        port = FreePort();
        var bin = Directory.GetDirectories("/usr/lib/postgresql").Order().Last() + "/bin";
        if (Environment.UserName == "root")
            Run("chown", $"postgres {folder}");
        RunAsPostgres($"{bin}/initdb -D {folder}/data -A trust -U postgres -E UTF8 --locale=C --no-sync");
        RunAsPostgres($"{bin}/pg_ctl -D {folder}/data -w -o '-h 127.0.0.1 -p {port} -k {folder} -c max_connections=300 -c shared_buffers=256MB' -l {folder}/log start");
        AppDomain.CurrentDomain.ProcessExit += (_, _) =>
        {
            RunAsPostgres($"{bin}/pg_ctl -D {folder}/data -m immediate stop");
            Directory.Delete(folder, recursive: true);
        };
    }

    /// <summary>Why PostgreSQL cannot be used here, or null.</summary>
    internal static string? Missing => Directory.Exists("/usr/lib/postgresql") ? null : "PostgreSQL is not installed (Debian: postgresql-15).";

    /// <summary>A connection string to a new, empty database.</summary>
    internal static string NewDatabase()
    {
        var server = Running.Value;
        var name = $"t{Interlocked.Increment(ref databases)}";
        using var connection = new NpgsqlConnection(server.ConnectionString("postgres"));
        connection.Open();
        using var command = new NpgsqlCommand($"CREATE DATABASE {name}", connection);
        command.ExecuteNonQuery();
        return server.ConnectionString(name);
    }

    private string ConnectionString(string database) => $"Host=127.0.0.1;Port={port};Username=postgres;Database={database};Maximum Pool Size=40";

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private static void RunAsPostgres(string command)
    {
        if (Environment.UserName == "root")
            Run("runuser", "-u", "postgres", "--", "sh", "-c", $"cd / && {command}");
        else
            Run("sh", "-c", command);
    }

    private static void Run(string program, params string[] arguments)
    {
        var start = new ProcessStartInfo(program) { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var argument in program == "chown" ? arguments[0].Split(' ') : arguments)
            start.ArgumentList.Add(argument);
        using var process = Process.Start(start)!;
        var error = "";
        process.ErrorDataReceived += (_, e) => error += e.Data + "\n";
        process.OutputDataReceived += (_, _) => { };
        process.BeginErrorReadLine();
        process.BeginOutputReadLine();
        process.WaitForExit(60_000);
        if (process.ExitCode != 0)
            throw new InvalidOperationException($"{program} {string.Join(' ', arguments)} ended with {process.ExitCode}: {error}");
    }
}
