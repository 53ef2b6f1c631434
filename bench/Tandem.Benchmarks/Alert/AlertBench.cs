using System.Globalization;
using Tandem.Benchmarks.Fhir;
using Tandem.Benchmarks.Limits;
using Tandem.Benchmarks.Mllp;
using Tandem.Kernel.Data.Sqlite;

namespace Tandem.Benchmarks.Alert;

/// <summary>A critical report over MLLP until its row is on an open worklist: quiet, and with a steady load and a hundred open pages.</summary>
internal static class AlertBench
{
    private const int OtherPages = 99;
    private const int ReportsPerSecond = 100;

    internal static async Task RunAsync(ResultTable table)
    {
        table.Fact($"flushes a second before the run: {FlushLimit.PerSecond(Pace.Seconds(1)):N0}");
        await using var hub = await BenchHub.StartWithMllpAsync(postgres: null);
        using var client = hub.NewClient();
        await using var line = await MllpLines.OpenAsync(hub.MllpPort, 1);
        await using var page = await OpenPage.FollowAsync(client, "worklist");
        var reports = new CriticalReports(hub, line, client);
        for (var i = 0; i < Pace.Count(500); i++)
            await reports.TakeAsync(page); // until the page is full and the code is warm

        var quiet = await TakeAsync(reports, page);
        var bare = await BareAsync(reports.Page);
        Add(table, "quiet", quiet, bare);
        if (PaintedRow.IsPossible)
            table.Time("quiet: row painted in headless Chromium", await PaintedRow.MeasureAsync(hub.Address, line, Pace.Count(100)), bare, Bound, "≤ 25 / 60 / 120 ms");
        await LoadedAsync(table, hub, client, reports, page);
        table.Fact($"flushes a second after the run: {FlushLimit.PerSecond(Pace.Seconds(1)):N0}");
    }

    private const string Bound = "bare pipeline: two flushes of the same bytes, three exchanges on loopback";

    private static async Task LoadedAsync(ResultTable table, BenchHub hub, HttpClient client, CriticalReports reports, OpenPage page)
    {
        var others = await Task.WhenAll(Enumerable.Range(0, OtherPages).Select(_ => OpenPage.FollowAsync(client, "worklist")));
        await using (var load = await BackgroundReports.StartAsync(hub.MllpPort, ReportsPerSecond))
        {
            await Task.Delay(TimeSpan.FromSeconds(Pace.Seconds(3)));
            var busy = await TakeAsync(reports, page);
            Add(table, $"{ReportsPerSecond} reports a second, {OtherPages + 1} open pages", busy, await BareAsync(reports.Page));
            table.Fact(string.Create(
                CultureInfo.InvariantCulture, $"the load reached {load.PerSecond:0} reports a second; {hub.Waiting} messages waited to be applied at its end"));
        }

        foreach (var other in others)
            await other.DisposeAsync();
        await reports.SettleAsync();
    }

    private static async Task<List<(double Ack, double Event, double Row)>> TakeAsync(CriticalReports reports, OpenPage page)
    {
        var taken = new List<(double Ack, double Event, double Row)>();
        for (var i = 0; i < Pace.Count(100); i++)
            taken.Add(await reports.TakeAsync(page));
        return taken;
    }

    private static void Add(ResultTable table, string what, List<(double Ack, double Event, double Row)> taken, Times bare)
    {
        table.Time($"{what}: acknowledged", Times.Of(taken.Select(one => one.Ack)), null, "", "");
        table.Time($"{what}: event on the open page", Times.Of(taken.Select(one => one.Event)), null, "", "");
        table.Time($"{what}: page with the row answered", Times.Of(taken.Select(one => one.Row)), bare, Bound, "≤ 2.5; ≤ 25 / 60 / 120 ms");
    }

    /// <summary>The message kept, its resources kept, an event to a page, and the page's bytes from memory.</summary>
    private static async Task<Times> BareAsync(byte[] page)
    {
        var folder = Directory.CreateTempSubdirectory("tandem-bare-").FullName;
        try
        {
            using var database = new SqliteDatabase(Path.Combine(folder, "bare.db"));
            using var writer = new BareWriter(database);
            await using var events = await MemoryServer.StartAsync(new byte[64], "text/event-stream");
            await using var pages = await MemoryServer.StartAsync(page, "text/html");
            using var eventClient = new HttpClient { BaseAddress = events.Address };
            using var pageClient = new HttpClient { BaseAddress = pages.Address };
            var (message, _) = CriticalReports.Next();
            var resources = Samples.Transaction(1);
            return await Times.OfAsync(Pace.Count(200), async () =>
            {
                _ = await eventClient.GetByteArrayAsync(new Uri("/", UriKind.Relative)); // the message's way in
                await writer.WriteAsync(message);
                await writer.WriteAsync(resources);
                _ = await eventClient.GetByteArrayAsync(new Uri("/", UriKind.Relative));
                _ = await pageClient.GetByteArrayAsync(new Uri("/", UriKind.Relative));
            });
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
