using System.Globalization;
using Tandem.Kernel.Data;

namespace Tandem.Tests.Crash;

/// <summary>What was acknowledged is there after kill -9, once.</summary>
public sealed class CrashTests
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
        var load = new MixedLoad(hub.Address, hub.MllpPort);
        for (var kill = 0; kill < kills; kill++)
        {
            await hub.StartAsync(cancel);
            var writing = load.RunAsync(cancel);
            await load.GotThroughAsync(cancel);
            await Task.Delay(random.Next(20, 400), cancel);
            await hub.KillAsync();
            await writing;
        }

        Assert.True(load.Created.Count > kills && load.Transacted.Count > 0 && load.Admitted.Count > 0, "the load did not get through");
        await hub.StartAsync(cancel);
        await AppliedAsync(client, load.Admitted, cancel);
        Assert.Empty(await WrongAsync(client, load, cancel));
        await hub.KillAsync();
    }

    /// <summary>Acknowledged messages are applied in order and soon; how soon is not of this test, but they may not stand still.</summary>
    private static async Task AppliedAsync(HttpClient client, IReadOnlyCollection<string> admitted, CancellationToken cancel)
    {
        var waiting = new Queue<string>(admitted.OrderBy(value => value.Length).ThenBy(value => value, StringComparer.Ordinal)); // the oldest first
        for (int stood = 0, known = 0; waiting.Count > 0 && stood < 10;)
        {
            if (await MixedLoad.CountAsync(client, waiting.Peek(), cancel) > 0)
            {
                waiting.Dequeue();
                continue;
            }

            var people = await MixedLoad.PeopleAsync(client, cancel);
            stood = people > known ? 0 : stood + 1;
            known = people;
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
