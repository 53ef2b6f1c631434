using System.Net;
using Tandem.Kernel.Data;
using Tandem.Tests.Support;

namespace Tandem.Tests.Record.Search;

public sealed class SqliteRealContentTests() : RealContentBehaviour(Engine.Sqlite);

public sealed class PostgresRealContentTests() : RealContentBehaviour(Engine.Postgres);

/// <summary>
/// Searches that need more than the resources: places on the earth, lists, and the hierarchies of the code systems that the specification brings. Each by GET and by a form over HTTP, page by
/// page, with what goes along and the number of hits.
/// </summary>
public abstract class RealContentBehaviour(Engine engine) : IAsyncLifetime
{
    private const string Clinical = "http://terminology.hl7.org/CodeSystem/condition-clinical";
    private const string Act = "http://terminology.hl7.org/CodeSystem/v3-ActCode";
    private const string Seattle = "47.6062|-122.3321";

    private static readonly (string Query, string Ids)[] Searches =
    [
        ($"Location?near={Seattle}|10|km", "seattle"), // Location near: distances of cities as the crow flies
        ($"Location?near={Seattle}|50|km", "seattle,tacoma"),
        ($"Location?near={Seattle}|200|km", "seattle,tacoma,vancouver"),
        ($"Location?near={Seattle}|125|[mi_us]", "seattle,tacoma,vancouver"),
        ("Location?near=-17.71|178.06|400|km", "suva,taveuni"), // over the date line
        ($"Location?near={Seattle}|200|km&name=tac", "tacoma"),
        ($"Encounter?location.near={Seattle}|50|km", "acute,ambulatory"),
        ($"Condition?clinical-status:below={Clinical}|active", "active,recurrence,relapse"), // 3.1.1.4.10
        ($"Condition?clinical-status:above={Clinical}|relapse", "active,relapse"),
        ($"Condition?clinical-status:below={Clinical}|inactive", "remission,resolved"),
        ($"Condition?clinical-status:below={Clinical}|active&clinical-status:not=active", "recurrence,relapse"),
        ($"Encounter?class:below={Act}|IMP", "acute"),
        ($"Encounter?class:below={Act}|_ActEncounterCode", "acute,ambulatory"),
        ($"Encounter?class:above={Act}|ACUTE", "acute"),
        ("Condition?clinical-status:in=http://hl7.org/fhir/ValueSet/condition-clinical", "active,recurrence,relapse,remission,resolved"),
        ("Condition?_list=problems", "relapse,resolved"), // 3.1.1.4.18
        ("Condition?_list=List/problems,others", "active,relapse,resolved"),
        ($"Condition?_list=problems&clinical-status:below={Clinical}|active", "relapse"),
        ("Condition?_list=$current-problems", "active,recurrence,relapse"),
        ("Condition?subject:Patient._list=patients", "active,recurrence,relapse,remission,resolved"),
    ];

    private FhirServer server = null!;

    public async ValueTask InitializeAsync()
    {
        server = new FhirServer(engine);
        await PutAsync("Patient/p", "\"active\":true");
        foreach (var (city, latitude, longitude) in ((string, string, string)[])[("seattle", "47.6205", "-122.3493"), ("tacoma", "47.2529", "-122.4443"), ("vancouver", "49.2827", "-123.1207"), ("suva", "-18.1248", "178.4501"), ("taveuni", "-16.8333", "-179.9667")])
            await PutAsync($"Location/{city}", $"\"name\":\"{city}\",\"position\":{{\"latitude\":{latitude},\"longitude\":{longitude}}}");
        foreach (var status in (string[])["active", "recurrence", "relapse", "remission", "resolved"])
            await PutAsync($"Condition/{status}", $"\"clinicalStatus\":{{\"coding\":[{{\"system\":\"{Clinical}\",\"code\":\"{status}\"}}]}},\"subject\":{{\"reference\":\"Patient/p\"}}");
        await PutAsync("Encounter/acute", Encounter("ACUTE", "tacoma"));
        await PutAsync("Encounter/ambulatory", Encounter("AMB", "seattle"));
        await PutAsync("List/problems", List("Condition/relapse", "Condition/resolved", "Patient/p"));
        await PutAsync("List/others", List("Condition/active"));
        await PutAsync("List/patients", List("Patient/p"));
    }

    public async ValueTask DisposeAsync()
    {
        await server.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task A_search_finds()
    {
        var wrong = new List<string>();
        foreach (var (query, ids) in Searches)
        {
            var (path, parameters) = (query[..query.IndexOf('?', StringComparison.Ordinal)], query[(query.IndexOf('?', StringComparison.Ordinal) + 1)..]);
            var byForm = await server.PostAsync($"{path}/_search", $"{parameters}&_total=accurate&_count=50", ("Content-Type", "application/x-www-form-urlencoded"));
            Tell(query + " by a form", ids, Sorted(byForm.Ids.Split(',')));
            Tell(query + " as a number", $"{ids.Split(',').Length}", byForm.Json["total"u8].Text ?? byForm.Text);
            var seen = new List<string>();
            for (string? next = $"{query}&_count=1"; next is not null;)
            {
                var page = await server.GetAsync(next);
                Assert.True(page.Status == HttpStatusCode.OK, query + page.Text);
                seen.AddRange(page.Ids.Split(',').Where(id => id.Length > 0));
                next = page.Link("next");
            }

            Tell(query + " page by page", ids, Sorted(seen));
        }

        Assert.True(wrong.Count == 0, string.Join("\n", wrong));

        void Tell(string what, string expected, string got)
        {
            if (expected != got)
                wrong.Add($"{what}: expected {expected}, got {got}");
        }
    }

    [Fact]
    public async Task What_goes_along_is_reached_from_such_hits_too()
    {
        Assert.Equal("acute,ambulatory,seattle,tacoma", Sorted((await server.GetAsync($"Encounter?class:below={Act}|_ActEncounterCode&_include=Encounter:location")).Ids.Split(',')));
        Assert.Equal("ambulatory,seattle", Sorted((await server.GetAsync($"Location?near={Seattle}|10|km&_revinclude=Encounter:location")).Ids.Split(',')));
        Assert.Equal("p,relapse,resolved", Sorted((await server.GetAsync("Condition?_list=problems&_include=Condition:subject")).Ids.Split(',')));
    }

    private static string Encounter(string code, string city) =>
        $"\"status\":\"finished\",\"class\":{{\"system\":\"{Act}\",\"code\":\"{code}\"}},\"location\":[{{\"location\":{{\"reference\":\"Location/{city}\"}}}}]";

    private static string List(params string[] references) =>
        $"\"status\":\"current\",\"mode\":\"working\",\"entry\":[{string.Join(",", references.Select(reference => $"{{\"item\":{{\"reference\":\"{reference}\"}}}}"))}]";

    private static string Sorted(IEnumerable<string> ids) => string.Join(",", ids.Order(StringComparer.Ordinal));

    private async Task PutAsync(string reference, string members)
    {
        var parts = reference.Split('/');
        var answer = await server.PutAsync(reference, $"{{\"resourceType\":\"{parts[0]}\",\"id\":\"{parts[1]}\",{members}}}");
        Assert.True((int)answer.Status < 300, answer.Text);
    }
}
