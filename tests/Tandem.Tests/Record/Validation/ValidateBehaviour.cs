using System.Net;
using Tandem.Kernel.Data;
using Tandem.Record.Validation;
using Tandem.Tests.Support;

namespace Tandem.Tests.Record.Validation;

public sealed class SqliteValidateTests() : ValidateBehaviour(Engine.Sqlite);

public sealed class PostgresValidateTests() : ValidateBehaviour(Engine.Postgres);

/// <summary><c>$validate</c> (R4 3.1.0.13) and rules at writes, over HTTP.</summary>
public abstract class ValidateBehaviour(Engine engine) : IAsyncLifetime
{
    private const string Broken = """{"resourceType":"Observation","status":"final","code":{"text":"a"},"valueString":"x","dataAbsentReason":{"text":"asked"}}""";
    private const string Profile = """
        {"resourceType":"StructureDefinition","id":"named","url":"http://example.org/named","name":"Named","status":"active","kind":"resource","abstract":false,"type":"Patient",
         "baseDefinition":"http://hl7.org/fhir/StructureDefinition/Patient","derivation":"constraint","differential":{"element":[{"id":"Patient.name","path":"Patient.name","min":1}]}}
        """;

    private FhirServer server = null!;

    public ValueTask InitializeAsync()
    {
        server = new FhirServer(engine, validation: new() { Sources = new Dictionary<string, ValidationMode> { ["urn:strict"] = ValidationMode.Enforce, ["urn:lax"] = ValidationMode.Off } });
        return ValueTask.CompletedTask;
    }

