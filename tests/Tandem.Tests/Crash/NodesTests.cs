using System.Collections.Concurrent;
using System.Globalization;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Tandem.Care.Loops;
using Tandem.Fhir.Views;
using Tandem.Kernel.Data;
using Tandem.Record.Log;
using Tandem.Tests.Care.Intake;

namespace Tandem.Tests.Crash;

/// <summary>Two nodes as processes of their own on one PostgreSQL.</summary>
public sealed class NodesTests : IAsyncLifetime
{
    private const int Writers = 4;
    private const string ReadTasks = $"SELECT {LogTables.Columns} FROM log l WHERE l.type = 'Task' ORDER BY l.seq";
    private readonly KilledHub one = new(Engine.Postgres);
    private readonly ConcurrentDictionary<int, int> acknowledged = new();
    private readonly HttpClient client = new() { Timeout = TimeSpan.FromSeconds(60) };
    private readonly DateTimeOffset available = TimeProvider.System.GetUtcNow().AddMinutes(-40);
    private KilledHub two = null!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        await one.StartAsync(Cancel);
        two = one.Beside();
        await two.StartAsync(Cancel);
    }

    public async ValueTask DisposeAsync()
    {
        client.Dispose();
        await two.DisposeAsync();
        await one.DisposeAsync();
    }

    [Fact(Timeout = 300_000)]
    public async Task A_page_open_at_one_node_hears_what_is_written_at_the_other()
    {
        foreach (var (writes, listens) in new[] { (one, two), (two, one) })
        {
            using var answer = await client.GetAsync(new Uri(listens.Address, "live?topics=patient:p0"), HttpCompletionOption.ResponseHeadersRead, Cancel);
            using var stream = new StreamReader(await answer.Content.ReadAsStreamAsync(Cancel));
            await UntilAsync(stream, "event: hello");

            Assert.True(await PutAsync(writes, "Patient/p0", """{"resourceType":"Patient","id":"p0"}"""));

            await UntilAsync(stream, "data: patient:p0");
        }
    }

    [Fact(Timeout = 300_000)]
    public async Task A_rebuild_by_command_beside_two_nodes_has_what_both_write_meanwhile()
    {
        using var end = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        var genders = new ConcurrentDictionary<string, string>();
        var writing = Task.WhenAll(new[] { one, two }.Select(node => Task.Run(() => PutPeopleAsync(node, genders, end.Token), Cancel)));
        await Eventually.TrueAsync(() => genders.Count >= 200, "The writers do not get through.");

        var rebuilt = await one.RunAsync(["rebuild", "search"], Cancel);
        var during = genders.Count;
        await Eventually.TrueAsync(() => genders.Count > during, "The writers do not get through after it.");
        await end.CancelAsync();
        await writing;

        Assert.True(rebuilt.Code == 0, rebuilt.Output + rebuilt.Errors);
        Assert.Contains("search: ", rebuilt.Output, StringComparison.Ordinal);
        foreach (var hub in new[] { one, two })
        {
            foreach (var gender in new[] { "female", "other" })
                Assert.Equal((gender, genders.Values.Count(value => value == gender)), (gender, await CountAsync(hub, $"Patient?gender={gender}")));
        }
    }

    /// <summary>The one that leads the pathways is killed, then the other, while both are written to.</summary>
    [Fact(Timeout = 300_000)]
    public async Task Every_fact_has_its_loop_once_in_order_although_the_node_that_decides_is_killed()
    {
        using var end = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        var writing = Task.WhenAll(Enumerable.Range(0, Writers).Select(writer => Task.Run(() => WriteAsync(writer, end.Token), Cancel)));
        for (var kill = 0; kill < 2; kill++)
        {
            await WrittenAsync(5);
            var leader = await LeaderAsync();
            await leader.KillAsync();
            await WrittenAsync(5);
            Assert.NotSame(leader, await LeaderAsync());
            await leader.StartAsync(Cancel);
        }

        await end.CancelAsync();
        await writing;

        using var database = one.OpenRecord();
        var facts = acknowledged.Sum(writer => writer.Value);
        await Eventually.TrueAsync(() => Loops(database).Count(versions => versions[^1].Loop.Step > 0) >= facts, "Not every fact has a loop that has climbed.");
        var loops = Loops(database);

        Assert.Equal(facts, loops.Count);
        Assert.Equal(facts, loops.DistinctBy(versions => versions[0].Loop.Focus).Count());
        Assert.All(loops, Climbed);
        foreach (var patient in loops.GroupBy(versions => versions[0].Loop.Patient))
            Assert.Equal(Enumerable.Range(0, acknowledged[Writer(patient.Key)]), patient.OrderBy(versions => versions[0].Seq).Select(versions => Number(versions[0].Loop.Focus)));
    }

    /// <summary>Each step that has come due was taken once.</summary>
    private static void Climbed(List<(long Seq, Loop Loop)> versions)
    {
        var last = versions[^1].Loop;
        Assert.Equal(last.Ladder.Count(step => step.At <= last.ClimbedAt), last.Step);
        Assert.Equal(last.Step, versions.Select(version => version.Loop.Step).Distinct().Count() - 1);
        Assert.Equal(last.Step, versions.Zip(versions.Skip(1)).Count(pair => pair.First.Loop.ClimbedAt != pair.Second.Loop.ClimbedAt));
    }

    /// <summary>The versions of each loop, in the order of the log.</summary>
    private static List<List<(long Seq, Loop Loop)>> Loops(Database database) =>
    [
        .. database.Read(session => session.Query(ReadTasks, LogTables.Read))
            .Select(version => (version.Seq, Loop: LoopReading.Read(version, OwnAddresses.None))).Where(version => version.Loop is not null)
            .GroupBy(version => version.Loop!.Id).Select(versions => versions.Select(version => (version.Seq, version.Loop!)).ToList()),
    ];

    /// <summary>One patient's critical results, one after the other, at both nodes in turn: each until it is acknowledged.</summary>
    private async Task WriteAsync(int writer, CancellationToken end)
    {
        for (var number = 0; !end.IsCancellationRequested;)
        {
            var taken = available.AddSeconds(-3600 + number).ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture);
            var fact = $$"""
                {"resourceType":"Observation","id":"w{{writer}}-{{number}}","status":"final","code":{"coding":[{"system":"http://loinc.org","code":"2823-3"}]},
                "subject":{"reference":"Patient/w{{writer}}"},"effectiveDateTime":"{{taken}}","issued":"{{available:yyyy-MM-ddTHH:mm:ssZ}}",
                "valueQuantity":{"value":7.4,"unit":"mmol/L","system":"http://unitsofmeasure.org","code":"mmol/L"} }
                """;
            if (await PutAsync(one, $"Observation/w{writer}-{number}", fact) || await PutAsync(two, $"Observation/w{writer}-{number}", fact))
                acknowledged[writer] = ++number;
            else
                await Task.Delay(50, Cancel);
            if (await PutAsync(writer % 2 == 0 ? two : one, $"Patient/w{writer}", $$"""{"resourceType":"Patient","id":"w{{writer}}","gender":"{{(number % 2 == 0 ? "female" : "other")}}"}"""))
                await Task.Delay(100, Cancel); // the other node writes too, of the same patient
        }
    }

    /// <summary>New people, and now and then another gender for one whom this node wrote before.</summary>
    private async Task PutPeopleAsync(KilledHub node, ConcurrentDictionary<string, string> genders, CancellationToken end)
    {
        for (var number = 0; !end.IsCancellationRequested; number++)
        {
            var id = $"{(node == one ? "a" : "b")}{(number % 3 == 2 ? number / 2 : number)}";
            var gender = number % 3 == 0 ? "female" : "other";
            Assert.True(await PutAsync(node, $"Patient/{id}", $$"""{"resourceType":"Patient","id":"{{id}}","gender":"{{gender}}"}"""));
            genders[id] = gender;
        }
    }

    private async Task<int> CountAsync(KilledHub hub, string search)
    {
        using var found = JsonDocument.Parse(await client.GetStringAsync(new Uri(hub.Address, $"fhir/{search}&_summary=count"), Cancel));
        return found.RootElement.GetProperty("total").GetInt32();
    }

    /// <summary>Waits until each writer has so many more acknowledgements.</summary>
    private async Task WrittenAsync(int more)
    {
        var before = Enumerable.Range(0, Writers).Select(writer => acknowledged.GetValueOrDefault(writer)).ToList();
        await Eventually.TrueAsync(() => Enumerable.Range(0, Writers).All(writer => acknowledged.GetValueOrDefault(writer) >= before[writer] + more), "The writers do not get through.");
    }

    /// <summary>The node that leads the pathways, as it says itself.</summary>
    private async Task<KilledHub> LeaderAsync()
    {
        while (true)
        {
            foreach (var hub in new[] { one, two })
            {
                if (await LeadsAsync(hub))
                    return hub;
            }

            await Task.Delay(50, Cancel);
        }
    }

    private async Task<bool> LeadsAsync(KilledHub hub)
    {
        try
        {
            using var answer = await client.GetAsync(new Uri(hub.Address, "health/ready"), Cancel);
            using var health = JsonDocument.Parse(await answer.Content.ReadAsStringAsync(Cancel));
            return health.RootElement.GetProperty("checks").GetProperty("reactions").GetProperty("data").GetProperty("pathways").ValueKind == JsonValueKind.Number;
        }
        catch (HttpRequestException)
        {
            return false; // it was killed
        }
    }

    private async Task<bool> PutAsync(KilledHub hub, string path, string json)
    {
        using var body = new ByteArrayContent(Encoding.UTF8.GetBytes(json));
        body.Headers.ContentType = new MediaTypeHeaderValue("application/fhir+json");
        try
        {
            using var answer = await client.PutAsync(new Uri(hub.Address, "fhir/" + path), body, Cancel);
            return answer.IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false; // it was killed
        }
    }

    private static async Task UntilAsync(StreamReader stream, string line)
    {
        while (await stream.ReadLineAsync(Cancel) is { } read)
        {
            if (read == line)
                return;
        }

        Assert.Fail($"The stream ended without '{line}'.");
    }

    private static int Writer(string patient) => int.Parse(patient[1..], CultureInfo.InvariantCulture);

    private static int Number(string focus) => int.Parse(focus[(focus.IndexOf('-', StringComparison.Ordinal) + 1)..], CultureInfo.InvariantCulture);
}
