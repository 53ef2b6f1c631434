using System.IO.Compression;
using System.Net;
using System.Text;
using Tandem.Kernel.Data;
using Tandem.Tests.Support;

namespace Tandem.Tests.Record.Rest;

public sealed class SqliteBinaryTests() : BinaryBehaviour(Engine.Sqlite);

public sealed class PostgresBinaryTests() : BinaryBehaviour(Engine.Postgres);

/// <summary>Binary as the file it holds (R4 Binary, serving Binary resources using the RESTful API).</summary>
public abstract class BinaryBehaviour(Engine engine) : IAsyncLifetime
{
    private readonly FhirServer server = new(engine);

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        await server.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    private static string Base64(string text) => Convert.ToBase64String(Encoding.UTF8.GetBytes(text));

    [Fact]
    public async Task A_file_is_sent_and_read_as_it_is()
    {
        await server.PutAsync("Patient/p", """{"resourceType":"Patient","id":"p"}""");
        var made = await server.PostAsync("Binary", "grüß", ("Content-Type", "text/plain; charset=utf-8"), ("X-Security-Context", "Patient/p"));
        var id = made.Json["id"u8].Text;
        var file = await server.GetAsync($"Binary/{id}", ("Accept", "text/plain"));

        Assert.Equal(HttpStatusCode.Created, made.Status);
        Assert.Equal(("text/plain; charset=utf-8", "Patient/p", Base64("grüß")),
            (made.Json["contentType"u8].Text!, made.Json["securityContext"u8]["reference"u8].Text!, made.Json["data"u8].Text!));
        Assert.Equal(("grüß", "text/plain; charset=utf-8", "W/\"1\""), (file.Text, file.ContentHeaders.ContentType!.ToString(), file.ETag));
        Assert.Equal("Patient/p", file.Headers.GetValues("X-Security-Context").Single());
        Assert.Equal("attachment", file.ContentHeaders.ContentDisposition!.DispositionType);
        Assert.Equal("grüß", (await server.GetAsync($"Binary/{id}/_history/1", ("Accept", "text/plain"))).Text);
        Assert.Equal(HttpStatusCode.NotModified, (await server.GetAsync($"Binary/{id}", ("Accept", "text/plain"), ("If-None-Match", "W/\"1\""))).Status);

        var put = await server.PutAsync($"Binary/{id}", "hello", ("Content-Type", "text/plain"));
        Assert.Equal((HttpStatusCode.OK, Base64("hello")), (put.Status, put.Json["data"u8].Text));
    }

    [Theory]
    [InlineData("application/fhir+json", "application/fhir+json")]
    [InlineData("*/*", "text/plain")] // R4 Binary: the file, unless a form of FHIR is asked for
    [InlineData(null, "text/plain")]
    [InlineData("application/json, text/plain, */*", "application/fhir+json")]
    [InlineData("application/fhir+xml", "application/fhir+xml")]
    [InlineData("application/pdf", "text/plain")]
    [InlineData("application/fhir+json;q=0.5, text/*", "text/plain")]
    [InlineData("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", "text/plain")]
    public async Task Accept_says_whether_the_resource_or_the_file_is_wanted(string? accept, string type)
    {
        await server.PutAsync("Binary/b", $$"""{"resourceType":"Binary","id":"b","contentType":"text/plain","data":"{{Base64("hello")}}"}""");

        Assert.Equal(type, (await server.GetAsync("Binary/b", accept is null ? [] : [("Accept", accept)])).ContentHeaders.ContentType!.MediaType);
    }

    [Theory] // whose it is decides who sees it
    [InlineData("")]
    [InlineData("Patient/p", "Patient/p")]
    [InlineData("Patient/p", "Patient/q")]
    public async Task Whose_a_file_is_is_said_once_or_refused(params string[] about)
    {
        await server.PutAsync("Patient/p", """{"resourceType":"Patient","id":"p"}""");
        await server.PutAsync("Binary/b", "hello", ("Content-Type", "text/plain"), ("X-Security-Context", "Patient/p"));
        (string, string)[] headers = [("Content-Type", "text/plain"), .. about.Select(one => ("X-Security-Context", one))];

        Assert.Equal(HttpStatusCode.BadRequest, (await server.PutAsync("Binary/b", "other", headers)).Status);
        Assert.Equal(HttpStatusCode.BadRequest, (await server.PostAsync("Binary", "other", headers)).Status);
        Assert.Equal("Patient/p", (await server.GetAsync("Binary/b?_format=json")).Json["securityContext"u8]["reference"u8].Text);
    }