    public async ValueTask DisposeAsync()
    {
        if (server is not null)
            await server.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    private static string Issues(FhirAnswer answer) => string.Join("; ", answer.Json["issue"u8].Items.AsEnumerable()
        .Select(issue => $"{issue["severity"u8].Text} {issue["code"u8].Text} {issue["expression"u8].First.Text}".TrimEnd()));

    [Fact]
    public async Task Findings_name_severity_code_and_place_and_nothing_is_stored()
    {
        var answer = await server.PostAsync("Observation/$validate", Broken);

        Assert.Equal(HttpStatusCode.OK, answer.Status);
        Assert.Equal("error invariant Observation; information invariant Observation", Issues(answer));
        Assert.Contains("obs-6", answer.Text);
        Assert.Contains("operationoutcome-issue-line", answer.Text);
        Assert.Equal(0, (await server.GetAsync("Observation?_total=accurate&_count=0")).Json["total"u8].Number);
    }

    [Fact]
    public async Task A_resource_of_another_type_or_with_a_wrong_shape_is_found_so()
    {
        Assert.Contains("error invalid", Issues(await server.PostAsync("Patient/$validate", Broken)));
        Assert.Contains("error structure Patient.name", Issues(await server.PostAsync("Patient/$validate", """{"resourceType":"Patient","name":{"family":"T"}}""")));
    }

    [Fact] // profile in the query or as a parameter; a profile in the record holds at once, and its next version too
    public async Task A_profile_in_the_record_is_used_from_the_next_request_on()
    {
        const string patient = """{"resourceType":"Patient","text":{"status":"empty","div":"<div xmlns=\"http://www.w3.org/1999/xhtml\">none</div>"}}""";
        Assert.Equal("error not-found Patient", Issues(await server.PostAsync("Patient/$validate?profile=http://example.org/named", patient)));

        await server.PutAsync("StructureDefinition/named", Profile);
        Assert.Equal("error required Patient.name", Issues(await server.PostAsync("Patient/$validate?profile=http://example.org/named", patient)));

        var parameters = $$"""
            {"resourceType":"Parameters","parameter":[{"name":"resource","resource":{{patient}} },{"name":"profile","valueUri":"http://example.org/named"}]}
            """;
        Assert.Equal("error required Patient.name", Issues(await server.PostAsync("Patient/$validate", parameters)));

        await server.PutAsync("StructureDefinition/named", Profile.Replace("\"min\":1", "\"min\":0"));
        Assert.Equal("information informational", Issues(await server.PostAsync("Patient/$validate?profile=http://example.org/named", patient)));
    }

    [Fact] // a package as FHIR registries publish it: package/*.json in a gzipped tar
    public async Task The_profiles_of_a_package_hold_once_it_is_loaded()
    {
        var file = Path.Combine(server.Bulk.Folder, "example.tgz");
        await using (var tar = new System.Formats.Tar.TarWriter(new System.IO.Compression.GZipStream(File.Create(file), System.IO.Compression.CompressionMode.Compress)))
        {
            foreach (var (name, json) in new[] { ("package/package.json", """{"name":"example"}"""), ("package/StructureDefinition-named.json", Profile), ("package/example/Patient-x.json", "no JSON") })
                await tar.WriteEntryAsync(new System.Formats.Tar.PaxTarEntry(System.Formats.Tar.TarEntryType.RegularFile, name) { DataStream = new MemoryStream(System.Text.Encoding.UTF8.GetBytes(json)) }, TestContext.Current.CancellationToken);
        }

        var package = Tandem.Fhir.Validation.DefinitionFolder.Open(file);
        Assert.Equal((1, 1), (await LoadDefinitions.HandleAsync(package, server.Store, "urn:tandem:package:example.tgz", TestContext.Current.CancellationToken)).Value);
        Assert.Equal((1, 0), (await LoadDefinitions.HandleAsync(package, server.Store, "urn:tandem:package:example.tgz", TestContext.Current.CancellationToken)).Value);

        Assert.Equal("error required Patient.name", Issues(await server.PostAsync("Patient/$validate?profile=http://example.org/named", """{"resourceType":"Patient","text":{"status":"empty","div":"<div xmlns=\"http://www.w3.org/1999/xhtml\">none</div>"}}""")));
        Assert.Equal("urn:tandem:package:example.tgz", (await server.GetAsync("StructureDefinition/named")).Json["meta"u8]["source"u8].Text);
    }

    [Fact]
    public async Task A_stored_resource_is_validated_where_it_is()
    {
        await server.PutAsync("Patient/a", """{"resourceType":"Patient","id":"a","contact":[{"gender":"female"}]}""");

        Assert.StartsWith("error invariant Patient.contact[0]", Issues(await server.GetAsync("Patient/a/$validate")));
        Assert.Equal(HttpStatusCode.NotFound, (await server.GetAsync("Patient/none/$validate")).Status);
        Assert.Equal("information informational", Issues(await server.PostAsync("Patient/a/$validate?mode=delete", "")));
        Assert.Equal(HttpStatusCode.BadRequest, (await server.GetAsync("Patient/$validate")).Status);
        Assert.Equal(HttpStatusCode.BadRequest, (await server.PostAsync("Patient/$validate?mode=wish", """{"resourceType":"Patient"}""")).Status);
    }

    [Fact] // by default rules are told, not enforced
    public async Task A_broken_rule_is_accepted_and_told_to_who_asks()
    {
        var answer = await server.PostAsync("Observation", Broken, ("Prefer", "return=OperationOutcome"));

        Assert.Equal(HttpStatusCode.Created, answer.Status);
        Assert.Equal("information informational; warning invariant Observation; information invariant Observation", Issues(answer));
    }

    [Fact]
    public async Task A_source_that_is_enforced_is_refused_one_that_is_off_is_not_looked_at()
    {
        static string From(string source) => Broken.Replace("\"status\"", $"\"meta\":{{\"source\":\"{source}\"}},\"status\"");

        var refused = await server.PostAsync("Observation", From("urn:strict"));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, refused.Status);
        Assert.Equal("error invariant Observation", Issues(refused));
        var transaction = $$"""{"resourceType":"Bundle","type":"transaction","entry":[{"resource":{{From("urn:strict")}},"request":{"method":"POST","url":"Observation"} }]}""";
        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await server.PostAsync("", transaction)).Status);
        Assert.Equal("information informational", Issues(await server.PostAsync("Observation", From("urn:lax"), ("Prefer", "return=OperationOutcome"))));
    }
}
