using System.Diagnostics;

namespace Tandem.Benchmarks.Mllp;

/// <summary>The MLLP server of simple-hl7 (npm), which stores nothing and acknowledges at once.</summary>
internal sealed class PeerServer : IAsyncDisposable
{
    private const string Script =
        """
        const hl7 = require(process.argv[1]);
        const app = hl7.tcp();
        app.use((request, response, next) => next());
        app.use((request, response) => response.end());
        app.start(Number(process.argv[2]));
        console.log("ready");
        """;

    private readonly Process process;

    private PeerServer(Process process, int port) => (this.process, Port) = (process, port);

    internal int Port { get; }

    /// <summary>Starts it; null where Node.js or the package is missing (./tandem bench installs the package).</summary>
    internal static async Task<PeerServer?> StartAsync()
    {
        var package = Path.Combine(Checkout.Root, "tests", "peers", "node_modules", "simple-hl7");
        if (!Directory.Exists(package) || !(Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Any(folder => File.Exists(Path.Combine(folder, "node"))))
            return null;
        var port = BenchHub.FreePort();
        var process = Process.Start(new ProcessStartInfo("node", ["-e", Script, package, $"{port}"]) { RedirectStandardOutput = true })
            ?? throw new InvalidOperationException("Node.js does not start.");
        if (await process.StandardOutput.ReadLineAsync() != "ready")
            throw new InvalidOperationException("The server of simple-hl7 does not start.");
        return new PeerServer(process, port);
    }

    public async ValueTask DisposeAsync()
    {
        process.Kill();
        await process.WaitForExitAsync();
        process.Dispose();
    }
}
