using System.Net;
using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Tandem.Fhir.Patch;
using Tandem.Kernel.Actors;
using Tandem.Kernel.Data;
using Tandem.Record.Rest;
using Tandem.Tests.Support;

namespace Tandem.Tests.Record.Rest;

public sealed class SqlitePatchTests() : PatchBehaviour(Engine.Sqlite);

public sealed class PostgresPatchTests() : PatchBehaviour(Engine.Postgres);

/// <summary>PATCH (FHIR R4 3.1.0.6) over HTTP, alone, by a query, and in bundles.</summary>
public abstract class PatchBehaviour(Engine engine) : IAsyncLifetime
{
    private const string Male = """[{"op":"replace","path":"/gender","value":"male"}]""";
    private static readonly (string, string) JsonPatch = ("Content-Type", "application/json-patch+json");
    private FhirServer server = null!;

    public async ValueTask InitializeAsync()
    {
        server = new FhirServer(engine);
        await server.PutAsync("Patient/a", """{"resourceType":"Patient","id":"a","gender":"unknown","zzz":1.50,"identifier":[{"system":"urn:n","value":"1"}]}""");
    }

    public async ValueTask DisposeAsync()
    {
        if (server is not null)
            await server.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task A_json_patch_makes_the_next_version_and_keeps_the_rest()
    {
        var patched = await server.SendAsync("PATCH", "Patient/a", Male, JsonPatch);

        Assert.Equal((HttpStatusCode.OK, "W/\"2\""), (patched.Status, patched.ETag));
        Assert.Equal("male", patched.Json["gender"u8].Text);
        Assert.Contains("\"zzz\":1.50", patched.Text);
        Assert.Equal("a", (await server.GetAsync("Patient?gender=male")).Ids);
    }

    [Fact]
    public async Task A_fhirpath_patch_makes_the_next_version()
    {
        var patched = await server.SendAsync("PATCH", "Patient/a", Parameters("Patient.gender", "female"));

        Assert.Equal((HttpStatusCode.OK, "female"), (patched.Status, patched.Json["gender"u8].Text));
    }

    [Theory] // what was taken before it had to be so is not held against who changes something else
    [InlineData("text", """{"status":"generated","div":"<div>a<br></div>"}""", HttpStatusCode.UnprocessableEntity)]
    [InlineData("a2345678901234567890123456789012345678901234567890123456789012345", "\"x\"", HttpStatusCode.BadRequest)]
    public async Task A_patch_brings_nothing_broken_and_may_leave_what_is_there(string name, string broken, HttpStatusCode ofWhole)
    {
        await server.Store.WithWriterAsync<bool>(
            session =>
            {
                session.Put("Patient", "odd", Tandem.Fhir.Json.FhirJson.ParseStored(Encoding.UTF8.GetBytes($$"""{"resourceType":"Patient","id":"odd","{{name}}":{{broken}},"gender":"female"}""")).Root);
                return true;
            },
            TestContext.Current.CancellationToken);

        await server.PutAsync("Patient/whole", """{"resourceType":"Patient","id":"whole"}""");
        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await server.SendAsync("PATCH", "Patient/whole", $$"""[{"op":"add","path":"/{{name}}","value":{{broken}}}]""", JsonPatch)).Status);
        Assert.Equal(HttpStatusCode.OK, (await server.SendAsync("PATCH", "Patient/odd", Male, JsonPatch)).Status);
        Assert.Equal(HttpStatusCode.OK, (await server.PostAsync("Patient/odd/$meta-add", """{"resourceType":"Parameters","parameter":[{"name":"meta","valueMeta":{"tag":[{"code":"t"}]}}]}""")).Status);
        Assert.Contains($"<{name}", (await server.GetAsync("Patient/odd?_format=xml")).Text);
        Assert.Equal(ofWhole, (await server.PutAsync("Patient/odd", (await server.GetAsync("Patient/odd")).Text)).Status);
    }

    [Fact] // 3.1.0.5.1
    public async Task A_patch_that_names_an_old_version_is_refused()
    {
        await server.SendAsync("PATCH", "Patient/a", Male, JsonPatch, ("If-Match", "W/\"1\""));

        Assert.Equal(HttpStatusCode.PreconditionFailed, (await server.SendAsync("PATCH", "Patient/a", Male, JsonPatch, ("If-Match", "W/\"1\""))).Status);
        Assert.Equal("W/\"2\"", (await server.GetAsync("Patient/a")).ETag);
    }

    [Fact]
    public async Task What_does_not_fit_is_refused_with_its_place_and_nothing_is_kept()
    {
        var test = await server.SendAsync("PATCH", "Patient/a", """[{"op":"remove","path":"/zzz"},{"op":"test","path":"/gender","value":"male"}]""", JsonPatch);
        var broken = await server.SendAsync("PATCH", "Patient/a", """[{"op":"add","path":"/gender","value":"purple"}]""", JsonPatch);
        var other = await server.SendAsync("PATCH", "Patient/a", """[{"op":"replace","path":"/resourceType","value":"Person"}]""", JsonPatch);
        var renamed = await server.SendAsync("PATCH", "Patient/a", """[{"op":"replace","path":"/id","value":"b"}]""", JsonPatch);
        var malformed = await server.SendAsync("PATCH", "Patient/a", """[{"op":"spoil","path":"/id"}]""", JsonPatch);
        var noPatch = await server.SendAsync("PATCH", "Patient/a", """{"resourceType":"Patient"}""");

        Assert.Equal((HttpStatusCode.UnprocessableEntity, "[1]"), (test.Status, test.Json["issue"u8].First["expression"u8].First.Text));
        Assert.Equal((HttpStatusCode.UnprocessableEntity, "Patient.gender"), (broken.Status, broken.Json["issue"u8].First["expression"u8].First.Text));
        Assert.Equal([HttpStatusCode.UnprocessableEntity, HttpStatusCode.UnprocessableEntity, HttpStatusCode.BadRequest, HttpStatusCode.BadRequest], [other.Status, renamed.Status, malformed.Status, noPatch.Status]);
        Assert.Equal("W/\"1\"", (await server.GetAsync("Patient/a")).ETag);
    }

    [Fact]
    public async Task Only_what_is_there_can_be_patched()
    {
        Assert.Equal(HttpStatusCode.NotFound, (await server.SendAsync("PATCH", "Patient/b", Male, JsonPatch)).Status);
        await server.SendAsync("DELETE", "Patient/a");
        Assert.Equal(HttpStatusCode.Gone, (await server.SendAsync("PATCH", "Patient/a", Male, JsonPatch)).Status);
    }

    [Fact]
    public async Task Another_form_of_patch_is_refused_with_the_forms_there_are()
    {
        var xml = await server.SendAsync("PATCH", "Patient/a", "<diff/>", ("Content-Type", "application/xml-patch+xml"));

        Assert.Equal(HttpStatusCode.UnsupportedMediaType, xml.Status);
        Assert.Contains("application/json-patch+json", string.Join(' ', xml.Headers.GetValues("Accept-Patch")));
    }

    [Fact] // 3.1.0.6.1
    public async Task A_conditional_patch_needs_exactly_one_match()
    {
        await server.PutAsync("Patient/b", """{"resourceType":"Patient","id":"b","gender":"unknown"}""");

        Assert.Equal(HttpStatusCode.OK, (await server.SendAsync("PATCH", "Patient?identifier=urn:n|1", Male, JsonPatch)).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await server.SendAsync("PATCH", "Patient?identifier=urn:n|2", Male, JsonPatch)).Status);
        await server.PutAsync("Patient/a", """{"resourceType":"Patient","id":"a","gender":"unknown"}""");
        Assert.Equal(HttpStatusCode.PreconditionFailed, (await server.SendAsync("PATCH", "Patient?gender=unknown", Male, JsonPatch)).Status);
        Assert.Equal(HttpStatusCode.PreconditionFailed, (await server.SendAsync("PATCH", "Patient", Male, JsonPatch)).Status);
    }

    [Theory]
    [InlineData("")]
    [InlineData("transaction")]
    [InlineData("batch")]
    public async Task A_long_patch_is_not_overtaken_for_ever_by_short_ones_of_the_same_resource(string bundle)
    {
        var names = string.Join(',', Enumerable.Range(0, 100).Select(i => $$"""{"family":"Testperson","given":["{{i}}"],"period":{"start":"2020"} }"""));
        await server.PutAsync("Patient/a", $$"""{"resourceType":"Patient","id":"a","identifier":[{"system":"urn:n","value":"1"}],"multipleBirthInteger":0,"name":[{{names}}]}""");
        var nothing = string.Join(',', Enumerable.Repeat("""{"name":"operation","part":[{"name":"type","valueCode":"delete"},{"name":"path","valueString":"Patient.descendants().descendants().where(false)"}]}""", 900));
        var patch = $$"""{"resourceType":"Parameters","parameter":[{{nothing}}]}""";
        var patching = bundle.Length == 0 ? server.SendAsync("PATCH", "Patient?identifier=urn:n|1", patch) : server.PostAsync("", Bundle(bundle, ("PATCH", "Patient/a", patch)));

        await Task.WhenAll(Enumerable.Range(0, 3).Select(async client =>
        {
            for (var i = 0; !patching.IsCompleted; i++)
            {
                var add = $$"""[{"op":"replace","path":"/multipleBirthInteger","value":{{i}}}]""";
                var patched = await server.SendAsync("PATCH", client == 0 ? "Patient?identifier=urn:n|1" : "Patient/a", add, JsonPatch);
                Assert.True(patched.Status == HttpStatusCode.OK, patched.Text);
            }
        }));

        var answer = await patching;
        var status = bundle.Length == 0 ? $"{(int)answer.Status}" : answer.Json["entry"u8].First["response"u8]["status"u8].Text?[..3];
        Assert.True(status == "200", answer.Text);
    }

    [Fact]
    public async Task Nobody_waits_for_a_patch_that_is_long_or_makes_much()
    {
        var service = server.Services.GetRequiredService<FhirService>();
        var patient = server.Store.Read("Patient", "a", AccessScope.System).Succeeded(out var read, out _) ? read : null;
        var name = """{"op":"add","path":"/name","value":[{"family":"A"}]}""";
        var (doubling, two) = ($"[{string.Join(',', Enumerable.Range(0, 12).Select(i => $$"""{"op":"copy","from":"","path":"/c{{i}}"}"""))}]", $"[{name},{name}]");
        var (longer, wrong) = ($"[{string.Join(',', Enumerable.Repeat(name, 30))}]", """[{"op":"remove","path":"/name"}]""");

        Assert.Equal(
            ["worked out: True", "refused: True", "owed: True", "owed: True"],
            new[] { two, wrong, doubling, longer }.Select(text => InTurn(new PatchedResource(ResourcePatch.Read(Tandem.Fhir.Json.FhirJson.ParseStored(Encoding.UTF8.GetBytes(text)).Root, out _)!, text.Length, service, AccessScope.System))));

        string InTurn(PatchedResource patch)
        {
            patch.Begin();
            var next = patch.Of(patient!);
            var isSame = next.Succeeded(out var first, out _) ? patch.Of(patient!).Succeeded(out var again, out _) && ReferenceEquals(first.Document, again.Document) : patch.Of(patient!).Refusal is not null;
            return $"{(patch.Owed is not null ? "owed" : next.Refusal is null ? "worked out" : "refused")}: {isSame}";
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(20_000)] // more than is worked out in the writer's turn
    public async Task Patches_of_one_resource_at_the_same_time_are_all_kept(int size)
    {
        if (size > 0)
            await server.PutAsync("Patient/a", $$"""{"resourceType":"Patient","id":"a","identifier":[{"system":"urn:n","value":"1"}],"name":[{"text":"{{new string('x', size)}}"}]}""");
        await Task.WhenAll(Enumerable.Range(0, 12).Select(async client =>
        {
            for (var i = 0; i < 10; i++)
            {
                var add = $$"""[{"op":"add","path":"/identifier/-","value":{"system":"urn:n","value":"{{client}}-{{i}}"} }]""";
                var patched = await server.SendAsync("PATCH", client % 2 == 0 ? "Patient/a" : "Patient?identifier=urn:n|1", add, JsonPatch);
                Assert.True(patched.Status == HttpStatusCode.OK, patched.Text);
            }
        }));

        Assert.Equal(121, (await server.GetAsync("Patient/a")).Json["identifier"u8].Items.Count);
    }

    [Theory] // 3.1.0.11.3
    [InlineData("transaction")]
    [InlineData("batch")]
    public async Task A_bundle_takes_both_forms_of_patch(string type)
    {
        await server.PutAsync("Patient/b", """{"resourceType":"Patient","id":"b"}""");
        var binary = $$"""{"resourceType":"Binary","contentType":"application/json-patch+json","data":"{{Convert.ToBase64String(Encoding.UTF8.GetBytes(Male))}}"}""";
        var add = """{"resourceType":"Parameters","parameter":[{"name":"operation","part":[{"name":"type","valueCode":"add"},{"name":"path","valueString":"Patient"},{"name":"name","valueString":"active"},{"name":"value","valueBoolean":true}]}]}""";
        var answer = await server.PostAsync("", Bundle(type, ("PATCH", "Patient/a", binary), ("PATCH", "Patient/b", add), ("PATCH", "Patient?identifier=urn:n|2", add)));
        var alone = await server.PostAsync("", Bundle(type, ("PATCH", "Patient/a", binary), ("PATCH", "Patient/b", add)));

        var statuses = string.Join(' ', answer.Json["entry"u8].Items.AsEnumerable().Select(entry => entry["response"u8]["status"u8].Text));
        Assert.Equal(type == "batch" ? "200 200 404" : "", statuses);
        if (type == "transaction")
            Assert.Equal((HttpStatusCode.NotFound, "Bundle.entry[2]"), (answer.Status, answer.Json["issue"u8].First["expression"u8].First.Text));
        Assert.Equal(HttpStatusCode.OK, alone.Status);
        Assert.Equal("male", (await server.GetAsync("Patient/a")).Json["gender"u8].Text);
        Assert.Equal(type == "batch" ? "422" : "200", alone.Json["entry"u8].Items.AsEnumerable().Last()["response"u8]["status"u8].Text);
    }

    [Fact]
    public async Task A_patch_in_a_transaction_points_to_other_entries()
    {
        const string Urn = "urn:uuid:11111111-2222-3333-4444-555555555555";
        var patch = $$$"""{"resourceType":"Parameters","parameter":[{"name":"operation","part":[{"name":"type","valueCode":"add"},{"name":"path","valueString":"Patient"},{"name":"name","valueString":"managingOrganization"},{"name":"value","valueReference":{"reference":"{{{Urn}}}"}}]}]}""";
        var answer = await server.PostAsync("", Bundle("transaction", ("PATCH", "Patient/a", patch), ("POST", "Organization", """{"resourceType":"Organization","name":"Sample"}""")).Replace("\"POST\"", "\"POST\"", StringComparison.Ordinal).Replace("{\"resource\":{\"resourceType\":\"Organization\"", $"{{\"fullUrl\":\"{Urn}\",\"resource\":{{\"resourceType\":\"Organization\"", StringComparison.Ordinal));

        Assert.True(answer.Status == HttpStatusCode.OK, answer.Text);
        var organization = (await server.GetAsync("Organization")).Ids;
        var patient = await server.GetAsync("Patient/a");
        Assert.Equal(($"Organization/{organization}", "W/\"2\""), (patient.Json["managingOrganization"u8]["reference"u8].Text, patient.ETag));
    }

    [Fact]
    public async Task A_patch_and_another_change_of_the_same_resource_in_one_transaction_are_refused()
    {
        var answer = await server.PostAsync("", Bundle("transaction", ("PATCH", "Patient/a", Parameters("Patient.gender", "female")), ("PUT", "Patient/a", """{"resourceType":"Patient","id":"a"}""")));

        Assert.Equal((HttpStatusCode.BadRequest, "duplicate"), (answer.Status, answer.Issue));
    }

    [Fact] // 3.1.0.1.11
    public async Task A_patch_in_another_charset_is_refused_as_any_body_is()
    {
        var patch = """[{"op":"add","path":"/gender","value":"male"}]""";

        Assert.Equal(HttpStatusCode.UnsupportedMediaType, (await server.SendAsync("PATCH", "Patient/a", patch, ("Content-Type", "application/json-patch+json; charset=utf-16"))).Status);
    }

    [Fact]
    public async Task The_capability_statement_names_patch_and_its_forms()
    {
        var statement = (await server.GetAsync("metadata")).Json;

        Assert.Contains("application/json-patch+json", statement["patchFormat"u8].Items.AsEnumerable().Select(item => item.Text));
        Assert.Contains("patch", statement["rest"u8].First["resource"u8].First["interaction"u8].Items.AsEnumerable().Select(item => item["code"u8].Text));
    }

    private static string Parameters(string path, string code) =>
        $$"""{"resourceType":"Parameters","parameter":[{"name":"operation","part":[{"name":"type","valueCode":"replace"},{"name":"path","valueString":"{{path}}"},{"name":"value","valueCode":"{{code}}"}]}]}""";

    private static string Bundle(string type, params (string Method, string Url, string Resource)[] entries) =>
        $$"""{"resourceType":"Bundle","type":"{{type}}","entry":[{{string.Join(',', entries.Select(entry => $$$"""{"resource":{{{entry.Resource}}},"request":{"method":"{{{entry.Method}}}","url":"{{{entry.Url}}}"}}"""))}}]}""";
}
