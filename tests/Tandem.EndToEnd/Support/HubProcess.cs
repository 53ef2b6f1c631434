using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Tandem.EndToEnd.Support;

/// <summary>The hub as a process of its own on a free loopback port, with an empty data folder that goes away with it.</summary>
public sealed class HubProcess : IAsyncDisposable
{
    private static readonly TimeSpan StartUp = TimeSpan.FromMinutes(3);
    private static readonly ConcurrentDictionary<int, bool> Given = [];
    private readonly Process process;
    private readonly DirectoryInfo data;
    private readonly StringBuilder output;

    private HubProcess(Process process, Uri address, int mllpPort, DirectoryInfo data, StringBuilder output) =>
        (this.process, Address, MllpPort, this.data, this.output) = (process, address, mllpPort, data, output);

    /// <summary>Where it answers.</summary>
    public Uri Address { get; }

    /// <summary>The loopback port on which it takes HL7 v2 messages.</summary>
    public int MllpPort { get; }

    /// <summary>What it has written to its console so far.</summary>
    public string Output
    {
        get
        {
            lock (output)
                return output.ToString();
        }
    }

    /// <summary>Starts the hub and waits until it answers.</summary>
    /// <exception cref="InvalidOperationException">It ended or stayed silent; the message holds what it said.</exception>
    /// <param name="closed">True for a hub that asks who people are, at the name that passkeys need (localhost).</param>
    /// <param name="cancel">Gives up.</param>
    public static Task<HubProcess> StartAsync(bool closed = false, CancellationToken cancel = default) =>
        StartAsync(closed ? [Places.HubAssembly, "serve"] : [Places.TrialAssembly, "open"], closed ? "localhost" : "127.0.0.1", closed ? "/sign-in" : "/parts", cancel);

    /// <summary>Starts the demonstration of a small region and waits until it can be signed in to.</summary>
    /// <exception cref="InvalidOperationException">It ended or stayed silent; the message holds what it said.</exception>
    public static Task<HubProcess> StartDemoAsync(int patients, int days, CancellationToken cancel) =>
        StartAsync([Places.TrialAssembly, "demo", "--patients", $"{patients}", "--days", $"{days}"], "127.0.0.1", "/sign-in", cancel);

    /// <summary>Ends it as Ctrl+C does, and gives what it returns.</summary>
    public async Task<int> InterruptAsync(CancellationToken cancel)
    {
        using var kill = Process.Start("kill", ["-INT", $"{process.Id}"]);
        await process.WaitForExitAsync(cancel);
        return process.ExitCode;
    }

    private static async Task<HubProcess> StartAsync(IEnumerable<string> command, string host, string page, CancellationToken cancel)
    {
        var address = new Uri($"http://{host}:{FreePort()}");
        var mllpPort = FreePort();
        var data = Directory.CreateTempSubdirectory("tandem-e2e-");
        IEnumerable<string> settings = ["--urls", address.ToString().TrimEnd('/'), "--mllp", $"127.0.0.1:{mllpPort}", "--data", data.FullName];
        var start = new ProcessStartInfo("env", ["--default-signal=INT", "dotnet", .. command, .. settings]) // a test run in the background ignores Ctrl+C
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = data.FullName,
        };
        start.Environment["ASPNETCORE_ENVIRONMENT"] = "Production";
        Directory.CreateDirectory(Places.Content);
        start.Environment["TANDEM_Hub__Content"] = Places.Content;
        start.Environment["TANDEM_Hub__Logs"] = "plain";
        start.Environment["TANDEM_SignIn__TakesLateCodes"] = "true"; // a browser on a busy machine types slowly
        var process = Process.Start(start) ?? throw new InvalidOperationException("The hub could not be started.");
        var output = new StringBuilder();
        process.OutputDataReceived += (_, line) => Append(output, line.Data);
        process.ErrorDataReceived += (_, line) => Append(output, line.Data);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        var hub = new HubProcess(process, address, mllpPort, data, output);
        await hub.WaitAsync(page, cancel);
        return hub;
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        if (!process.HasExited)
        {
            process.Kill(entireProcessTree: true);
            await process.WaitForExitAsync();
        }

        process.Dispose();
        data.Delete(recursive: true);
    }

    private async Task WaitAsync(string page, CancellationToken cancel)
    {
        using var client = new HttpClient { BaseAddress = Address };
        var waited = Stopwatch.StartNew();
        while (waited.Elapsed < StartUp && !process.HasExited)
        {
            try
            {
                using var reply = await client.GetAsync(new Uri(page, UriKind.Relative), cancel);
                if (reply.IsSuccessStatusCode)
                    return;
            }
            catch (HttpRequestException)
            {
                // not listening yet
            }

            await Task.Delay(100, cancel);
        }

        await DisposeAsync();
        throw new InvalidOperationException("The hub did not start:\n" + Output);
    }

    private static void Append(StringBuilder output, string? line)
    {
        lock (output)
            output.AppendLine(line);
    }

    /// <summary>Below the ports that the system gives away meanwhile, to listeners and to outgoing connections; none is given twice.</summary>
    private static int FreePort()
    {
        for (; ;)
        {
            var port = Random.Shared.Next(20_000, 32_000);
            if (!Given.TryAdd(port, true))
                continue;
            try
            {
                using var listener = new TcpListener(IPAddress.Loopback, port);
                listener.Start();
                return port;
            }
            catch (SocketException)
            {
                // taken: another
            }
        }
    }
}
