using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Tandem.Kernel.Actors;
using Tandem.Kernel.Data;
using Tandem.Record.Bulk;
using Tandem.Tests.Support;

namespace Tandem.Tests.Record.Bulk;

public sealed class SqliteExportTests(SharedServer shared) : ExportBehaviour(Engine.Sqlite, shared);

public sealed class PostgresExportTests(SharedServer shared) : ExportBehaviour(Engine.Postgres, shared);

/// <summary>Bulk Data Access 2.0, export.</summary>
public abstract class ExportBehaviour(Engine engine, SharedServer shared) : IAsyncLifetime, IClassFixture<SharedServer>
{
    private const string Own = "https://hub.example.org/fhir";
    private FhirServer server = null!;

    public async ValueTask InitializeAsync() => server = await shared.OfAsync(() => new FhirServer(engine, address: Own), FillAsync);

    public ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        return ValueTask.CompletedTask;
    }

    [Fact]
    public async Task The_whole_record_is_exported_each_resource_once()
    {
        var manifest = await ExportAsync("$export");

        Assert.Equal("Group/g,Observation/a1,Observation/b1,Observation/c1,Organization/o,Patient/a,Patient/b,Patient/c", BulkCalls.Ids(await server.LinesAsync(manifest)));
        Assert.EndsWith("/fhir/$export", manifest.Json["request"u8].Text, StringComparison.Ordinal);
        Assert.True(manifest.Json["transactionTime"u8].Exists && manifest.Json["error"u8].Exists && manifest.Json["deleted"u8].Exists);
    }

    [Fact]
    public async Task Patients_and_groups_are_exported_with_what_belongs_to_them()
    {
        Assert.Equal("Observation/a1,Observation/b1,Observation/c1,Patient/a,Patient/b,Patient/c", BulkCalls.Ids(await server.LinesAsync(await ExportAsync("Patient/$export"))));
        Assert.Equal("Observation/a1,Patient/a", BulkCalls.Ids(await server.LinesAsync(await ExportAsync("Group/g/$export"))));
        await server.PutAsync("Group/absolute", $$"""{"resourceType":"Group","id":"absolute","type":"person","actual":true,"member":[{"entity":{"reference":"{{Own}}/Patient/a"} },{"entity":{"reference":"https://elsewhere.example/fhir/Patient/b"} },{"entity":{"reference":"Patient/c"},"period":{"start":"2020","end":"2020-06-30"} },{"entity":{"reference":"Patient/b"},"period":{"start":"2999-01-01"} }]}""");
        Assert.Equal("Observation/a1,Patient/a", BulkCalls.Ids(await server.LinesAsync(await ExportAsync("Group/absolute/$export"))));
        await server.PutAsync("Group/outer", """{"resourceType":"Group","id":"outer","type":"person","actual":true,"member":[{"entity":{"reference":"Group/g"} },{"entity":{"reference":"Group/outer"} },{"entity":{"reference":"Patient/c"} }]}""");
        Assert.Equal("Observation/a1,Observation/c1,Patient/a,Patient/c", BulkCalls.Ids(await server.LinesAsync(await ExportAsync("Group/outer/$export"))));
        Assert.Equal(HttpStatusCode.NotFound, (await server.GetAsync("Group/other/$export", BulkCalls.Async)).Status);

        await server.PutAsync("Appointment/both", $$"""{"resourceType":"Appointment","id":"both","status":"booked","participant":[{"actor":{"reference":"Patient/c"},"status":"accepted"},{"actor":{"reference":"{{Own}}/Patient/a"},"status":"accepted"}]}""");
        await server.PutAsync("Appointment/other", """{"resourceType":"Appointment","id":"other","status":"booked","participant":[{"actor":{"reference":"Patient/c"},"status":"accepted"},{"actor":{"reference":"Patient/b"},"status":"accepted"}]}""");
        Assert.Equal("Appointment/both,Observation/a1,Patient/a", BulkCalls.Ids(await server.LinesAsync(await ExportAsync("Group/g/$export"))));
        Assert.Equal("Appointment/both,Appointment/other", BulkCalls.Ids(await server.LinesAsync(await ExportAsync("Patient/$export?_type=Appointment"))));
    }

    [Fact]
    public async Task Files_that_are_gone_and_a_folder_that_takes_none_are_told_and_the_next_export_goes_well()
    {
        var folder = server.Services.GetRequiredService<BulkOptions>().Folder;
        var manifest = await ExportAsync("$export?_type=Organization");
        var file = manifest.Json["output"u8].First["url"u8].Text!;
        File.Delete(Directory.GetFiles(folder, file.Split('/')[^1], SearchOption.AllDirectories).Single());
        var gone = await server.GetAsync(file);
        Assert.Equal((HttpStatusCode.NotFound, "not-found"), (gone.Status, gone.Issue));

        Directory.Move(folder, folder + "-away");
        await File.WriteAllTextAsync(folder, "", TestContext.Current.CancellationToken);
        var failed = await ExportAsync("$export?_type=Organization");
        Assert.Equal(HttpStatusCode.InternalServerError, failed.Status);
        Assert.Contains("cannot write files of exports", failed.Text, StringComparison.Ordinal);

        File.Delete(folder);
        Directory.Move(folder + "-away", folder);
        Assert.Equal("Organization/o", BulkCalls.Ids(await server.LinesAsync(await ExportAsync("$export?_type=Organization"))));
    }

    [Theory]
    [InlineData("Patient/c")]
    [InlineData(Own + "/Patient/c")]
    public async Task Some_patients_are_asked_for_in_a_posted_call(string patient)
    {
        var manifest = await server.RunJobAsync(server.PostAsync(
            "Patient/$export", $$"""{"resourceType":"Parameters","parameter":[{"name":"patient","valueReference":{"reference":"{{patient}}"} },{"name":"_type","valueString":"Observation"}]}""", BulkCalls.Async));

        Assert.Equal("Observation/c1", BulkCalls.Ids(await server.LinesAsync(manifest)));
    }

    [Fact] // Bulk Data 2, bulk data kick-off request: 429 with Retry-After
    public async Task Who_has_as_many_exports_as_one_may_is_told_when_to_ask_again()
    {
        await using var idle = new FhirServer(engine, without: typeof(BulkJobs)); // none of them ends
        for (var n = 0; n < 5; n++)
            Assert.Equal(HttpStatusCode.Accepted, (await idle.GetAsync("$export", BulkCalls.Async)).Status);

        var refused = await idle.GetAsync("$export", BulkCalls.Async);

        Assert.Equal((HttpStatusCode.TooManyRequests, "throttled", TimeSpan.FromSeconds(30)), (refused.Status, refused.Issue, refused.Headers.RetryAfter?.Delta));
    }

    [Fact] // RFC 9110 9.2.1
    public async Task An_export_is_not_started_by_asking_for_the_headers_of_one()
    {
        var before = Jobs();

        var refused = await server.SendAsync("HEAD", "$export", headers: BulkCalls.Async);

        Assert.Equal((HttpStatusCode.MethodNotAllowed, "GET, POST"), (refused.Status, string.Join(", ", refused.ContentHeaders.Allow)));
        Assert.Equal(before, Jobs());

        long Jobs() => server.Store.Database.Read(session => session.First("SELECT COUNT(*) FROM bulk_jobs", row => row.Integer(0)));
    }

    [Theory] // Bulk Data 2, patient
    [InlineData("Patient/$export", "Patient/a,Patient/c", "Patient/none is not here.")]
    [InlineData("Group/g/$export", "Patient/a", "Patient/c is no active member of the group. Patient/none is not here.")]
    public async Task Patients_who_are_not_there_are_refused_or_left_out_for_who_takes_the_rest_and_the_hubs_address_may_stand_before_them(string call, string found, string told)
    {
        var wanted = $$"""
            {"resourceType":"Parameters","parameter":[{"name":"_type","valueString":"Patient"},{"name":"patient","valueReference":{"reference":"{{server.Client.BaseAddress}}Patient/a"} },
             {"name":"patient","valueReference":{"reference":"Patient/c"} },{"name":"patient","valueReference":{"reference":"Patient/none"} }]}
            """;

        var refused = await server.PostAsync(call, wanted, BulkCalls.Async);
        var begun = await server.PostAsync(call, wanted, ("Prefer", "respond-async, handling=lenient"));

        Assert.Equal((HttpStatusCode.BadRequest, told), (refused.Status, Told(refused, "error")));
        Assert.Equal(told, Told(begun, "warning"));
        var manifest = await server.RunJobAsync(Task.FromResult(begun));
        Assert.Equal(found, BulkCalls.Ids(await server.LinesAsync(manifest)));
        Assert.Equal(told, string.Join(' ', (await server.LinesAsync(manifest, "error")).Select(outcome => outcome["issue"u8].First["diagnostics"u8].Text)));
    }

    [Fact]
    public async Task Types_and_filters_choose()
    {
        await server.PutAsync("Observation/a2", """{"resourceType":"Observation","id":"a2","status":"preliminary","code":{"text":"x"},"subject":{"reference":"Patient/a"}}""");

        var manifest = await ExportAsync("$export?_type=Observation,Patient&_typeFilter=" + Uri.EscapeDataString("Observation?status=preliminary,Observation?subject=Patient/b"));

        Assert.Equal("Observation/a2,Observation/b1,Patient/a,Patient/b,Patient/c", BulkCalls.Ids(await server.LinesAsync(manifest)));
    }

    [Fact] // R4 3.1.1.4.12: as in a search
    public async Task A_filter_finds_by_the_address_that_its_request_came_by()
    {
        var here = Uri.EscapeDataString($"Observation?subject={server.Client.BaseAddress}Patient/b");

        Assert.Equal("Observation/b1", BulkCalls.Ids(await server.LinesAsync(await ExportAsync($"$export?_type=Observation&_typeFilter={here}"))));
    }

    [Fact] // Bulk Data 2, _elements
    public async Task Elements_are_chosen_by_type_and_what_is_cut_says_so()
    {
        await server.PutAsync("Patient/a", """{"resourceType":"Patient","id":"a","active":true,"birthDate":"1980-01-01","deceasedBoolean":false}""");

        var lines = await server.LinesAsync(await ExportAsync("$export?_type=Patient,Observation,Organization&_elements=Patient.active,Patient.deceased%5Bx%5D,Observation.subject"));

        var patient = lines.Single(line => line["id"u8].Is("a"u8));
        Assert.Equal(("true", "false", false, "SUBSETTED"), (patient["active"u8].Text, patient["deceasedBoolean"u8].Text, patient["birthDate"u8].Exists, patient["meta"u8]["tag"u8].First["code"u8].Text));
        Assert.Equal((true, "final"), (lines.Single(line => line["id"u8].Is("a1"u8))["subject"u8].Exists, lines.Single(line => line["id"u8].Is("a1"u8))["status"u8].Text));
        Assert.Equal(("Sample", false), (lines.Single(line => line["id"u8].Is("o"u8))["name"u8].Text, lines.Single(line => line["id"u8].Is("o"u8))["meta"u8]["tag"u8].Exists));
    }

    [Theory] // Bulk Data 2, includeAssociatedData
    [InlineData("RelevantProvenanceResources", "Observation/a1,Observation/b1,Observation/c1,Provenance/new,Provenance/old")]
    [InlineData("LatestProvenanceResources", "Observation/a1,Observation/b1,Observation/c1,Provenance/new")]
    public async Task Provenance_of_what_is_exported_goes_along(string which, string found)
    {
        foreach (var (id, target) in new[] { ("old", "Observation/a1/_history/1"), ("new", $"{Own}/Observation/a1"), ("else", "Patient/a") })
            await ProvenanceAsync(id, target);

        Assert.Equal(found, BulkCalls.Ids(await server.LinesAsync(await ExportAsync($"$export?_type=Observation&includeAssociatedData={which}"))));
    }

    [Fact] // Bulk Data 2, includeAssociatedData: without it all of what is in the patients' compartments, unless _type leaves it out
    public async Task Provenance_of_what_belongs_to_the_patients_is_exported_with_them()
    {
        foreach (var (id, target) in new[] { ("p", "Observation/a1"), ("patient", $"{Own}/Patient/a"), ("c", "Observation/c1/_history/1"), ("nobody", "Organization/o"), ("missing", "Observation/none"), ("elsewhere", "https://elsewhere.example/fhir/Observation/a1") })
            await ProvenanceAsync(id, target);

        Assert.Equal("Provenance/c,Provenance/p,Provenance/patient", await ProvenanceOfAsync("Patient/$export"));
        Assert.Equal("Provenance/p,Provenance/patient", await ProvenanceOfAsync("Group/g/$export"));
        Assert.Equal("Provenance/p,Provenance/patient", await ProvenanceOfAsync("Group/g/$export?_type=Provenance"));
        Assert.Equal("", await ProvenanceOfAsync("Group/g/$export?_type=Observation"));
        Assert.Equal("Provenance/p", await ProvenanceOfAsync("Group/g/$export?_type=Observation&includeAssociatedData=RelevantProvenanceResources"));
    }

    [Fact]
    public async Task Provenance_that_goes_along_may_be_older_than_what_it_is_about()
    {
        await ProvenanceAsync("p", "Observation/a1");
        await ProvenanceAsync("unchanged", "Observation/b1");
        server.Clock.Advance(TimeSpan.FromMinutes(1));
        var since = "_since=" + Uri.EscapeDataString(server.Clock.GetUtcNow().ToString("O"));
        await server.PutAsync("Observation/a1", """{"resourceType":"Observation","id":"a1","status":"amended","code":{"text":"x"},"subject":{"reference":"Patient/a"}}""");
        await ProvenanceAsync("later", "Observation/c1");

        Assert.Equal("Provenance/p", await ProvenanceOfAsync($"Group/g/$export?{since}&_type=Observation&includeAssociatedData=RelevantProvenanceResources"));
        Assert.Equal("Provenance/later,Provenance/p", await ProvenanceOfAsync($"$export?{since}&includeAssociatedData=RelevantProvenanceResources"));
        Assert.Equal("Provenance/later", await ProvenanceOfAsync($"Patient/$export?{since}"));
    }

    [Fact]
    public async Task Provenance_of_what_its_reader_does_not_reach_is_not_exported_to_them()
    {
        server.People["reader"] = new(new Actor("Practitioner/x", "X"), "Organization/o", "nurse", "TREAT", Reach.Limited(new AccessLayer("role", [new Grant(Interactions.Look, [], Whose.Of("a")), new Grant(Interactions.Look, ["Provenance"], Whose.NoOnes)])));
        await ProvenanceAsync("p", "Observation/a1");
        await ProvenanceAsync("c", "Observation/c1");

        Assert.Equal("Provenance/p", await ProvenanceOfAsync("Patient/$export", ("X-As", "reader")));
        Assert.Equal("Provenance/p", await ProvenanceOfAsync("Patient/$export?_type=Observation&includeAssociatedData=LatestProvenanceResources", ("X-As", "reader")));
    }

    [Fact]
    public async Task A_group_and_a_person_are_exported_to_who_reaches_all_whom_they_name()
    {
        server.People["reader"] = new(new Actor("Practitioner/x", "X"), "Organization/o", "nurse", "TREAT", Reach.Limited(new AccessLayer("role", [new Grant(Interactions.Look, [], Whose.Of("a")), new Grant(Interactions.Look, ["Group", "Person"], Whose.NoOnes)])));
        foreach (var (id, members) in new[] { ("within", """{"entity":{"reference":"Patient/a"}}"""), ("partly", """{"entity":{"reference":"Patient/a"}},{"entity":{"reference":"Patient/c"}}"""), ("gone", """{"entity":{"reference":"Patient/a"}}""") })
            await server.PutAsync($"Group/{id}", $$"""{"resourceType":"Group","id":"{{id}}","type":"person","actual":true,"member":[{{members}}]}""");
        foreach (var id in new[] { "a", "c" })
            await server.PutAsync($"Person/{id}", $$"""{"resourceType":"Person","id":"{{id}}","link":[{"target":{"reference":"Patient/{{id}}"} }]}""");
        await server.SendAsync("DELETE", "Group/gone");

        var manifest = await ExportAsync("$export?_type=Group,Person&_since=2020-01-01T00:00:00Z", ("X-As", "reader"));

        Assert.Equal("Group/within,Person/a", BulkCalls.Ids(await server.LinesAsync(manifest, "output", ("X-As", "reader"))));
        Assert.Empty(manifest.Json["deleted"u8].Items.AsEnumerable());
    }

    [Fact]
    public async Task What_changed_since_and_what_was_deleted_since_is_told()
    {
        server.Clock.Advance(TimeSpan.FromMinutes(1));
        await server.PutAsync("Patient/a", """{"resourceType":"Patient","id":"a","active":true}""");
        var before = (await ExportAsync("$export")).Json["transactionTime"u8].Text!;
        server.Clock.Advance(TimeSpan.FromMinutes(1));
        await server.PutAsync("Patient/b", """{"resourceType":"Patient","id":"b","active":true}""");
        await server.SendAsync("DELETE", "Observation/c1");
        await server.PutAsync("Patient/new", """{"resourceType":"Patient","id":"new"}""");

        var manifest = await ExportAsync($"$export?_since={Uri.EscapeDataString(before)}");

        Assert.Equal("Patient/a,Patient/b,Patient/new", BulkCalls.Ids(await server.LinesAsync(manifest))); // what changed at that very instant is told again, so that nothing is lost
        var deleted = Assert.Single(await server.LinesAsync(manifest, "deleted"));
        Assert.Equal(("DELETE", "Observation/c1"), (deleted["entry"u8].First["request"u8]["method"u8].Text, deleted["entry"u8].First["request"u8]["url"u8].Text));
    }

    [Fact]
    public async Task An_export_is_of_one_moment_also_when_it_goes_on_after_a_restart()
    {
        await using var alone = new FhirServer(engine, address: Own, without: typeof(BulkJobs)); // else it may take the job too
        await FillAsync(alone);
        var place = server.Store.Signal.LastSeq;
        await server.PutAsync("Patient/b", """{"resourceType":"Patient","id":"b","active":true}""");
        await server.SendAsync("DELETE", "Patient/c");
        await server.PutAsync("Patient/later", """{"resourceType":"Patient","id":"later"}""");
        var jobs = server.Services.GetRequiredService<BulkJobs>();
        var plan = new ExportPlan(ExportPlan.System, ["Patient"], null, [], []).ToJson();
        var job = new BulkJob("begun", BulkKind.Export, BulkStatus.Running, AccessScope.System.Actor, server.Clock.GetUtcNow(), "http://example/fhir/$export", plan)
        {
            Scope = AccessScope.System,
            Cursor = $"{place}",
            Time = server.Clock.GetUtcNow(),
        };
        await server.Store.WriteAsync<bool>(
            AccessScope.System,
            session =>
            {
                job.Write(session);
                session.Write(BulkJob.Scopes, job.Id, Tandem.Record.Access.KeptScope.ToText(AccessScope.System));
                return true;
            },
            TestContext.Current.CancellationToken);

        await jobs.CatchUpAsync(TestContext.Current.CancellationToken);

        var lines = await server.LinesAsync(await server.GetAsync("bulk-jobs/begun"));
        Assert.Equal("Patient/a,Patient/b,Patient/c", BulkCalls.Ids(lines));
        Assert.DoesNotContain(lines, line => line["active"u8].Exists);
    }

    [Fact]
    public async Task Resources_with_line_ends_are_one_line_and_large_types_are_several_files()
    {
        await server.PutAsync("Basic/0", "{\n  \"resourceType\": \"Basic\",\r\n  \"id\": \"0\",\n \"code\": {\"text\": \"two\\nlines\"}\n}");
        for (var n = 1; n < 120; n++)
            await server.PutAsync($"Basic/{n}", $$$"""{"resourceType":"Basic","id":"{{{n}}}","code":{"text":"x"}}""");

        var manifest = await ExportAsync("$export?_type=Basic");

        Assert.Equal(3, manifest.Json["output"u8].Items.Count);
        var lines = await server.LinesAsync(manifest);
        Assert.Equal(120, lines.DistinctBy(line => line["id"u8].Text).Count());
        Assert.Equal("two\nlines", lines.Single(line => line["id"u8].Is("0"u8))["code"u8]["text"u8].Text);
    }

    [Fact]
    public async Task A_job_that_is_cancelled_is_gone_with_its_files()
    {
        var started = await server.GetAsync("$export", BulkCalls.Async);
        var address = started.ContentHeaders.ContentLocation!.ToString();

        Assert.Equal(HttpStatusCode.Accepted, (await server.SendAsync("DELETE", address)).Status);

        Assert.Equal(HttpStatusCode.NotFound, (await server.GetAsync(address)).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await server.SendAsync("DELETE", address)).Status);
        Assert.False(Directory.Exists(server.Bulk.ExportOf(address.Split('/')[^1])));
    }

    [Theory]
    [InlineData("$export?_type=Nothing")]
    [InlineData("$export?_since=2026")]
    [InlineData("$export?_outputFormat=text/csv")]
    [InlineData("$export?_typeFilter=Observation")]
    [InlineData("$export?_typeFilter=Observation%3Fnothing%3D1")]
    [InlineData("$export?_type=Patient&_typeFilter=Observation%3Fstatus%3Dfinal")]
    [InlineData("$export?unknown=1")]
    [InlineData("Patient/$export?_type=Organization")]
    [InlineData("Group/g/$export?_type=Practitioner,Organization")]
    [InlineData("$export?_type=,")]
    [InlineData("$export?_elements=active,")]
    [InlineData("$export?_elements=Nope.name")]
    [InlineData("$export?_elements=Patient.status")]
    [InlineData("$export?_elements=nope")]
    [InlineData("$export?_typeFilter=Patient%3Factive%3Dtrue%26_sort%3Dname")]
    [InlineData("$export?_typeFilter=Patient%3F_include%3APatient%3D*")]
    public async Task A_call_that_cannot_be_followed_is_refused_at_once(string call)
    {
        var answer = await server.GetAsync(call, BulkCalls.Async);

        Assert.Equal((HttpStatusCode.BadRequest, "OperationOutcome"), (answer.Status, answer.Json["resourceType"u8].Text));
        Assert.All(answer.Json["issue"u8].Items.AsEnumerable(), issue => Assert.Equal("error", issue["severity"u8].Text));
    }

    [Fact] // Bulk Data 2, error
    public async Task What_was_left_out_for_who_takes_the_rest_is_told_with_the_files()
    {
        var manifest = await server.RunJobAsync(server.GetAsync("$export?_type=Patient&unknown=1&includeAssociatedData=_custom", ("Prefer", "respond-async, handling=lenient")));

        Assert.Equal("Patient/a,Patient/b,Patient/c", BulkCalls.Ids(await server.LinesAsync(manifest)));
        var told = await server.LinesAsync(manifest, "error");
        Assert.Equal((2, "warning"), (told.Count, told[0]["issue"u8].First["severity"u8].Text));
        Assert.Contains("unknown", told[0]["issue"u8].First["diagnostics"u8].Text, StringComparison.Ordinal);
        Assert.Contains("_custom", told[1]["issue"u8].First["diagnostics"u8].Text, StringComparison.Ordinal);
        Assert.Empty((await ExportAsync("$export?_type=Patient")).Json["error"u8].Items.AsEnumerable());
    }

    [Theory]
    [InlineData("$export?_type=Patient&_outputFormat=application/fhir+ndjson")]
    [InlineData("$export?_type=Patient&_since=2020-01-01T00:00:00+01:00")]
    public async Task An_unescaped_plus_of_the_query_is_one(string call) =>
        Assert.Equal("Patient/a,Patient/b,Patient/c", BulkCalls.Ids(await server.LinesAsync(await ExportAsync(call))));

    [Fact]
    public async Task Nobody_sees_a_job_who_may_not_and_it_has_to_be_asked_for_asynchronously()
    {
        Assert.Equal(HttpStatusCode.BadRequest, (await server.GetAsync("$export")).Status);
        Assert.Equal(HttpStatusCode.Unauthorized, (await server.GetAsync("$export", BulkCalls.Async, ("X-Nobody", "1"))).Status);
        var manifest = await ExportAsync("$export?_type=Patient");
        var file = manifest.Json["output"u8].First["url"u8].Text!;
        Assert.Equal(HttpStatusCode.Unauthorized, (await server.GetAsync(file, ("X-Nobody", "1"))).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await server.GetAsync(file.Replace("Patient-1", "Patient-2", StringComparison.Ordinal))).Status);
    }

    [Fact] // RFC 9110 9.3.2
    public async Task The_status_and_the_files_of_a_job_answer_to_HEAD()
    {
        var file = (await ExportAsync("$export?_type=Patient")).Json["output"u8].First["url"u8].Text!;

        var (status, head) = (await server.SendAsync("HEAD", file[..file.LastIndexOf('/')]), await server.SendAsync("HEAD", file));

        Assert.Equal((HttpStatusCode.OK, "application/json", 0), (status.Status, status.ContentHeaders.ContentType?.MediaType, status.Bytes.Length));
        Assert.Equal((HttpStatusCode.OK, "application/fhir+ndjson", 0), (head.Status, head.ContentHeaders.ContentType?.MediaType, head.Bytes.Length));
        Assert.Equal(HttpStatusCode.Unauthorized, (await server.SendAsync("HEAD", file, null, ("X-Nobody", "1"))).Status);
    }

    private async Task FillAsync(FhirServer empty)
    {
        server = empty;
        foreach (var id in new[] { "a", "b", "c" })
        {
            await server.PutAsync($"Patient/{id}", $$"""{"resourceType":"Patient","id":"{{id}}"}""");
            await server.PutAsync($"Observation/{id}1", $$$"""{"resourceType":"Observation","id":"{{{id}}}1","status":"final","code":{"text":"x"},"subject":{"reference":"Patient/{{{id}}}"}}""");
        }

        await server.PutAsync("Organization/o", """{"resourceType":"Organization","id":"o","name":"Sample"}""");
        await server.PutAsync("Group/g", """{"resourceType":"Group","id":"g","type":"person","actual":true,"member":[{"entity":{"reference":"Patient/a/_history/1"}},{"entity":{"reference":"Patient/b"},"inactive":true}]}""");
    }

    private static string Told(FhirAnswer answer, string severity) =>
        string.Join(' ', answer.Json["issue"u8].Items.AsEnumerable().Where(issue => issue["severity"u8].Text == severity).Select(issue => issue["diagnostics"u8].Text));

    private Task<FhirAnswer> ExportAsync(string call, params (string, string)[] headers) => server.RunJobAsync(server.GetAsync(call, [BulkCalls.Async, .. headers]), headers);

    private async Task<string> ProvenanceOfAsync(string call, params (string, string)[] headers) =>
        BulkCalls.Ids((await server.LinesAsync(await ExportAsync(call, headers), "output", headers)).Where(line => line["resourceType"u8].Is("Provenance"u8)));

    private Task<FhirAnswer> ProvenanceAsync(string id, string target) => server.PutAsync(
        $"Provenance/{id}", $$"""{"resourceType":"Provenance","id":"{{id}}","recorded":"2026-01-01T00:00:00Z","target":[{"reference":"{{target}}"}],"agent":[{"who":{"display":"x"} }]}""");
}