    [Theory]
    [InlineData("gzip")]
    [InlineData("deflate")]
    [InlineData("br")]
    public async Task A_compressed_file_that_is_cut_short_is_not_kept(string coding)
    {
        var file = Encoding.UTF8.GetBytes(string.Join('\n', Enumerable.Range(0, 5000).Select(i => $"{i},{i * 7919 % 1000}")));
        var body = Packed(file, coding);

        foreach (var length in new[] { 1, 3, 20, body.Length / 4, body.Length * 6 / 10, body.Length - 9, body.Length - 8, body.Length - 5, body.Length - 4, body.Length - 1 })
            Assert.True(await PutAsync(body[..length], coding) == HttpStatusCode.BadRequest, $"{length} of {body.Length} bytes");
        Assert.Equal(HttpStatusCode.NotFound, (await server.GetAsync("Binary/c")).Status);
        Assert.Equal(HttpStatusCode.Created, await PutAsync(body, coding));
        Assert.Equal(file, (await server.GetAsync("Binary/c", ("Accept", "text/csv"))).Bytes);
        if (coding != "gzip")
            return;
        Assert.Equal(HttpStatusCode.OK, await PutAsync([.. Packed(file[..100], coding), .. Packed(file[100..], coding)], coding)); // RFC 1952 2.2: several members
        Assert.Equal(file, (await server.GetAsync("Binary/c", ("Accept", "text/csv"))).Bytes);
    }

    [Theory] // gzip(1): zeros may fill up the last block
    [InlineData("gzip", 1, 0)]
    [InlineData("gzip", 20_000, 0)]
    [InlineData("gzip", 1, 7)]
    [InlineData("gzip", 20_000, 7)]
    [InlineData("br", 1, 7)]
    [InlineData("deflate", 20, 7)]
    public async Task What_follows_a_compressed_file_is_padding_or_refused(string coding, int length, byte last)
    {
        byte[] behind = [.. new byte[length - 1], last];
        foreach (var file in new[] { 1, 255, 65_536, 70_000 }.Select(size => Encoding.ASCII.GetBytes(string.Concat(Enumerable.Range(0, size).Select(i => (char)('a' + (i * 7919 % 26)))))))
        {
            using var response = await SendAsync([.. Packed(file, coding), .. behind], coding);
            if (last == 0)
                Assert.Equal(file, (await server.GetAsync("Binary/c", ("Accept", "text/csv"))).Bytes);
            else
                Assert.Contains("follows the body", await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
            Assert.Equal(last == 0, response.IsSuccessStatusCode);
        }
    }

    private async Task<HttpStatusCode> PutAsync(byte[] body, string coding)
    {
        using var response = await SendAsync(body, coding);
        return response.StatusCode;
    }

    private async Task<HttpResponseMessage> SendAsync(byte[] body, string coding)
    {
        using var content = new ByteArrayContent(body);
        content.Headers.ContentType = new("text/csv");
        content.Headers.ContentEncoding.Add(coding);
        return await server.Client.PutAsync("Binary/c", content, TestContext.Current.CancellationToken);
    }

    private static byte[] Packed(byte[] file, string coding)
    {
        using var into = new MemoryStream();
        using (Stream squeeze = coding switch { "gzip" => new GZipStream(into, CompressionLevel.Optimal, true), "br" => new BrotliStream(into, CompressionLevel.Optimal, true), _ => new ZLibStream(into, CompressionLevel.Optimal, true) })
            squeeze.Write(file);
        return into.ToArray();
    }

    [Theory] // a page of the hub must not run, or be laid out by, what somebody sent as a file
    [InlineData("script", "application/fhir+json")]
    [InlineData("style", "application/fhir+json")]
    [InlineData("serviceworker", "application/fhir+json")]
    [InlineData("iframe", "application/fhir+json")]
    [InlineData("document", "text/plain")]
    [InlineData("image", "text/plain")]
    [InlineData("empty", "text/plain")]
    public async Task A_browser_gets_no_file_to_run(string destination, string type)
    {
        await server.PutAsync("Binary/b", $$"""{"resourceType":"Binary","id":"b","contentType":"text/plain","data":"{{Base64("hello")}}"}""");

        Assert.Equal(type, (await server.GetAsync("Binary/b", ("Accept", "*/*"), ("Sec-Fetch-Dest", destination))).ContentHeaders.ContentType!.MediaType);
    }

    [Theory] // over plain HTTP a browser does not say what it wants a file for
    [InlineData("text/css", null, "application/fhir+json")]
    [InlineData("text/css", "empty", "text/css")]
    [InlineData("text/plain", null, "text/plain")]
    public async Task A_script_or_a_style_is_a_file_to_who_says_what_for(string sent, string? destination, string type)
    {
        await server.PutAsync("Binary/b", $$"""{"resourceType":"Binary","id":"b","contentType":"{{sent}}","data":"{{Base64("a")}}"}""");

        Assert.Equal(type, (await server.GetAsync("Binary/b", destination is null ? [("Accept", "*/*")] : [("Accept", "*/*"), ("Sec-Fetch-Dest", destination)])).ContentHeaders.ContentType!.MediaType);
    }

    [Fact]
    public async Task What_cannot_be_given_is_refused_in_words()
    {
        var gone = await server.GetAsync("Binary/none", ("Accept", "application/pdf"));
        var program = await server.PostAsync("Binary", "MZ\u0000\u0001", ("Content-Type", "application/pdf"));

        Assert.Equal((HttpStatusCode.NotFound, "not-found"), (gone.Status, gone.Issue));
        Assert.Equal((HttpStatusCode.UnprocessableEntity, "value"), (program.Status, program.Issue));
        Assert.Equal(HttpStatusCode.NotAcceptable, (await server.GetAsync("Binary?_id=none", ("Accept", "application/pdf"))).Status);
    }
}
