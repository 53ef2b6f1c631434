using System.Runtime.CompilerServices;
using Microsoft.Extensions.DependencyInjection;
using Tandem.Hub.Hosting;
using Tandem.Record.Log;
using Tandem.Tests.Support;
using Tandem.Trial.Open;

namespace Tandem.Tests.Hub.Hosting;

/// <summary>A process that starts and stops hubs, as tests and commands do, does not grow by them.</summary>
public sealed class StoppedHubTests
{
    [Fact]
    public async Task Nothing_holds_a_hub_that_was_stopped()
    {
        var folder = Directory.CreateTempSubdirectory("tandem-stopped-").FullName;
        var parts = await StartAndStopAsync(folder);

        for (var i = 0; i < 300 && parts.Any(part => part.Held.IsAlive); i++)
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
            await Task.Delay(200, TestContext.Current.CancellationToken); // timers that were ended may run once more
        }

        var alive = parts.Where(part => part.Held.IsAlive).Select(part => part.Name).ToList();
        Directory.Delete(folder, recursive: true);
        Assert.Empty(alive);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static async Task<List<(string Name, WeakReference Held)>> StartAndStopAsync(string folder)
    {
        var cancel = TestContext.Current.CancellationToken;
        var settings = new Dictionary<string, string?>
        {
            ["Hub:Data"] = folder, ["Hub:Content"] = Path.Combine(Repository.Root, "content"), ["Hub:Urls"] = "http://127.0.0.1:0", ["Hub:Mllp"] = "127.0.0.1:0",
        };
        Assert.True(OpenHub.TryBuild(settings, out var hub));
        List<(string, WeakReference)> parts;
        await using (hub)
        {
            await HubHost.PrepareAsync(hub, cancel);
            await hub.StartAsync(cancel);
            using var client = new HttpClient { BaseAddress = new Uri(hub.Urls.First()) };
            foreach (var path in new[] { "worklist", "fhir/Patient", "metrics", "health/ready" })
                (await client.GetAsync(new Uri(path, UriKind.Relative), cancel)).Dispose();
            parts = [("services", new(hub.Services)), ("record", new(hub.Services.GetRequiredService<RecordStore>()))];
        }

        return parts;
    }
}
