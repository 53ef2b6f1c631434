using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Tandem.Care.Intake;
using Tandem.Hub.Hosting;
using Tandem.Kernel.Data;
using Tandem.Record.Log;
using Tandem.Record.Reactions;
using Tandem.Record.Search.FullText;
using Tandem.Trial.Open;

namespace Tandem.Benchmarks;

/// <summary>A whole hub in this process, open, on free loopback ports, with an empty folder of its own.</summary>
internal sealed class BenchHub : IAsyncDisposable
{
    private BenchHub(WebApplication app, string folder, string mllp) => (App, Folder, Mllp) = (app, folder, mllp);

    internal WebApplication App { get; }

    internal Uri Address => new(App.Urls.First(url => url.StartsWith("http", StringComparison.Ordinal)));

    /// <summary>Its data.</summary>
    internal string Folder { get; }

    /// <summary>Where it takes messages in, <c>address:port</c>; empty for nowhere.</summary>
    internal string Mllp { get; }

    internal int MllpPort => IPEndPoint.Parse(Mllp).Port;

    internal RecordStore Record => App.Services.GetRequiredService<RecordStore>();

    /// <summary>Transmissions that are kept and not yet applied.</summary>
    internal long Waiting => Intake.Waiting;

    internal DirectIntake Intake => App.Services.GetRequiredService<DirectIntake>();

    /// <summary>Starts a hub that also takes messages in.</summary>
    internal static Task<BenchHub> StartWithMllpAsync(string? postgres) => StartAsync(postgres, $"127.0.0.1:{FreePort()}");

    /// <summary>A client of its pages and its FHIR interface.</summary>
    internal HttpClient NewClient() => new(new SocketsHttpHandler { MaxConnectionsPerServer = 512, UseProxy = false, AllowAutoRedirect = false }) { BaseAddress = Address };

    /// <summary>Starts a hub on SQLite, or on PostgreSQL when a connection string is given.</summary>
    internal static async Task<BenchHub> StartAsync(string? postgres, string mllp = "", bool audit = true)
    {
        var folder = Directory.CreateTempSubdirectory("tandem-bench-").FullName;
        var settings = new Dictionary<string, string?>
        {
            ["Hub:Data"] = folder,
            ["Hub:Urls"] = "http://127.0.0.1:0",
            ["Hub:Mllp"] = mllp,
            ["Audit:Enabled"] = audit ? "true" : "false",
            ["Hub:Logs"] = "plain",
            ["Hub:Postgres"] = postgres ?? "",
            ["Logging:LogLevel:Default"] = "Error",
            ["Logging:LogLevel:Microsoft.AspNetCore"] = "Error",
        };
        if (!OpenHub.TryBuild(settings, out var app))
            throw new InvalidOperationException("The hub's settings cannot be used.");
        await HubHost.PrepareAsync(app, CancellationToken.None);
        await app.StartAsync();
        return new BenchHub(app, folder, mllp);
    }

    /// <summary>Waits until everything that follows a write at a distance has followed: what is measured afterwards is what is asked for, not the work beside it.</summary>
    internal async Task SettleAsync()
    {
        var reactions = App.Services.GetRequiredService<ReactionRunner>();
        while (reactions.Positions.Values.DefaultIfEmpty(0).Min() < Record.Signal.LastSeq)
            await Task.Delay(20);
        var words = App.Services.GetRequiredService<FullTextIndex>();
        while (await words.CaughtUpAsync(CancellationToken.None) is not null)
            await Task.Delay(20);
        Record.Database.Maintain();
        if (Record.Database.Engine != Engine.Postgres)
            return;
        using var session = Record.Database.OpenWriter();
        session.ExecuteScript("VACUUM ANALYZE"); // what autovacuum does within a minute
    }

    internal static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    public async ValueTask DisposeAsync()
    {
        await App.StopAsync();
        await App.DisposeAsync();
        Directory.Delete(Folder, recursive: true);
    }
}
