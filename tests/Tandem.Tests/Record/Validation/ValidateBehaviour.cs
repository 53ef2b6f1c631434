using System.Net;
using Tandem.Kernel.Data;
using Tandem.Record.Validation;
using Tandem.Tests.Record.Bulk;
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
        server = new FhirServer(engine, validation: new()
        {
            Sources = new Dictionary<string, ValidationMode> { ["urn:strict"] = ValidationMode.Enforce, ["urn:lax"] = ValidationMode.Off, ["urn:noted"] = ValidationMode.Warn },
            Clients = new Dictionary<string, ValidationMode> { ["strict-app"] = ValidationMode.Enforce, ["noted-app"] = ValidationMode.Warn },
        });
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

    [Theory]
    [InlineData("http://example.org/q")]
    [InlineData("http://example.org/q|1")]
    [InlineData("Questionnaire/q")]
    [InlineData("#own")]
    public async Task A_response_is_held_against_its_questionnaire_in_the_record(string questionnaire)
    {
        await server.PutAsync("Questionnaire/q", """{"resourceType":"Questionnaire","id":"q","url":"http://example.org/q","version":"1","status":"active","item":[{"linkId":"1","type":"string"}]}""");
        var answer = await server.PostAsync("QuestionnaireResponse/$validate", $$"""{"resourceType":"QuestionnaireResponse","questionnaire":"{{questionnaire}}","status":"completed","item":[{"linkId":"2"}],"contained":[{"resourceType":"Questionnaire","id":"own","status":"active","item":[{"linkId":"1","type":"string"}]}]}""");

        Assert.Contains("error structure QuestionnaireResponse.item[0].linkId", Issues(answer));
    }

    [Theory]
    [InlineData("http://example.org/none")]
    [InlineData("http://example.org/q|2")]
    [InlineData("#none")]
    [InlineData("Patient/q")]
    public async Task That_a_questionnaire_is_not_here_is_said(string questionnaire)
    {
        await server.PutAsync("Patient/q", """{"resourceType":"Patient","id":"q"}""");

        Assert.Contains("warning not-found QuestionnaireResponse.questionnaire", Issues(await server.PostAsync(
            "QuestionnaireResponse/$validate", $$"""{"resourceType":"QuestionnaireResponse","questionnaire":"{{questionnaire}}","status":"completed","item":[{"linkId":"2"}]}""")));
    }

    [Fact]
    public async Task A_resource_that_has_an_element_resource_is_taken_whole() => Assert.Equal("information invariant CompartmentDefinition", Issues(await server.PostAsync("CompartmentDefinition/$validate",
        """{"resourceType":"CompartmentDefinition","url":"http://example.org/c","name":"C","status":"draft","code":"Patient","search":true,"resource":[{"code":"Account"}]}""")));

    [Theory] // a body of Parameters is the resource itself where it has none of the operation's parameters
    [InlineData("""{"name":"exact","valueBoolean":true},{"name":"match","valueString":"a","valueCode":"b"}""", "error structure Parameters.parameter[1].value")]
    [InlineData("""{"name":"resource","resource":{"resourceType":"Parameters","parameter":[{"name":"exact","valueBoolean":true}]}}""", "information informational")]
    public async Task Parameters_are_validated_as_they_are_or_within_others(string parameters, string finds) =>
        Assert.Equal(finds, Issues(await server.PostAsync("Parameters/$validate", $$"""{"resourceType":"Parameters","parameter":[{{parameters}}]}""")));

    [Fact]
    public async Task A_resource_of_another_type_or_with_a_wrong_shape_is_found_so()
    {
        Assert.Contains("error invalid", Issues(await server.PostAsync("Patient/$validate", Broken)));
        Assert.Contains("error structure Patient.name", Issues(await server.PostAsync("Patient/$validate", """{"resourceType":"Patient","name":{"family":"T"}}""")));
    }

    [Fact] // R4 2.9.1: nothing extra is present; what is kept all the same, as a write keeps it, is a warning there unless the site enforces
    public async Task An_element_that_R4_does_not_know_is_an_error_and_kept_unless_the_rules_are_enforced()
    {
        const string odd = """{"resourceType":"Patient","id":"odd","name":[{"nick":"a","family":"T"}]}""";

        Assert.Contains("error structure Patient.name[0].nick", Issues(await server.PostAsync("Patient/$validate", odd)));
        Assert.Contains("warning structure Patient.name[0].nick", Issues(await server.PutAsync("Patient/odd", odd, ("Prefer", "return=OperationOutcome"))));
        Assert.Equal("error structure Patient.name[0].nick", Issues(await server.PutAsync("Patient/odd", odd.Replace("\"name\"", "\"meta\":{\"source\":\"urn:strict\"},\"name\""))));
    }

    [Fact] // R4 2.24.0.7 and 5.3.4: definitions in the record say how codes are called and where extensions may stand
    public async Task Displays_and_places_of_extensions_are_held_against_the_definitions_in_the_record()
    {
        await server.PutAsync("CodeSystem/floors", """{"resourceType":"CodeSystem","id":"floors","url":"urn:floors","status":"active","content":"complete","concept":[{"code":"1","display":"First floor","designation":[{"language":"es","value":"Primer piso"}]}]}""");
        await server.PutAsync("StructureDefinition/bed", """
            {"resourceType":"StructureDefinition","id":"bed","url":"http://example.org/bed","name":"Bed","status":"active","kind":"complex-type","abstract":false,"type":"Extension",
             "context":[{"type":"fhirpath","expression":"Encounter.location.where(status = 'active')"}],"contextInvariant":["period.exists()"],
             "baseDefinition":"http://hl7.org/fhir/StructureDefinition/Extension","derivation":"constraint","differential":{"element":[{"id":"Extension.value[x]","path":"Extension.value[x]","type":[{"code":"string"}]}]}}
            """);
        string Encounter(string display, string status, string period) =>
            $$"""{"resourceType":"Encounter","text":{"status":"empty","div":"<div xmlns=\"http://www.w3.org/1999/xhtml\">none</div>"},"status":"finished","class":{"system":"http://terminology.hl7.org/CodeSystem/v3-ActCode","code":"AMB"},"type":[{"coding":[{"system":"urn:floors","code":"1","display":"{{display}}"}]}],"location":[{"extension":[{"url":"http://example.org/bed","valueString":"7"}],"location":{"display":"Ward"},"status":"{{status}}"{{period}}}]}""";
        const string from = ",\"period\":{\"start\":\"2026-01-01\"}";

        Assert.Equal("information informational", Issues(await server.PostAsync("Encounter/$validate", Encounter("primer PISO", "active", from))));
        Assert.Equal("warning invalid Encounter.type[0].coding[0].display", Issues(await server.PostAsync("Encounter/$validate", Encounter("Second floor", "active", from))));
        Assert.Equal("error extension Encounter.location[0].extension[0]", Issues(await server.PostAsync("Encounter/$validate", Encounter("First floor", "planned", from))));
        Assert.Equal("error invariant Encounter.location[0].extension[0]", Issues(await server.PostAsync("Encounter/$validate", Encounter("First floor", "active", ""))));
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
        var file = await PackAsync(("package/package.json", """{"name":"example"}"""), ("package/StructureDefinition-named.json", Profile), ("package/._package.json", "\0 what macOS adds"), ("package/example/Patient-x.json", "no JSON"));
        var package = Tandem.Fhir.Validation.DefinitionFolder.Open(file);
        Assert.Equal((1, 1), (await LoadDefinitions.HandleAsync(package, server.Store, "urn:tandem:package:example.tgz", TestContext.Current.CancellationToken)).Value);
        Assert.Equal((1, 0), (await LoadDefinitions.HandleAsync(package, server.Store, "urn:tandem:package:example.tgz", TestContext.Current.CancellationToken)).Value);

        Assert.Equal("error required Patient.name", Issues(await server.PostAsync("Patient/$validate?profile=http://example.org/named", """{"resourceType":"Patient","text":{"status":"empty","div":"<div xmlns=\"http://www.w3.org/1999/xhtml\">none</div>"}}""")));
        Assert.Equal("urn:tandem:package:example.tgz", (await server.GetAsync("StructureDefinition/named")).Json["meta"u8]["source"u8].Text);
    }

    [Fact]
    public async Task A_package_takes_the_place_of_no_definition_of_another_address_or_version()
    {
        async Task<(int, int)> LoadAsync(string url, string version) => (await LoadDefinitions.HandleAsync(
            Tandem.Fhir.Validation.DefinitionFolder.Open(await PackAsync(("package/package.json", "{}"), ("package/ValueSet-colours.json", $$"""{"resourceType":"ValueSet","id":"colours","url":"{{url}}","version":"{{version}}","status":"active"}"""))),
            server.Store, "urn:tandem:package:example.tgz", TestContext.Current.CancellationToken)).Value;

        Assert.Equal((1, 1), await LoadAsync("http://example.org/colours", "1.0.0"));
        Assert.Equal((1, 1), await LoadAsync("http://example.org/colours", "2.0.0"));
        Assert.Equal((1, 1), await LoadAsync("http://example.com/colours", "1.0.0"));
        Assert.Equal((1, 0), await LoadAsync("http://example.org/colours", "2.0.0"));

        Assert.Equal("1.0.0", (await server.GetAsync("ValueSet/colours")).Json["version"u8].Text);
        Assert.Equal(2, (await server.GetAsync("ValueSet?url=http://example.org/colours&_summary=count")).Json["total"u8].Number);
        Assert.Equal(1, (await server.GetAsync("ValueSet?url=http://example.com/colours&_summary=count")).Json["total"u8].Number);
    }

    [Theory]
    [InlineData("package/package.json", """{"name":"x","fhirVersions":["5.0.0"]}""", "x is for FHIR 5.0.0")]
    [InlineData("package/package.json", """{"name":"x","fhir-version-list":["3.0.2"]}""", "x is for FHIR 3.0.2")]
    [InlineData("other/ValueSet-x.json", "{}", "is no FHIR package")]
    [InlineData("./package/package.json", """{"fhirVersions":["4.0.1","5.0.0"]}""", null)]
    [InlineData("package/package.json", "\uFEFF{}", null)]
    public async Task What_is_no_package_for_R4_is_refused(string name, string json, string? says)
    {
        var file = await PackAsync((name, json));
        var fault = Xunit.Record.Exception(() => Tandem.Fhir.Validation.DefinitionFolder.Open(file));

        Assert.Equal(says is not null, fault is InvalidDataException);
        Assert.Contains(says ?? "", fault?.Message ?? "", StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_package_that_was_cut_short_is_refused()
    {
        var random = new Random(7);
        var file = await PackAsync(("package/package.json", "{}"), ("package/CodeSystem-a.json", $"{{\"a\":\"{Convert.ToBase64String([.. Enumerable.Range(0, 100_000).Select(_ => (byte)random.Next(256))])}\"}}"), ("package/CodeSystem-b.json", "{}"));
        foreach (var part in new[] { 0.3, 0.9, 0.999 })
        {
            var cut = Path.Combine(server.Bulk.Folder, "cut.tgz");
            var bytes = await File.ReadAllBytesAsync(file, TestContext.Current.CancellationToken);
            await File.WriteAllBytesAsync(cut, bytes[..(int)(bytes.Length * part)], TestContext.Current.CancellationToken);
            Assert.True(Xunit.Record.Exception(() => Tandem.Fhir.Validation.DefinitionFolder.Open(cut)) is IOException or InvalidDataException, $"{part}");
        }
    }

    private async Task<string> PackAsync(params (string Name, string Json)[] files)
    {
        var file = Path.Combine(server.Bulk.Folder, "example.tgz");
        await using var tar = new System.Formats.Tar.TarWriter(new System.IO.Compression.GZipStream(File.Create(file), System.IO.Compression.CompressionMode.Compress));
        foreach (var (name, json) in files)
            await tar.WriteEntryAsync(new System.Formats.Tar.PaxTarEntry(System.Formats.Tar.TarEntryType.RegularFile, name) { DataStream = new MemoryStream(System.Text.Encoding.UTF8.GetBytes(json)) }, TestContext.Current.CancellationToken);
        return file;
    }

    [Fact]
    public async Task A_stored_resource_is_validated_where_it_is()
    {
        await server.PutAsync("Patient/a", """{"resourceType":"Patient","id":"a","contact":[{"gender":"female"}]}""");

        Assert.StartsWith("error invariant Patient.contact[0]", Issues(await server.GetAsync("Patient/a/$validate")));
        Assert.Equal(HttpStatusCode.NotFound, (await server.GetAsync("Patient/none/$validate")).Status);
        Assert.Equal("information informational", Issues(await server.PostAsync("Patient/a/$validate?mode=delete", "")));
        Assert.Equal("error invalid Patient.id", Issues(await server.PostAsync("Patient/a/$validate?mode=update", """{"resourceType":"Patient","id":"b"}""")));
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

    [Fact] // Warn: kept beside the entry, whichever way it came; it leaves once it is sent right or deleted
    public async Task What_is_wrong_with_a_source_that_is_noted_is_kept_and_found_until_it_is_sent_right()
    {
        var noted = Broken.Replace("\"status\"", "\"id\":\"n1\",\"meta\":{\"source\":\"urn:noted\"},\"status\"");
        Assert.Equal(HttpStatusCode.Created, (await server.PutAsync("Observation/n1", noted)).Status);
        var transaction = $$"""{"resourceType":"Bundle","type":"transaction","entry":[{"resource":{{noted.Replace("n1", "n2")}},"request":{"method":"PUT","url":"Observation/n2"} }]}""";
        Assert.Equal(HttpStatusCode.OK, (await server.PostAsync("", transaction)).Status);
        await server.PutAsync("Observation/n3", noted.Replace("n1", "n3").Replace("urn:noted", "urn:other"));

        await NotesAreAsync("Observation/n2 1, Observation/n1 1");
        var note = Notes()[0];
        Assert.Contains("obs-6", note.Outcome, StringComparison.Ordinal);
        Assert.Contains("\"expression\":[\"Observation\"]", note.Outcome, StringComparison.Ordinal);
        Assert.DoesNotContain("obs-6", (await server.GetAsync("Observation/n1")).Text, StringComparison.Ordinal);
        Assert.Empty(ValidationNote.Page(server.Store, null, 10, Tandem.Kernel.Actors.AccessScope.Nobody, "Observation").Notes);

        await server.PutAsync("Observation/n1", noted.Replace(",\"dataAbsentReason\":{\"text\":\"asked\"}", ""));
        await NotesAreAsync("Observation/n2 1");
        await server.SendAsync("DELETE", "Observation/n2");
        await NotesAreAsync("");
    }

    [Fact]
    public async Task Notes_come_by_page_and_what_is_noted_meanwhile_moves_nothing()
    {
        static string Of(string id, string text) => text.Replace("\"status\"", $"\"id\":\"{id}\",\"meta\":{{\"source\":\"urn:noted\"}},\"status\"");
        const string warned = """{"resourceType":"Observation","status":"final","code":{"text":"a"},"unheardOf":1}"""; // kept as sent, with a warning
        foreach (var id in new[] { "e1", "e2", "e3" })
            await server.PutAsync($"Observation/{id}", Of(id, Broken));
        foreach (var id in new[] { "w1", "w2" })
            await server.PutAsync($"Observation/{id}", Of(id, warned));
        await NotesAreAsync("Observation/e3 1, Observation/e2 1, Observation/e1 1, Observation/w2 0, Observation/w1 0");

        var first = Page(null, 2);
        await server.PutAsync("Observation/e4", Of("e4", Broken));
        await server.PutAsync("Observation/w3", Of("w3", warned));
        await Tandem.Tests.Care.Intake.Eventually.TrueAsync(() => Notes().Count == 7);
        var second = Page(NotePlace.Read(first.Next.ToString()), 2);
        var third = Page(second.Next, 2);

        Assert.Equal("e3 e2 | e1 w3 | w2 w1 ", $"{Ids(first)}| {Ids(second)}| {Ids(third)}");
        Assert.Null(third.Next);
        Assert.Null(NotePlace.Read("x1") ?? NotePlace.Read("e") ?? NotePlace.Read("e-1") ?? NotePlace.Read(null));

        static string Ids(NotesPage page) => string.Concat(page.Notes.Select(note => note.Reference["Observation/".Length..] + " "));
    }

    [Fact] // an app is set by its client_id and goes before the source
    public async Task An_app_that_is_enforced_is_refused_and_one_that_is_noted_is_named_in_the_note()
    {
        foreach (var app in new[] { "strict-app", "noted-app" })
            server.People[app] = Tandem.Kernel.Actors.AccessScope.System with { App = app };
        var lax = Broken.Replace("\"status\"", "\"meta\":{\"source\":\"urn:lax\"},\"status\"");

        Assert.Equal("error invariant Observation", Issues(await server.PostAsync("Observation", lax, ("X-As", "strict-app"))));
        const string patch = """[{"op":"add","path":"/dataAbsentReason","value":{"text":"asked"}}]""";
        await server.PutAsync("Observation/p", """{"resourceType":"Observation","id":"p","status":"final","code":{"text":"a"},"valueString":"x"}""");
        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await server.SendAsync("PATCH", "Observation/p", patch, ("X-As", "strict-app"), ("Content-Type", "application/json-patch+json"))).Status);
        Assert.Equal(HttpStatusCode.Created, (await server.PostAsync("Observation", lax, ("X-As", "noted-app"))).Status);
        await Tandem.Tests.Care.Intake.Eventually.TrueAsync(() => Notes() is [{ App: "noted-app" }]);
    }

    [Fact] // Bulk import: each line by the app that imports, then by its own source; what is refused is in the file of errors with the line
    public async Task An_import_holds_each_line_against_the_rules_of_its_source_or_of_the_app_that_imports()
    {
        server.People["strict-app"] = Tandem.Kernel.Actors.AccessScope.System with { App = "strict-app" };
        static string Line(string id, string source) => Broken.Replace("\"status\"", $"\"id\":\"{id}\",\"meta\":{{\"source\":\"{source}\"}},\"status\"");
        Directory.CreateDirectory(server.Bulk.Import);
        await File.WriteAllLinesAsync(Path.Combine(server.Bulk.Import, "o.ndjson"), [Line("o1", "urn:strict"), Line("o2", "urn:noted"), Line("o3", "urn:lax")], TestContext.Current.CancellationToken);

        var manifest = await ImportAsync();
        Assert.Equal("2", manifest.Json["output"u8].First["count"u8].Text);
        var told = (await server.LinesAsync(manifest, "error")).Single()["issue"u8].Items.AsEnumerable().Single();
        Assert.Equal(("invariant", "Observation"), (told["code"u8].Text, told["expression"u8].First.Text));
        Assert.StartsWith("o.ndjson, line 1: ", told["diagnostics"u8].Text, StringComparison.Ordinal);
        Assert.Equal("o2,o3", (await server.GetAsync("Observation?_sort=_id")).Ids);
        await NotesAreAsync("Observation/o2 1");

        Assert.Equal(3, (await server.LinesAsync(await ImportAsync(("X-As", "strict-app")), "error")).Count);

        Task<FhirAnswer> ImportAsync(params (string, string)[] headers) => server.RunJobAsync(server.PostAsync(
            "$import", """{"resourceType":"Parameters","parameter":[{"name":"input","part":[{"name":"type","valueCode":"Observation"},{"name":"url","valueUri":"o.ndjson"}]}]}""", [BulkCalls.Async, .. headers]));
    }

    private IReadOnlyList<ValidationNote> Notes() => Page(null, 10).Notes;

    private NotesPage Page(NotePlace? after, int most) => ValidationNote.Page(server.Store, after, most, Tandem.Kernel.Actors.AccessScope.System, "Observation");

    private async Task NotesAreAsync(string expected)
    {
        await Tandem.Tests.Care.Intake.Eventually.TrueAsync(() => Said() == expected);

        string Said() => string.Join(", ", Notes().Select(note => $"{note.Reference} {note.Errors}"));
    }
}
