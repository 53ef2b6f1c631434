using System.Net;
using System.Text.Json;
using Tandem.Kernel.Data;
using Tandem.Tests.Support;

namespace Tandem.Tests.Record.Rest;

public sealed class SqliteBundleEntryTests(SharedServer shared) : BundleEntryBehaviour(Engine.Sqlite, shared);

public sealed class PostgresBundleEntryTests(SharedServer shared) : BundleEntryBehaviour(Engine.Postgres, shared);

/// <summary>What the entries of a bundle refer to and ask for (FHIR R4 2.36.4.1, 3.1.0.11).</summary>
public abstract class BundleEntryBehaviour(Engine engine, SharedServer shared) : IAsyncLifetime, IClassFixture<SharedServer>
{
    private const string Urn = "urn:uuid:11111111-2222-3333-4444-555555555555";
    private const string Patient = """{"resourceType":"Patient","id":"abc","identifier":[{"system":"urn:mrn","value":"1"}]}""";
    private const string Observation = """{"resourceType":"Observation","status":"final","code":{"text":"x"},"subject":{"reference":"Patient/abc"}}""";
    private FhirServer server = null!;

    public async ValueTask InitializeAsync() => server = await shared.OfAsync(engine, empty => empty.PutAsync("Patient/abc", Patient));

