using System.Net;
using Tandem.Fhir.Json;
using Tandem.Tests.Support;

namespace Tandem.Tests.Record.Search;

/// <summary>A search parameter of a site's own for the colour of a patient, and what tests of it do and wait for.</summary>
internal static class SiteParameterSteps
{
    internal const string Colour = "https://tandem.example/colour";

    internal const string ByColour =
        $$"""{"resourceType":"SearchParameter","id":"colour","url":"{{Colour}}","name":"colour","status":"active","description":"x","code":"colour","base":["Patient"],"type":"token","expression":"Patient.extension.where(url='{{Colour}}').value"}""";

    internal static string Patient(string id, string colour) =>
        $$"""{"resourceType":"Patient","id":"{{id}}","extension":[{"url":"{{Colour}}","valueCode":"{{colour}}"}]}""";

    internal static async Task<long> Total(FhirServer server, string query)
    {
        var answer = await server.GetAsync(query + (query.Contains('?', StringComparison.Ordinal) ? "&" : "?") + "_total=accurate&_count=1");
        Assert.True(answer.Status == HttpStatusCode.OK, answer.Text);
        return (long)answer.Json["total"u8].Number!.Value;
    }

    internal static Task Ready(FhirServer server, string id) => Until(async () => await State(server, id) == "ready", "the index");

    internal static async Task<string?> State(FhirServer server, string id)
    {
        var answer = await server.GetAsync("SearchParameter/$status");
        var parts = answer.Json["parameter"u8].Items.AsEnumerable().Select(parameter => parameter["part"u8].Items.AsEnumerable().ToArray());
        var own = parts.Single(part => part[0]["valueReference"u8]["reference"u8].Text == $"SearchParameter/{id}");
        return own.Single(part => part["name"u8].Is("state"u8))["valueCode"u8].Text;
    }

    internal static long RowsLeft(FhirServer server) =>
        server.Store.Database.Read(session => session.First("SELECT COUNT(*) FROM search_tokens WHERE param & 65535 >= 32768", row => row.Integer(0)));

    internal static async Task Until(Func<Task<bool>> holds, string what)
    {
        for (var i = 0; i < 1200; i++)
        {
            if (await holds())
                return;
            await Task.Delay(50, TestContext.Current.CancellationToken);
        }

        Assert.Fail($"{what} did not come within a minute");
    }

    /// <summary>Rows of a withdrawn parameter stay a minute for searches that began before.</summary>
    internal static Task RowsGone(FhirServer server) => Until(
        () =>
        {
            server.Clock.Advance(TimeSpan.FromMinutes(2));
            return Task.FromResult(RowsLeft(server) == 0);
        },
        "the rows' end");
}
