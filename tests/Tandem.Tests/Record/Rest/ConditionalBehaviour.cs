using System.Net;
using Tandem.Kernel.Data;
using Tandem.Record.Rest;
using Tandem.Tests.Support;

namespace Tandem.Tests.Record.Rest;

public sealed class SqliteConditionalTests() : ConditionalBehaviour(Engine.Sqlite);

public sealed class PostgresConditionalTests() : ConditionalBehaviour(Engine.Postgres);

/// <summary>Conditions within a transaction see what the transaction itself deletes and creates (FHIR R4 3.1.0.11.2).</summary>
public abstract class ConditionalBehaviour(Engine engine) : IAsyncLifetime
{
    private const string One = """{"resourceType":"Patient","identifier":[{"system":"urn:mrn","value":"1"}]}""";
    private const string IfNone = ",\"ifNoneExist\":\"identifier=urn:mrn|1\"";
    private FhirServer server = null!;

    public ValueTask InitializeAsync()
    {
        server = new FhirServer(engine);
        return ValueTask.CompletedTask;
    }

    public async ValueTask DisposeAsync()
    {
        if (server is not null)
            await server.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task Two_conditional_creates_of_the_same_become_one()
    {
        var answer = await TransactionAsync(Entry("POST", "Patient", One, IfNone), Entry("POST", "Patient", One, IfNone), Entry("POST", "Patient", One, ",\"ifNoneExist\":\"_id=zz&identifier=urn:mrn|1\""));

        Assert.Equal("201,200,201", Statuses(answer));
        Assert.Equal(Location(answer, 0), Location(answer, 1));
        Assert.Equal("2", (await server.GetAsync("Patient?identifier=urn:mrn|1")).Json["total"u8].Text);
    }

    [Fact]
    public async Task A_conditional_create_finds_what_another_entry_creates_whatever_the_order()
    {
        var answer = await TransactionAsync(
            Entry("POST", "Patient", One, IfNone, "urn:uuid:11111111-2222-3333-4444-555555555555"),
            Entry("POST", "Observation", """{"resourceType":"Observation","status":"final","code":{"text":"x"},"subject":{"reference":"urn:uuid:11111111-2222-3333-4444-555555555555"}}"""),
            Entry("POST", "Patient", One));

        Assert.Equal("200,201,201", Statuses(answer));
        Assert.Equal(Location(answer, 0), Location(answer, 2));
        var patient = (await server.GetAsync("Patient")).Ids;
        Assert.Equal($"Patient/{patient}", (await server.GetAsync("Observation")).Json["entry"u8].First["resource"u8]["subject"u8]["reference"u8].Text);
    }

    [Fact]
    public async Task A_conditional_create_finds_what_a_put_of_the_same_transaction_creates()
    {
        var answer = await TransactionAsync(Entry("POST", "Patient", One, IfNone), Entry("PUT", "Patient/mine", One.Replace("\"identifier\"", "\"id\":\"mine\",\"identifier\"")));

        Assert.Equal("200,201", Statuses(answer));
        Assert.Equal("mine", (await server.GetAsync("Patient")).Ids);
    }

    [Fact]
    public async Task What_the_transaction_deletes_is_not_found_by_its_conditions()
    {
        await server.PutAsync("Patient/old", One.Replace("\"identifier\"", "\"id\":\"old\",\"identifier\""));
        var answer = await TransactionAsync(Entry("POST", "Patient", One, IfNone), Entry("DELETE", "Patient/old"));
        var byQuery = await TransactionAsync(Entry("DELETE", "Patient?identifier=urn:mrn|1"), Entry("POST", "Patient", One, IfNone));

        Assert.Equal("201,204", Statuses(answer));
        Assert.Equal("204,201", Statuses(byQuery));
        Assert.Equal("1", (await server.GetAsync("Patient")).Json["total"u8].Text);
    }

    [Fact]
    public async Task A_conditional_reference_finds_what_the_transaction_creates()
    {
        var answer = await TransactionAsync(
            Entry("POST", "Observation", """{"resourceType":"Observation","status":"final","code":{"text":"x"},"subject":{"reference":"Patient?identifier=urn:mrn|1"}}"""),
            Entry("POST", "Patient", One));
        var twice = await TransactionAsync(
            Entry("POST", "Observation", """{"resourceType":"Observation","status":"final","code":{"text":"x"},"subject":{"reference":"Patient?identifier=urn:mrn|1"}}"""),
            Entry("POST", "Patient", One));

        Assert.Equal("201,201", Statuses(answer));
        var patient = (await server.GetAsync("Patient")).Ids;
        Assert.Equal($"Patient/{patient}", (await server.GetAsync("Observation")).Json["entry"u8].First["resource"u8]["subject"u8]["reference"u8].Text);
        Assert.Equal((HttpStatusCode.PreconditionFailed, "multiple-matches"), (twice.Status, twice.Issue));
        Assert.Equal("Bundle.entry[0]", twice.Json["issue"u8].First["expression"u8].First.Text);
    }

    [Fact] // 3.1.0.11.2: conditional references come last
    public async Task A_conditional_reference_does_not_lead_to_what_the_transaction_deletes_by_the_same_condition()
    {
        const string observation = """{"resourceType":"Observation","status":"final","code":{"text":"x"},"subject":{"reference":"Patient?identifier=urn:mrn|1"}}""";
        await server.PutAsync("Patient/old", One.Replace("\"identifier\"", "\"id\":\"old\",\"identifier\""));
        var alone = await TransactionAsync(Entry("DELETE", "Patient?identifier=urn:mrn|1"), Entry("POST", "Observation", observation));
        var updated = await TransactionAsync(
            Entry("DELETE", "Patient?identifier=urn:mrn|1"), Entry("PUT", "Patient/next", One.Replace("\"identifier\"", "\"id\":\"next\",\"identifier\"")), Entry("POST", "Observation", observation));

        Assert.Equal(HttpStatusCode.PreconditionFailed, alone.Status);
        Assert.Equal("204,201,201", Statuses(updated));
        Assert.Equal("Patient/next", (await server.GetAsync("Observation")).Json["entry"u8].First["resource"u8]["subject"u8]["reference"u8].Text);
        var replaced = await TransactionAsync(Entry("DELETE", "Patient?identifier=urn:mrn|1"), Entry("POST", "Patient", One), Entry("PUT", "Observation/o", observation.Replace("\"status\"", "\"id\":\"o\",\"status\"")));
        Assert.Equal("204,201,201", Statuses(replaced));
        Assert.Equal($"Patient/{(await server.GetAsync("Patient")).Ids}", (await server.GetAsync("Observation/o")).Json["subject"u8]["reference"u8].Text);
    }

    [Fact]
    public async Task A_condition_that_finds_several_refuses_all()
    {
        await server.PostAsync("Patient", One);
        var several = await TransactionAsync(Entry("POST", "Organization", """{"resourceType":"Organization","name":"x"}"""), Entry("POST", "Patient", One), Entry("POST", "Patient", One, IfNone));

        Assert.Equal((HttpStatusCode.PreconditionFailed, "multiple-matches"), (several.Status, several.Issue));
        Assert.Equal("", (await server.GetAsync("Organization")).Ids);
        Assert.Equal("1", (await server.GetAsync("Patient")).Json["total"u8].Text);
    }

    [Fact] // 3.1.0.11.2: identities must not overlap
    public async Task A_conditional_update_of_what_the_transaction_creates_is_refused()
    {
        var update = await TransactionAsync(Entry("POST", "Patient", One), Entry("PUT", "Patient?identifier=urn:mrn|1", One));
        var twice = await TransactionAsync(Entry("PUT", "Patient?identifier=urn:mrn|1", One), Entry("PUT", "Patient?identifier=urn:mrn|1", One));

        Assert.Equal((HttpStatusCode.BadRequest, "duplicate"), (update.Status, update.Issue));
        Assert.Equal((HttpStatusCode.BadRequest, "duplicate"), (twice.Status, twice.Issue));
        Assert.Equal("", (await server.GetAsync("Patient")).Ids);
    }

    [Fact]
    public async Task Questions_asked_with_new_resources_in_place_leave_no_trace()
    {
        await server.PutAsync("Patient/a", """{"resourceType":"Patient","id":"a"}""");
        for (var i = 0; i < 3; i++)
            await TransactionAsync(Entry("POST", "Patient", One, IfNone), Entry("POST", "Patient", """{"resourceType":"Patient","gender":"none"}"""));
        var refused = await TransactionAsync(Entry("POST", "Patient", One, IfNone), Entry("PUT", "Patient/a", """{"resourceType":"Patient","id":"a"}""", ",\"ifMatch\":\"W/\\\"9\\\"\""));

        Assert.Equal(HttpStatusCode.PreconditionFailed, refused.Status);
        Assert.Equal("a", (await server.GetAsync("Patient")).Ids);
        Assert.Single((await server.GetAsync("_history")).Json["entry"u8].Items.AsEnumerable());
        Assert.Equal("201", Statuses(await TransactionAsync(Entry("POST", "Patient", One, IfNone))));
        Assert.Equal("W/\"1\"", (await server.GetAsync("Patient?identifier=urn:mrn|1")).Json["entry"u8].First["resource"u8]["meta"u8]["versionId"u8].Text is "1" ? "W/\"1\"" : "");
    }

    [Fact] // 3.1.0.7.1
    public async Task Several_are_deleted_at_once_only_where_the_site_allows_it()
    {
        await using var allowing = new FhirServer(engine, new RestSettings { MostDeletes = 2 }.Limits);
        foreach (var site in new[] { server, allowing })
        {
            await site.PostAsync("Patient", One);
            await site.PostAsync("Patient", One);
        }

        Assert.Equal(HttpStatusCode.PreconditionFailed, (await server.SendAsync("DELETE", "Patient?identifier=urn:mrn|1")).Status);
        Assert.Equal(HttpStatusCode.NoContent, (await allowing.SendAsync("DELETE", "Patient?identifier=urn:mrn|1")).Status);
        Assert.Equal("", (await allowing.GetAsync("Patient")).Ids);
        for (var i = 0; i < 3; i++)
            await allowing.PostAsync("Patient", One);
        Assert.Equal("too-costly", (await allowing.SendAsync("DELETE", "Patient?identifier=urn:mrn|1")).Issue);
        Assert.Contains("\"multiple\"", (await allowing.GetAsync("metadata")).Text);
    }

    [Theory] // what the CapabilityStatement says of conditional deletes holds for entries too
    [InlineData("batch")]
    [InlineData("transaction")]
    public async Task Several_are_deleted_by_an_entry_only_where_the_site_allows_it(string type)
    {
        await using var allowing = new FhirServer(engine, new RestSettings { MostDeletes = 2 }.Limits);
        foreach (var site in new[] { server, allowing })
        {
            await site.PutAsync("Patient/a", One.Replace("\"identifier\"", "\"id\":\"a\",\"identifier\""));
            await site.PutAsync("Patient/b", One.Replace("\"identifier\"", "\"id\":\"b\",\"identifier\""));
        }

        var bundle = $$"""{"resourceType":"Bundle","type":"{{type}}","entry":[{{Entry("DELETE", "Patient?identifier=urn:mrn|1")}}]}""";
        var single = await server.PostAsync("", bundle);
        Assert.Contains("multiple-matches", single.Text, StringComparison.Ordinal);
        Assert.Equal("204", Statuses(await allowing.PostAsync("", bundle)));
        Assert.Equal("", (await allowing.GetAsync("Patient")).Ids);
        for (var i = 0; i < 3; i++)
            await allowing.PostAsync("Patient", One);
        Assert.Contains("too-costly", (await allowing.PostAsync("", bundle)).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_transaction_deletes_several_beside_what_it_names_and_no_reference_leads_there()
    {
        await using var allowing = new FhirServer(engine, new RestSettings { MostDeletes = 2 }.Limits);
        foreach (var id in new[] { "a", "b", "c" })
            await allowing.PutAsync($"Patient/{id}", One.Replace("\"identifier\"", $"\"id\":\"{id}\",\"identifier\""));
        var answer = await allowing.PostAsync("", $$"""
            {"resourceType":"Bundle","type":"transaction","entry":[{{Entry("DELETE", "Patient/b")}},{{Entry("DELETE", "Patient?identifier=urn:mrn|1")}},{{Entry("POST", "Patient", One)}},
            {{Entry("POST", "Observation", """{"resourceType":"Observation","status":"final","code":{"text":"x"},"subject":{"reference":"Patient?identifier=urn:mrn|1"}}""")}}]}
            """);

        Assert.Equal("204,204,201,201", Statuses(answer));
        Assert.Equal($"Patient/{(await allowing.GetAsync("Patient")).Ids}", (await allowing.GetAsync("Observation")).Json["entry"u8].First["resource"u8]["subject"u8]["reference"u8].Text);
    }

    private Task<FhirAnswer> TransactionAsync(params string[] entries) =>
        server.PostAsync("", $$"""{"resourceType":"Bundle","type":"transaction","entry":[{{string.Join(",", entries)}}]}""");

    private static string Entry(string method, string url, string? resource = null, string more = "", string? fullUrl = null)
    {
        var named = fullUrl is null ? "" : $"\"fullUrl\":\"{fullUrl}\",";
        var with = resource is null ? "" : $"\"resource\":{resource},";
        return $"{{{named}{with}\"request\":{{\"method\":\"{method}\",\"url\":\"{url}\"{more}}}}}";
    }

    private static string Statuses(FhirAnswer answer) => answer.Status == HttpStatusCode.OK
        ? string.Join(',', answer.Json["entry"u8].Items.AsEnumerable().Select(entry => entry["response"u8]["status"u8].Text))
        : answer.Text;

    private static string? Location(FhirAnswer answer, int entry) =>
        answer.Json["entry"u8].Items.AsEnumerable().ElementAt(entry)["response"u8]["location"u8].Text;
}
