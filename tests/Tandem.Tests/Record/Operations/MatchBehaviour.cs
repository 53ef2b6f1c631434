using Tandem.Fhir.Structure;
using Tandem.Kernel.Data;
using Tandem.Record.Operations;
using Tandem.Tests.Support;

namespace Tandem.Tests.Record.Operations;

public sealed class SqliteMatchTests(SharedServer shared) : MatchBehaviour(Engine.Sqlite, shared);

public sealed class PostgresMatchTests(SharedServer shared) : MatchBehaviour(Engine.Postgres, shared);

/// <summary><c>Patient/$match</c> by names, birth date and contacts, graded (R4 Patient-match).</summary>
public abstract class MatchBehaviour(Engine engine, SharedServer shared) : IAsyncLifetime, IClassFixture<SharedServer>
{
    private const string Ana = """
        "name":[{"family":"Müller-Test","given":["Ana","Sofía"]}],"birthDate":"1980-05-17","gender":"female","telecom":[{"system":"phone","value":"+1 (555) 010-2030"}],
        "address":[{"line":["1 Sample St"],"postalCode":"01000","city":"Exampleton"}],"identifier":[{"system":"urn:mrn","value":"1"}]
        """;

    private FhirServer server = null!;

    public async ValueTask InitializeAsync() => server = await shared.OfAsync(engine, FillAsync);

    public ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        return ValueTask.CompletedTask;
    }

    private async Task FillAsync(FhirServer empty)
    {
        server = empty;
        await PutAsync("ana", Ana);
        await PutAsync("twin", """ "name":[{"family":"Muller-Test","given":["Ben"]}],"birthDate":"1980-05-17","gender":"male" """);
        await PutAsync("other", """ "name":[{"family":"Sample","given":["Cy"]}],"birthDate":"1931-01-02" """);
    }

    [Fact]
    public async Task How_many_are_wanted_is_a_number_from_0_on() => Assert.Equal(
        "value", (await server.PostAsync("Patient/$match", $$"""{"resourceType":"Parameters","parameter":[{"name":"resource","resource":{"resourceType":"Patient",{{Ana}} } },{"name":"count","valueInteger":-1}]}""")).Issue);

    [Theory]
    [InlineData(""" "name":[{"family":"MULLER-TEST","given":["Ana"]}],"birthDate":"1980-05-17","gender":"female","telecom":[{"system":"phone","value":"555-010-2030"}] """, "ana certain")]
    [InlineData(""" "name":[{"family":"Müller-Test","given":["Ana"]}],"birthDate":"1980-05-17","address":[{"line":["1 sample st"],"postalCode":"01000"}] """, "ana certain,twin possible")]
    [InlineData(""" "name":[{"family":"Muller Test","given":["Ana"]}],"birthDate":"1980-05-17","address":[{"line":["1, Sample St."],"postalCode":"01000"}] """, "ana certain,twin possible")] // names are compared as a search does
    [InlineData(""" "name":[{"family":"Müller-Test","given":["Ana"]}],"birthDate":"1980-05-17" """, "ana probable,twin possible")]
    [InlineData(""" "name":[{"family":"Muller-Test","given":["Anna"]}],"birthDate":"1980-05-17","gender":"female" """, "ana probable")]
    [InlineData(""" "name":[{"family":"Müller-Test","given":["Ana"]}] """, "ana possible")]
    [InlineData(""" "name":[{"family":"Müller-Test","given":["Ana"]}],"birthDate":"1980-17-05" """, "ana possible")]
    [InlineData(""" "name":[{"family":"Müller-Test","given":["Ana"]}],"birthDate":"1980-05-18" """, "ana possible")]
    [InlineData(""" "name":[{"family":"Müller-Test","given":["Ana"]}],"birthDate":"1952-11-30" """, "")]
    [InlineData(""" "name":[{"family":"Sample","given":["Cy"]}],"birthDate":"1931-01-02","identifier":[{"system":"urn:mrn","value":"1"}] """, "other probable,ana probable")]
    [InlineData(""" "identifier":[{"system":"urn:mrn","value":"1"}] """, "ana certain")]
    [InlineData(""" "birthDate":"1980-05-17" """, "")]
    public async Task Each_candidate_has_its_grade(string patient, string grades)
    {
        var answer = await server.PostAsync("Patient/$match", $$"""{"resourceType":"Parameters","parameter":[{"name":"resource","resource":{"resourceType":"Patient",{{patient}} } }]}""");

        Assert.True((int)answer.Status == 200, answer.Text);
        var found = answer.Json["entry"u8].Items.AsEnumerable().Where(entry => entry["search"u8]["mode"u8].Is("match"u8)).ToList();
        Assert.Equal(grades, string.Join(',', found.Select(entry => $"{entry["resource"u8]["id"u8].Text} {entry["search"u8]["extension"u8].First["valueCode"u8].Text}")));
        var scores = found.Select(entry => entry["search"u8]["score"u8].Number!.Value).ToList();
        Assert.All(scores, score => Assert.InRange(score, 0m, 1m));
        Assert.Empty(StructureCheck.Check(answer.Json));
    }

    [Fact]
    public async Task Only_a_single_certain_match_is_given_when_asked_so()
    {
        const string Certain = "{\"name\":\"onlyCertainMatches\",\"valueBoolean\":true}";
        var probable = await server.PostAsync("Patient/$match", $$"""{"resourceType":"Parameters","parameter":[{{Certain}},{"name":"resource","resource":{"resourceType":"Patient","name":[{"family":"Müller-Test","given":["Ana"]}],"birthDate":"1980-05-17"} }]}""");
        var certain = await server.PostAsync("Patient/$match", $$"""{"resourceType":"Parameters","parameter":[{{Certain}},{"name":"resource","resource":{"resourceType":"Patient",{{Ana}} } }]}""");

        Assert.Equal("0", probable.Json["total"u8].Text);
        Assert.Equal("ana", certain.Ids);
    }

    private async Task PutAsync(string id, string members)
    {
        var answer = await server.PutAsync($"Patient/{id}", $$"""{"resourceType":"Patient","id":"{{id}}",{{members}} }""");
        Assert.True((int)answer.Status < 300, answer.Text);
    }
}

public sealed class JaroWinklerTests
{
    [Theory] // the examples of Winkler 1990
    [InlineData("martha", "marhta", 0.961)]
    [InlineData("dwayne", "duane", 0.840)]
    [InlineData("dixon", "dicksonx", 0.813)]
    [InlineData("same", "same", 1)]
    [InlineData("abc", "xyz", 0)]
    [InlineData("", "a", 0)]
    public void Words_are_as_alike_as_published(string left, string right, double alike) => Assert.Equal(alike, JaroWinkler.Of(left, right), 3);
}
