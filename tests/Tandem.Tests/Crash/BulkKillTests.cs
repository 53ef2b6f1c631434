using System.Globalization;
using System.Net;
using System.Text;
using Tandem.Fhir.Json;
using Tandem.Kernel.Data;
using Tandem.Tests.Care.Intake;

namespace Tandem.Tests.Crash;

/// <summary>Bulk imports and exports go on after kill -9: each resource once, each fault told once.</summary>
public sealed class BulkKillTests
{
    private const int Lines = 12_000;
    private const int Kills = 1;

    [Theory]
    [InlineData(Engine.Sqlite)]
    [InlineData(Engine.Postgres)]
    public async Task An_import_and_an_export_end_as_if_nobody_had_killed_the_hub(Engine engine)
    {
        var cancel = TestContext.Current.CancellationToken;
        await using var hub = new KilledHub(engine);
        using var client = new HttpClient { BaseAddress = hub.Address };
        Directory.CreateDirectory(Path.Combine(hub.Data, "bulk", "import"));
        await File.WriteAllLinesAsync(
            Path.Combine(hub.Data, "bulk", "import", "Patient.ndjson"),
            Enumerable.Range(0, Lines).Select(n => n % 100 == 7 ? $"{{broken {n}" : $$"""{"resourceType":"Patient","id":"p{{n}}","active":true}"""),
            cancel);

        await hub.StartAsync(cancel);
        var import = await StartAsync(client, "fhir/$import", """{"resourceType":"Parameters","parameter":[{"name":"inputFormat","valueCode":"application/fhir+ndjson"},{"name":"input","part":[{"name":"type","valueCode":"Patient"},{"name":"url","valueUri":"Patient.ndjson"}]}]}""", cancel);
        for (var kill = 1; kill <= Kills; kill++)
        {
            var least = kill * Lines / 8;
            await Eventually.TrueAsync(async () => await TotalAsync(client, cancel) >= least);
            await hub.KillAsync();
            await hub.StartAsync(cancel);
        }

        var manifest = await EndAsync(client, import, cancel);
        Assert.Equal(Lines - (Lines / 100), (int)manifest["output"u8].First["count"u8].Number!.Value);
        Assert.Equal(Lines - (Lines / 100), await TotalAsync(client, cancel));
        Assert.Equal(Enumerable.Range(0, Lines / 100).Select(n => $"line {(n * 100) + 8}:"), await FaultsAsync(client, manifest, cancel));

        var export = await StartAsync(client, "fhir/$export?_type=Patient", null, cancel);
        await hub.KillAsync();
        await hub.StartAsync(cancel);
        var files = (await EndAsync(client, export, cancel))["output"u8].Items.AsEnumerable().Select(file => file["url"u8].Text!).ToList();
        var lines = new List<FhirNode>();
        foreach (var file in files)
            lines.AddRange((await client.GetStringAsync(new Uri(file), cancel)).Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => FhirJson.ParseStored(Encoding.UTF8.GetBytes(line)).Root));
        Assert.Equal((Lines - (Lines / 100), Lines - (Lines / 100)), (lines.Count, lines.DistinctBy(line => line["id"u8].Text).Count()));
        Assert.All(lines, line => Assert.Equal("1", line["meta"u8]["versionId"u8].Text)); // nothing was taken in twice

        var cancelled = await StartAsync(client, "fhir/$export", null, cancel);
        await hub.KillAsync();
        await hub.StartAsync(cancel);
        using (var gone = await client.DeleteAsync(cancelled, cancel))
            Assert.Equal(HttpStatusCode.Accepted, gone.StatusCode);
        using (var asked = await client.GetAsync(cancelled, cancel))
            Assert.Equal(HttpStatusCode.NotFound, asked.StatusCode);
        await Eventually.TrueAsync(() => !Directory.Exists(Path.Combine(hub.Data, "bulk", "exports", cancelled.Segments[^1])));
        await hub.KillAsync();
    }

    private static async Task<Uri> StartAsync(HttpClient client, string address, string? body, CancellationToken cancel)
    {
        using var ask = new HttpRequestMessage(body is null ? HttpMethod.Get : HttpMethod.Post, new Uri(address, UriKind.Relative));
        ask.Headers.Add("Prefer", "respond-async");
        if (body is not null)
            ask.Content = new StringContent(body, Encoding.UTF8, "application/fhir+json");
        using var reply = await client.SendAsync(ask, cancel);
        Assert.True(reply.StatusCode == HttpStatusCode.Accepted, await reply.Content.ReadAsStringAsync(cancel));
        return reply.Content.Headers.ContentLocation!;
    }

    private static async Task<FhirNode> EndAsync(HttpClient client, Uri job, CancellationToken cancel)
    {
        FhirNode manifest = default;
        await Eventually.TrueAsync(async () =>
        {
            using var reply = await client.GetAsync(job, cancel);
            if (reply.StatusCode == HttpStatusCode.Accepted)
                return false;
            manifest = FhirJson.ParseStored(await reply.Content.ReadAsByteArrayAsync(cancel)).Root;
            return true;
        });
        return manifest;
    }

    private static async Task<List<string>> FaultsAsync(HttpClient client, FhirNode manifest, CancellationToken cancel)
    {
        var text = await client.GetStringAsync(new Uri(manifest["error"u8].First["url"u8].Text!), cancel);
        return [.. text.Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(line => FhirJson.ParseStored(Encoding.UTF8.GetBytes(line)).Root["issue"u8].First["diagnostics"u8].Text!)
            .Select(said => string.Create(CultureInfo.InvariantCulture, $"{said[said.IndexOf("line", StringComparison.Ordinal)..(said.IndexOf(':', said.IndexOf("line", StringComparison.Ordinal)) + 1)]}"))];
    }

    private static async Task<int> TotalAsync(HttpClient client, CancellationToken cancel) =>
        (int)FhirJson.ParseStored(await client.GetByteArrayAsync(new Uri("fhir/Patient?_summary=count", UriKind.Relative), cancel)).Root["total"u8].Number!.Value;
}
