using System.Net;
using Tandem.Kernel.Data;
using Tandem.Record.Rest;
using Tandem.Record.Validation;
using Tandem.Tests.Support;

namespace Tandem.Tests.Record.Rest;

public sealed class SqliteRestTests(SharedServer shared) : RestBehaviour(Engine.Sqlite, shared);

public sealed class PostgresRestTests(SharedServer shared) : RestBehaviour(Engine.Postgres, shared);

/// <summary>The interactions of FHIR R4 3.1.0 on single resources, over HTTP.</summary>
public abstract class RestBehaviour(Engine engine, SharedServer shared) : IAsyncLifetime, IClassFixture<SharedServer>
{
    private const string Patient = """{"resourceType":"Patient","id":"a","zzz":1.50,"name":[{"family":"Testperson"}]}""";
    private FhirServer server = null!;

    public async ValueTask InitializeAsync() => server = await shared.OfAsync(() => new FhirServer(engine, RestLimits.Default with { ResourceBytes = 20_000, Depth = 20 }), static _ => Task.CompletedTask);

    public ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        return ValueTask.CompletedTask;
    }

    [Fact] // 3.1.0.8
    public async Task A_created_resource_gets_an_id_a_location_and_an_etag()
    {
        var created = await server.PostAsync("Patient", """{"resourceType":"Patient","id":"mine","active":true}""");

        Assert.Equal(HttpStatusCode.Created, created.Status);
        var id = created.Json["id"u8].Text!;
        Assert.NotEqual("mine", id);
        Assert.Equal($"{server.Client.BaseAddress}Patient/{id}/_history/1", created.Headers.Location!.ToString());
        Assert.Equal("W/\"1\"", created.ETag);
        Assert.Equal(server.Clock.GetUtcNow(), created.ContentHeaders.LastModified);
        Assert.Equal("application/fhir+json", created.ContentHeaders.ContentType!.MediaType);
    }

    [Fact] // 3.1.0.2
    public async Task A_read_serves_the_bytes_as_stored_with_their_length()
    {
        var written = await server.PutAsync("Patient/a", Patient);
        var read = await server.GetAsync("Patient/a");

        Assert.Equal(HttpStatusCode.Created, written.Status);
        Assert.Equal(
            """{"resourceType":"Patient","id":"a","meta":{"versionId":"1","lastUpdated":"2026-03-02T15:00:00.000Z"},"zzz":1.50,"name":[{"family":"Testperson"}]}""",
            read.Text);
        Assert.Equal(read.Bytes.Length, read.ContentHeaders.ContentLength);
    }

    [Fact] // 3.1.0.2: HEAD gives the headers of GET
    public async Task A_head_has_the_headers_of_the_read_and_no_body()
    {
        var written = await server.PutAsync("Patient/a", Patient);
        var head = await server.SendAsync("HEAD", "Patient/a");

        Assert.Equal(HttpStatusCode.OK, head.Status);
        Assert.Empty(head.Bytes);
        Assert.Equal(written.Bytes.Length, head.ContentHeaders.ContentLength);
        Assert.Equal("W/\"1\"", head.ETag);
    }

    [Fact] // 3.1.0.1.3 conditional read
    public async Task A_client_that_has_the_version_gets_not_modified()
    {
        await server.PutAsync("Patient/a", Patient);

        var same = await server.GetAsync("Patient/a", ("If-None-Match", "W/\"1\""));
        var changed = await server.GetAsync("Patient/a", ("If-None-Match", "W/\"2\""));
        Assert.Equal((HttpStatusCode.NotModified, HttpStatusCode.OK), (same.Status, changed.Status));
        Assert.Equal(["Accept", "Accept-Encoding"], same.Headers.Vary); // RFC 9110 15.4.5: as it would be of the whole
        Assert.Equal(changed.Headers.Vary, same.Headers.Vary);
        foreach (var form in new[] { "r", "dddd, dd-MMM-yy HH:mm:ss 'GMT'", "ddd MMM ' 2' HH:mm:ss yyyy" }) // RFC 9110 5.6.7: the three forms of a date
        {
            var time = server.Clock.GetUtcNow().ToString(form, System.Globalization.CultureInfo.InvariantCulture);
            Assert.Equal((form, HttpStatusCode.NotModified), (form, (await server.GetAsync("Patient/a", ("If-Modified-Since", time))).Status));
        }
    }

    [Fact] // 3.1.0.3, 3.1.0.7
    public async Task A_deleted_resource_is_gone_but_its_versions_stay()
    {
        await server.PutAsync("Patient/a", Patient);
        var deleted = await server.SendAsync("DELETE", "Patient/a");
        var again = await server.SendAsync("DELETE", "Patient/a");

        Assert.Equal(HttpStatusCode.NoContent, deleted.Status);
        Assert.Equal(HttpStatusCode.NoContent, again.Status);
        Assert.Equal("W/\"2\"", again.ETag);
        Assert.Equal((HttpStatusCode.Gone, "deleted"), Brief(await server.GetAsync("Patient/a")));
        Assert.Equal(HttpStatusCode.OK, (await server.GetAsync("Patient/a/_history/1")).Status);
        Assert.Equal(HttpStatusCode.Gone, (await server.GetAsync("Patient/a/_history/2")).Status);
        Assert.Equal(HttpStatusCode.NoContent, (await server.SendAsync("DELETE", "Patient/never")).Status);
        var back = await server.PutAsync("Patient/a", Patient);
        Assert.Equal((HttpStatusCode.Created, "W/\"3\""), (back.Status, back.ETag));
    }

    [Fact] // 3.1.0.2, 3.1.0.3
    public async Task What_is_not_there_is_not_found()
    {
        await server.PutAsync("Patient/a", Patient);

        foreach (var path in new[] { "Patient/b", "Patient/a/_history/2", "Patient/a/_history/x", "Nothing/a", "Patient/a/b/c/d/e" })
            Assert.Equal((HttpStatusCode.NotFound, "not"), (Brief(await server.GetAsync(path)) is var (status, code) ? (status, code![..3]) : default));
    }

    [Fact] // 3.1.0.5.1
    public async Task An_update_that_names_an_old_version_is_refused()
    {
        await server.PutAsync("Patient/a", Patient);
        await server.PutAsync("Patient/a", Patient, ("If-Match", "W/\"1\""));

        Assert.Equal((HttpStatusCode.PreconditionFailed, "conflict"), Brief(await server.PutAsync("Patient/a", Patient, ("If-Match", "W/\"1\""))));
        Assert.Equal(HttpStatusCode.PreconditionFailed, (await server.SendAsync("DELETE", "Patient/a", null, ("If-Match", "W/\"1\""))).Status);
        Assert.Equal(HttpStatusCode.PreconditionFailed, (await server.PutAsync("Patient/new", Patient.Replace("\"a\"", "\"new\"", StringComparison.Ordinal), ("If-Match", "W/\"1\""))).Status);
        Assert.Equal(HttpStatusCode.PreconditionFailed, (await server.PutAsync("Patient/a", Patient, ("If-Match", "one"))).Status);
        Assert.Equal("W/\"2\"", (await server.GetAsync("Patient/a")).ETag);
    }

    [Theory] // 3.1.0.5.1, RFC 9110 13.1.1
    [InlineData("W/\"1\", W/\"2\"", true)]
    [InlineData("\"1\",\"2\"", true)]
    [InlineData("\"2\"", true)]
    [InlineData("W/\"1\", W/\"3\"", false)]
    [InlineData("\"of another, server\", W/\"2\"", true)]
    [InlineData("\"of another\"", false)]
    [InlineData("*", true)]
    [InlineData("\"2", true)] // as before: without the quotes it is the number that counts
    [InlineData("one, W/\"2\"", false)]
    public async Task If_Match_names_versions_of_which_one_has_to_be_current(string ifMatch, bool holds)
    {
        await server.PutAsync("Patient/a", Patient);
        await server.PutAsync("Patient/a", Patient);

        Assert.Equal(holds ? HttpStatusCode.OK : HttpStatusCode.PreconditionFailed, (await server.PutAsync("Patient/a", Patient, ("If-Match", ifMatch))).Status);
        Assert.Equal(HttpStatusCode.PreconditionFailed, (await server.PutAsync("Patient/new", Patient.Replace("\"a\"", "\"new\"", StringComparison.Ordinal), ("If-Match", ifMatch))).Status);
        Assert.Equal(holds ? HttpStatusCode.NoContent : HttpStatusCode.PreconditionFailed, (await server.SendAsync("DELETE", "Patient/a", null, ("If-Match", ifMatch.Replace('2', holds ? '3' : '2')))).Status);
    }

    [Fact] // 3.1.0.5.1
    public async Task Of_sixteen_updates_of_one_version_exactly_one_wins()
    {
        await server.PutAsync("Patient/a", Patient);

        var answers = await Task.WhenAll(Enumerable.Range(0, 16).Select(_ => server.PutAsync("Patient/a", Patient, ("If-Match", "W/\"1\""))));

        Assert.Equal(1, answers.Count(answer => answer.Status == HttpStatusCode.OK));
        Assert.Equal(15, answers.Count(answer => answer.Status == HttpStatusCode.PreconditionFailed));
    }

    [Theory] // 3.1.0.5, 3.1.0.8
    [InlineData("PUT", "Patient/a", """{"resourceType":"Patient","id":"b"}""", 400, "invalid")]
    [InlineData("PUT", "Patient/a", """{"resourceType":"Patient"}""", 400, "invalid")]
    [InlineData("PUT", "Patient/a_b", """{"resourceType":"Patient","id":"a_b"}""", 422, "value")]
    [InlineData("PUT", "Patient/a", """{"resourceType":"Observation","id":"a","status":"final","code":{"text":"x"}}""", 400, "invalid")]
    [InlineData("POST", "Patient", """{"resourceType":"Patient","active":}""", 400, "structure")]
    [InlineData("POST", "Patient", """[]""", 400, "structure")]
    [InlineData("POST", "Patient", "", 400, "structure")]
    [InlineData("POST", "Patient", """{"resourceType":"Patient","name":{"family":"x"}}""", 400, "structure")]
    [InlineData("POST", "Patient", """{"resourceType":"Patient","gender":"none"}""", 422, "code-invalid")]
    [InlineData("POST", "Observation", """{"resourceType":"Observation","code":{"text":"x"}}""", 422, "required")]
    [InlineData("POST", "Patient", """{"resourceType":"Patient","birthDate":"2026-02-30"}""", 422, "value")]
    public async Task A_wrong_body_is_refused_with_what_is_wrong(string method, string path, string body, int status, string issue)
    {
        Assert.Equal(((HttpStatusCode)status, issue), Brief(await server.SendAsync(method, path, body)));
    }

    [Fact] // 2.36 OperationOutcome
    public async Task An_issue_says_where_it_is()
    {
        var answer = await server.PostAsync("Patient", "{\"resourceType\":\"Patient\",\n  \"name\":[{\"given\":[\"A\",7]}]}");

        var issue = answer.Json["issue"u8].First;
        Assert.Equal("Patient.name[0].given[1]", issue["expression"u8].First.Text);
        Assert.Equal(["2", "25"], issue["extension"u8].Items.AsEnumerable().Select(item => item["valueInteger"u8].Text!));
        Assert.Contains("line 2, column 25", issue["diagnostics"u8].Text);
    }

    [Fact] // 2.6.2: what is not understood is kept
    public async Task Unknown_elements_are_kept()
    {
        await server.PutAsync("Patient/a", Patient);
        Assert.Contains("\"zzz\":1.50", (await server.GetAsync("Patient/a")).Text);
    }

    [Fact] // 3.1.0.1.4 Prefer
    public async Task A_writer_gets_back_what_it_prefers()
    {
        var minimal = await server.PutAsync("Patient/a", Patient, ("Prefer", "return=minimal"));
        var outcome = await server.PutAsync("Patient/a", Patient, ("Prefer", "return=OperationOutcome"));
        var full = await server.PutAsync("Patient/a", Patient, ("Prefer", "return=representation"));

        Assert.Empty(minimal.Bytes);
        Assert.Equal("W/\"1\"", minimal.ETag);
        Assert.Equal("informational", outcome.Issue);
        Assert.Equal("a", full.Json["id"u8].Text);
    }

    [Fact] // 3.1.0.1.11-13
    public async Task Other_forms_than_json_and_xml_are_refused()
    {
        await server.PutAsync("Patient/a", Patient);

        Assert.Equal((HttpStatusCode.NotAcceptable, "not-supported"), Brief(await server.GetAsync("Patient/a?_format=ttl")));
        Assert.Equal(HttpStatusCode.NotAcceptable, (await server.GetAsync("Patient/a", ("Accept", "text/turtle"))).Status);
        Assert.Equal(HttpStatusCode.OK, (await server.GetAsync("Patient/a?_format=application/fhir+json", ("Accept", "application/fhir+xml"))).Status);
        Assert.Equal(HttpStatusCode.OK, (await server.GetAsync("Patient/a", ("Accept", "text/html, */*;q=0.8"))).Status);
        Assert.Equal(HttpStatusCode.UnsupportedMediaType, (await server.PostAsync("Patient", "<Patient/>", ("Content-Type", "text/turtle"))).Status);
        Assert.Equal(HttpStatusCode.UnsupportedMediaType, (await server.PostAsync("Patient", "x", ("Content-Encoding", "zstd"))).Status);
        var pretty = await server.GetAsync("Patient/a?_pretty=true");
        Assert.Contains("\n  \"zzz\": 1.50", pretty.Text);
        Assert.Equal("Testperson", pretty.Json["name"u8].First["family"u8].Text);
    }

    [Fact] // 3.1.0.1.5, 3.1.0.4
    public async Task Limits_are_kept()
    {
        var large = $$"""{"resourceType":"Patient","name":[{"family":"{{new string('x', 20_000)}}"}]}""";
        var deep = "{\"resourceType\":\"Patient\",\"x\":" + new string('[', 30) + new string(']', 30) + "}";

        Assert.Equal((HttpStatusCode.RequestEntityTooLarge, "too-long"), Brief(await server.PostAsync("Patient", large)));
        Assert.Equal((HttpStatusCode.BadRequest, "structure"), Brief(await server.PostAsync("Patient", deep)));
    }

    [Fact]
    public async Task Nobody_sees_nothing()
    {
        await server.PutAsync("Patient/a", Patient);

        Assert.Equal((HttpStatusCode.Unauthorized, "login"), Brief(await server.GetAsync("Patient/a", ("X-Nobody", "1"))));
        Assert.Equal(HttpStatusCode.Unauthorized, (await server.PostAsync("Patient", Patient, ("X-Nobody", "1"))).Status);
        Assert.Equal(HttpStatusCode.Unauthorized, (await server.GetAsync("_history", ("X-Nobody", "1"))).Status);
        Assert.Equal(HttpStatusCode.OK, (await server.GetAsync("metadata", ("X-Nobody", "1"))).Status);
    }

    [Fact] // 3.1.0.1.1
    public async Task A_method_that_does_not_fit_is_said_so()
    {
        Assert.Equal((HttpStatusCode.MethodNotAllowed, "not-supported"), Brief(await server.SendAsync("PUT", "Patient/a/_history", Patient)));
        Assert.Equal((HttpStatusCode.MethodNotAllowed, "not-supported"), Brief(await server.SendAsync("POST", "Patient/a", Patient)));
        Assert.Equal((HttpStatusCode.BadRequest, "not-supported"), Brief(await server.GetAsync("Patient/a?_sort=name")));
        Assert.Equal("GET, HEAD", (await server.SendAsync("PUT", "Patient/a/_history", Patient)).ContentHeaders.Allow.Order().Aggregate((all, one) => $"{all}, {one}")); // RFC 9110, 15.5.6
        Assert.Equal("GET, HEAD", (await server.SendAsync("OPTIONS", "metadata")).ContentHeaders.Allow.Order().Aggregate((all, one) => $"{all}, {one}"));
        Assert.Equal("DELETE, GET, HEAD, PATCH, PUT", (await server.SendAsync("POST", "Patient/a", Patient)).ContentHeaders.Allow.Order().Aggregate((all, one) => $"{all}, {one}"));
    }

    [Theory] // RFC 9110, 15.5.6: a word of the interface is no id and no type of a compartment's members
    [InlineData("GET", "Patient/a/$meta-add", "POST")]
    [InlineData("PUT", "Patient/_history", "GET, HEAD")]
    [InlineData("DELETE", "Patient/_search", "POST")]
    public async Task A_word_of_the_interface_allows_its_own_methods_alone(string method, string path, string allowed)
    {
        var answer = await server.SendAsync(method, path, method == "PUT" ? Patient : null);

        Assert.Equal((HttpStatusCode.MethodNotAllowed, "not-supported"), Brief(answer));
        Assert.Equal(allowed, string.Join(", ", answer.ContentHeaders.Allow.Order()));
    }

    [Fact] // 3.1.1.3.1: lenient is for what an answer can tell of; elsewhere nothing is passed over unsaid
    public async Task What_is_not_understood_is_refused_where_no_answer_could_tell_of_it()
    {
        await server.PutAsync("Patient/a", Patient);

        foreach (var address in new[] { "Patient/a?foo=bar", "Patient/a/_history?foo=bar", "Patient/a?_summary=most", "Patient/a/$everything?foo=bar", "metadata?foo=bar", "metadata?_pretty=yes", "metadata?_elements=nonsense" })
            Assert.Equal(HttpStatusCode.BadRequest, (await server.GetAsync(address, ("Prefer", "handling=lenient"))).Status);
        var export = await server.GetAsync("$export?_type=Patient&foo=bar&includeAssociatedData=All", ("Prefer", "respond-async, handling=lenient"));
        Assert.Equal(HttpStatusCode.Accepted, export.Status);
        Assert.Contains("The parameter foo is not supported here.", export.Text, StringComparison.Ordinal);
        Assert.Contains("not All.", export.Text, StringComparison.Ordinal);
    }

    [Fact] // 3.1.0.14
    public async Task The_capability_statement_names_every_type()
    {
        var statement = (await server.GetAsync("metadata")).Json;

        Assert.Equal("4.0.1", statement["fhirVersion"u8].Text);
        var resources = statement["rest"u8].First["resource"u8].Items.AsEnumerable().ToList();
        Assert.Equal(Tandem.Fhir.Definitions.R4.ResourceTypes, resources.Select(resource => resource["type"u8].Text!));
        Assert.Empty(Tandem.Fhir.Structure.StructureCheck.Check(statement));
        var patient = resources.Single(resource => resource["type"u8].Is("Patient"u8));
        var along = patient["searchRevInclude"u8].Items.AsEnumerable().Select(rule => rule.Text!).ToHashSet();
        Assert.Superset(new HashSet<string> { "Observation:patient", "Encounter:subject", "Provenance:target" }, along);
        Assert.DoesNotContain("Encounter:service-provider", along);
        Assert.Superset(new HashSet<string> { "_content", "_filter", "_list" }, patient["searchParam"u8].Items.AsEnumerable().Select(parameter => parameter["name"u8].Text!).ToHashSet());
        Assert.Equal(["_id", "_lastUpdated"], statement["rest"u8].First["searchParam"u8].Items.AsEnumerable().Select(parameter => parameter["name"u8].Text!)); // over all types
    }

    [Theory] // 5.1.1.1, CapabilityStatement.rest.resource.searchParam.definition; addresses as the specification's tables of search parameters have them
    [InlineData("Patient", "name", "Patient-name")]
    [InlineData("Patient", "birthdate", "individual-birthdate")]
    [InlineData("Observation", "code", "clinical-code")]
    [InlineData("Observation", "value-quantity", "Observation-value-quantity")]
    [InlineData("Observation", "combo-code-value-quantity", "Observation-combo-code-value-quantity")]
    [InlineData("DiagnosticReport", "patient", "clinical-patient")]
    [InlineData("ValueSet", "url", "conformance-url")]
    [InlineData("MedicationRequest", "status", "medications-status")]
    [InlineData("Location", "near", "Location-near")]
    [InlineData("Task", "_lastUpdated", "Resource-lastUpdated")]
    [InlineData("Task", "_text", "DomainResource-text")]
    [InlineData("Binary", "_id", "Resource-id")]
    [InlineData("Binary", "_filter", "filter")]
    public async Task The_capability_statement_leads_to_the_definition_of_each_parameter(string type, string name, string definition)
    {
        var resource = (await server.GetAsync("metadata")).Json["rest"u8].First["resource"u8].Items.AsEnumerable().Single(one => one["type"u8].Text == type);
        var parameters = resource["searchParam"u8].Items.AsEnumerable().ToDictionary(parameter => parameter["name"u8].Text!, parameter => parameter["definition"u8].Text);

        Assert.Equal($"http://hl7.org/fhir/SearchParameter/{definition}", parameters[name]);
        Assert.Equal(["_list"], parameters.Where(parameter => parameter.Value is null).Select(parameter => parameter.Key)); // which R4 names without a definition
    }

    [Fact] // US Core, general requirements: "declare conformance … in CapabilityStatement.rest.resource.supportedProfile"
    public async Task The_capability_statement_names_the_profiles_that_are_here_and_what_is_followed()
    {
        var package = Path.Combine(server.Bulk.Folder, "package.json");
        await File.WriteAllTextAsync(package, Profile("packaged", "active"), TestContext.Current.CancellationToken);
        await using var site = new FhirServer(engine, RestLimits.Default with { Instantiates = ["urn:all"] }, new ValidationSettings { Packages = [package] });

        Assert.Equal("urn:packaged", await ProfilesAsync());
        foreach (var (id, status) in new[] { ("kept", "active"), ("planned", "draft") })
            Assert.Equal(HttpStatusCode.Created, (await site.PutAsync($"StructureDefinition/{id}", Profile(id, status))).Status);
        Assert.Equal("urn:kept,urn:packaged", await ProfilesAsync());
        await site.SendAsync("DELETE", "StructureDefinition/kept");
        Assert.Equal("urn:packaged", await ProfilesAsync());
        Assert.Equal("""["http://hl7.org/fhir/uv/bulkdata/CapabilityStatement/bulk-data","urn:all"]""", System.Text.Encoding.UTF8.GetString((await site.GetAsync("metadata")).Json["instantiates"u8].Raw));

        async Task<string> ProfilesAsync() => string.Join(',', (await site.GetAsync("metadata")).Json["rest"u8].First["resource"u8].Items.AsEnumerable()
            .Single(resource => resource["type"u8].Is("Patient"u8))["supportedProfile"u8].Items.AsEnumerable().Select(profile => profile.Text));
        static string Profile(string id, string status) =>
            $$"""{"resourceType":"StructureDefinition","id":"{{id}}","url":"urn:{{id}}","name":"P","status":"{{status}}","kind":"resource","abstract":false,"type":"Patient","baseDefinition":"http://hl7.org/fhir/StructureDefinition/Patient","derivation":"constraint"}""";
    }

    [Theory] // 3.1.0.14: a server may ignore the mode
    [InlineData("full", HttpStatusCode.OK, "CapabilityStatement")]
    [InlineData("normative", HttpStatusCode.OK, "CapabilityStatement")]
    [InlineData("terminology", HttpStatusCode.OK, "TerminologyCapabilities")]
    [InlineData("foo", HttpStatusCode.BadRequest, "OperationOutcome")]
    public async Task A_statement_is_the_answer_to_each_mode(string mode, HttpStatusCode status, string type)
    {
        var answer = await server.GetAsync($"metadata?mode={mode}");

        Assert.Equal((status, type), (answer.Status, answer.Json["resourceType"u8].Text));
    }

    [Fact] // CapabilityStatement-versions: clients ask before they have a token
    public async Task The_versions_of_fhir_are_told_to_anybody()
    {
        var told = (await server.GetAsync("$versions", ("X-Nobody", "1"))).Json;

        Assert.Equal("""[{"name":"version","valueCode":"4.0"},{"name":"default","valueCode":"4.0"}]""", System.Text.Encoding.UTF8.GetString(told["parameter"u8].Raw));
        Assert.Equal(HttpStatusCode.MethodNotAllowed, (await server.PostAsync("$versions", "{}", ("X-Nobody", "1"))).Status); // no body is read of who is not signed in
        Assert.Equal(HttpStatusCode.NotAcceptable, (await server.GetAsync("$versions", ("Accept", "application/fhir+json; fhirVersion=5.0"))).Status);
    }

    [Theory]
    [InlineData("$nonsense")]
    [InlineData("Patient/$nonsense")]
    [InlineData("Patient/a/$nonsense")]
    public async Task An_operation_that_is_not_there_is_said_so_by_its_name(string path)
    {
        var answer = await server.GetAsync(path);

        Assert.Equal((HttpStatusCode.NotFound, "not-found"), Brief(answer));
        Assert.Contains("There is no operation ", answer.Text, StringComparison.Ordinal);
    }

    [Theory] // 3.1.0: nothing a client sends ends in a 500
    [InlineData("1e400", "1")]
    [InlineData("1", "-1e999")]
    public async Task A_place_beyond_all_numbers_is_kept_and_found_by_no_distance(string latitude, string longitude)
    {
        Assert.Equal(HttpStatusCode.Created, (await server.PutAsync("Location/l", $$"""{"resourceType":"Location","id":"l","name":"x","position":{"latitude":{{latitude}},"longitude":{{longitude}} } }""")).Status);
        Assert.Equal("l", (await server.GetAsync("Location?name=x")).Ids);
        Assert.Equal("", (await server.GetAsync("Location?near=1|1|20000|km")).Ids);
    }

    [Fact] // 3.1.0: nothing a client sends ends in a 500
    public async Task Mutated_bodies_are_answered_and_never_break_the_server()
    {
        var random = new Random(20261122);
        var sound = System.Text.Encoding.UTF8.GetBytes(
            """{"resourceType":"Patient","id":"a","meta":{"versionId":"7","source":"x"},"name":[{"family":"Testperson","given":["A"]}],"birthDate":"1980-01-02","contained":[{"resourceType":"Patient","id":"c"}]}""");
        for (var i = 0; i < 400; i++)
        {
            var bytes = (byte[])sound.Clone();
            for (var change = random.Next(1, 4); change > 0; change--)
                bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
            using var content = new ByteArrayContent(bytes[..random.Next(bytes.Length / 2, bytes.Length + 1)]);
            content.Headers.ContentType = new("application/fhir+json");
            using var answer = await server.Client.PutAsync("Patient/a", content, TestContext.Current.CancellationToken);
            Assert.True((int)answer.StatusCode < 500, $"{(int)answer.StatusCode} at {i}");
        }
    }

    private static (HttpStatusCode, string?) Brief(FhirAnswer answer) => (answer.Status, answer.Issue);
}
