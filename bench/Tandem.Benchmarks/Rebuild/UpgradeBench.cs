using System.Diagnostics;
using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Tandem.Benchmarks.Fhir;
using Tandem.Benchmarks.Search;
using Tandem.Kernel.Data;
using Tandem.Kernel.Data.Postgres;
using Tandem.Kernel.Data.Sqlite;
using Tandem.Record.Log;
using Tandem.Record.Search.FullText;
using Tandem.Trial.Open;

namespace Tandem.Benchmarks.Rebuild;

/// <summary>
/// What the first start of another version makes anew, among a thousand Synthea patients (TANDEM_BENCH_PATIENTS for another number): rows that say who may see what and what is found, before anybody is served, and the
/// words, which are read while the hub serves; against reading and parsing the same resources.
/// </summary>
internal static class UpgradeBench
{
    private static readonly string[] Kinds = ["access-labels", "access-members", "access-strangers"];

    internal static async Task RunAsync(ResultTable table)
    {
        if (!SyntheaBundles.AreThere)
        {
            table.Fact("nothing was measured: the Synthea patients are not beside the checkout (TANDEM_DATA)");
            return;
        }

        var many = Pace.Count(int.Parse(Environment.GetEnvironmentVariable("TANDEM_BENCH_PATIENTS") ?? "1000", CultureInfo.InvariantCulture));
        foreach (var (engine, postgres) in Engines.All())
        {
            var folder = Directory.CreateTempSubdirectory("tandem-bench-upgrade-").FullName;
            try
            {
                await RunAsync(table, engine, folder, Engines.Fresh(postgres), many);
            }
            finally
            {
                Directory.Delete(folder, recursive: true);
            }
        }
    }

    private static async Task RunAsync(ResultTable table, string engine, string folder, string? postgres, int many)
    {
        var copies = new PatientCopies(perPatient: 60);
        await FillAsync(copies, folder, postgres, many);
        await using var hub = Build(folder, postgres);
        var record = hub.Services.GetRequiredService<RecordStore>();
        var scan = copies.Resources / (await PeakAsync(() => Task.FromResult(RebuildBench.Scan(record)))).Seconds;
        foreach (var rows in Kinds)
            Row(rows, await PeakAsync(() => record.RebuildAsync(rows, CancellationToken.None)));
        Row("words, while the hub serves", await PeakAsync(() => ReadWordsAsync(record)));
        Row("search", await PeakAsync(() => record.RebuildAsync("search", CancellationToken.None)));
        table.Fact($"{engine}: {copies.All.Count:N0} patients, {copies.Resources:N0} resources");

        void Row(string what, (double Seconds, double Megabytes) took)
        {
            Console.Error.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{engine}: {what}: {took.Seconds:0.0} s"));
            table.Row(
                $"{engine}: {what}", copies.Resources / took.Seconds, scan, "read in order and parsed",
                string.Create(CultureInfo.InvariantCulture, $"took {took.Seconds:0.0} s; the process had {took.Megabytes:N0} MB at most"));
        }
    }

    /// <summary>A record as an older version left it, with none of the rows that this one makes.</summary>
    private static async Task FillAsync(PatientCopies copies, string folder, string? postgres, int many)
    {
        using Database database = postgres is null ? new SqliteDatabase(Path.Combine(folder, "tandem.db")) : new PostgresDatabase(postgres);
        using (var record = new RecordStore(database, [], [], new CommitSignal(), TimeProvider.System, NullLogger<RecordStore>.Instance))
        {
            await copies.FillAsync(record, many);
            database.Maintain();
        }

        if (postgres is null)
            return;
        using var session = database.OpenWriter();
        session.ExecuteScript("VACUUM ANALYZE"); // what autovacuum does within a minute
    }

    /// <summary>The hub over it, not started.</summary>
    private static WebApplication Build(string folder, string? postgres)
    {
        var settings = new Dictionary<string, string?>
        {
            ["Hub:Data"] = folder, ["Hub:Urls"] = "http://127.0.0.1:0", ["Hub:Mllp"] = "", ["Hub:Postgres"] = postgres ?? "", ["Hub:Logs"] = "plain", ["Logging:LogLevel:Default"] = "Error",
        };
        return OpenHub.TryBuild(settings, out var hub) ? hub : throw new InvalidOperationException("The hub's settings cannot be used.");
    }

    private static async Task ReadWordsAsync(RecordStore record)
    {
        using var words = new FullTextIndex(record, TimeProvider.System, NullLogger<FullTextIndex>.Instance);
        await words.StartAsync(CancellationToken.None);
        while (await words.CaughtUpAsync(CancellationToken.None) is not null)
            await Task.Delay(20);
        await words.StopAsync(CancellationToken.None);
    }

    /// <summary>How long something took, and the most memory that the process had meanwhile.</summary>
    private static async Task<(double Seconds, double Megabytes)> PeakAsync(Func<Task> run)
    {
        GC.Collect();
        var peak = 0L;
        await using var looking = new Timer(_ => peak = Math.Max(peak, Environment.WorkingSet), null, 0, 50);
        var watch = Stopwatch.StartNew();
        await Task.Run(run);
        return (watch.Elapsed.TotalSeconds, peak / 1e6);
    }
}
