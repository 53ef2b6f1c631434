using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Tandem.Hub.Hosting;
using Tandem.Kernel.Actors;
using Tandem.Record.Log;
using Tandem.Tests.Support;
using Tandem.Trial.Open;

namespace Tandem.Tests.Hub.Hosting;

/// <summary>While the first start after an update makes rows anew, everybody is told so at the hub's addresses.</summary>
public sealed class StartingListenerTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("tandem-starting-").FullName;
    private readonly int port = FreePort.Take();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public async Task Who_asks_meanwhile_is_told_and_who_looks_after_the_process_leaves_it_alone()
    {
        await using (var before = Build())
        {
            await HubHost.PrepareAsync(before, Cancel);
            Assert.Null(await StartingListener.StartAsync(before, Cancel)); // nothing to be made anew
            var record = before.Services.GetRequiredService<RecordStore>();
            Assert.Null((await record.WriteAsync<ResourceVersion>(AccessScope.System, session => session.Put("Patient", "p", RecordFixture.Json("""{"resourceType":"Patient"}""")), Cancel)).Refusal);
            using var session = record.Database.OpenWriter();
            session.ExecuteScript("UPDATE projections SET version = -7"); // as if another version had made the rows
        }

        await using var hub = Build();
        using var client = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{port}") };
        await using (await StartingListener.StartAsync(hub, Cancel))
        {
            Assert.Equal((HttpStatusCode.ServiceUnavailable, "text/plain", true), await AskAsync("/worklist", StartingListener.Words));
            Assert.Equal((HttpStatusCode.ServiceUnavailable, "application/fhir+json", true), await AskAsync("/fhir/Patient/p", "\"code\":\"transient\",\"diagnostics\":\"" + StartingListener.Words));
            Assert.Equal((HttpStatusCode.ServiceUnavailable, "application/fhir+xml", true), await AskAsync("/fhir/Patient/p?_format=xml", "<code value=\"transient\""));
            Assert.Equal((HttpStatusCode.ServiceUnavailable, "application/json", true), await AskAsync("/health/ready", "unhealthy"));
            Assert.Equal((HttpStatusCode.OK, "application/json", false), await AskAsync("/health/live", "\"healthy\""));
            await HubHost.PrepareAsync(hub, Cancel);
        }

        await hub.StartAsync(Cancel); // at the same address
        Assert.Equal((HttpStatusCode.OK, "application/fhir+json", false), await AskAsync("/fhir/Patient/p", "\"Patient\""));
        foreach (var path in (string[])["/metrics", "/openapi/v1.json"])
        {
            using var head = new HttpRequestMessage(HttpMethod.Head, path);
            using var answer = await client.SendAsync(head, Cancel);
            Assert.Equal((HttpStatusCode.OK, 0), (answer.StatusCode, (await answer.Content.ReadAsByteArrayAsync(Cancel)).Length));
        }

        async Task<(HttpStatusCode Status, string? Type, bool AskAgain)> AskAsync(string path, string words)
        {
            using var told = await client.GetAsync(new Uri(path, UriKind.Relative), Cancel);
            Assert.Contains(words, await told.Content.ReadAsStringAsync(Cancel), StringComparison.Ordinal);
            return (told.StatusCode, told.Content.Headers.ContentType?.MediaType, told.Headers.Contains("Retry-After"));
        }
    }

    private WebApplication Build()
    {
        var settings = new Dictionary<string, string?>
        {
            ["Hub:Data"] = folder, ["Hub:Content"] = Path.Combine(Repository.Root, "content"), ["Hub:Urls"] = $"http://127.0.0.1:{port}", ["Hub:Mllp"] = "",
        };
        Assert.True(OpenHub.TryBuild(settings, out var hub));
        return hub;
    }
}
