using System.Net;
using Tandem.Kernel.Data;
using Tandem.Record.Rest;
using Tandem.Tests.Support;

namespace Tandem.Tests.Record.Rest;

public sealed class SqliteBundleTests() : BundleBehaviour(Engine.Sqlite);

public sealed class PostgresBundleTests() : BundleBehaviour(Engine.Postgres);

/// <summary>Batch, transaction and conditional interactions (FHIR R4 3.1.0.11, 3.1.0.8.1, 3.1.0.5.3, 3.1.0.7.1).</summary>
public abstract class BundleBehaviour(Engine engine) : IAsyncLifetime
{
    private const string Urn = "urn:uuid:11111111-2222-3333-4444-555555555555";
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

    [Fact] // 3.1.0.11.2: references between entries
    public async Task References_between_entries_lead_to_what_the_entries_become()
    {
        var answer = await TransactionAsync(
            Post("Observation", $$$"""{"resourceType":"Observation","status":"final","code":{"text":"{{{Urn}}}"},"subject":{"reference":"{{{Urn}}}"}}"""),
            Post("Patient", """{"resourceType":"Patient","contained":[{"resourceType":"Patient","id":"c","link":[{"other":{"reference":"URN"},"type":"seealso"}]}]}""".Replace("URN", Urn), Urn));

        Assert.True(answer.Status == HttpStatusCode.OK, answer.Text);
        Assert.Equal("transaction-response", answer.Json["type"u8].Text);
        Assert.Equal(["201", "201"], Statuses(answer));
        var patient = (await server.GetAsync("Patient")).Ids;
        var observation = (await server.GetAsync("Observation")).Json["entry"u8].First["resource"u8];
        Assert.Equal($"Patient/{patient}", observation["subject"u8]["reference"u8].Text);
        Assert.Equal(Urn, observation["code"u8]["text"u8].Text); // data, not a reference
        Assert.Contains($"\"reference\":\"Patient/{patient}\"", (await server.GetAsync($"Patient/{patient}")).Text);
        Assert.EndsWith("/_history/1", answer.Json["entry"u8].First["response"u8]["location"u8].Text);
        Assert.Empty(Tandem.Fhir.Structure.StructureCheck.Check(answer.Json));
    }

