using System.Diagnostics;
using System.Globalization;
using Tandem.Kernel.Data;

namespace Tandem.Tests.Crash;

/// <summary>What was acknowledged is there after kill -9, once.</summary>
public sealed class CrashTests(ITestOutputHelper output)
{
    [Theory]
    [InlineData(Engine.Sqlite, 30)]
    [InlineData(Engine.Postgres, 6)]
    public async Task Everything_acknowledged_is_there_once_after_each_kill(Engine engine, int kills)
    {
        var cancel = TestContext.Current.CancellationToken;
        await using var hub = new KilledHub(engine);
        using var client = new HttpClient { BaseAddress = hub.Address };
        var random = new Random(20260302);
        var watch = Stopwatch.StartNew();
        var load = new MixedLoad(hub.Address, hub.MllpPort);
        var acting = Math.Max(2, kills / 10); // before each so many kills an act is waited for; a new hub takes its time for the first page
        for (var kill = 0; kill < kills; kill++)
        {
            await hub.StartAsync(cancel);
            var writing = load.RunAsync(cancel);
            await load.GotThroughAsync(kill % acting == 0 ? ResultLoad.Kinds[kill / acting % ResultLoad.Kinds.Count] : null, cancel);
            await Task.Delay(random.Next(20, 400), cancel);
            await hub.KillAsync();
            await writing;
        }

        var killed = watch.Elapsed;
        Assert.True(load.Created.Count > kills && load.Transacted.Count > 0 && load.Admitted.Count > 0, "the load did not get through");
        await hub.StartAsync(cancel);
        await ArrivedAsync(load.Admitted, async value => await MixedLoad.CountAsync(client, value, cancel) > 0, () => MixedLoad.PeopleAsync(client, cancel), cancel);
        await ArrivedAsync(load.Results.Reported, async value => await ResultLoad.FindLoopAsync(client, value, cancel) is not null, () => ResultLoad.LoopsAsync(client, cancel), cancel);
        Assert.Empty(await WrongAsync(client, load, cancel));
        Assert.Empty(await load.Results.WrongAsync(client, cancel));
        Assert.All(ResultLoad.Kinds, kind => Assert.True(load.Results.AcknowledgedOf(kind) > 0, $"no {kind} was acknowledged"));
        await hub.KillAsync();
        output.WriteLine($"{load.Created.Count} created, {load.Transacted.Count} transactions, {load.Updated.Count} updated, {load.Admitted.Count} admitted, {load.Results.Reported.Count} reported, "
            + $"{load.Results.Acknowledged} of {load.Results.Acts.Count} acts acknowledged; {watch.Elapsed.TotalSeconds:F0} s, {killed.TotalSeconds:F0} s of them until the last kill");
    }

    /// <summary>Acknowledged messages are applied in order and soon, and results open loops; how soon is not of this test, but they may not stand still.</summary>
    private static async Task ArrivedAsync(IReadOnlyCollection<string> acknowledged, Func<string, Task<bool>> isThere, Func<Task<int>> count, CancellationToken cancel)
    {
        var waiting = new Queue<string>(acknowledged.OrderBy(value => value.Length).ThenBy(value => value, StringComparer.Ordinal)); // the oldest first
        for (int stood = 0, known = 0; waiting.Count > 0 && stood < 10;)
        {
            if (await isThere(waiting.Peek()))
            {
                waiting.Dequeue();
                continue;
            }

            var all = await count();
            stood = all > known ? 0 : stood + 1;
            known = all;
            await Task.Delay(TimeSpan.FromSeconds(1), cancel);
        }
    }

    private static async Task<List<string>> WrongAsync(HttpClient client, MixedLoad load, CancellationToken cancel)
    {
        var wrong = new List<string>();
        foreach (var value in load.Created.Concat(load.Transacted.SelectMany(value => new[] { $"{value}-0", $"{value}-1", $"{value}-2" })))
        {
            var count = await MixedLoad.CountAsync(client, $"urn:crash|{value}", cancel);
            if (count != 1)
                wrong.Add($"{value}: {count}");
        }

        foreach (var value in load.Admitted)
        {
            var count = await MixedLoad.CountAsync(client, value, cancel);
            if (count != 1)
                wrong.Add($"admitted {value}: {count}");
        }

        foreach (var (id, version) in load.Updated)
        {
            using var reply = await client.GetAsync(new Uri($"fhir/Patient/{id}", UriKind.Relative), cancel);
            if (!reply.IsSuccessStatusCode || int.Parse(reply.Headers.ETag!.Tag.Trim('"'), CultureInfo.InvariantCulture) < version)
                wrong.Add($"{id}: version {version} is gone");
        }

        return wrong;
    }
}
