using System.Net;
using Tandem.Kernel.Actors;
using Tandem.Kernel.Data;
using Tandem.Record.Validation;
using Tandem.Tests.Support;

namespace Tandem.Tests.Record.Search;

public sealed class SqlitePackageSearchTests() : PackageSearchBehaviour(Engine.Sqlite);

public sealed class PostgresPackageSearchTests() : PackageSearchBehaviour(Engine.Postgres);

/// <summary>Searches, expansions and FHIRPath know the value sets and code systems of the packages that a site names, as validation does; those in the record go before them.</summary>
public abstract class PackageSearchBehaviour : IAsyncDisposable
{
    private const string Set = "http://packages.example/ValueSet/pressures";
    private const string Measures = "http://packages.example/CodeSystem/measures";
    private readonly string folder = Directory.CreateTempSubdirectory("tandem-package-").FullName;
    private readonly FhirServer server;

    protected PackageSearchBehaviour(Engine engine)
    {
        File.WriteAllText(Path.Combine(folder, "set.json"), $$$"""
            {"resourceType":"ValueSet","url":"{{{Set}}}","version":"1.0.0","status":"active","compose":{"include":[{"system":"{{{Measures}}}","filter":[{"property":"concept","op":"is-a","value":"pressure"}]}]}}
            """);
        File.WriteAllText(Path.Combine(folder, "system.json"), $$"""
            {"resourceType":"CodeSystem","url":"{{Measures}}","version":"1.0.0","status":"active","content":"complete",
             "concept":[{"code":"pressure","concept":[{"code":"systolic"},{"code":"diastolic"}]},{"code":"weight"}]}
            """);
        File.WriteAllText(Path.Combine(folder, "map.json"), $$"""
            {"resourceType":"ConceptMap","url":"http://packages.example/ConceptMap/theirs","status":"active","group":[{"source":"{{Measures}}","target":"urn:theirs","element":[{"code":"weight","target":[{"code":"W","equivalence":"equivalent"}]}]}]}
            """);
        server = new FhirServer(engine, validation: new ValidationSettings { Packages = [folder] });
    }

