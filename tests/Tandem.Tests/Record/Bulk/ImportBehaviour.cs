using System.IO.Compression;
using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.DependencyInjection;
using Tandem.Kernel.Actors;
using Tandem.Kernel.Data;
using Tandem.Record.Bulk;
using Tandem.Tests.Support;

namespace Tandem.Tests.Record.Bulk;

public sealed class SqliteImportTests() : ImportBehaviour(Engine.Sqlite);

public sealed class PostgresImportTests() : ImportBehaviour(Engine.Postgres);

/// <summary>NDJSON files come in once, whatever happens meanwhile, and what cannot come in is told line by line.</summary>
public abstract class ImportBehaviour(Engine engine) : IAsyncLifetime
{
    private FhirServer server = null!;

    public ValueTask InitializeAsync()
    {
        Start();
        return ValueTask.CompletedTask;
    }

    public async ValueTask DisposeAsync()
    {
        if (server is not null)
            await server.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task Sound_lines_come_in_and_the_others_are_told_of()
    {
        Give("Patient.ndjson", """{"resourceType":"Patient","id":"p1"}""", "{not json", "", """{"resourceType":"Patient"}""", """{"resourceType":"Observation","id":"o1","status":"final","code":{"text":"x"}}""", """{"resourceType":"Patient","id":"p2","active":true}""");

        var manifest = await ImportAsync("Patient.ndjson");

        Assert.Equal("2", manifest.Json["output"u8].First["count"u8].Text);
        Assert.Equal("p1,p2", (await server.GetAsync("Patient")).Ids);
        var told = (await server.LinesAsync(manifest, "error")).ConvertAll(outcome => outcome["issue"u8].First["diagnostics"u8].Text!);
        Assert.Equal(3, told.Count);
        Assert.Contains("Patient.ndjson, line 2:", told[0], StringComparison.Ordinal);
        Assert.Contains("line 4:", told[1], StringComparison.Ordinal);
        Assert.Contains("line 5:", told[2], StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_line_that_a_rule_of_what_is_kept_refuses_is_told_of_and_the_others_come_in()
    {
        Give("Mixed.ndjson", """{"resourceType":"Patient","id":"p1"}""", "{not json", Parameter("unsound", "nothing("), """{"resourceType":"Patient","id":"p2"}""", Parameter("sound", "Patient.active"), Parameter("worse", "1 +"));

        var manifest = await server.RunJobAsync(server.PostAsync("$import", Body("Mixed.ndjson", ""), BulkCalls.Async));

        Assert.Equal("3", manifest.Json["output"u8].First["count"u8].Text);
        Assert.Equal(("p1,p2", "sound"), ((await server.GetAsync("Patient")).Ids, (await server.GetAsync("SearchParameter?_id=sound,unsound,worse")).Ids));
        var told = (await server.LinesAsync(manifest, "error")).ConvertAll(outcome => outcome["issue"u8].First["diagnostics"u8].Text!);
        Assert.Equal(["line 2", "line 3", "line 6"], told.Select(text => text["Mixed.ndjson, ".Length..text.IndexOf(':', StringComparison.Ordinal)]));
        Assert.Equal("1", (await ImportAsync("Patient.ndjson", """{"resourceType":"Patient","id":"p3"}""")).Json["output"u8].First["count"u8].Text); // no job waits behind it
    }

    [Fact]
    public async Task An_import_ends_behind_many_lines_that_cannot_come_in()
    {
        await server.DisposeAsync();
        Start(bulk: options => options with { MostRefused = 400 });

        var whole = await ImportAsync("Patient.ndjson", ["""{"resourceType":"Patient","id":"p1"}""", .. Enumerable.Repeat("x", 499)]);
        var failed = await ImportAsync("Patient.ndjson", ["""{"resourceType":"Patient","id":"p1"}""", .. Enumerable.Repeat("x", 1_200)]);

        Assert.Equal("499", whole.Json["error"u8].First["count"u8].Text);
        Assert.Equal(HttpStatusCode.InternalServerError, failed.Status);
        Assert.Matches("^Patient.ndjson was not read from line 501 on: 499 lines could not be taken in. The last of them: .+ Before that: 1 resources taken in, 499 refused", failed.Json["issue"u8].First["diagnostics"u8].Text);
        Assert.Equal(499, (await ToldAsync(failed)).Count);
    }

    [Theory]
    [InlineData("")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n{\"resourceType\":\"Patient\",\"id\":\"p1\"}\n")]
    public async Task A_host_that_goes_silent_holds_up_nothing(string sent)
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var host = listener.LocalEndpoint.ToString()!;
        await server.DisposeAsync();
        Start(bulk: options => options with { ImportHosts = [host], LongestSilence = TimeSpan.FromMilliseconds(200) });
        var import = server.RunJobAsync(server.PostAsync("$import", Body($"http://{host}/Patient.ndjson"), BulkCalls.Async));
        using var client = await listener.AcceptTcpClientAsync(TestContext.Current.CancellationToken);
        await client.GetStream().WriteAsync(System.Text.Encoding.UTF8.GetBytes(sent), TestContext.Current.CancellationToken);

        var failed = await import;

        Assert.Equal(HttpStatusCode.InternalServerError, failed.Status);
        Assert.Contains($"http://{host}/Patient.ndjson sent nothing", failed.Json["issue"u8].First["diagnostics"u8].Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_host_that_sends_byte_by_byte_holds_up_nothing()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var host = listener.LocalEndpoint.ToString()!;
        await server.DisposeAsync();
        Start(bulk: options => options with { ImportHosts = [host], LongestSilence = TimeSpan.FromSeconds(1) });
        var told = "";
        for (var turn = 0; turn < 20 && !told.Contains("slowly", StringComparison.Ordinal); turn++) // a busy machine may send nothing for a second
        {
            var import = server.RunJobAsync(server.PostAsync("$import", Body($"http://{host}/Patient.ndjson"), BulkCalls.Async));
            using (var client = await listener.AcceptTcpClientAsync(TestContext.Current.CancellationToken))
            {
                await Assert.ThrowsAnyAsync<SocketException>(async () =>
                {
                    await client.Client.SendAsync("HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n"u8.ToArray(), TestContext.Current.CancellationToken);
                    for (var sent = 0; sent < 1_000; sent++)
                    {
                        await client.Client.SendAsync("\n"u8.ToArray(), TestContext.Current.CancellationToken);
                        await Task.Delay(50, TestContext.Current.CancellationToken);
                    }
                }); // the hub hung up
            }

            var failed = await import;
            told = $"{failed.Status}: {failed.Json["issue"u8].First["diagnostics"u8].Text}";
        }

        Assert.StartsWith($"{HttpStatusCode.InternalServerError}: http://{host}/Patient.ndjson comes too slowly: ", told, StringComparison.Ordinal);
        Assert.Equal("1", (await ImportAsync("Patient.ndjson", """{"resourceType":"Patient","id":"p1"}""")).Json["output"u8].First["count"u8].Text);
    }

    [Fact]
    public async Task A_host_may_take_its_time_before_it_begins()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var host = listener.LocalEndpoint.ToString()!;
        await server.DisposeAsync();
        Start(bulk: options => options with { ImportHosts = [host], LongestSilence = TimeSpan.FromSeconds(2) });
        FhirAnswer? imported = null;
        for (var turn = 0; turn < 20 && imported?.Status != HttpStatusCode.OK; turn++) // a busy machine may send nothing for two seconds
        {
            var import = server.RunJobAsync(server.PostAsync("$import", Body($"http://{host}/Patient.ndjson"), BulkCalls.Async));
            using var client = await listener.AcceptTcpClientAsync(TestContext.Current.CancellationToken);
            try
            {
                foreach (var sent in new[] { "HTTP/1.1 200 OK\r\nContent-Length: 37\r\n\r\n", "{\"resourceType\":", "\"Patient\",\"id\":\"p1\"}\n" })
                {
                    await Task.Delay(TimeSpan.FromSeconds(1.1), TestContext.Current.CancellationToken); // the first two are together longer than it may be silent for
                    await client.Client.SendAsync(System.Text.Encoding.UTF8.GetBytes(sent), TestContext.Current.CancellationToken);
                }
            }
            catch (SocketException) // the hub hung up
            {
            }

            imported = await import;
        }

        Assert.Equal("1", imported!.Json["output"u8].First["count"u8].Text);
    }

    [Theory]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n{\"resourceType\":\"Patient\",\"id\":\"p1\"}\n{\"resourceType\":\"Pat", "broke off before its end")]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n26\r\n{\"resourceType\":\"Patient\",\"id\":\"p1\"}\n\r\n", "broke off before its end")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\nContent-Length: 14\r\n\r\n<html>\n</html>", "is a page (text/html")]
    [InlineData("HTTP/1.1 302 Found\r\nLocation: /elsewhere\r\nContent-Length: 0\r\n\r\n", "cannot be fetched: Found")]
    public async Task A_file_that_is_not_whole_or_none_fails_and_says_why_without_what_lets_it_out(string sent, string told)
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var host = listener.LocalEndpoint.ToString()!;
        await server.DisposeAsync();
        Start(bulk: options => options with { ImportHosts = [host] });
        var import = server.RunJobAsync(server.PostAsync("$import", Body($"http://me:word@{host}/Patient.ndjson?sig=secret"), BulkCalls.Async));
        using (var client = await listener.AcceptTcpClientAsync(TestContext.Current.CancellationToken))
        {
            await client.GetStream().ReadAtLeastAsync(new byte[4096], 20, throwOnEndOfStream: true, TestContext.Current.CancellationToken);
            await client.GetStream().WriteAsync(System.Text.Encoding.UTF8.GetBytes(sent), TestContext.Current.CancellationToken);
        }

        var failed = await import;

        Assert.Equal(HttpStatusCode.InternalServerError, failed.Status);
        Assert.StartsWith($"http://{host}/Patient.ndjson {told}", failed.Json["issue"u8].First["diagnostics"u8].Text, StringComparison.Ordinal);
        Assert.Equal("", (await server.GetAsync("Patient")).Ids);
    }

    [Fact]
    public async Task A_file_may_begin_with_a_mark_be_compressed_end_its_lines_by_two_characters_and_say_the_same_id_twice()
    {
        var lines = "\uFEFF" + """{"resourceType":"Patient","id":"p1","gender":"male"}""" + "\r\n" + """{"resourceType":"Patient","id":"p1","gender":"female"}""" + "\r\n\r\n" + """{"resourceType":"Patient","id":"p2"}""";
        await using (var file = File.Create(Path.Combine(server.Bulk.Import, "Patient.ndjson.gz")))
        await using (var gzip = new GZipStream(file, CompressionLevel.Fastest))
            await gzip.WriteAsync(System.Text.Encoding.UTF8.GetBytes(lines), TestContext.Current.CancellationToken);

        var manifest = await ImportAsync("Patient.ndjson.gz");

        Assert.Equal(("3", false), (manifest.Json["output"u8].First["count"u8].Text, manifest.Json["error"u8].First.Exists));
        Assert.Equal(("p1", ""), ((await server.GetAsync("Patient?gender=female")).Ids, (await server.GetAsync("Patient?gender=male")).Ids));
        Assert.Equal(("2", "2"), ((await server.GetAsync("Patient/p1")).Json["meta"u8]["versionId"u8].Text, (await server.GetAsync("Patient?_summary=count")).Json["total"u8].Text));
    }

    [Fact]
    public async Task A_compressed_file_that_is_cut_short_fails()
    {
        using var whole = new MemoryStream();
        await using (var gzip = new GZipStream(whole, CompressionLevel.Fastest, leaveOpen: true))
            await gzip.WriteAsync(System.Text.Encoding.UTF8.GetBytes(string.Concat(Enumerable.Range(0, 5_000).Select(n => $$"""{"resourceType":"Patient","id":"p{{n * 7919}}"}""" + "\n"))), TestContext.Current.CancellationToken);
        await File.WriteAllBytesAsync(Path.Combine(server.Bulk.Import, "Patient.ndjson.gz"), whole.ToArray()[..((int)whole.Length / 2)], TestContext.Current.CancellationToken);

        var failed = await ImportAsync("Patient.ndjson.gz");

        Assert.Equal(HttpStatusCode.InternalServerError, failed.Status);
        Assert.Matches("broke off before its end, or cannot be read. Before that: [0-9,]+ resources taken in, 0 refused", failed.Json["issue"u8].First["diagnostics"u8].Text);
    }

    [Fact]
    public async Task A_line_that_is_too_long_is_told_of_and_the_others_come_in()
    {
        Give("Patient.ndjson", """{"resourceType":"Patient","id":"p1"}""", new string('x', 33 * 1024 * 1024), """{"resourceType":"Patient","id":"p2"}""");

        var manifest = await ImportAsync("Patient.ndjson");

        Assert.Equal(("2", "p1,p2"), (manifest.Json["output"u8].First["count"u8].Text, (await server.GetAsync("Patient")).Ids));
        Assert.StartsWith("Patient.ndjson, line 2: This is longer than", Assert.Single(await server.LinesAsync(manifest, "error"))["issue"u8].First["diagnostics"u8].Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Labels_tags_and_profiles_of_a_line_come_in_and_those_of_the_record_stay()
    {
        const string Label = """{"system":"http://terminology.hl7.org/CodeSystem/v3-Confidentiality","code":"R"}""";
        await ImportAsync("Patient.ndjson", """{"resourceType":"Patient","id":"p1"}""");

        await ImportAsync("Patient.ndjson", $$"""{"resourceType":"Patient","id":"p1","meta":{"security":[{{Label}}],"profile":["http://example.org/p"]} }""");
        Assert.Equal(("2", "R"), ((await server.GetAsync("Patient/p1")).Json["meta"u8]["versionId"u8].Text, (await server.GetAsync("Patient/p1")).Json["meta"u8]["security"u8].First["code"u8].Text));
        await ImportAsync("Patient.ndjson", """{"resourceType":"Patient","id":"p1"}""");
        await ImportAsync("Patient.ndjson", $$"""{"resourceType":"Patient","id":"p1","meta":{"versionId":"9","security":[{{Label}}]} }""");

        Assert.Equal("2", (await server.GetAsync("Patient/p1")).Json["meta"u8]["versionId"u8].Text);

        const string Tagged = """{"resourceType":"Patient","id":"p1","meta":{"tag":[{"system":"urn:feed","code":"nightly"}]},"gender":"female"}""";
        await ImportAsync("Patient.ndjson", Tagged);
        await ImportAsync("Patient.ndjson", Tagged);
        var meta = (await server.GetAsync("Patient/p1")).Json["meta"u8];
        Assert.Equal(("3", "R", "nightly"), (meta["versionId"u8].Text, meta["security"u8].First["code"u8].Text, meta["tag"u8].First["code"u8].Text));
        await ImportAsync("Patient.ndjson", """{"resourceType":"Patient","id":"p1","gender":"male"}""");
        Assert.Equal(("male", "R"), ((await server.GetAsync("Patient/p1")).Json["gender"u8].Text, (await server.GetAsync("Patient/p1")).Json["meta"u8]["security"u8].First["code"u8].Text));
    }

    [Fact]
    public async Task The_same_file_again_changes_nothing()
    {
        Give("Patient.ndjson", [.. Enumerable.Range(0, 1_200).Select(n => $$"""{"resourceType":"Patient","id":"p{{n}}"}""")]);
        await ImportAsync("Patient.ndjson");
        var last = server.Store.Signal.LastSeq;

        var manifest = await ImportAsync("Patient.ndjson");

        Assert.Equal("1200", manifest.Json["output"u8].First["count"u8].Text);
        Assert.Equal(last, server.Store.Signal.LastSeq);
        Assert.Equal("1200", (await server.GetAsync("Patient?_summary=count")).Json["total"u8].Text);
    }

    [Theory]
    [InlineData("An import begun before an update", null)]
    [InlineData("An import begun since", "p0 p1 p2 p3 p4 p5")]
    public async Task An_import_goes_on_behind_the_last_line_that_was_kept(string which, string? read)
    {
        await BeginAsync("p0 p1 p2 p3 p4 p5 p6 p7 p8 p9 wrong", read);

        var manifest = await GoOnAsync();

        Assert.Equal((which, "10"), (which, manifest.Json["output"u8].First["count"u8].Text));
        Assert.Single(await server.LinesAsync(manifest, "error"));
        Assert.Equal("p6,p7,p8,p9", (await server.GetAsync("Patient")).Ids);
    }

    [Theory]
    [InlineData("p0 p1 p2 p3 p4 other p6")]
    [InlineData("p1 p2 p3 p4 p5 p6")]
    [InlineData("new p0 p1 p2 p3 p4 p5 p6")]
    [InlineData("p0 p1 p2")]
    public async Task An_import_does_not_go_on_in_a_file_that_has_changed_before_the_place(string file)
    {
        await BeginAsync(file, "p0 p1 p2 p3 p4 p5");

        var failed = await GoOnAsync();

        Assert.Equal(HttpStatusCode.InternalServerError, failed.Status);
        Assert.StartsWith("Patient.ndjson has changed since the import began: its first 6 lines are not those that were read.", failed.Json["issue"u8].First["diagnostics"u8].Text, StringComparison.Ordinal);
        Assert.Equal("", (await server.GetAsync("Patient")).Ids);
    }

    [Fact]
    public async Task An_import_does_not_go_on_where_what_it_told_of_is_not()
    {
        await BeginAsync("p0 p1 p2 p3 p4 p5 p6", "p0 p1 p2 p3 p4 p5", errors: 100);

        var failed = await GoOnAsync();

        Assert.Equal((HttpStatusCode.InternalServerError, 1), (failed.Status, failed.Json["issue"u8].Items.Count));
        Assert.StartsWith("What could not be taken in so far was told of in the bulk folder of another node", failed.Json["issue"u8].First["diagnostics"u8].Text, StringComparison.Ordinal);
        Assert.Equal(("", HttpStatusCode.NotFound), ((await server.GetAsync("Patient")).Ids, (await server.GetAsync("bulk-jobs/begun/errors.ndjson")).Status));
    }

    [Theory]
    [InlineData("missing.ndjson", HttpStatusCode.BadRequest)]
    [InlineData("../../secret.ndjson", HttpStatusCode.BadRequest)]
    [InlineData("https://elsewhere.example/Patient.ndjson", HttpStatusCode.BadRequest)]
    [InlineData("", HttpStatusCode.BadRequest)]
    public async Task Files_come_from_the_import_folder_and_named_hosts_only(string url, HttpStatusCode expected)
    {
        await File.WriteAllTextAsync(Path.Combine(server.Bulk.Folder, "secret.ndjson"), "{}", TestContext.Current.CancellationToken);

        Assert.Equal(expected, (await server.PostAsync("$import", Body(url), BulkCalls.Async)).Status);
    }

    [Fact]
    public async Task Who_may_create_and_change_everything_may_import_and_nobody_else()
    {
        Give("Patient.ndjson", """{"resourceType":"Patient","id":"p1"}""");
        server.People["region"] = Scope(new Grant(Interactions.All, [], Whose.Anyone));
        server.People["reader"] = Scope(new Grant(Interactions.Look, [], Whose.Anyone));
        server.People["of-patients"] = Scope(new Grant(Interactions.All, ["Patient"], Whose.Anyone));
        server.People["clinic"] = Scope(new Grant(Interactions.All, [], Whose.NoOnes), new Grant(Interactions.All, [], Whose.Related(TimeSpan.Zero)));

        foreach (var refused in new[] { "reader", "of-patients", "clinic" })
            Assert.Equal((refused, HttpStatusCode.Forbidden), (refused, (await server.PostAsync("$import", Body("Patient.ndjson"), BulkCalls.Async, ("X-As", refused))).Status));
        var manifest = await server.RunJobAsync(server.PostAsync("$import", Body("Patient.ndjson"), BulkCalls.Async, ("X-As", "region")), ("X-As", "region"));

        Assert.Equal("1", manifest.Json["output"u8].First["count"u8].Text);
        Assert.Equal("p1", (await server.GetAsync("Patient")).Ids);

        static AccessScope Scope(params Grant[] grants) =>
            new(new Actor("Device/service", "Service"), null, "service", "HSYSADMIN", Reach.Limited(new AccessLayer("app", grants)));
    }

    private void Start(Type? without = null, Func<BulkOptions, BulkOptions>? bulk = null)
    {
        server = new FhirServer(engine, without: without, bulk: bulk);
        Directory.CreateDirectory(server.Bulk.Import);
    }

    /// <summary>An import of which six lines were kept; the file by the ids of its patients.</summary>
    private async Task BeginAsync(string file, string? read, int errors = 0)
    {
        await server.DisposeAsync();
        Start(without: typeof(BulkJobs)); // else it may take the job too
        Give("Patient.ndjson", [.. file.Split(' ').Select(Line)]);
        using var digest = new FileDigest();
        var noted = read is null ? "" : $",\"Digest\":\"{Convert.ToBase64String(read.Split(' ').Select(id => digest.With(System.Text.Encoding.UTF8.GetBytes(Line(id)))).ToList()[^1])}\"";
        var job = new BulkJob("begun", BulkKind.Import, BulkStatus.Running, AccessScope.System.Actor, server.Clock.GetUtcNow(), "http://example/fhir/$import", new ImportPlan([new("Patient", "Patient.ndjson")]).ToJson())
        {
            Scope = AccessScope.System,
            Cursor = $$$"""{"Input":0,"Line":6,"Errors":{{{errors}}},"Counts":[{"Input":0,"Taken":6,"Refused":{{{errors / 100}}}}]{{{noted}}}}""",
        };
        await server.Store.WriteAsync<bool>(
            AccessScope.System,
            session =>
            {
                job.Write(session);
                return true;
            },
            TestContext.Current.CancellationToken);

        static string Line(string id) => id == "wrong" ? "{wrong" : $$"""{"resourceType":"Patient","id":"{{id}}"}""";
    }

    private async Task<FhirAnswer> GoOnAsync()
    {
        await server.Services.GetRequiredService<BulkJobs>().CatchUpAsync(TestContext.Current.CancellationToken);
        return await server.GetAsync("bulk-jobs/begun");
    }

    private void Give(string name, params string[] lines) => File.WriteAllLines(Path.Combine(server.Bulk.Import, name), lines);

    private static string Parameter(string id, string expression) =>
        $$"""{"resourceType":"SearchParameter","id":"{{id}}","url":"http://example.org/{{id}}","name":"{{id}}","status":"active","description":"x","code":"{{id}}","base":["Patient"],"type":"token","expression":"{{expression}}"}""";

    /// <summary>What the file of errors says to which the status of a job that failed leads.</summary>
    private async Task<List<string>> ToldAsync(FhirAnswer failed)
    {
        var text = failed.Json["issue"u8].Items.AsEnumerable().Single(issue => issue["severity"u8].Is("information"u8))["diagnostics"u8].Text!;
        var errors = await server.GetAsync(text.Split(' ').Single(word => word.StartsWith("http", StringComparison.Ordinal)));
        Assert.Equal((HttpStatusCode.OK, "application/fhir+ndjson"), (errors.Status, errors.ContentHeaders.ContentType?.MediaType));
        return [.. errors.Text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => Tandem.Fhir.Json.FhirJson.ParseStored(System.Text.Encoding.UTF8.GetBytes(line)).Root["issue"u8].First["diagnostics"u8].Text!)];
    }

    private Task<FhirAnswer> ImportAsync(string name, params string[] lines)
    {
        Give(name, lines);
        return ImportAsync(name);
    }

    private Task<FhirAnswer> ImportAsync(string url) => server.RunJobAsync(server.PostAsync("$import", Body(url), BulkCalls.Async));

    private static string Body(string url, string type = """{"name":"type","valueCode":"Patient"},""") =>
        $$$"""{"resourceType":"Parameters","parameter":[{"name":"inputFormat","valueCode":"application/fhir+ndjson"},{"name":"input","part":[{{{type}}}{"name":"url","valueUri":"{{{url}}}"}]}]}""";
}