    [Fact] // 3.1.0.11.2: all or nothing
    public async Task One_wrong_entry_keeps_everything_out()
    {
        await server.PutAsync("Patient/a", """{"resourceType":"Patient","id":"a"}""");
        var stale = await TransactionAsync(
            Post("Patient", """{"resourceType":"Patient"}"""),
            Entry("PUT", "Patient/a", """{"resourceType":"Patient","id":"a"}""", more: ",\"ifMatch\":\"W/\\\"9\\\"\""));
        var unsound = await TransactionAsync(
            Post("Patient", """{"resourceType":"Patient"}"""), Post("Patient", """{"resourceType":"Patient","gender":"none"}"""));

        Assert.Equal(HttpStatusCode.PreconditionFailed, stale.Status);
        Assert.Equal("Bundle.entry[1]", stale.Json["issue"u8].First["expression"u8].First.Text);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, unsound.Status);
        Assert.Equal("Bundle.entry[1].resource.gender", unsound.Json["issue"u8].First["expression"u8].First.Text);
        Assert.Equal("1", (await server.GetAsync("Patient?_summary=count")).Json["total"u8].Text);
    }

    [Fact] // 3.1.0.11.2: DELETE, POST, PUT, GET; answers in the order of the request
    public async Task Entries_are_worked_in_their_order_and_answered_in_the_order_sent()
    {
        await server.PutAsync("Patient/old", """{"resourceType":"Patient","id":"old"}""");
        var answer = await TransactionAsync(
            Entry("GET", "Patient/b"),
            Entry("PUT", "Patient/b", """{"resourceType":"Patient","id":"b","gender":"male"}"""),
            Entry("DELETE", "Patient/old"),
            Entry("GET", "Patient?gender=male"));

        Assert.True(answer.Status == HttpStatusCode.OK, answer.Text);
        Assert.Equal(["200", "201", "204", "200"], Statuses(answer));
        var entries = answer.Json["entry"u8].Items.AsEnumerable().ToList();
        Assert.Equal("b", entries[0]["resource"u8]["id"u8].Text);
        Assert.Equal("1", entries[3]["resource"u8]["total"u8].Text);
    }

    [Theory] // 3.1.0.1.4: of what is deleted there is nothing to give; it was 500 once all was written
    [InlineData("transaction", "Patient/old")]
    [InlineData("transaction", "Patient?_id=old")]
    [InlineData("batch", "Patient/old")]
    public async Task A_deletion_is_answered_to_who_wants_the_resources(string type, string url)
    {
        await server.PutAsync("Patient/old", """{"resourceType":"Patient","id":"old"}""");

        var answer = await server.PostAsync("", Bundle(type, Entry("DELETE", url), Entry("PUT", "Patient/b", """{"resourceType":"Patient","id":"b"}""")), ("Prefer", "return=representation"));

        Assert.True(answer.Status == HttpStatusCode.OK, answer.Text);
        Assert.Equal("204", Statuses(answer).First());
        Assert.Equal([false, true], answer.Json["entry"u8].Items.AsEnumerable().Select(entry => entry["resource"u8].Exists));
        Assert.Equal(HttpStatusCode.Gone, (await server.GetAsync("Patient/old")).Status);
    }

    [Fact] // 3.1.0.11.2
    public async Task What_names_one_resource_twice_is_refused()
    {
        var same = await TransactionAsync(
            Entry("PUT", "Patient/b", """{"resourceType":"Patient","id":"b"}"""), Entry("DELETE", "Patient/b"));
        var urls = await TransactionAsync(Post("Patient", """{"resourceType":"Patient"}""", Urn), Post("Patient", """{"resourceType":"Patient"}""", Urn));

        Assert.Equal((HttpStatusCode.BadRequest, "duplicate"), (same.Status, same.Issue));
        Assert.Equal((HttpStatusCode.BadRequest, "duplicate"), (urls.Status, urls.Issue));
        Assert.Equal(HttpStatusCode.NotFound, (await TransactionAsync(Entry("GET", "Patient/none"))).Status);
    }

    [Fact] // 3.1.0.11.3 conditional references
    public async Task A_conditional_reference_leads_to_the_one_resource_it_finds()
    {
        await server.PutAsync("Organization/org", """{"resourceType":"Organization","id":"org","name":"x","identifier":[{"system":"urn:npi","value":"7"}]}""");
        var patient = """{"resourceType":"Patient","managingOrganization":{"reference":"Organization?identifier=urn:npi|VALUE"}}""";

        Assert.Equal(HttpStatusCode.OK, (await TransactionAsync(Post("Patient", patient.Replace("VALUE", "7")))).Status);
        Assert.Equal(HttpStatusCode.PreconditionFailed, (await TransactionAsync(Post("Patient", patient.Replace("VALUE", "8")))).Status);
        Assert.Equal("1", (await server.GetAsync("Patient?organization=Organization/org")).Json["total"u8].Text);
        await server.PutAsync("Patient/patched", """{"resourceType":"Patient","id":"patched"}""");
        var patch = Convert.ToBase64String("""[{"op":"add","path":"/managingOrganization","value":{"reference":"Organization?identifier=urn:npi|7"}}]"""u8);
        Assert.Equal(HttpStatusCode.OK, (await TransactionAsync(Entry("PATCH", "Patient/patched", $$"""{"resourceType":"Binary","contentType":"application/json-patch+json","data":"{{patch}}"}"""))).Status);
        Assert.Equal("2", (await server.GetAsync("Patient?organization=Organization/org")).Json["total"u8].Text);
        Assert.Equal(HttpStatusCode.BadRequest, (await TransactionAsync(Post("Patient", patient.Replace("Organization?", "Organisation?")))).Status);
    }

    [Fact] // it would be kept as sent and lead nowhere
    public async Task Outside_of_a_transaction_a_conditional_reference_is_refused()
    {
        const string patient = """{"resourceType":"Patient","managingOrganization":{"reference":"Organization?identifier=urn:npi|7"}}""";
        var alone = await server.PostAsync("Patient", patient);
        var batch = await server.PostAsync("", Bundle("batch", Post("Patient", patient), Post("Patient", """{"resourceType":"Patient","photo":[{"url":"http://example.org/photo?of=1"}]}""")));

        Assert.Equal((HttpStatusCode.UnprocessableEntity, "not-supported"), (alone.Status, alone.Issue));
        Assert.Equal("Patient.managingOrganization.reference", alone.Json["issue"u8].First["expression"u8].First.Text);
        Assert.Equal(["422", "201"], batch.Json["entry"u8].Items.AsEnumerable().Select(entry => entry["response"u8]["status"u8].Text![..3]));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await server.PostAsync("Patient", patient.Replace("?", "\\u003f"))).Status);
        await server.PutAsync("Patient/q", """{"resourceType":"Patient","id":"q"}""");
        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await server.SendAsync("PATCH", "Patient/q", """[{"op":"add","path":"/managingOrganization","value":{"reference":"Organization?identifier=urn:npi|7"}}]""", ("Content-Type", "application/json-patch+json"))).Status);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await server.PutAsync("Patient/p", patient.Replace("{\"resourceType\"", "{\"id\":\"p\",\"resourceType\""))).Status);
    }

    [Fact] // 3.1.0.8.1
    public async Task A_conditional_create_makes_one_resource_among_sixteen()
    {
        var body = """{"resourceType":"Patient","identifier":[{"system":"urn:mrn","value":"1"}]}""";
        var answers = await Task.WhenAll(Enumerable.Range(0, 16).Select(_ => server.PostAsync("Patient", body, ("If-None-Exist", "identifier=urn:mrn|1"))));

        Assert.Equal(1, answers.Count(answer => answer.Status == HttpStatusCode.Created));
        Assert.Equal(15, answers.Count(answer => answer.Status == HttpStatusCode.OK));
        await server.PostAsync("Patient", body);
        var several = await server.PostAsync("Patient", body, ("If-None-Exist", "identifier=urn:mrn|1"));
        Assert.Equal((HttpStatusCode.PreconditionFailed, "multiple-matches"), (several.Status, several.Issue));
        foreach (var wrong in (string[])["nonsense=1", "Observation?identifier=urn:mrn|2", "/fhir/Observation?identifier=urn:mrn|2"])
            Assert.Equal((wrong, HttpStatusCode.BadRequest), (wrong, (await server.PostAsync("Patient", body, ("If-None-Exist", wrong))).Status));
    }

    [Fact] // 3.1.0.8.1 in a transaction; 3.1.0.11.2
    public async Task References_to_what_was_there_already_lead_there()
    {
        await server.PutAsync("Patient/a", """{"resourceType":"Patient","id":"a","identifier":[{"system":"urn:mrn","value":"1"}]}""");
        var answer = await TransactionAsync(
            Entry("POST", "Patient", """{"resourceType":"Patient"}""", Urn, ",\"ifNoneExist\":\"identifier=urn:mrn|1\""),
            Post("Observation", $$$"""{"resourceType":"Observation","status":"final","code":{"text":"x"},"subject":{"reference":"{{{Urn}}}"}}"""));

        Assert.Equal(["200", "201"], Statuses(answer));
        Assert.Equal("1", (await server.GetAsync("Observation?patient=a")).Json["total"u8].Text);
    }

    [Fact] // 3.1.0.5.3, 3.1.0.7.1
    public async Task Update_and_delete_by_query()
    {
        var body = """{"resourceType":"Patient","identifier":[{"value":"1"}],"gender":"male"}""";

        Assert.Equal(HttpStatusCode.Created, (await server.PutAsync("Patient?identifier=1", body)).Status);
        Assert.Equal("W/\"2\"", (await server.PutAsync("Patient?identifier=1", body)).ETag);
        Assert.Equal(HttpStatusCode.BadRequest, (await server.PutAsync("Patient?identifier=1", body.Replace("\"gender\"", "\"id\":\"z\",\"gender\""))).Status);
        Assert.Equal(HttpStatusCode.PreconditionFailed, (await server.PutAsync("Patient", body)).Status);
        Assert.Equal(HttpStatusCode.NoContent, (await server.SendAsync("DELETE", "Patient?identifier=1")).Status);
        Assert.Equal(HttpStatusCode.NoContent, (await server.SendAsync("DELETE", "Patient?identifier=1")).Status);
        Assert.Equal("", (await server.GetAsync("Patient")).Ids);
    }

    [Fact] // 3.1.0.11.1
    public async Task Entries_of_a_batch_stand_alone()
    {
        var answer = await server.PostAsync("", Bundle("batch",
            Post("Patient", """{"resourceType":"Patient","gender":"none"}"""),
            Entry("PUT", "Patient/b", """{"resourceType":"Patient","id":"b"}"""),
            Entry("GET", "Patient/none"),
            Entry("PATCH", "Patient/b"),
            "1"));

        Assert.Equal(HttpStatusCode.OK, answer.Status);
        Assert.Equal(["422", "201", "404", "400", "400"], Statuses(answer));
        Assert.Equal("not-found", answer.Json["entry"u8].Items.AsEnumerable().ElementAt(2)["response"u8]["outcome"u8]["issue"u8].First["code"u8].Text);
        Assert.Equal("b", (await server.GetAsync("Patient")).Ids);
        Assert.Equal(HttpStatusCode.BadRequest, (await server.PostAsync("", """{"resourceType":"Bundle","type":"collection"}""")).Status);
    }

    [Fact] // 3.1.0.11: a batch may ask for anything that can be asked alone
    public async Task A_batch_asks_for_histories_compartments_operations_and_what_changed()
    {
        await server.PutAsync("Patient/a", """{"resourceType":"Patient","id":"a","gender":"male"}""");
        await server.PutAsync("Patient/a", """{"resourceType":"Patient","id":"a","gender":"female"}""");
        await server.PutAsync("Observation/o", """{"resourceType":"Observation","id":"o","status":"final","code":{"text":"x"},"subject":{"reference":"Patient/a"}}""");
        var answer = await server.PostAsync("", Bundle("batch",
            Entry("GET", "Patient/a/_history?_count=1"),
            Entry("GET", "Observation/_history"),
            Entry("GET", "_history"),
            Entry("GET", "Patient/a/Observation?status=final"),
            Entry("GET", "Patient/a/$everything"),
            Entry("POST", "Observation/$validate", """{"resourceType":"Parameters","parameter":[{"name":"resource","resource":{"resourceType":"Observation"}}]}"""),
            Entry("GET", "?_type=Patient,Observation"),
            Entry("GET", "Patient/a", more: ",\"ifNoneMatch\":\"W/\\\"2\\\"\""),
            Entry("GET", "Patient/a", more: ",\"ifNoneMatch\":\"W/\\\"1\\\"\""),
            Entry("GET", "Patient/a", more: ",\"ifModifiedSince\":\"2099-01-01T00:00:00Z\""),
            Entry("GET", "Patient/a/$nonsense"),
            Entry("GET", "Patient/a/Observation?nonsense=1"),
            Entry("GET", "Patient/none/_history")));

        Assert.True(answer.Status == HttpStatusCode.OK, answer.Text);
        Assert.Equal("200 200 200 200 200 200 200 304 200 304 404 400 404", string.Join(' ', Statuses(answer)));
        var entries = answer.Json["entry"u8].Items.AsEnumerable().Select(entry => entry["resource"u8]).ToList();
        Assert.Equal(("history", "2"), (entries[0]["type"u8].Text, entries[0]["total"u8].Text));
        Assert.Contains("/fhir/Patient/a/_history?_count=1", entries[0]["link"u8].First["url"u8].Text);
        Assert.Equal(3, entries[2]["entry"u8].Items.AsEnumerable().Count());
        Assert.Equal("o", entries[3]["entry"u8].First["resource"u8]["id"u8].Text);
        Assert.Equal("2", entries[4]["total"u8].Text);
        Assert.Equal("OperationOutcome", entries[5]["resourceType"u8].Text);
        Assert.Equal("female", entries[8]["gender"u8].Text);
        Assert.Empty(Tandem.Fhir.Structure.StructureCheck.Check(answer.Json));
        Assert.Equal(HttpStatusCode.BadRequest, (await TransactionAsync(Entry("POST", "Observation/$validate", """{"resourceType":"Observation"}"""))).Status);
    }

    [Fact] // 3.1.0.11: whatever the server takes alone
    public async Task A_batch_asks_what_the_server_can_do_and_searches_by_post()
    {
        await server.PutAsync("Patient/a", """{"resourceType":"Patient","id":"a","gender":"female"}""");
        await server.PutAsync("Patient/b", """{"resourceType":"Patient","id":"b","gender":"male"}""");
        var answer = await server.PostAsync("", Bundle(
            "batch",
            Entry("GET", "metadata"),
            Entry("POST", "Patient/_search?gender=male"),
            Entry("POST", "_search?_type=Patient&_id=a"),
            Entry("POST", "Patient/_search?gender="),
            Entry("POST", "Patient/_search", """{"resourceType":"Parameters"}"""),
            Entry("POST", "Nothing/_search?_id=a")));

        Assert.Equal("200 200 200 400 400 400", string.Join(' ', Statuses(answer)));
        var entries = answer.Json["entry"u8].Items.AsEnumerable().Select(entry => entry["resource"u8]).ToList();
        Assert.Equal(("CapabilityStatement", "4.0.1"), (entries[0]["resourceType"u8].Text, entries[0]["fhirVersion"u8].Text));
        Assert.Equal((await server.GetAsync("metadata")).Text, System.Text.Encoding.UTF8.GetString(entries[0].Raw));
        Assert.Equal("b", entries[1]["entry"u8].First["resource"u8]["id"u8].Text);
        Assert.Equal("a", entries[2]["entry"u8].First["resource"u8]["id"u8].Text);
        Assert.Equal(HttpStatusCode.BadRequest, (await TransactionAsync(Entry("POST", "Patient/_search?gender=male"))).Status);
    }

    [Fact] // 3.1.0.11.2: conditional references come last, so they see what the transaction changes
    public async Task A_conditional_reference_finds_what_the_transaction_makes_of_a_resource()
    {
        await server.PutAsync("Organization/a", """{"resourceType":"Organization","id":"a","name":"x","identifier":[{"value":"old"}]}""");
        await server.PutAsync("Organization/b", """{"resourceType":"Organization","id":"b","name":"x","identifier":[{"value":"new"}]}""");
        await server.PutAsync("Organization/c", """{"resourceType":"Organization","id":"c","name":"x","identifier":[{"value":"third"}]}""");
        var answer = await TransactionAsync(
            Entry("PUT", "Patient/p", """{"resourceType":"Patient","id":"p","managingOrganization":{"reference":"Organization?identifier=new"},"generalPractitioner":[{"reference":"Organization?identifier=patched"}]}"""),
            Entry("PUT", "Organization/a", """{"resourceType":"Organization","id":"a","name":"x","identifier":[{"value":"new"}]}"""),
            Entry("PUT", "Organization/b", """{"resourceType":"Organization","id":"b","name":"x"}"""),
            Entry("PATCH", "Organization/c", """{"resourceType":"Parameters","parameter":[{"name":"operation","part":[{"name":"type","valueCode":"replace"},{"name":"path","valueString":"Organization.identifier[0].value"},{"name":"value","valueString":"patched"}]}]}"""));
        Assert.True(answer.Status == HttpStatusCode.OK, answer.Text);
        Assert.Equal("p", (await server.GetAsync("Patient?organization=Organization/a&general-practitioner=Organization/c")).Ids);

        var gone = await TransactionAsync(
            Entry("PUT", "Patient/q", """{"resourceType":"Patient","id":"q","managingOrganization":{"reference":"Organization?identifier=new"}}"""),
            Entry("PUT", "Organization/a", """{"resourceType":"Organization","id":"a","name":"x"}"""));
        Assert.Equal(HttpStatusCode.PreconditionFailed, gone.Status);
        Assert.Equal("a", (await server.GetAsync("Organization?identifier=new")).Ids);
    }

    [Theory] // clients send again what is refused as a whole
    [InlineData("batch")]
    [InlineData("transaction")]
    public async Task What_a_bundle_wrote_is_told_though_its_reads_are_too_much_for_one_answer(string type)
    {
        await using var small = new FhirServer(engine, RestLimits.Default with { AnswerBytes = 10_000 });
        await small.PutAsync("Basic/a", Basic("a", 6000));
        var answer = await small.PostAsync("", Bundle(type, Entry("GET", "Basic?_id=a"), Entry("GET", "$nonsense"), Entry("GET", "Basic/a"), Entry("GET", "Patient"), Entry("PUT", "Basic/b", Basic("b", 10))));

        Assert.True(answer.Status == HttpStatusCode.OK, answer.Text);
        Assert.Equal(["200", "404", "422", "422", "201"], Statuses(answer));
        var entries = answer.Json["entry"u8].Items.AsEnumerable().ToList();
        Assert.Equal("a", entries[0]["resource"u8]["entry"u8].First["resource"u8]["id"u8].Text);
        Assert.All(entries[2..4], entry => Assert.Equal("too-costly", entry["response"u8]["outcome"u8]["issue"u8].First["code"u8].Text));
        Assert.Contains("was not done", entries[3]["response"u8]["outcome"u8]["issue"u8].First["diagnostics"u8].Text);
        Assert.EndsWith("Basic/b/_history/1", entries[4]["response"u8]["location"u8].Text);
        Assert.Empty(Tandem.Fhir.Structure.StructureCheck.Check(answer.Json));
    }

    [Theory]
    [InlineData("batch")]
    [InlineData("transaction")]
    public async Task What_a_bundle_wrote_is_left_out_of_an_answer_that_would_be_too_large(string type)
    {
        await using var small = new FhirServer(engine, RestLimits.Default with { AnswerBytes = 10_000 });
        string[] ids = ["a", "b", "c", "d"];
        var answer = await small.PostAsync("", Bundle(type, [Entry("GET", "Basic/a"), .. ids.Select(id => Entry("PUT", $"Basic/{id}", Basic(id, 2200)))]), ("Prefer", "return=representation"));

        Assert.True(answer.Status == HttpStatusCode.OK, answer.Text);
        Assert.Equal(["422", "201", "201", "201", "201"], Statuses(answer));
        var entries = answer.Json["entry"u8].Items.AsEnumerable().ToList();
        Assert.Equal(["a", "b", "c", null], entries[1..].Select(entry => entry["resource"u8]["id"u8].Text));
        var last = entries[4]["response"u8];
        Assert.Equal(("W/\"1\"", "warning", "too-costly"), (last["etag"u8].Text, last["outcome"u8]["issue"u8].First["severity"u8].Text, last["outcome"u8]["issue"u8].First["code"u8].Text));
        Assert.Equal("d", (await small.GetAsync(last["location"u8].Text!)).Json["id"u8].Text);
    }

    private Task<FhirAnswer> TransactionAsync(params string[] entries) => server.PostAsync("", Bundle("transaction", entries));

    private static string Bundle(string type, params string[] entries) =>
        $$"""{"resourceType":"Bundle","type":"{{type}}","entry":[{{string.Join(",", entries)}}]}""";

    /// <summary>R4 3.1.0.11.2: links within narratives are replaced too.</summary>
    [Fact]
    public async Task Links_and_pictures_of_narratives_lead_to_what_the_entries_became()
    {
        const string Url = "urn:uuid:11111111-1111-4111-8111-111111111111";
        var text = $$"""{"status":"generated","div":"<div xmlns=\"http://www.w3.org/1999/xhtml\"><a href=\"{{Url}}\">one</a> <a href='#x'>{{Url}}</a><img src='{{Url}}' alt=\"\"/></div>"}""";
        var basic = "{\"resourceType\":\"Basic\",\"text\":" + text + ",\"code\":{\"text\":\"x\"}}";
        var answer = await server.PostAsync("", "{\"resourceType\":\"Bundle\",\"type\":\"transaction\",\"entry\":[" + Post("Patient", """{"resourceType":"Patient"}""", Url) + "," + Post("Basic", basic) + "]}");

        Assert.True(answer.Status == HttpStatusCode.OK, answer.Text);
        var locations = answer.Json["entry"u8].Items.AsEnumerable().Select(entry => entry["response"u8]["location"u8].Text!.Split("/fhir/")[^1].Split("/_history")[0]).ToList();
        Assert.Equal(
            $"""<div xmlns="http://www.w3.org/1999/xhtml"><a href="{locations[0]}">one</a> <a href='#x'>{Url}</a><img src='{locations[0]}' alt=""/></div>""",
            (await server.GetAsync(locations[1])).Json["text"u8]["div"u8].Text);
    }

    private static string Basic(string id, int length) => $$"""{"resourceType":"Basic","id":"{{id}}","code":{"text":"x{{new string('x', length)}}"} }""";

    private static string Post(string type, string resource, string? fullUrl = null) => Entry("POST", type, resource, fullUrl);

    private static string Entry(string method, string url, string? resource = null, string? fullUrl = null, string more = "")
    {
        var named = fullUrl is null ? "" : $"\"fullUrl\":\"{fullUrl}\",";
        var with = resource is null ? "" : $"\"resource\":{resource},";
        return $"{{{named}{with}\"request\":{{\"method\":\"{method}\",\"url\":\"{url}\"{more}}}}}";
    }

    private static IEnumerable<string> Statuses(FhirAnswer answer) =>
        answer.Json["entry"u8].Items.AsEnumerable().Select(entry => entry["response"u8]["status"u8].Text![..3]);
}
