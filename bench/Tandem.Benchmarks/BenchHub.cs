using Microsoft.AspNetCore.Builder;
using Tandem.Hub.Hosting;

namespace Tandem.Benchmarks;

/// <summary>A whole hub in this process, open, on free loopback ports, with an empty folder of its own.</summary>
internal sealed class BenchHub : IAsyncDisposable
{
    private readonly string folder;

    private BenchHub(WebApplication app, string folder) => (App, this.folder) = (app, folder);

    internal WebApplication App { get; }

    internal Uri Address => new(App.Urls.First(url => url.StartsWith("http", StringComparison.Ordinal)));

    /// <summary>Starts a hub on SQLite, or on PostgreSQL when a connection string is given.</summary>
    internal static async Task<BenchHub> StartAsync(string? postgres, string mllp = "")
    {
        var folder = Directory.CreateTempSubdirectory("tandem-bench-").FullName;
        var settings = new Dictionary<string, string?>
        {
            ["Hub:Data"] = folder,
            ["Hub:Urls"] = "http://127.0.0.1:0",
            ["Hub:Mllp"] = mllp,
            ["Hub:Open"] = "true",
            ["Hub:Logs"] = "plain",
            ["Hub:Postgres"] = postgres ?? "",
            ["Logging:LogLevel:Default"] = "Error",
        };
        if (!HubHost.TryBuild(settings, out var app))
            throw new InvalidOperationException("The hub's settings cannot be used.");
        await HubHost.PrepareAsync(app, CancellationToken.None);
        await app.StartAsync();
        return new BenchHub(app, folder);
    }

    public async ValueTask DisposeAsync()
    {
        await App.StopAsync();
        await App.DisposeAsync();
        Directory.Delete(folder, recursive: true);
    }
}