    public async ValueTask DisposeAsync()
    {
        await server.DisposeAsync();
        Directory.Delete(folder, recursive: true);
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task Codes_are_searched_by_the_value_sets_and_the_order_of_a_package()
    {
        await ObservationsAsync();

        Assert.Equal("pressure,systolic", await FoundAsync($"code:in={Set}"));
        Assert.Equal("pressure,systolic", await FoundAsync($"code:in={Set}|1.0.0"));
        Assert.Equal("weight", await FoundAsync($"code:not-in={Set}"));
        Assert.Equal("pressure,systolic", await FoundAsync($"code:below={Measures}|pressure"));
        Assert.Equal("pressure,systolic", await FoundAsync($"code:above={Measures}|systolic"));
        Assert.Equal(HttpStatusCode.BadRequest, (await server.GetAsync($"Observation?code:in={Set}|2.0.0")).Status);
    }

    [Fact]
    public async Task Expansions_and_expressions_know_them_too()
    {
        await ObservationsAsync();

        var expansion = await server.GetAsync($"ValueSet/$expand?url={Set}");
        Assert.Equal(["diastolic", "pressure", "systolic"], expansion.Json["expansion"u8]["contains"u8].Items.AsEnumerable().Select(one => one["code"u8].Text).Order(StringComparer.Ordinal));
        foreach (var (id, isMember) in new[] { ("systolic", "true"), ("weight", "false") })
        {
            var told = await server.SendAsync(
                "POST", "$fhirpath", $$"""{"resourceType":"Parameters","parameter":[{"name":"expression","valueString":"code.memberOf('{{Set}}')"},{"name":"resource","resource":{{Observation(id)}}}]}""");
            Assert.Contains($"\"valueBoolean\":{isMember}", told.Text, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("url=http://packages.example/ConceptMap/theirs&")]
    [InlineData("")]
    public async Task Codes_are_translated_by_the_maps_of_a_package_named_or_not(string map) =>
        Assert.Contains("""{"system":"urn:theirs","code":"W"}""", (await server.GetAsync($"ConceptMap/$translate?{map}system={Measures}&code=weight")).Text, StringComparison.Ordinal);

    [Theory]
    [InlineData("url=http://packages.example/ConceptMap/theirs&")]
    [InlineData("")]
    public async Task A_map_of_the_record_stands_in_for_that_of_the_package(string map)
    {
        await server.PutAsync("ConceptMap/own", $$"""
            {"resourceType":"ConceptMap","id":"own","url":"http://packages.example/ConceptMap/theirs","status":"active","group":[{"source":"{{Measures}}","target":"urn:theirs","element":[{"code":"weight","target":[{"code":"X","equivalence":"equivalent"}]}]}]}
            """);

        var answer = (await server.GetAsync($"ConceptMap/$translate?{map}system={Measures}&code=weight")).Text;

        Assert.Contains("""{"system":"urn:theirs","code":"X"}""", answer, StringComparison.Ordinal);
        Assert.DoesNotContain("\"W\"", answer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_the_record_has_goes_before_and_of_several_versions_the_highest()
    {
        await ObservationsAsync();
        foreach (var (version, code) in new[] { ("9.1.0", "systolic"), ("10.0.0", "weight"), ("9.0.0", "pressure") })
        {
            var id = $"v{version.Replace('.', '-')}";
            await server.PutAsync($"ValueSet/{id}", $$$"""{"resourceType":"ValueSet","id":"{{{id}}}","url":"{{{Set}}}","version":"{{{version}}}","status":"active","compose":{"include":[{"system":"{{{Measures}}}","concept":[{"code":"{{{code}}}"}]}]}}""");
        }

        Assert.Equal("weight", await FoundAsync($"code:in={Set}"));
        Assert.Equal("systolic", await FoundAsync($"code:in={Set}|9.1.0"));
        Assert.Equal("pressure,systolic", await FoundAsync($"code:in={Set}|1.0.0"));
        var expansion = await server.GetAsync($"ValueSet/$expand?url={Set}");
        Assert.Equal(["weight"], expansion.Json["expansion"u8]["contains"u8].Items.AsEnumerable().Select(one => one["code"u8].Text));
    }

    [Fact]
    public async Task What_somebody_may_see_does_not_hang_on_the_files_of_a_node()
    {
        await ObservationsAsync();
        server.People["limited"] = new AccessScope(
            new Actor("Practitioner/p", "P"), null, "nurse", "TREAT", Reach.Limited(new AccessLayer("role", [new Grant(Interactions.Look, ["Observation"], Whose.Anyone) { Query = $"code:in={Set}" }])));

        Assert.Equal(HttpStatusCode.NotFound, (await server.GetAsync("Observation/systolic", ("X-As", "limited"))).Status);
        Assert.Equal(0, (await server.GetAsync("Observation?_summary=count", ("X-As", "limited"))).Json["total"u8].Number);
    }

    private async Task ObservationsAsync()
    {
        foreach (var code in new[] { "pressure", "systolic", "weight" })
            await server.PutAsync($"Observation/{code}", Observation(code));
    }

    private static string Observation(string code) =>
        $$$"""{"resourceType":"Observation","id":"{{{code}}}","status":"final","code":{"coding":[{"system":"{{{Measures}}}","code":"{{{code}}}"}]}}""";

    private async Task<string> FoundAsync(string query)
    {
        var found = await server.GetAsync($"Observation?{query}");
        Assert.Equal((query, HttpStatusCode.OK), (query, found.Status));
        return string.Join(',', found.Json["entry"u8].Items.AsEnumerable().Select(entry => entry["resource"u8]["id"u8].Text).Order(StringComparer.Ordinal));
    }
}
