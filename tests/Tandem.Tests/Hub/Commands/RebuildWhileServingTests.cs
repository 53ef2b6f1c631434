using System.Globalization;
using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Tandem.Hub.Hosting;
using Tandem.Kernel.Data;
using Tandem.Kernel.Data.Postgres;
using Tandem.Kernel.Data.Sqlite;
using Tandem.Record.Log;
using Tandem.Record.Projections;
using Tandem.Tests.Care.Intake;
using Tandem.Tests.Crash;
using Tandem.Tests.Support;

namespace Tandem.Tests.Hub.Commands;

/// <summary>Rows are rebuilt by a command while a hub, another process, serves and is written to.</summary>
public sealed class RebuildWhileServingTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(Engine.Sqlite)]
    [InlineData(Engine.Postgres)]
    public async Task Rows_rebuilt_beside_a_serving_hub_are_those_that_are_rebuilt_when_nothing_serves(Engine engine)
    {
        await using var hub = new KilledHub(engine);
        using var client = new HttpClient { BaseAddress = hub.Address };
        await hub.StartAsync(Cancel);
        for (var number = 0; number < 40; number++)
            await PutAsync(client, $"before-{number}");
        Damage(hub);
        Assert.Equal(0, await CountAsync(client, "before-1"));

        using var enough = new CancellationTokenSource();
        var writing = WriteAsync(client, enough.Token);
        var rebuilt = await hub.RunAsync(["rebuild"], Cancel);
        await enough.CancelAsync();
        var written = await writing;

        Assert.True(rebuilt.Code == 0, rebuilt.Errors);
        Assert.Contains("A hub serves this database", rebuilt.Errors, StringComparison.Ordinal);
        Assert.Contains("search: ", rebuilt.Output, StringComparison.Ordinal);
        Assert.True(written > 0, "nothing was written meanwhile");
        Assert.Equal(1, await CountAsync(client, "before-1"));
        Assert.Equal(2, (await hub.RunAsync(["rebuild", "nothing"], Cancel)).Code);

        Damage(hub);
        Ask(hub, "search");
        await hub.KillAsync();
        await hub.StartAsync(Cancel);
        await Eventually.TrueAsync(() => IsOver(hub, "search"));
        Assert.Equal(1, await CountAsync(client, "before-1"));
        await hub.KillAsync();
        await AssertRowsAsync(hub);
    }

    private static async Task AssertRowsAsync(KilledHub hub)
    {
        var settings = new Dictionary<string, string?> { ["Hub:Data"] = hub.Data, ["Hub:Content"] = Path.Combine(Repository.Root, "content"), ["Hub:Postgres"] = hub.Postgres ?? "" };
        Assert.True(HubHost.TryBuild(settings, out var app));
        await using (app)
        {
            var record = app.Services.GetRequiredService<RecordStore>();
            var projections = app.Services.GetServices<IProjection>().ToList();
            var before = projections.ToDictionary(projection => projection.Name, projection => Rows(record.Database, projection));
            Assert.True(before["search"].Count > 100, "no rows to compare");
            foreach (var projection in projections)
            {
                await record.RebuildAsync(projection.Name, Cancel);
                Assert.Equal(before[projection.Name], Rows(record.Database, projection));
            }
        }
    }

    private static List<string> Rows(Database database, IProjection projection) => database.Read(session =>
    {
        var rows = new List<string>();
        foreach (var table in projection.Tables.Where(table => table.Kind != TableKind.Append)) // rows of those stay when what gave them changes
        {
            var columns = string.Join(", ", table.Columns.Select(column => column.Name));
            rows.AddRange(session.Query(
                $"SELECT {columns} FROM {table.Name}",
                row => table.Name + " " + string.Join('|', table.Columns.Select((column, at) => Value(row, column, at)))));
        }

        rows.Sort(StringComparer.Ordinal);
        return rows;
    });

    private static string Value(DbRow row, Column column, int at) => row.IsNull(at) ? "-" : column.Kind switch
    {
        DbKind.Integer => row.Integer(at).ToString(CultureInfo.InvariantCulture),
        DbKind.Real => row.Real(at).ToString("R", CultureInfo.InvariantCulture),
        DbKind.Bytes => Convert.ToHexString(row.Bytes(at)),
        _ => row.Text(at),
    };

    private static async Task<int> WriteAsync(HttpClient client, CancellationToken enough)
    {
        var written = 0;
        for (; !enough.IsCancellationRequested; written++)
            await PutAsync(client, written % 3 == 0 ? $"before-{written % 40}" : $"during-{written % 500}", written.ToString(CultureInfo.InvariantCulture));
        return written;
    }

    private static async Task PutAsync(HttpClient client, string id, string given = "Ada")
    {
        using var body = new StringContent(
            $$$"""{"resourceType":"Patient","id":"{{{id}}}","identifier":[{"system":"urn:rebuild","value":"{{{id}}}"}],"name":[{"family":"Testperson","given":["{{{given}}}"]}]}""",
            Encoding.UTF8,
            "application/fhir+json");
        using var reply = await client.PutAsync(new Uri($"fhir/Patient/{id}", UriKind.Relative), body, Cancel);
        Assert.True(reply.IsSuccessStatusCode, reply.StatusCode.ToString());
    }

    private static Task<int> CountAsync(HttpClient client, string id) => MixedLoad.CountAsync(client, $"urn:rebuild|{id}", Cancel);

    /// <summary>Loses rows of the search index behind the hub's back.</summary>
    private static void Damage(KilledHub hub)
    {
        using var database = Served(hub);
        using var session = database.OpenWriter();
        session.Execute("DELETE FROM search_tokens");
    }

    private static void Ask(KilledHub hub, string projection)
    {
        using var database = Served(hub);
        RebuildRequests.Ask(database, projection, TimeProvider.System.GetUtcNow());
    }

    private static bool IsOver(KilledHub hub, string projection)
    {
        using var database = Served(hub);
        return RebuildRequests.Find(database, projection) is { IsOver: true };
    }

    private static Database Served(KilledHub hub) =>
        hub.Postgres is null ? SqliteDatabase.AsGuest(Path.Combine(hub.Data, "tandem.db")) : new PostgresDatabase(hub.Postgres);
}