    public ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        return ValueTask.CompletedTask;
    }

    [Theory] // 2.36.4.1: a relative reference is below the root of the RESTful fullUrl of the entry that holds it
    [InlineData("POST", "Patient", "http://example.org/fhir/Observation/1", true)]
    [InlineData("PUT", "Patient?identifier=urn:mrn|2", "http://example.org/fhir/Observation/1", true)]
    [InlineData("POST", "Patient", "http://other.org/fhir/Observation/1", false)]
    [InlineData("POST", "Patient", Urn, false)]
    [InlineData("POST", "Patient", null, false)]
    [InlineData("PUT", "Patient/abc", null, false)]
    [InlineData("PUT", "Patient/abc", Urn, false)]
    public async Task A_relative_reference_names_an_entry_beside_its_own_or_else_what_is_here(string method, string url, string? fullUrl, bool isEntry)
    {
        var sent = Patient.Replace("\"1\"", "\"2\"");
        var answer = await SendAsync(
            "transaction",
            Entry(method, url, method == "PUT" && url.Contains('?') ? sent.Replace("\"id\":\"abc\",", "") : sent, "http://example.org/fhir/Patient/abc"),
            Entry("POST", "Observation", Observation, fullUrl));

        Assert.True(answer.Status == HttpStatusCode.OK, answer.Text);
        Assert.Equal(isEntry ? Made(answer) : "Patient/abc", (await server.GetAsync("Observation")).Json["entry"u8].First["resource"u8]["subject"u8]["reference"u8].Text);
    }

    [Theory] // 2.36.4.1: the version is removed before fullUrls are looked at; what it was elsewhere says nothing here
    [InlineData("Patient/abc/_history/1")]
    [InlineData("http://example.org/fhir/Patient/abc/_history/1")]
    public async Task A_reference_to_a_version_leads_to_what_the_entry_becomes_too(string reference)
    {
        var answer = await SendAsync(
            "transaction",
            Entry("POST", "Patient", Patient.Replace("\"1\"", "\"2\""), "http://example.org/fhir/Patient/abc"),
            Entry("POST", "Observation", Observation.Replace("Patient/abc", reference), "http://example.org/fhir/Observation/1"));

        Assert.True(answer.Status == HttpStatusCode.OK, answer.Text);
        Assert.Equal(Made(answer), (await server.GetAsync("Observation")).Json["entry"u8].First["resource"u8]["subject"u8]["reference"u8].Text);
    }

    [Fact]
    public async Task A_reference_to_a_version_of_this_record_stays()
    {
        var here = server.Client.BaseAddress!.ToString();
        var answer = await SendAsync(
            "transaction",
            Entry("PUT", "Patient/abc", Patient, here + "Patient/abc"),
            Entry("POST", "Observation", Observation.Replace("Patient/abc", "Patient/abc/_history/1"), here + "Observation/1"));

        Assert.True(answer.Status == HttpStatusCode.OK, answer.Text);
        Assert.Equal("Patient/abc/_history/1", (await server.GetAsync("Observation")).Json["entry"u8].First["resource"u8]["subject"u8]["reference"u8].Text);
    }

    [Theory] // 3.1.0.11.2: what the server gives no id keeps its address, and canonical addresses are not replaced
    [InlineData("PUT", "CodeSystem/colours")]
    [InlineData("POST", "CodeSystem")]
    public async Task A_definition_keeps_its_canonical_address_though_it_is_the_fullUrl_and_references_to_it_are_followed(string method, string url)
    {
        const string Colours = "http://example.org/fhir/CodeSystem/colours";
        var answer = await SendAsync(
            "transaction",
            Entry(method, url, $$"""{"resourceType":"CodeSystem","id":"colours","url":"{{Colours}}","status":"active","content":"complete","concept":[{"code":"red"}]}""", Colours),
            Entry("PUT", "ValueSet/warm", $$$"""{"resourceType":"ValueSet","id":"warm","url":"http://example.org/fhir/ValueSet/warm","status":"active","compose":{"include":[{"system":"{{{Colours}}}"}]}}""", "http://example.org/fhir/ValueSet/warm"),
            Entry("PUT", "Patient/p", """{"resourceType":"Patient","id":"p","photo":[{"url":"http://example.org/fhir/Binary/b"},{"url":"http://example.org/fhir/Binary/c"}]}""", "http://example.org/fhir/Patient/p"),
            Entry("POST", "Binary", """{"resourceType":"Binary","contentType":"text/plain","data":"YQ=="}""", "http://example.org/fhir/Binary/b"),
            Entry("PUT", "Binary/c", """{"resourceType":"Binary","id":"c","contentType":"text/plain","data":"YQ=="}""", "http://example.org/fhir/Binary/c"),
            Entry("PUT", "List/l", $$$"""{"resourceType":"List","id":"l","status":"current","mode":"working","entry":[{"item":{"reference":"{{{Colours}}}"}}]}"""));

        Assert.True(answer.Status == HttpStatusCode.OK, answer.Text);
        Assert.Equal(Colours, (await server.GetAsync(Made(answer)!)).Json["url"u8].Text);
        var values = (await server.GetAsync("ValueSet/warm")).Json;
        Assert.Equal(("http://example.org/fhir/ValueSet/warm", Colours), (values["url"u8].Text, values["compose"u8]["include"u8].First["system"u8].Text));
        Assert.Equal(Made(answer), (await server.GetAsync("List/l")).Json["entry"u8].First["item"u8]["reference"u8].Text);
        Assert.Equal($"{Made(answer, 3)} Binary/c", string.Join(' ', (await server.GetAsync("Patient/p")).Json["photo"u8].Items.AsEnumerable().Select(photo => photo["url"u8].Text)));
    }

    [Fact] // 3.1.0.11.2: the server SHALL replace all of them
    public async Task References_in_extensions_of_primitives_lead_to_what_the_entries_become()
    {
        await server.PutAsync("Organization/o", """{"resourceType":"Organization","id":"o","name":"x","identifier":[{"value":"7"}]}""");
        var answer = await SendAsync(
            "transaction",
            Entry("POST", "Organization", """{"resourceType":"Organization","name":"y"}""", Urn),
            Entry("PUT", "Patient/p", """
                {"resourceType":"Patient","id":"p","_birthDate":{"extension":[{"url":"urn:a","valueReference":{"reference":"URN"}},{"url":"urn:b","valueUri":"URN"}]},
                "name":[{"given":["a","b"],"_given":[null,{"extension":[{"url":"urn:c","valueReference":{"reference":"Organization?identifier=7"}}]}]}]}
                """.Replace("URN", Urn)));

        Assert.True(answer.Status == HttpStatusCode.OK, answer.Text);
        var patient = (await server.GetAsync("Patient/p")).Text;
        Assert.DoesNotContain(Urn, patient);
        Assert.Contains("\"reference\":\"Organization/o\"", patient);
    }

    [Theory] // 3.1.0.11: what a read alone refuses is refused, what it finds is found
    [InlineData("Patient/abc?nonsense=1", 400)]
    [InlineData("Patient/abc?_elements=nonsense", 400)]
    [InlineData("Patient/abc?_elements=", 400)]
    [InlineData("Patient/abc/_history/1?nonsense=1", 400)]
    [InlineData("Patient/abc/_history/1?_elements=id", 200)]
    [InlineData("OperationDefinition/Patient-everything", 200)]
    public async Task A_read_in_an_entry_is_answered_as_alone(string url, int status)
    {
        var batch = await SendAsync("batch", Entry("GET", url));
        var transaction = await SendAsync("transaction", Entry("GET", url), Entry("POST", "Basic", """{"resourceType":"Basic","code":{"text":"x"}}"""));

        Assert.Equal((status, $"{status}", status), ((int)(await server.GetAsync(url)).Status, Statuses(batch), (int)transaction.Status));
        Assert.Equal(status == 200 ? "1" : "0", (await server.GetAsync("Basic?_summary=count")).Json["total"u8].Text);
    }

    [Theory] // 3.1.0.2, RFC 9110 9.3.2: HEAD has no body
    [InlineData("batch")]
    [InlineData("transaction")]
    public async Task A_head_in_an_entry_brings_no_resource(string type)
    {
        var answer = await SendAsync(type, Entry("HEAD", "Patient/abc"), Entry("HEAD", "Patient?_id=abc"), Entry("HEAD", "Patient/abc/_history/1"));

        Assert.Equal("200 200 200", Statuses(answer));
        Assert.Equal("W/\"1\"", answer.Json["entry"u8].First["response"u8]["etag"u8].Text);
        Assert.DoesNotContain("\"resource\"", answer.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("\"outcome\"", answer.Text, StringComparison.Ordinal);
    }

    [Fact] // 3.1.0.11: an entry is answered as the same request alone
    public async Task An_address_means_in_an_entry_what_it_means_alone()
    {
        var answer = await SendAsync(
            "batch", Entry("GET", "Patient/none/"), Entry("GET", "Patient/abc/"), Entry("GET", "//"), "{\"request\":{\"method\":\"GET\"}}", Entry("GET", server.Client.BaseAddress!.ToString().TrimEnd('/') + "?_id=abc"),
            Entry("GET", "OperationDefinition/Patient-everything"));

        Assert.Equal("404 200 400 400 200 200", Statuses(answer));
    }

    [Theory] // 3.1.0.11: a condition that is not understood must not be dropped
    [InlineData("PUT", "Patient/abc", "\"ifMatch\":[\"W/\\\"9\\\"\"]", 400)]
    [InlineData("PUT", "Patient/abc", "\"ifMatch\":{}", 400)]
    [InlineData("PUT", "Patient/abc", "\"ifMatch\":null", 400)]
    [InlineData("PUT", "Patient/abc", "\"ifMatch\":\"\"", 400)]
    [InlineData("PUT", "Patient/abc", "\"ifNoneMatch\":\"*\"", 412)]
    [InlineData("PUT", "Patient?identifier=urn:mrn|1", "\"ifNoneMatch\":\"*\"", 412)]
    [InlineData("PUT", "Patient/abc", "\"ifNoneMatch\":\"W/\\\"1\\\"\"", 400)]
    [InlineData("PUT", "Patient/abc", "\"ifNoneExist\":\"identifier=urn:mrn|1\"", 400)]
    [InlineData("PUT", "Patient/abc", "\"ifModifiedSince\":\"2020-01-01T00:00:00Z\"", 400)]
    [InlineData("PUT", "Patient/abc", "\"modifierExtension\":[{\"url\":\"urn:x\",\"valueBoolean\":true}]", 400)]
    [InlineData("PUT", "Patient?", "\"ifMatch\":\"W/\\\"1\\\"\"", 400)]
    [InlineData("POST", "Patient", "\"ifNoneExist\":\"\"", 400)]
    [InlineData("POST", "Patient", "\"ifMatch\":\"W/\\\"1\\\"\"", 400)]
    [InlineData("DELETE", "Patient/abc", "\"ifNoneExist\":\"identifier=urn:mrn|1\"", 400)]
    [InlineData("DELETE", "Patient?identifier=urn:mrn|1", "\"ifMatch\":\"W/\\\"9\\\"\"", 412)]
    [InlineData("GET", "Patient/abc", "\"ifMatch\":\"W/\\\"9\\\"\"", 400)]
    [InlineData("GET", "Patient?_id=abc", "\"ifNoneMatch\":\"W/\\\"1\\\"\"", 400)]
    [InlineData("GET", "Patient/abc/_history", "\"ifModifiedSince\":\"2020-01-01T00:00:00Z\"", 400)]
    [InlineData("GET", "Patient/abc/Observation", "\"ifNoneMatch\":\"W/\\\"1\\\"\"", 400)]
    public async Task A_condition_holds_or_is_refused(string method, string url, string condition, int status)
    {
        var resource = method switch { "PUT" => Patient, "POST" => Patient, _ => null };
        var entry = Entry(method, url, resource, more: "," + condition);
        var batch = await SendAsync("batch", entry);
        var transaction = await SendAsync("transaction", entry);

        Assert.Equal(($"{status}", status), (Statuses(batch), (int)transaction.Status));
        Assert.Equal("W/\"1\"", (await server.GetAsync("Patient/abc")).ETag);
        Assert.Equal("abc", (await server.GetAsync("Patient")).Ids);
    }

    [Theory] // 3.1.0.5.3: what has the id that is sent is not what the query asks for
    [InlineData("batch")]
    [InlineData("transaction")]
    public async Task A_conditional_update_that_finds_nothing_replaces_nothing(string type)
    {
        var answer = await SendAsync(type, Entry("PUT", "Patient?identifier=urn:mrn|2", Patient.Replace("\"1\"", "\"2\"")));

        Assert.Equal("412", type == "batch" ? Statuses(answer) : $"{(int)answer.Status}");
        Assert.Equal("W/\"1\"", (await server.GetAsync("Patient/abc")).ETag);
    }

    [Theory]
    [InlineData("PUT", "Patient/abc", "ifMatch", "nonsense", "412 Bundle.entry[0].request.ifMatch")]
    [InlineData("PUT", "Patient/abc", "ifNoneMatch", "nonsense", "400 Bundle.entry[0].request.ifNoneMatch")]
    [InlineData("GET", "Patient/abc", "ifModifiedSince", "nonsense", "400 Bundle.entry[0].request.ifModifiedSince")]
    [InlineData("POST", "Patient", "ifNoneExist", "nonsense=1", "400 Bundle.entry[0].request.ifNoneExist")]
    [InlineData("GET", "Patient/abc", "ifNoneExist", "identifier=1", "400 Bundle.entry[0].request.ifNoneExist")]
    [InlineData("PUT", "Patient?nonsense=1", "ifMatch", "1", "400 Bundle.entry[0].request.url")]
    public async Task A_refused_condition_is_named(string method, string url, string condition, string value, string refused)
    {
        var answer = await SendAsync("transaction", Entry(method, url, method == "GET" ? null : Patient, more: $",\"{condition}\":\"{value}\""));

        Assert.Equal(refused, $"{(int)answer.Status} {answer.Json["issue"u8].First["expression"u8].First.Text}");
    }

    [Fact]
    public async Task Times_at_the_edge_of_the_calendar_are_conditions_too()
    {
        var answer = await SendAsync(
            "batch",
            Entry("GET", "Patient/abc", more: ",\"ifModifiedSince\":\"9999-12-31T23:59:59-14:00\""),
            Entry("GET", "Patient/abc", more: ",\"ifModifiedSince\":\"0001-01-01T00:00:00+14:00\""),
            Entry("GET", "Patient/abc", more: ",\"ifModifiedSince\":\"yesterday\""));

        Assert.Equal("304 200 400", Statuses(answer));
    }

    [Theory] // 3.1.0.1.3, 3.1.0.5, 3.1.0.8.1: the same conditions in headers
    [InlineData("PUT", "Patient/abc", "If-Match", " ", 400)]
    [InlineData("DELETE", "Patient/abc", "If-Match", "", 400)]
    [InlineData("PUT", "Patient/abc", "If-Match", "W/\"01\"", 412)]
    [InlineData("PUT", "Patient/abc", "If-None-Match", "W/\"1\"", 400)]
    [InlineData("PUT", "Patient?identifier=urn:mrn|1", "If-None-Match", "*", 412)]
    [InlineData("DELETE", "Patient?identifier=urn:mrn|1", "If-Match", "W/\"9\"", 412)]
    [InlineData("POST", "Patient", "If-None-Exist", "", 400)]
    [InlineData("POST", "Patient", "If-Match", "W/\"1\"", 400)] // what a method does not know is refused as in an entry
    [InlineData("POST", "Patient", "If-None-Match", "*", 400)]
    [InlineData("PUT", "Patient/abc", "If-None-Exist", "identifier=urn:mrn|1", 400)]
    [InlineData("PUT", "Patient/abc", "If-Unmodified-Since", "Sat, 01 Jan 2000 00:00:00 GMT", 400)] // RFC 9110 13.1.4
    [InlineData("PUT", "Patient/abc", "X-Provenance", "{}", 400)] // R4 6.3.5.1: not taken, and not lost without a word
    [InlineData("DELETE", "Patient/abc", "If-None-Match", "*", 400)]
    [InlineData("DELETE", "Patient?identifier=urn:mrn|1", "If-Unmodified-Since", "Sat, 01 Jan 2000 00:00:00 GMT", 400)]
    [InlineData("PATCH", "Patient/abc", "If-None-Match", "*", 400)]
    [InlineData("POST", "", "If-Match", "W/\"1\"", 400)]
    [InlineData("GET", "Patient/abc/_history/01", "Accept", "*/*", 404)]
    public async Task A_condition_in_a_header_holds_or_is_refused(string method, string path, string name, string value, int status)
    {
        var answer = await server.SendAsync(method, path, path.Length == 0 ? Bundle("batch") : method is "PUT" or "POST" ? Patient : null, (name, value));

        Assert.Equal((HttpStatusCode)status, answer.Status);
        Assert.Equal("W/\"1\"", (await server.GetAsync("Patient/abc")).ETag);
        Assert.Equal("abc", (await server.GetAsync("Patient")).Ids);
    }

    [Theory] // 3.1.0.11.2: all succeed or all fail, the reads too
    [InlineData("Patient/none", 404)]
    [InlineData("Patient/none/_history", 404)]
    [InlineData("Patient/gone", 410)]
    [InlineData("Patient/gone/_history/2", 410)]
    [InlineData("Patient/old", 410)]
    [InlineData("Patient/abc/_history/99", 404)]
    [InlineData("Patient/abc/_history/01", 404)]
    [InlineData("Patient?nonsense=1", 400)]
    [InlineData("Patient?_summary=nonsense", 400)]
    [InlineData("Patient/abc/Observation?nonsense=1", 400)]
    [InlineData("Patient/abc?_summary=nonsense", 400)]
    [InlineData("?_type=Patient&nonsense=1", 400)]
    [InlineData("?_type=Nonsense", 400)]
    [InlineData("Patient/abc/*?nonsense=1", 400)]
    [InlineData("Patient/abc/Medication", 404)]
    [InlineData("Patient/abc/_history?_since=nonsense", 400)]
    [InlineData("Patient/_history?_count=nonsense", 400)]
    [InlineData("_history?nonsense=1", 400)]
    [InlineData("metadata?mode=nonsense", 400)]
    public async Task A_read_that_fails_keeps_the_writes_of_its_transaction_out(string url, int status)
    {
        await server.PutAsync("Patient/gone", Patient.Replace("abc", "gone"));
        await server.SendAsync("DELETE", "Patient/gone");
        await server.PutAsync("Patient/old", Patient.Replace("abc", "old"));
        var answer = await SendAsync("transaction", Entry("GET", url), Entry("POST", "Patient", Patient), Entry("DELETE", "Patient/old"));

        Assert.Equal((HttpStatusCode)status, answer.Status);
        Assert.Equal("Bundle.entry[0]", answer.Json["issue"u8].First["expression"u8].First.Text);
        Assert.Equal("2", (await server.GetAsync("Patient?_summary=count")).Json["total"u8].Text);
    }

    [Fact]
    public async Task A_transaction_reads_the_versions_that_it_makes()
    {
        var answer = await SendAsync(
            "transaction", Entry("GET", "Patient/abc/_history/2"), Entry("GET", "Patient/abc/_history/1"), Entry("GET", "Patient/abc/_history"), Entry("PUT", "Patient/abc", Patient));

        Assert.True(answer.Status == HttpStatusCode.OK, answer.Text);
        Assert.Equal("200 200 200 200", Statuses(answer));
    }

    [Fact] // 3.1.0.1.4
    public async Task Each_entry_has_its_outcome_when_outcomes_are_preferred()
    {
        var answer = await server.PostAsync("", Bundle("transaction", Entry("PUT", "Patient/abc", Patient), Entry("POST", "Patient", Patient), Entry("GET", "Patient/abc")), ("Prefer", "return=OperationOutcome"));

        var entries = answer.Json["entry"u8].Items.AsEnumerable().ToList();
        Assert.Equal([true, true, false], entries.Select(entry => entry["response"u8]["outcome"u8].IsObject));
        Assert.Equal([false, false, true], entries.Select(entry => entry["resource"u8].IsObject));
    }

    [Fact]
    public async Task A_refusal_names_the_place_in_the_bundle()
    {
        var other = await SendAsync("transaction", Entry("PUT", "Patient/abc", Patient.Replace("abc", "other")));
        var second = Patient.Replace("\"1\"", "\"2\"");
        var twice = await SendAsync("transaction", Entry("POST", "Patient", second), Entry("PUT", "Patient?identifier=urn:mrn|2", second.Replace("\"id\":\"abc\",", "")));
        var single = await server.PostAsync("", """{"resourceType":"Bundle","type":"batch","entry":{"request":{"method":"GET","url":"metadata"}}}""");
        var named = await SendAsync("transaction", Entry("POST", "Patient", Patient).Replace("{\"resource\"", "{\"fullUrl\":5,\"resource\"", StringComparison.Ordinal));

        Assert.Equal(
            "400 Bundle.entry[0].resource.id|400 Bundle.entry[1]|400 Bundle.entry|400 Bundle.entry[0].fullUrl",
            string.Join('|', new[] { other, twice, single, named }.Select(answer => $"{(int)answer.Status} {answer.Json["issue"u8].First["expression"u8].First.Text}")));
    }

    /// <summary>The type and id of what an entry made.</summary>
    private static string? Made(FhirAnswer answer, int entry = 0) =>
        answer.Json["entry"u8].Items.AsEnumerable().ElementAt(entry)["response"u8]["location"u8].Text?.Split("/fhir/")[^1].Split("/_history")[0];

    private Task<FhirAnswer> SendAsync(string type, params string[] entries) => server.PostAsync("", Bundle(type, entries));

    private static string Bundle(string type, params string[] entries) =>
        $$"""{"resourceType":"Bundle","type":"{{type}}","entry":[{{string.Join(",", entries)}}]}""";

    private static string Entry(string method, string url, string? resource = null, string? fullUrl = null, string more = "")
    {
        var named = fullUrl is null ? "" : $"\"fullUrl\":\"{fullUrl}\",";
        var with = resource is null ? "" : $"\"resource\":{resource},";
        return $"{{{named}{with}\"request\":{{\"method\":\"{method}\",\"url\":{JsonSerializer.Serialize(url)}{more}}}}}";
    }

    private static string Statuses(FhirAnswer answer) =>
        string.Join(' ', answer.Json["entry"u8].Items.AsEnumerable().Select(entry => entry["response"u8]["status"u8].Text![..3]));
}
