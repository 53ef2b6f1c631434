using System.Net;
using Tandem.Fhir.Structure;
using Tandem.Kernel.Data;
using Tandem.Tests.Support;

namespace Tandem.Tests.Record.Operations;

public sealed class SqliteMetaTests() : MetaBehaviour(Engine.Sqlite);

public sealed class PostgresMetaTests() : MetaBehaviour(Engine.Postgres);

/// <summary>$meta, $meta-add and $meta-delete, and how operations are declared (R4 3.2.0).</summary>
public abstract class MetaBehaviour(Engine engine) : IAsyncLifetime
{
    private const string Vip = """{"system":"urn:t","code":"vip"}""";
    private FhirServer server = null!;

    public async ValueTask InitializeAsync()
    {
        server = new FhirServer(engine);
        await server.PutAsync("Patient/a", $$$"""{"resourceType":"Patient","id":"a","meta":{"profile":["http://p/1"],"tag":[{{{Vip}}}]},"active":true}""");
    }

    public async ValueTask DisposeAsync()
    {
        if (server is not null)
            await server.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task The_meta_of_a_resource_is_read_alone()
    {
        var meta = (await server.GetAsync("Patient/a/$meta")).Json["parameter"u8].First;

        Assert.Equal(("return", "1", "vip"), (meta["name"u8].Text, meta["valueMeta"u8]["versionId"u8].Text, meta["valueMeta"u8]["tag"u8].First["code"u8].Text));
        Assert.Equal(HttpStatusCode.NotFound, (await server.GetAsync("Patient/b/$meta")).Status);
    }

    [Fact]
    public async Task What_is_in_use_in_a_type_and_in_the_record_is_told()
    {
        await server.PutAsync("Patient/b", """{"resourceType":"Patient","id":"b","meta":{"profile":["http://p/2"],"tag":[{"system":"urn:other","code":"vip"}]}}""");
        await server.PutAsync("Group/g", """{"resourceType":"Group","id":"g","meta":{"security":[{"system":"urn:s","code":"R","display":"restricted"}]},"type":"person","actual":true}""");

        var type = (await server.GetAsync("Patient/$meta")).Json["parameter"u8].First["valueMeta"u8];
        var all = (await server.GetAsync("$meta")).Json["parameter"u8].First["valueMeta"u8];
        Assert.Equal("http://p/1,http://p/2", string.Join(',', type["profile"u8].Items.AsEnumerable().Select(profile => profile.Text)));
        Assert.Equal("urn:t|vip,urn:other|vip", string.Join(',', type["tag"u8].Items.AsEnumerable().Select(tag => $"{tag["system"u8].Text}|{tag["code"u8].Text}")));
        Assert.False(type["security"u8].Exists);
        Assert.Equal("restricted", all["security"u8].First["display"u8].Text);
        await server.SendAsync("DELETE", "Patient/b");
        Assert.Equal(1, (await server.GetAsync("$meta")).Json["parameter"u8].First["valueMeta"u8]["profile"u8].Items.Count);
        Assert.Equal(HttpStatusCode.OK, (await server.GetAsync("Location/$meta")).Status);
    }

    [Fact]
    public async Task Tags_are_added_once_and_found_by()
    {
        var added = await server.PostAsync("Patient/a/$meta-add", Meta("""{"tag":[{"system":"urn:t","code":"vip","display":"V"},{"system":"urn:t","code":"new"}],"security":[{"system":"urn:s","code":"R"}]}"""));
        var again = await server.PostAsync("Patient/a/$meta-add", Meta("""{"tag":[{"system":"urn:t","code":"new"}]}"""));

        var meta = added.Json["parameter"u8].First["valueMeta"u8];
        Assert.Equal(("2", 2, 1, 1), (meta["versionId"u8].Text, meta["tag"u8].Items.Count, meta["security"u8].Items.Count, meta["profile"u8].Items.Count));
        Assert.Equal("2", again.Json["parameter"u8].First["valueMeta"u8]["versionId"u8].Text);
        Assert.Equal("a", (await server.GetAsync("Patient?_tag=urn:t|new")).Ids);
        Assert.Equal("true", (await server.GetAsync("Patient/a")).Json["active"u8].Text);
    }

    [Fact]
    public async Task Tags_and_profiles_are_taken_off()
    {
        var gone = await server.PostAsync("Patient/a/$meta-delete", Meta($$$"""{"profile":["http://p/1"],"tag":[{{{Vip}}}]}"""));

        var meta = gone.Json["parameter"u8].First["valueMeta"u8];
        Assert.Equal(("2", false, false), (meta["versionId"u8].Text, meta["tag"u8].Exists, meta["profile"u8].Exists));
        Assert.Equal("", (await server.GetAsync("Patient?_tag=vip")).Ids);
    }

    [Theory] // 3.1.0.5
    [InlineData("$meta-add", """{"tag":[{"code":"new"}]}""")]
    [InlineData("$meta-delete", """{"tag":[{"code":"other"}]}""")]
    public async Task A_change_is_refused_when_the_version_it_names_is_not_current(string operation, string meta)
    {
        await server.PutAsync("Patient/a", """{"resourceType":"Patient","id":"a","meta":{"tag":[{"code":"other"}]}}""");

        Assert.Equal(HttpStatusCode.PreconditionFailed, (await server.PostAsync($"Patient/a/{operation}", Meta(meta), ("If-Match", "W/\"1\""))).Status);
        Assert.Equal("2", (await server.GetAsync("Patient/a")).Json["meta"u8]["versionId"u8].Text);
        Assert.Equal(HttpStatusCode.OK, (await server.PostAsync($"Patient/a/{operation}", Meta(meta), ("If-Match", "W/\"2\""))).Status);
    }

    [Fact] // 3.2.0.2
    public async Task An_operation_that_changes_something_has_to_be_posted_with_what_it_needs()
    {
        Assert.Equal(HttpStatusCode.MethodNotAllowed, (await server.GetAsync("Patient/a/$meta-add")).Status);
        Assert.Equal((HttpStatusCode.BadRequest, "required"), Brief(await server.PostAsync("Patient/a/$meta-add", """{"resourceType":"Parameters"}""")));
        Assert.Equal((HttpStatusCode.BadRequest, "structure"), Brief(await server.PostAsync("Patient/a/$meta-add", """{"resourceType":"Patient"}""")));
        Assert.Equal((HttpStatusCode.BadRequest, "not-supported"), Brief(await server.GetAsync("Patient/a/$meta?other=1")));
        Assert.Equal(HttpStatusCode.NotFound, (await server.GetAsync("Patient/a/$nothing")).Status);
    }

    [Fact] // 3.2.0.2: read as none, an argument of another type would make the answer wider than what was asked for
    public async Task An_argument_of_another_type_is_refused_and_not_taken_for_one_that_was_left_out()
    {
        const string stats = """{"name":"subject","valueUri":"Patient/a"},{"name":"code","valueString":"8480-6"},{"name":"statistic","valueCode":"count"}""";
        foreach (var (path, parameters) in new[]
        {
            ("Observation/$stats", stats + """,{"name":"period","valueString":"2026-01"}"""),
            ("Observation/$stats", stats + """,{"name":"duration","valueDuration":{"value":24}}"""),
            ("Observation/$lastn", """{"name":"patient","valueString":"a"},{"name":"category","valueString":"vital-signs"},{"name":"encounter","valueReference":{"reference":"Encounter/e"}}"""),
            ("$export", """{"name":"_type","valueCoding":{"code":"Patient"}}"""),
            ("$export", """{"name":"_typeFilter","part":[{"name":"x","valueString":"Patient?name=a"}]}"""),
            ("$import", """{"name":"input","valueUri":"a.ndjson"}"""),
            ("Patient/a/$validate", """{"name":"resource","valueString":"x"}"""),
        })
        {
            var refused = await server.PostAsync(path, $$"""{"resourceType":"Parameters","parameter":[{{parameters}}]}""");
            Assert.True(Brief(refused) == (HttpStatusCode.BadRequest, "value"), parameters + refused.Text);
        }
    }

    [Fact] // 3.1.0.1.11: as of every other body; what is not read would be taken for not sent
    public async Task A_body_that_does_not_say_its_form_is_refused()
    {
        foreach (var (path, isChunked) in new[] { ("Patient/a/$meta-add", false), ("$export", false), ("Patient/a/$everything", true), ("Patient/_search", true) })
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = new ByteArrayContent("{}"u8.ToArray()) };
            request.Headers.TransferEncodingChunked = isChunked;
            using var answer = await server.Client.SendAsync(request, TestContext.Current.CancellationToken);
            Assert.True(answer.StatusCode == HttpStatusCode.UnsupportedMediaType, path);
        }

        Assert.Equal(HttpStatusCode.OK, (await server.SendAsync("POST", "Patient/a/$everything")).Status);
    }

    [Fact] // 5.4
    public async Task Every_operation_is_declared_and_described()
    {
        var rest = (await server.GetAsync("metadata")).Json["rest"u8].First;
        var declared = rest["operation"u8].Items.AsEnumerable()
            .Concat(rest["resource"u8].Items.AsEnumerable().SelectMany(resource => resource["operation"u8].Items.AsEnumerable()))
            .Select(operation => operation["definition"u8].Text!).Distinct().ToList();

        Assert.Contains($"{server.Client.BaseAddress}OperationDefinition/Resource-meta-add", declared);
        foreach (var address in declared)
        {
            var definition = await server.GetAsync(address);
            Assert.Equal(HttpStatusCode.OK, definition.Status);
            Assert.Equal(address, definition.Json["url"u8].Text);
            Assert.Empty(StructureCheck.Check(definition.Json));
        }
    }

    private static string Meta(string meta) => $$$"""{"resourceType":"Parameters","parameter":[{"name":"meta","valueMeta":{{{meta}}}}]}""";

    private static (HttpStatusCode, string?) Brief(FhirAnswer answer) => (answer.Status, answer.Issue);
}
