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
