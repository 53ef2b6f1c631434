using System.Net;
using Tandem.Kernel.Actors;
using Tandem.Kernel.Data;
using Tandem.Tests.Support;

namespace Tandem.Tests.Record.Search;

public sealed class SqliteCanonicalChainTests(SharedServer shared) : CanonicalChainBehaviour(Engine.Sqlite, shared);

public sealed class PostgresCanonicalChainTests(SharedServer shared) : CanonicalChainBehaviour(Engine.Postgres, shared);

/// <summary>Chains, <c>_has</c> and includes follow canonical addresses: one with a version leads to that version, one without to all that have the address.</summary>
public abstract class CanonicalChainBehaviour(Engine engine, SharedServer shared) : IAsyncLifetime, IClassFixture<SharedServer>
{
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
        await PutAsync("Questionnaire/q1", """ "status":"active","url":"http://example.org/q","version":"1","title":"First" """);
        await PutAsync("Questionnaire/q2", """ "status":"draft","url":"http://example.org/q","version":"2","title":"Second" """);
        await PutAsync("Questionnaire/lone", """ "status":"active","url":"http://example.org/lone","title":"Lone" """);
        await PutAsync("QuestionnaireResponse/v1", """ "status":"completed","questionnaire":"http://example.org/q|1" """);
        await PutAsync("QuestionnaireResponse/v2", """ "status":"amended","questionnaire":"http://example.org/q|2" """);
        await PutAsync("QuestionnaireResponse/v3", """ "status":"stopped","questionnaire":"http://example.org/q|3" """);
        await PutAsync("QuestionnaireResponse/any", """ "status":"in-progress","questionnaire":"http://example.org/q" """);
        await PutAsync("QuestionnaireResponse/by-id", """ "status":"completed","questionnaire":"Questionnaire/q1" """);
        await PutAsync("QuestionnaireResponse/lone-1", """ "status":"stopped","questionnaire":"http://example.org/lone|1" """);
        await PutAsync("Library/l", """ "status":"active","type":{"text":"x"},"url":"http://example.org/l","version":"1","title":"Logic" """);
        await PutAsync("Measure/m", """ "status":"active","url":"http://example.org/m","title":"Falls","library":["http://example.org/l|1"] """);
        await PutAsync("Measure/other", """ "status":"active","url":"http://example.org/other","title":"Other","relatedArtifact":[{"type":"citation","resource":"http://example.org/l"}] """);
        await PutAsync("MeasureReport/r", """ "status":"complete","type":"summary","measure":"http://example.org/m","period":{"start":"2026-01-01"} """);
        await PutAsync("ActivityDefinition/a", """ "status":"active","url":"http://example.org/a","title":"Call" """);
        await PutAsync("PlanDefinition/p", """ "status":"active","url":"http://example.org/p","title":"After discharge","action":[{"definitionCanonical":"http://example.org/a"},{"definitionUri":"http://example.org/q"}] """);
        await PutAsync("CarePlan/c", """ "status":"active","intent":"plan","subject":{"reference":"http://example.org/q"},"instantiatesCanonical":["http://example.org/p","http://example.org/q|2"] """);
    }

    [Theory]
    [InlineData("QuestionnaireResponse?questionnaire.title=first", "any,by-id,v1")]
    [InlineData("QuestionnaireResponse?questionnaire.title=second", "any,v2")]
    [InlineData("QuestionnaireResponse?questionnaire.title=lone", "")]
    [InlineData("QuestionnaireResponse?questionnaire:Questionnaire.status=draft", "any,v2")]
    [InlineData("QuestionnaireResponse?questionnaire.title=first&_id=v1,v2,any", "any,v1")] // held against what another condition finds
    [InlineData("QuestionnaireResponse?questionnaire.version=2&status=amended", "v2")]
    [InlineData("QuestionnaireResponse?_filter=questionnaire.title eq second and status ne amended", "any")]
    [InlineData("QuestionnaireResponse?_filter=questionnaire ne http://example.org/q", "by-id,lone-1")]
    [InlineData("QuestionnaireResponse?_filter=questionnaire ne http://example.org/q|1", "any,by-id,lone-1,v2,v3")]
    [InlineData("MeasureReport?measure.title=falls", "r")]
    [InlineData("MeasureReport?measure.depends-on:Library.title=logic", "r")] // two links
    [InlineData("Measure?depends-on:Library.title=logic", "m")]
    [InlineData("CarePlan?instantiates-canonical:PlanDefinition.title=after", "c")]
    [InlineData("CarePlan?instantiates-canonical:Questionnaire.title=second", "c")]
    [InlineData("CarePlan?instantiates-canonical:Questionnaire.title=first", "")]
    [InlineData("CarePlan?instantiates-canonical:PlanDefinition.definition:ActivityDefinition.title=call", "c")]
    [InlineData("QuestionnaireResponse?questionnaire=http://example.org/q", "any,v1,v2,v3")]
    [InlineData("QuestionnaireResponse?questionnaire=http://example.org/q|2", "v2")]
    public async Task A_chain_follows_an_address(string query, string ids) => await FindsAsync(query, ids);

    [Theory]
    [InlineData("Questionnaire?_has:QuestionnaireResponse:questionnaire:status=completed", "q1")]
    [InlineData("Questionnaire?_has:QuestionnaireResponse:questionnaire:status=amended", "q2")]
    [InlineData("Questionnaire?_has:QuestionnaireResponse:questionnaire:status=in-progress", "q1,q2")]
    [InlineData("Questionnaire?_has:QuestionnaireResponse:questionnaire:status=stopped", "")]
    [InlineData("Questionnaire?_has:QuestionnaireResponse:questionnaire:status=in-progress&_id=q2,lone", "q2")] // held against what another condition finds
    [InlineData("Library?_has:Measure:depends-on:_has:MeasureReport:measure:status=complete", "l")]
    [InlineData("ActivityDefinition?_has:PlanDefinition:definition:status=active", "a")]
    public async Task What_points_by_an_address_is_looked_at(string query, string ids) => await FindsAsync(query, ids);

    [Theory]
    [InlineData("QuestionnaireResponse?_id=v1&_include=QuestionnaireResponse:questionnaire", "q1,v1")]
    [InlineData("QuestionnaireResponse?_id=v3&_include=QuestionnaireResponse:questionnaire", "v3")]
    [InlineData("QuestionnaireResponse?_id=any&_include=QuestionnaireResponse:questionnaire", "any,q1,q2")]
    [InlineData("QuestionnaireResponse?_id=v2&_include=*", "q2,v2")]
    [InlineData("QuestionnaireResponse?_id=v1,by-id&_include=QuestionnaireResponse:questionnaire:Questionnaire", "by-id,q1,v1")]
    [InlineData("CarePlan?_include=CarePlan:instantiates-canonical", "c,p,q2")]
    [InlineData("CarePlan?_include=CarePlan:instantiates-canonical:PlanDefinition", "c,p")]
    [InlineData("CarePlan?_include=CarePlan:subject", "c")] // an address of a resource is no canonical one
    [InlineData("MeasureReport?_include=MeasureReport:measure&_include:iterate=Measure:depends-on", "l,m,r")]
    [InlineData("Questionnaire?_id=q1&_revinclude=QuestionnaireResponse:questionnaire", "any,by-id,q1,v1")]
    [InlineData("Questionnaire?_id=q2&_revinclude=QuestionnaireResponse:questionnaire:Questionnaire", "any,q2,v2")]
    [InlineData("Library?_revinclude=Measure:depends-on&_revinclude:iterate=MeasureReport:measure", "l,m,r")]
    public async Task What_an_address_means_goes_along(string query, string ids) => await FindsAsync(query, ids);

    [Fact]
    public async Task An_address_that_is_given_up_leads_nowhere()
    {
        await PutAsync("Questionnaire/q2", """ "status":"draft","url":"http://example.org/moved","version":"2","title":"Second" """);
        Assert.True((int)(await server.SendAsync("DELETE", "Questionnaire/q1")).Status < 300);

        await FindsAsync("QuestionnaireResponse?questionnaire.title=second", "");
        await FindsAsync("QuestionnaireResponse?_id=any,v1&_include=QuestionnaireResponse:questionnaire", "any,v1");
    }

    [Fact]
    public async Task Who_does_not_reach_a_definition_learns_nothing_of_it_by_its_address()
    {
        server.People["reader"] = new(new Actor("Practitioner/x", "X"), null, "nurse", "TREAT", Reach.Limited(new AccessLayer("layer",
        [
            new Grant(Interactions.Look, ["QuestionnaireResponse"], Whose.NoOnes), new Grant(Interactions.Look, ["Questionnaire"], Whose.NoOnes) { Query = "status=active" },
        ]) { At = server.Clock.GetUtcNow() }));

        await FindsAsync("QuestionnaireResponse?questionnaire.title=first", "any,by-id,v1", ("X-As", "reader"));
        await FindsAsync("QuestionnaireResponse?questionnaire.title=second", "", ("X-As", "reader"));
        await FindsAsync("QuestionnaireResponse?_id=any&_include=QuestionnaireResponse:questionnaire", "any,q1", ("X-As", "reader"));
        await FindsAsync("Questionnaire?_has:QuestionnaireResponse:questionnaire:status=in-progress", "q1", ("X-As", "reader"));
    }

    private async Task FindsAsync(string query, string ids, params (string, string)[] headers)
    {
        var answer = await server.GetAsync(query, headers);

        Assert.True(answer.Status == HttpStatusCode.OK, answer.Text);
        Assert.Equal((query, ids), (query, string.Join(",", answer.Json["entry"u8].Items.AsEnumerable().Select(entry => entry["resource"u8]["id"u8].Text!).Order(StringComparer.Ordinal))));
    }

    private async Task PutAsync(string reference, string members)
    {
        var parts = reference.Split('/');
        var answer = await server.PutAsync(reference, $$"""{"resourceType":"{{parts[0]}}","id":"{{parts[1]}}",{{members}}}""");
        Assert.True((int)answer.Status < 300, answer.Text);
    }
}
