using System.Net;
using Tandem.Fhir.Json;
using Tandem.Tests.Support;

namespace Tandem.Tests.Record.Bulk;

/// <summary>A job from its start to its files, over HTTP.</summary>
internal static class BulkCalls
{
    internal static readonly (string, string) Async = ("Prefer", "respond-async");

    /// <summary>Starts a job and asks until it is finished.</summary>
    internal static async Task<FhirAnswer> RunJobAsync(this FhirServer server, Task<FhirAnswer> start, params (string, string)[] headers)
    {
        var started = await start;
        Assert.Equal(HttpStatusCode.Accepted, started.Status);
        var address = started.ContentHeaders.ContentLocation!.ToString();
        for (var tries = 0; tries < 3_000; tries++)
        {
            var status = await server.GetAsync(address, headers);
            if (status.Status != HttpStatusCode.Accepted)
                return status with { Bytes = status.Bytes };
            Assert.NotEmpty(status.Headers.GetValues("X-Progress"));
            await Task.Delay(20, TestContext.Current.CancellationToken);
        }

        throw new TimeoutException("The job does not come to its end.");
    }

    /// <summary>The lines of all files of one list of a manifest.</summary>
    internal static async Task<List<FhirNode>> LinesAsync(this FhirServer server, FhirAnswer manifest, string list = "output", params (string Name, string Value)[] headers)
    {
        var lines = new List<FhirNode>();
        foreach (var file in manifest.Json[list].Items)
        {
            var answer = await server.GetAsync(file["url"u8].Text!, [("Accept", "application/fhir+ndjson"), .. headers]);
            Assert.Equal((HttpStatusCode.OK, "application/fhir+ndjson"), (answer.Status, answer.ContentHeaders.ContentType?.MediaType));
            var inFile = answer.Text.Split('\n', StringSplitOptions.RemoveEmptyEntries);
            Assert.Equal(file["count"u8].Text, $"{inFile.Length}");
            lines.AddRange(inFile.Select(line => FhirJson.ParseStored(System.Text.Encoding.UTF8.GetBytes(line)).Root));
        }

        return lines;
    }

    internal static string Ids(IEnumerable<FhirNode> lines) =>
        string.Join(",", lines.Select(line => $"{line["resourceType"u8].Text}/{line["id"u8].Text}").Order(StringComparer.Ordinal));
}
