using System.Diagnostics;
using System.Text;
using Tandem.Kernel.Data;
using Tandem.Kernel.Data.Postgres;
using Tandem.Kernel.Data.Sqlite;
using Tandem.Tests.Support;

namespace Tandem.Tests.Crash;

/// <summary>A hub as a process of its own that is killed without warning and started again on the same data.</summary>
internal sealed class KilledHub : IAsyncDisposable
{
    private static readonly TimeSpan StartUp = TimeSpan.FromMinutes(3);
    private readonly string folder = Directory.CreateTempSubdirectory("tandem-crash-").FullName;
    private readonly string? postgres;
    private readonly int node;
    private readonly StringBuilder output = new();
    private Process? process;

    internal KilledHub(Engine engine)
    {
        Assert.SkipWhen(engine == Engine.Postgres && PostgresServer.Missing is not null, PostgresServer.Missing ?? "");
        postgres = engine == Engine.Postgres ? PostgresServer.NewDatabase() : null;
        Address = new Uri($"http://127.0.0.1:{FreePort.Take()}");
        MllpPort = FreePort.Take();
    }

    private KilledHub(KilledHub first)
    {
        (postgres, node) = (first.postgres, first.node + 1);
        Address = new Uri($"http://127.0.0.1:{FreePort.Take()}");
        MllpPort = FreePort.Take();
        var keys = Directory.CreateDirectory(Path.Combine(folder, "keys"));
        foreach (var key in Directory.GetFiles(Path.Combine(first.folder, "keys")))
            File.Copy(key, Path.Combine(keys.FullName, Path.GetFileName(key)));
    }

    internal Uri Address { get; }

    internal int MllpPort { get; }

    /// <summary>Variables of its environment, beside those of every hub here.</summary>
    internal Dictionary<string, string> Settings { get; } = [];

    /// <summary>Its data folder.</summary>
    internal string Data => folder;

    /// <summary>Its PostgreSQL database; null on SQLite.</summary>
    internal string? Postgres => postgres;

    /// <summary>The database of its audit, while it stands.</summary>
    internal Database OpenAudit() =>
        postgres is null ? new SqliteDatabase(SqliteDatabase.FileBeside(Path.Combine(folder, "tandem.db"), "audit")) : new PostgresDatabase(postgres);

    /// <summary>Another node on the same PostgreSQL, with the same keys; this one must have been started once.</summary>
    internal KilledHub Beside() => new(this);

    /// <summary>The database of its record, while it stands.</summary>
    internal Database OpenRecord() => postgres is null ? new SqliteDatabase(Path.Combine(folder, "tandem.db")) : new PostgresDatabase(postgres);

    /// <summary>Starts and waits until it is ready to take writes.</summary>
    internal async Task StartAsync(CancellationToken cancel)
    {
        Begin();
        await WaitAsync(cancel);
    }

    /// <summary>Starts and waits for nothing.</summary>
    internal void Begin()
    {
        process = Process.Start(Command("Tandem.Trial", "open", "--urls", Address.ToString().TrimEnd('/'), "--mllp", $"127.0.0.1:{MllpPort}"))!;
        process.OutputDataReceived += (_, line) => Keep(line.Data);
        process.ErrorDataReceived += (_, line) => Keep(line.Data);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
    }

    /// <summary>Runs another command on its data, in a process of its own, to the end.</summary>
    internal async Task<(int Code, string Output, string Errors)> RunAsync(string[] arguments, CancellationToken cancel)
    {
        using var command = Process.Start(Command("Tandem.Hub", arguments))!;
        var (said, complained) = (command.StandardOutput.ReadToEndAsync(cancel), command.StandardError.ReadToEndAsync(cancel));
        await command.WaitForExitAsync(cancel);
        return (command.ExitCode, await said, await complained);
    }

    /// <summary>Ends it as a power cut does: SIGKILL, no handler runs.</summary>
    internal async Task KillAsync()
    {
        process!.Kill();
        await process.WaitForExitAsync(CancellationToken.None);
        process.Dispose();
    }

    public async ValueTask DisposeAsync()
    {
        if (process is { } running)
        {
            try
            {
                running.Kill();
                await running.WaitForExitAsync();
            }
            catch (InvalidOperationException)
            {
                // it was killed by the test already
            }

            running.Dispose();
        }

        Directory.Delete(folder, recursive: true);
    }

    private ProcessStartInfo Command(string program, params string[] arguments)
    {
        var configuration = new DirectoryInfo(AppContext.BaseDirectory).Parent!.Name;
        var hub = Path.Combine(Repository.Root, "src", program, "bin", configuration, "net10.0", program + ".dll");
        string[] all = [hub, .. arguments, "--data", folder];
        var start = new ProcessStartInfo("dotnet", postgres is null ? all : [.. all, "--postgres", postgres])
        {
            RedirectStandardOutput = true, RedirectStandardError = true,
            Environment =
            {
                ["TANDEM_Smart__RegistrationsPerHour"] = "1000000", ["TANDEM_Smart__MostPending"] = "1000000", // who registers an app is not slowed down
                ["TANDEM_Intake__Node"] = node.ToString(System.Globalization.CultureInfo.InvariantCulture),
            },
        };
        foreach (var (name, value) in Settings)
            start.Environment[name] = value;
        return start;
    }

    private async Task WaitAsync(CancellationToken cancel)
    {
        using var client = new HttpClient { BaseAddress = Address };
        var waited = Stopwatch.StartNew();
        while (waited.Elapsed < StartUp && !process!.HasExited)
        {
            try
            {
                using var reply = await client.GetAsync(new Uri("/health/live", UriKind.Relative), cancel);
                if (reply.IsSuccessStatusCode)
                    return;
            }
            catch (HttpRequestException)
            {
                // not listening yet
            }

            await Task.Delay(50, cancel);
        }

        lock (output)
            throw new InvalidOperationException("The hub did not start:\n" + output);
    }

    private void Keep(string? line)
    {
        lock (output)
            output.AppendLine(line);
    }
}
