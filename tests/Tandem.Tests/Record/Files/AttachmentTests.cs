using System.Net;
using System.Text;
using Tandem.Fhir.Json;
using Tandem.Kernel.Data;
using Tandem.Record.Files;
using Tandem.Tests.Support;

namespace Tandem.Tests.Record.Files;

/// <summary>Files on every way into the record.</summary>
public sealed class AttachmentTests : IAsyncLifetime
{
    private static readonly string Photo = Convert.ToBase64String(FileSamples.Jpeg(6));
    private static readonly string Program = Convert.ToBase64String(Encoding.Latin1.GetBytes("#!/bin/sh\n"));
    private readonly FhirServer server = new(Engine.Sqlite);

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public ValueTask DisposeAsync() => server.DisposeAsync();

    [Fact]
    public async Task A_photograph_is_kept_clean_with_its_new_size_and_hash()
    {
        var sent = $$$"""{"resourceType":"Patient","id":"p","photo":[{"contentType":"image/jpeg","data":"{{{Photo}}}","size":9,"hash":"AAAA","title":"me"}],"gender":"female"}""";

        Assert.Equal(HttpStatusCode.Created, (await server.PutAsync("Patient/p", sent)).Status);

        var photo = (await server.GetAsync("Patient/p")).Json["photo"].First;
        var kept = Convert.FromBase64String(photo["data"].Text!);
        Assert.DoesNotContain(FileSamples.Told, Encoding.Latin1.GetString(kept));
        Assert.Equal(kept.Length, photo["size"].Number);
        Assert.Equal(FileGuard.HashOf(kept), photo["hash"].Text);
        Assert.Equal("me", photo["title"].Text);
    }

    [Theory]
    [InlineData("urn:uuid:4b2bdeb4-0b76-4f0b-9a5e-000000000001", "urn:uuid:4b2bdeb4-0b76-4f0b-9a5e-000000000001")]
    [InlineData("http://example.org/fhir/Binary/f", "http://example.org/fhir/Binary/f")]
    [InlineData("http://example.org/fhir/Binary/f", "Binary/f")]
    public async Task An_attachment_beside_its_file_tells_its_size_and_hash_as_it_is_kept(string fullUrl, string url)
    {
        var binary = $$"""{"resourceType":"Binary","contentType":"image/jpeg","data":"{{Photo}}"}""";
        var elsewhere = """{"contentType":"image/jpeg","url":"http://example.org/fhir/Binary/other","size":9,"hash":"AAAA"}""";
        var document = $$$"""{"resourceType":"DocumentReference","status":"current","content":[{"attachment":{"contentType":"image/jpeg","url":"{{{url}}}","size":9,"hash":"AAAA","title":"me"}},{"attachment":{{{elsewhere}}}}]}""";

        var answer = await server.SendAsync("POST", "", $$$"""
            {"resourceType":"Bundle","type":"transaction","entry":[
              {"fullUrl":"http://example.org/fhir/DocumentReference/d","resource":{{{document}}},"request":{"method":"POST","url":"DocumentReference"}},
              {"fullUrl":"{{{fullUrl}}}","resource":{{{binary}}},"request":{"method":"POST","url":"Binary"}}]}
            """);

        Assert.Equal(HttpStatusCode.OK, answer.Status);
        var kept = Convert.FromBase64String((await server.GetAsync("Binary")).Json["entry"].First["resource"]["data"].Text!);
        var content = (await server.GetAsync("DocumentReference")).Json["entry"].First["resource"]["content"];
        var attachment = content.First["attachment"];
        Assert.StartsWith("Binary/", attachment["url"].Text);
        Assert.Equal(kept.Length, attachment["size"].Number);
        Assert.Equal(FileGuard.HashOf(kept), attachment["hash"].Text);
        Assert.Equal("me", attachment["title"].Text);
        Assert.Equal(elsewhere, Encoding.UTF8.GetString(content.Items.AsEnumerable().Last()["attachment"].Raw));
    }

    [Fact]
    public async Task A_program_is_refused_with_its_place_on_every_way()
    {
        var binary = $$"""{"resourceType":"Binary","id":"b","contentType":"application/octet-stream","data":"{{Program}}"}""";
        var contained = $$$"""{"resourceType":"Patient","id":"p","contained":[{{{binary}}}],"contact":[{"organization":{"reference":"#b"}}]}""";
        var document = $$$"""{"resourceType":"DocumentReference","status":"current","content":[{"attachment":{"data":"{{{Program}}}"}}]}""";
        var bundle = $$$"""{"resourceType":"Bundle","type":"transaction","entry":[{"resource":{{{document}}},"request":{"method":"POST","url":"DocumentReference"}}]}""";
        await server.PutAsync("Patient/q", """{"resourceType":"Patient","id":"q"}""");

        await RefusedAsync("PUT", "Binary/b", binary, "Binary.data");
        await RefusedAsync("PUT", "Patient/p", contained, "Patient.contained[0].data");
        await RefusedAsync("POST", "DocumentReference", document, "DocumentReference.content[0].attachment.data");
        await RefusedAsync("POST", "", bundle, "attachment.data");
        await RefusedAsync(
            "PATCH", "Patient/q", $$"""[{"op":"add","path":"/photo","value":[{"data":"{{Program}}"}]}]""", "Patient.photo[0].data", ("Content-Type", "application/json-patch+json"));
    }

    [Fact]
    public async Task What_only_looks_like_a_file_is_left_alone()
    {
        var curve = """{"resourceType":"Observation","id":"o","status":"final","code":{"text":"ecg"},"valueSampledData":{"origin":{"value":0},"period":1,"dimensions":1,"data":"1 2 3 E"}}""";
        var signed = $$$"""{"resourceType":"Provenance","id":"s","target":[{"reference":"Patient/q"}],"recorded":"2026-01-01T00:00:00Z","agent":[{"who":{"reference":"Practitioner/a"}}],"signature":[{"type":[{"code":"1"}],"when":"2026-01-01T00:00:00Z","who":{"reference":"Practitioner/a"},"data":"{{{Program}}}"}]}""";

        Assert.Equal(HttpStatusCode.Created, (await server.PutAsync("Observation/o", curve)).Status);
        Assert.Equal(HttpStatusCode.Created, (await server.PutAsync("Provenance/s", signed)).Status);
    }

    private async Task RefusedAsync(string method, string path, string body, string place, params (string, string)[] headers)
    {
        var answer = await server.SendAsync(method, path, body, headers);

        Assert.Equal(HttpStatusCode.UnprocessableEntity, answer.Status);
        Assert.Contains("This is a program", answer.Text);
        Assert.Contains(place, answer.Json["issue"].First["expression"].First.Text);
    }
}
