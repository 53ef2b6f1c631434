using System.Net;
using Tandem.Fhir.Search;
using Tandem.Kernel.Data;
using Tandem.Record.Log;
using Tandem.Record.Search;
using Tandem.Record.Search.Site;
using Tandem.Tests.Support;
using static Tandem.Tests.Record.Search.SiteParameterSteps;

namespace Tandem.Tests.Record.Search;

public sealed class SqliteContainedSiteParameterTests() : ContainedSiteParameterBehaviour(Engine.Sqlite);

public sealed class PostgresContainedSiteParameterTests() : ContainedSiteParameterBehaviour(Engine.Postgres);

/// <summary>Contained resources found by a site's own search parameters (R4 3.1.1.5.5), of before and after the parameter came.</summary>
public abstract class ContainedSiteParameterBehaviour(Engine engine)
{
    private const string Helper = "https://tandem.example/helper";

    private const string ByHelper =
        $$"""{"resourceType":"SearchParameter","id":"helper","url":"{{Helper}}","name":"helper","status":"active","description":"x","code":"helper","base":["Observation","Patient"],"type":"reference","target":["Practitioner","Patient"],"expression":"extension.where(url='{{Helper}}').value"}""";

    private static readonly (string Query, string Found)[] Searches =
    [
        ("Patient?_contained=true&colour=red", "new,old"),
        ("Patient?_contained=both&colour=red&_sort=colour", "new,old,own"),
        ("Patient?_contained=both&colour=red,blue&_sort=-colour", "new,old,own"),
        ("Patient?_contained=true&colour=red&_containedType=contained", "p,p"),
        ("Patient?_contained=true&colour:missing=true&_containedType=contained", "q"),
        ("Patient?_contained=true&colour:not=red&_containedType=contained", "b,q"),
        ("Patient?_contained=true&_filter=colour eq blue&_containedType=contained", "b"),
        ("Observation?subject.colour=red", "new,old"),
        ("Observation?helper.name=aid", "new,old"),
        ("Practitioner?_contained=true&_has:Observation:helper:status=final&_containedType=contained", "h,h"),
        ("Patient?_contained=true&helper=Practitioner/doc&_containedType=contained", "b"),
        ("Patient?_contained=true&helper.name=doc&_containedType=contained", "b"),
        ("Patient?_contained=true&helper=Practitioner/doc&_containedType=contained&_include=Patient:helper", "b,doc"),
    ];

    [Fact]
    public async Task Contained_resources_are_found_by_the_sites_own_parameters()
    {
        await using var server = new FhirServer(engine);
        await server.PutAsync("Practitioner/doc", """{"resourceType":"Practitioner","id":"doc","name":[{"family":"Doc"}]}""");
        await PutAsync(server, "old");
        foreach (var (id, definition) in new[] { ("colour", ByColour), ("helper", ByHelper) })
            Assert.Equal(HttpStatusCode.Created, (await server.PutAsync($"SearchParameter/{id}", definition)).Status);
        await Ready(server, "colour");
        await Ready(server, "helper");
        await PutAsync(server, "new");
        await server.PutAsync("Patient/own", Patient("own", "red"));

        foreach (var (query, found) in Searches)
        {
            var answer = await server.GetAsync(query);
            Assert.Equal((query, Sorted(found)), (query, answer.Status == HttpStatusCode.OK ? Sorted(answer.Ids) : answer.Text));
        }

        Assert.True(References(server) > 0);
        foreach (var (id, definition) in new[] { ("colour", ByColour), ("helper", ByHelper) })
            await server.PutAsync($"SearchParameter/{id}", definition.Replace("\"active\"", "\"retired\"", StringComparison.Ordinal));
        await Until(
            () =>
            {
                server.Clock.Advance(TimeSpan.FromMinutes(2));
                return Task.FromResult(RowsLeft(server) + References(server) == 0);
            },
            "the rows' end");
    }

    [Fact]
    public async Task Who_contains_several_is_read_once_and_a_turn_ends_with_whom_makes_it_large()
    {
        using var record = new RecordFixture(engine, new SearchProjection(SearchIndexOptions.Default));
        var type = SearchTables.TypeNumber(ContainedTypes.Of("Patient"));
        foreach (var (id, count) in new[] { ("a", 2), ("b", 3) })
            await record.PutAsync("Observation", id, $$"""{"resourceType":"Observation","id":"{{id}}","contained":[{{string.Join(',', Enumerable.Range(0, count).Select(i => $$"""{"resourceType":"Patient","id":"p{{i}}"}"""))}}]}""");

        var (all, both, isLast) = Next(long.MinValue, 1_000_000);
        Assert.Equal((5, "b,a", true), (all.Count, string.Join(',', both.Values.Select(version => version.Id)), isLast));
        var (first, one, isFirstLast) = Next(long.MinValue, 1);
        Assert.Equal((3, "b", false), (first.Count, Assert.Single(one.Values).Id, isFirstLast));
        var (second, other, isSecondLast) = Next(first[^1], 1);
        Assert.Equal((2, "a", true), (second.Count, Assert.Single(other.Values).Id, isSecondLast));

        (List<long> Numbers, Dictionary<long, ResourceVersion> Around, bool IsLast) Next(long after, long bytes) =>
            record.Database.Read(session => SiteParameterIndexing.Next(session, type, after, 200, bytes));
    }

    private static string Sorted(string ids) => string.Join(',', ids.Split(',').Order(StringComparer.Ordinal));

    private static long References(FhirServer server) =>
        server.Store.Database.Read(session => session.First("SELECT COUNT(*) FROM search_references WHERE param & 65535 >= 32768", row => row.Integer(0)));

    private static async Task PutAsync(FhirServer server, string id)
    {
        var patients = id == "old"
            ? $"{Patient("p", "red")},{Patient("q", "none").Replace(Colour, "urn:other", StringComparison.Ordinal)}"
            : $"{Patient("p", "red")},{Patient("b", "blue").Replace("\"extension\":[", $$"""
                "extension":[{"url":"{{Helper}}","valueReference":{"reference":"Practitioner/doc"} },
                """, StringComparison.Ordinal)}";
        var answer = await server.PutAsync($"Observation/{id}", $$"""
            {"resourceType":"Observation","id":"{{id}}","status":"final","code":{"text":"x"},"subject":{"reference":"#p"},"focus":[{"reference":"#{{(id == "old" ? "q" : "b")}}"}],
             "extension":[{"url":"{{Helper}}","valueReference":{"reference":"#h"} }],
             "contained":[{{patients}},{"resourceType":"Practitioner","id":"h","name":[{"family":"Aid"}]}]}
            """);
        Assert.True((int)answer.Status < 300, answer.Text);
    }
}
