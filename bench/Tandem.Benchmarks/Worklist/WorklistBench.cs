using System.Diagnostics;
using System.Globalization;
using Tandem.Benchmarks.Limits;
using Tandem.Care.Loops;
using Tandem.Kernel.Actors;
using Tandem.Kernel.Data;
using Tandem.Record.Log;

namespace Tandem.Benchmarks.Worklist;

/// <summary>Pages and badges of a worklist with a hundred thousand open loops, against the bare statement and against the page's bytes from memory.</summary>
internal static class WorklistBench
{
    private const string BareRows =
        "SELECT l.body FROM loops_worklist w CROSS JOIN log l WHERE w.list = 'all' AND (w.rank_at, w.id) > ($1, $2) AND l.seq = w.seq ORDER BY w.rank_at, w.id LIMIT 51";

    private const string BareCounts = "SELECT loops FROM loops_counts WHERE list = 'all'";
    private const string Place = "SELECT rank_at, id FROM loops_worklist WHERE list = 'all' ORDER BY rank_at, id LIMIT 1 OFFSET $1";

    internal static async Task RunAsync(ResultTable table)
    {
        foreach (var (engine, postgres) in Engines.All())
        {
            await using var hub = await BenchHub.StartAsync(Engines.Fresh(postgres));
            var count = Pace.Count(100_000);
            var watch = Stopwatch.StartNew();
            await SampleLoops.OpenAsync(hub.Record, count);
            table.Fact(string.Create(CultureInfo.InvariantCulture, $"{engine}: {count} open loops, opened at {count / watch.Elapsed.TotalSeconds:0} a second"));
            if (postgres is not null)
                Analyze(hub.Record.Database);
            var (rank, id) = hub.Record.Database.Read(session => session.First(Place, row => (row.Integer(0), row.Text(1)), count * 9 / 10));
            await QueriesAsync(table, engine, hub.Record, rank, id!);
            await PagesAsync(table, engine, hub, string.Create(CultureInfo.InvariantCulture, $"{rank}.{id}"));
        }
    }

    /// <summary>As the server's own upkeep does it some time after a load.</summary>
    private static void Analyze(Database database)
    {
        using var writer = database.OpenWriter();
        writer.ExecuteScript("ANALYZE");
    }

    private static async Task QueriesAsync(ResultTable table, string engine, RecordStore record, long rank, string id)
    {
        var all = new WorklistFilter { View = WorklistView.All };
        var deep = all with { After = string.Create(CultureInfo.InvariantCulture, $"{rank}.{id}") };
        await QueryAsync(table, $"{engine}: first page", () => Find(record, all), () => Bare(record, long.MinValue, ""), "≤ 1 ms");
        await QueryAsync(table, $"{engine}: page nine tenths down", () => Find(record, deep), () => Bare(record, rank, id), "≤ 1 ms");
        await QueryAsync(
            table,
            $"{engine}: badges",
            () => CountLoops.Badges(record, SampleLoops.Team, [], AccessScope.System),
            () => record.Database.Read(session => session.Query(BareCounts, row => row.Integer(0))),
            "≤ 0.5 ms");
    }

    private static async Task QueryAsync(ResultTable table, string what, Action query, Action bare, string goal)
    {
        var limit = await Times.OfAsync(Pace.Count(2000), () => Done(bare));
        table.Time(what, await Times.OfAsync(Pace.Count(2000), () => Done(query)), limit, "bare statement by its key", goal);
    }

    private static async Task PagesAsync(ResultTable table, string engine, BenchHub hub, string deep)
    {
        using var client = hub.NewClient();
        foreach (var (what, path) in new[] { ("/worklist", "/worklist?view=all"), ("/worklist, nine tenths down", $"/worklist?view=all&after={deep}"), ("/worklist of one team", $"/worklist?team={SampleLoops.Team}") })
        {
            var bytes = await GetAsync(client, path);
            await using var memory = await MemoryServer.StartAsync(bytes, "text/html");
            using var memoryClient = new HttpClient { BaseAddress = memory.Address };
            var limit = await Times.OfAsync(Pace.Count(500), () => GetAsync(memoryClient, "/"));
            var times = await Times.OfAsync(Pace.Count(500), () => GetAsync(client, path));
            table.Time($"{engine}: {what}, {bytes.Length / 1024} KiB", times, limit, "the same bytes from memory", "≤ 10 ms, p99 ≤ 25 ms");
        }
    }

    private static async Task<byte[]> GetAsync(HttpClient client, string path)
    {
        using var response = await client.GetAsync(new Uri(path, UriKind.Relative));
        response.EnsureSuccessStatusCode();
        return await response.Content.ReadAsByteArrayAsync();
    }

    private static void Find(RecordStore record, WorklistFilter filter)
    {
        if (FindWorklist.Find(record, filter, AccessScope.System).Value.Loops.Count != FindWorklist.PageSize)
            throw new InvalidOperationException("The page is not full.");
    }

    private static void Bare(RecordStore record, long rank, string id) =>
        record.Database.Read(session => session.Query(BareRows, row => row.Bytes(0), rank, id));

    private static Task Done(Action action)
    {
        action();
        return Task.CompletedTask;
    }
}
