using System.IO.Compression;
using System.Net;
using System.Text;
using Tandem.Fhir.Json;
using Tandem.Fhir.Xml;
using Tandem.Kernel.Data;
using Tandem.Record.Rest;
using Tandem.Tests.Support;

namespace Tandem.Tests.Record.Rest;

public sealed class SqliteWireTests(SharedServer shared) : WireBehaviour(Engine.Sqlite, shared);

public sealed class PostgresWireTests(SharedServer shared) : WireBehaviour(Engine.Postgres, shared);

/// <summary>Forms, parts and codings of what goes over the wire (R4 3.1.0.1.11–13, 3.1.1.5.8–9).</summary>
public abstract class WireBehaviour(Engine engine, SharedServer shared) : IAsyncLifetime, IClassFixture<SharedServer>
{
    private const string Patient = """
        {"resourceType":"Patient","id":"a","meta":{"tag":[{"code":"t"}]},"text":{"status":"generated","div":"<div xmlns=\"http://www.w3.org/1999/xhtml\">T</div>"},
        "identifier":[{"system":"urn:n","value":"1"}],"active":true,"name":[{"family":"Testperson","period":{"start":"2020"}}],"photo":[{"title":"p"}],"contact":[{"gender":"male"}],
        "maritalStatus":{"text":"m"},"link":[{"other":{"reference":"Patient/b"},"type":"seealso"}]}
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
        await server.PutAsync("Patient/a", Patient);
    }

    [Fact] // 3.1.1.5.8–9
    public async Task Elements_are_those_of_what_was_searched_for_and_a_text_alone_brings_nothing_along()
    {
        await server.PutAsync("Observation/o", """{"resourceType":"Observation","id":"o","status":"final","code":{"text":"c"},"subject":{"reference":"Patient/a"},"valueString":"v"}""");

        var cut = await server.GetAsync("Observation?_include=Observation:subject&_elements=code");
        var found = cut.Json["entry"u8].Items.AsEnumerable().Select(entry => entry["resource"u8]).ToList();
        Assert.Equal((false, true), (found[0]["valueString"u8].Exists, found[0]["code"u8].Exists));
        Assert.Equal((true, false), (found[1]["photo"u8].Exists, found[1]["meta"u8]["tag"u8].Items.AsEnumerable().Any(tag => tag["code"u8].Is("SUBSETTED"u8))));
        var summary = await server.GetAsync("Observation?_include=Observation:subject&_summary=true");
        Assert.False(summary.Json["entry"u8].Items.AsEnumerable().Last()["resource"u8]["photo"u8].Exists);
        Assert.Equal(HttpStatusCode.BadRequest, (await server.GetAsync("Observation?_include=Observation:subject&_summary=text")).Status);
        Assert.Equal(HttpStatusCode.BadRequest, (await server.GetAsync("Patient?_summary=text&_revinclude=Observation:subject")).Status);
    }

    [Theory] // 3.1.0.1.11–12
    [InlineData("Patient/a", "application/fhir+xml")]
    [InlineData("Patient/a?_format=xml", "application/fhir+json")]
    [InlineData("Patient/a?_format=application/fhir%2Bxml", "")]
    [InlineData("Patient/a", "application/json;q=0.2, application/fhir+xml;q=0.9")]
    [InlineData("Patient/a", "text/xml")]
    public async Task Xml_goes_out_to_who_wants_it(string path, string accept)
    {
        var read = await server.GetAsync(path, ("Accept", accept));

        Assert.Equal("application/fhir+xml", read.ContentHeaders.ContentType!.MediaType);
        Assert.Contains("<family value=\"Testperson\"", read.Text);
        Assert.Equal("W/\"1\"", read.ETag);
    }

    [Theory]
    [InlineData("application/fhir+json")]
    [InlineData("*/*")]
    [InlineData("application/*;q=0.5")]
    [InlineData("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8")]
    [InlineData("application/fhir+xml;q=0, application/fhir+json")]
    [InlineData("application/fhir+json; fhirVersion=4.0")]
    [InlineData("application/fhir+json; fhirVersion=4.0.1")]
    public async Task Json_goes_out_to_who_takes_it_as_well(string accept) =>
        Assert.Equal("application/fhir+json", (await server.GetAsync("Patient/a", ("Accept", accept))).ContentHeaders.ContentType!.MediaType);

    [Theory]
    [InlineData("text/turtle")]
    [InlineData("application/fhir+json;fhirVersion=5.0")]
    [InlineData("application/fhir+json;q=0")]
    public async Task A_form_that_is_not_there_is_refused(string accept) =>
        Assert.Equal(HttpStatusCode.NotAcceptable, (await server.GetAsync("Patient/a", ("Accept", accept))).Status);

    [Theory] // WHATWG Encoding 4.2: utf8 is a name of UTF-8 too
    [InlineData("application/fhir+json; charset=utf8; fhirVersion=4.0.1", HttpStatusCode.OK)]
    [InlineData("application/fhir+json; charset=\"UTF8\"", HttpStatusCode.OK)]
    [InlineData("application/fhir+json; charset=iso-8859-1", HttpStatusCode.UnsupportedMediaType)]
    [InlineData("application/fhir+json; fhirVersion=4.3", HttpStatusCode.UnsupportedMediaType)]
    public async Task A_body_is_taken_in_this_version_and_in_utf_8_by_any_of_their_names(string type, HttpStatusCode status) =>
        Assert.Equal(status, (await server.PostAsync("Patient/$validate", Patient, ("Content-Type", type))).Status);

    [Theory] // 3.1.0, custom headers
    [InlineData("a-1:2", true)]
    [InlineData("a b", false)]
    public async Task The_clients_number_of_a_request_comes_back(string number, bool isTaken) =>
        Assert.Equal(isTaken ? number : null, (await server.GetAsync("Patient/a", ("X-Request-Id", number))).Headers.TryGetValues("X-Request-Id", out var given) ? given.Single() : null);

    [Fact]
    public async Task Xml_comes_in_and_is_kept_as_json()
    {
        var body = Encoding.UTF8.GetString(FhirXmlWriter.ToXml(FhirJson.ParseStored(Encoding.UTF8.GetBytes(Patient.Replace("\"a\"", "\"x\""))).Root));
        var put = await server.PutAsync("Patient/x", body, ("Content-Type", "application/fhir+xml"), ("Accept", "application/fhir+xml"));
        var read = await server.GetAsync("Patient/x");
        var wrong = await server.PutAsync("Patient/x", body.Replace("value=\"true\"", "value=\"yes\""), ("Content-Type", "application/fhir+xml"), ("Accept", "application/fhir+xml"));
        var broken = await server.PutAsync("Patient/x", "<Patient", ("Content-Type", "text/xml"));

        Assert.Equal((HttpStatusCode.Created, "application/fhir+xml"), (put.Status, put.ContentHeaders.ContentType!.MediaType));
        Assert.Equal("Testperson", read.Json["name"u8].First["family"u8].Text);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, wrong.Status);
        Assert.Contains("<expression value=\"Patient.active\"", wrong.Text);
        Assert.DoesNotContain("issue-line", wrong.Text);
        Assert.Equal((HttpStatusCode.BadRequest, "structure"), (broken.Status, broken.Issue));
    }

    [Fact]
    public async Task Bundles_patches_and_outcomes_are_xml_both_ways()
    {
        var bundle = Xml("""{"resourceType":"Bundle","type":"transaction","entry":[{"resource":{"resourceType":"Patient","id":"y","active":true},"request":{"method":"PUT","url":"Patient/y"}}]}""");
        var answer = await server.PostAsync("", bundle, ("Content-Type", "application/fhir+xml"), ("Accept", "application/fhir+xml"));
        var patch = Xml("""{"resourceType":"Parameters","parameter":[{"name":"operation","part":[{"name":"type","valueCode":"replace"},{"name":"path","valueString":"Patient.active"},{"name":"value","valueBoolean":false}]}]}""");
        var patched = await server.SendAsync("PATCH", "Patient/y", patch, ("Content-Type", "application/fhir+xml"));
        var search = await server.GetAsync("Patient?_format=xml");
        var missing = await server.GetAsync("Patient/none?_format=xml");

        Assert.Contains("<status value=\"201\"", answer.Text);
        Assert.Equal("false", patched.Json["active"u8].Text);
        Assert.Contains("<Bundle", search.Text);
        Assert.Contains("<code value=\"not-found\"", missing.Text);
        Assert.NotNull(FhirXmlReader.ToJson(search.Bytes, JsonLimits.Bundle, out _));
    }

    [Theory] // 3.1.1.5.9
    [InlineData("_summary=true", "identifier,active,name,link")]
    [InlineData("_summary=text", "text")]
    [InlineData("_summary=data", "identifier,active,name,photo,contact,maritalStatus,link")]
    [InlineData("_summary=false", "text,identifier,active,name,photo,contact,maritalStatus,link")]
    [InlineData("_elements=name,photo", "active,name,photo,link")] // what changes the meaning goes along
    public async Task A_part_of_a_resource_is_tagged_as_one(string query, string elements)
    {
        var read = (await server.GetAsync("Patient/a?" + query)).Json;
        var found = (await server.GetAsync("Patient?" + query)).Json["entry"u8].First["resource"u8];
        var history = (await server.GetAsync("Patient/a/_history?" + query)).Json["entry"u8].First["resource"u8];

        foreach (var resource in new[] { read, found, history })
        {
            Assert.Equal(elements, string.Join(',', resource.Properties.AsEnumerable().Select(member => member.Name).Where(name => name is not ("resourceType" or "id" or "meta"))));
            Assert.Equal(query != "_summary=false", resource["meta"u8]["tag"u8].Items.AsEnumerable().Any(tag => tag["code"u8].Text == "SUBSETTED"));
            Assert.Equal(("1", "t"), (resource["meta"u8]["versionId"u8].Text, resource["meta"u8]["tag"u8].First["code"u8].Text));
        }
    }

    [Fact] // 3.1.1.5.8–9
    public async Task A_bundle_of_the_record_is_cut_as_any_resource_and_not_within()
    {
        const string signed = """{"resourceType":"Bundle","id":"d","type":"collection","timestamp":"2026-01-01T00:00:00Z","entry":[{"resource":{"resourceType":"Patient","id":"in","gender":"male"}}]}""";
        await server.PutAsync("Bundle/d", signed);
        foreach (var path in new[] { "Bundle?_id=d&", "Bundle/d/_history?" })
        {
            var cut = (await server.GetAsync(path + "_elements=timestamp")).Json["entry"u8].First["resource"u8];
            var data = (await server.GetAsync(path + "_summary=data")).Json["entry"u8].First["resource"u8];

            Assert.Equal("resourceType,id,meta,type,timestamp", string.Join(',', cut.Properties.AsEnumerable().Select(member => member.Name).Order(Comparer<string>.Create((a, b) => Place(a) - Place(b)))));
            Assert.Equal(("male", false), (data["entry"u8].First["resource"u8]["gender"u8].Text, data["entry"u8].First["resource"u8]["meta"u8].Exists));
            Assert.All([cut, data], resource => Assert.Contains(resource["meta"u8]["tag"u8].Items.AsEnumerable(), tag => tag["code"u8].Is("SUBSETTED"u8)));
        }

        static int Place(string name) => Array.IndexOf(["resourceType", "id", "meta", "type", "timestamp"], name);
    }

    [Fact]
    public async Task Parts_are_sent_from_forms_batches_and_writes_and_never_of_outcomes()
    {
        using var content = new FormUrlEncodedContent([new("_summary", "true"), new("_id", "a")]);
        using var posted = await server.Client.PostAsync("Patient/_search", content, TestContext.Current.CancellationToken);
        var form = await posted.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        var batch = await server.PostAsync("", """{"resourceType":"Bundle","type":"batch","entry":[{"request":{"method":"GET","url":"Patient/a?_elements=name"}},{"request":{"method":"GET","url":"Patient?_summary=text"}}]}""");

        Assert.Contains("SUBSETTED", form);
        Assert.DoesNotContain("maritalStatus", form);
        Assert.Contains("SUBSETTED", batch.Text);
        Assert.DoesNotContain("maritalStatus", batch.Text);
        Assert.DoesNotContain("SUBSETTED", (await server.GetAsync("Patient/none?_summary=true")).Text);
        Assert.Equal((HttpStatusCode.BadRequest, "value"), (await server.GetAsync("Patient/a?_summary=some") is var wrong ? (wrong.Status, wrong.Issue) : default));
        Assert.Equal("1", (await server.GetAsync("Patient?_summary=count")).Json["total"u8].Text);
        Assert.Equal(HttpStatusCode.OK, (await server.GetAsync("metadata?_summary=true")).Status);
    }

    [Theory] // 3.1.0.1.12
    [InlineData("gzip", "gzip")]
    [InlineData("gzip, br", "br")]
    [InlineData("br;q=0, gzip;q=0.5", "gzip")]
    public async Task A_large_answer_is_compressed_for_who_takes_it(string accept, string coding)
    {
        var answer = await server.GetAsync("metadata", ("Accept-Encoding", accept));
        using var stream = new MemoryStream(answer.Bytes);
        using Stream expand = coding == "br" ? new BrotliStream(stream, CompressionMode.Decompress) : new GZipStream(stream, CompressionMode.Decompress);
        using var reader = new StreamReader(expand);
        var text = await reader.ReadToEndAsync(TestContext.Current.CancellationToken);

        Assert.Equal(coding, string.Join(',', answer.ContentHeaders.ContentEncoding));
        Assert.Equal((await server.GetAsync("metadata")).Text, text);
        Assert.True(answer.Bytes.Length * 5 < text.Length);
        Assert.Empty((await server.GetAsync("Patient/a", ("Accept-Encoding", accept))).ContentHeaders.ContentEncoding);
    }

    [Fact]
    public async Task A_compressed_body_is_read_within_the_same_limits()
    {
        using var into = new MemoryStream();
        await using (var gzip = new GZipStream(into, CompressionMode.Compress, leaveOpen: true))
            await gzip.WriteAsync(Encoding.UTF8.GetBytes("""{"resourceType":"Patient","id":"z"}"""), TestContext.Current.CancellationToken);
        using var bomb = new MemoryStream();
        await using (var gzip = new GZipStream(bomb, CompressionLevel.Fastest, leaveOpen: true))
        {
            for (var i = 0; i < 40; i++)
                await gzip.WriteAsync(new byte[1024 * 1024], TestContext.Current.CancellationToken);
        }

        Assert.Equal(HttpStatusCode.Created, await PutAsync(into.ToArray(), "gzip"));
        Assert.Equal(HttpStatusCode.OK, await PutAsync(into.ToArray(), "x-gzip")); // RFC 9110, 8.4.1.3
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, await PutAsync(bomb.ToArray(), "gzip"));
        Assert.Equal(HttpStatusCode.BadRequest, await PutAsync([1, 2, 3], "gzip"));
        Assert.Equal(HttpStatusCode.UnsupportedMediaType, await PutAsync([1, 2, 3], "zstd"));
    }

    [Fact] // 3.1.0.1.13
    public async Task Text_is_laid_out_for_people_in_both_forms()
    {
        Assert.Contains("\n  \"active\": true", (await server.GetAsync("Patient/a?_pretty=true")).Text);
        Assert.Contains("\n  <active value=\"true\"", (await server.GetAsync("Patient/a?_pretty=true&_format=xml")).Text);
    }

    [Fact]
    public async Task An_answer_that_grows_beyond_a_limit_in_its_form_is_told_and_json_is_there_still()
    {
        await using var small = new FhirServer(engine, RestLimits.Default with { FormedBytes = 10_000 });
        var body = $$"""{"resourceType":"Basic","id":"b","code":{"text":"x"},"zzz":[{{string.Join(',', Enumerable.Repeat("1", 2000))}}]}""";
        var put = await small.PutAsync("Basic/b", body, ("Accept", "application/fhir+xml"));
        var read = await small.GetAsync("Basic/b?_format=xml");
        var found = await small.GetAsync("Basic?_format=xml");

        Assert.Equal(HttpStatusCode.Created, put.Status);
        Assert.Contains("<severity value=\"warning\"", put.Text);
        Assert.Equal([HttpStatusCode.UnprocessableEntity, HttpStatusCode.UnprocessableEntity], [read.Status, found.Status]);
        Assert.Contains("<code value=\"too-costly\"", read.Text);
        Assert.Contains("<code value=\"too-costly\"", found.Text);
        Assert.Equal((await small.GetAsync("Basic/b")).Text, (await small.GetAsync("Basic/b?_pretty=true")).Text);
        Assert.Equal("b", (await small.GetAsync("Basic")).Ids);
    }

    private async Task<HttpStatusCode> PutAsync(byte[] body, string coding)
    {
        using var content = new ByteArrayContent(body);
        content.Headers.ContentType = new("application/fhir+json");
        content.Headers.ContentEncoding.Add(coding);
        using var response = await server.Client.PutAsync("Patient/z", content, TestContext.Current.CancellationToken);
        return response.StatusCode;
    }

    private static string Xml(string json) => Encoding.UTF8.GetString(FhirXmlWriter.ToXml(FhirJson.ParseStored(Encoding.UTF8.GetBytes(json)).Root));
}
