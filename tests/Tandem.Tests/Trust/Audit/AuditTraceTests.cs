using System.Net;
using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Tandem.Kernel.Actors;
using Tandem.Kernel.Data;
using Tandem.Kernel.Outcomes;
using Tandem.Record.Bulk;
using Tandem.Record.Rest;
using Tandem.Tests.Care.Intake;
using Tandem.Tests.Trust.Smart;
using Tandem.Trust.Audit;

namespace Tandem.Tests.Trust.Audit;

/// <summary>Every way in leaves one event for each patient touched, with who, why and what.</summary>
public sealed class AuditTraceTests
{
    private const string Bundle = """{"resourceType":"Bundle","type":"batch","entry":[{"request":{"method":"GET","url":"Patient/one"}},{"request":{"method":"GET","url":"Observation?subject=Patient/two"}}]}""";

    [Theory]
    [InlineData(Engine.Sqlite)]
    [InlineData(Engine.Postgres)]
    public async Task Every_kind_of_route_leaves_one_event_for_each_patient(Engine engine)
    {
        await using var hub = await AuditedHub.StartAsync(engine);
        await hub.PutAsync("Composition", "c", """{"resourceType":"Composition","id":"c","status":"final","type":{"text":"x"},"subject":{"reference":"Patient/one"},"date":"2026-03-02","author":[{"reference":"Patient/one"}],"title":"x"}""");
        foreach (var (method, path, interaction, patients, body) in new (string, string, string, string, string?)[]
        {
            ("GET", "/fhir/Patient/one", "read", "one", null),
            ("GET", "/fhir/Observation/o-two", "read", "two", null),
            ("HEAD", "/fhir/Patient/one", "read", "one", null),
            ("GET", "/fhir/Patient/one/_history/1", "vread", "one", null),
            ("GET", "/fhir/Patient/one/_history", "history-instance", "one", null),
            ("GET", "/fhir/Patient/_history", "history-type", "one two", null),
            ("GET", "/fhir/Observation?code=2823-3", "search-type", "one two", null),
            ("GET", "/fhir/Observation?_id=o-one&_include=Observation:subject", "search-type", "one", null),
            ("GET", "/fhir/Patient?_id=two&_revinclude=Observation:subject", "search-type", "two", null),
            ("GET", "/fhir?_type=Patient,Observation", "search-system", "one two", null),
            ("GET", "/fhir/Patient/two/Observation", "search-type", "two", null),
            ("GET", "/fhir/Observation?code=2823-3&_summary=count", "search-type", "", null),
            ("GET", "/fhir/Patient/one/$everything", "operation", "one", null),
            ("GET", "/fhir/Observation/$lastn?patient=Patient/one&category=laboratory", "operation", "one", null),
            ("GET", "/fhir/Composition/c/$document", "operation", "one", null),
            ("POST", "/fhir", "batch", "one two", Bundle),
            ("PUT", "/fhir/Observation/o-two", "update", "two", """{"resourceType":"Observation","id":"o-two","status":"final","code":{"text":"x"},"subject":{"reference":"Patient/two"}}"""),
            ("DELETE", "/fhir/Observation/o-two", "delete", "", null), // which the policy of nurses refuses
            ("GET", "/fhir/Patient/none", "read", "", null),
            ("POST", "/fhir/Patient/two/Observation/_search", "search-type", "two", null),
            ("GET", "/fhir/bulk-jobs/none", "operation", "", null),
            ("DELETE", "/fhir/bulk-jobs/none", "operation", "", null),
        })
        {
            var (status, events) = await hub.TraceAsync(method, path, body: body);
            Assert.Equal(patients, string.Join(' ', events.Select(one => one.Event.Patient ?? "").Order()));
            Assert.All(events, one => Assert.Equal((interaction, "Practitioner/ana", "nurse", "TREAT", (int)status), (one.Event.Interaction, one.Event.Actor, one.Detail.Role, one.Detail.Purpose, one.Detail.Status)));
            Assert.True(events.Count > 0, path);
        }
    }

    [Theory]
    [InlineData(Engine.Sqlite)]
    [InlineData(Engine.Postgres)]
    public async Task A_write_to_a_record_out_of_reach_names_the_patient(Engine engine)
    {
        await using var hub = await AuditedHub.StartAsync(engine);
        await hub.PutAsync("Patient", "three", """{"resourceType":"Patient","id":"three"}""");
        await hub.PutAsync("Observation", "o-three", """{"resourceType":"Observation","id":"o-three","status":"final","code":{"text":"x"},"subject":{"reference":"Patient/three"}}""");
        const string Changed = """{"resourceType":"Observation","id":"o-three","status":"amended","code":{"text":"x"},"subject":{"reference":"Patient/one"}}""";
        foreach (var (method, path, body) in new[]
        {
            ("PUT", "/fhir/Observation/o-three", Changed),
            ("POST", "/fhir", """{"resourceType":"Bundle","type":"transaction","entry":[{"request":{"method":"PUT","url":"Observation/o-three"},"resource":""" + Changed + "}]}"),
        })
        {
            var (status, events) = await hub.TraceAsync(method, path, body: body);
            Assert.Equal(HttpStatusCode.NotFound, status);
            var told = Assert.Single(events);
            Assert.Equal(("three", 4, "deny", "Observation/o-three"), (told.Event.Patient, told.Event.Outcome, told.Detail.Decision, Assert.Single(told.Detail.References)));
        }
    }

    [Fact]
    public async Task What_goes_from_one_patient_to_another_is_on_the_trail_of_both()
    {
        await using var hub = await AuditedHub.StartAsync(Engine.Sqlite);
        var (_, events) = await hub.TraceAsync("PUT", "/fhir/Observation/o-one", body: """{"resourceType":"Observation","id":"o-one","status":"amended","code":{"text":"x"},"subject":{"reference":"Patient/two"}}""");

        Assert.Equal("one Observation/o-one/_history/1 U, two Observation/o-one/_history/2 U", Told(events));
    }

    [Fact]
    public async Task What_is_of_two_patients_is_on_the_trail_of_both()
    {
        const string Appointment = """{"resourceType":"Appointment","id":"a","status":"booked","participant":[{"actor":{"reference":"Patient/one"},"status":"accepted"},{"actor":{"reference":"Patient/two"},"status":"accepted"}]}""";
        await using var hub = await AuditedHub.StartAsync(Engine.Sqlite);
        await hub.PutAsync("Appointment", "a", Appointment);
        foreach (var path in new[] { "/fhir/Appointment/a", "/fhir/Appointment?_id=a", "/fhir/Appointment/a/_history" })
            Assert.Equal("one Appointment/a/_history/1, two Appointment/a/_history/1", Kept((await hub.TraceAsync("GET", path)).Events));

        var (bulk, kept) = (hub.Hub.Services.GetRequiredService<BulkJobs>(), hub.Events.Count);
        var job = (await bulk.StartAsync(BulkKind.Export, new ExportPlan(ExportPlan.System, ["Appointment"], null, [], []).ToJson(), "$export", AccessScope.System, TestContext.Current.CancellationToken)).Value;
        await Eventually.TrueAsync(() => bulk.Find(job.Id, AccessScope.System) is { Status: BulkStatus.Done }, "The export did not end.");
        await hub.Audit.SettleAsync();
        Assert.Equal(["one", "two"], hub.Events.Skip(kept).Select(one => one.Event.Patient).Order(StringComparer.Ordinal));

        var keeper = hub.Hub.Services.GetRequiredService<TrailKeeper>();
        foreach (var (json, told) in new[]
        {
            (Appointment.Replace("booked", "cancelled", StringComparison.Ordinal), "one Appointment/a/_history/2, two Appointment/a/_history/2"),
            ("""{"resourceType":"Appointment","id":"a","status":"booked","participant":[{"actor":{"reference":"Patient/two"},"status":"accepted"}]}""", "one Appointment/a/_history/2, two Appointment/a/_history/3"),
            (Appointment, "one Appointment/a/_history/4, two Appointment/a/_history/4"),
            ("", "one Appointment/a/_history/5, two Appointment/a/_history/5"),
        })
        {
            var (before, trail) = (hub.Events.Count, keeper.Begin(new TrailFacts("update")));
            await hub.WriteAsync(AccessScope.System with { Trail = trail }, "Appointment", "a", json);
            await trail.KeepAsync(AccessScope.System, 200);
            await hub.Audit.SettleAsync();
            Assert.Equal(told, Kept(hub.Events.Skip(before)));
        }

        static string Kept(IEnumerable<AuditRow> events) => string.Join(", ", events.Select(one => $"{one.Event.Patient} {string.Join(' ', one.Detail.References)}").Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData(Engine.Sqlite)]
    [InlineData(Engine.Postgres)]
    public async Task A_batch_tells_what_its_entries_asked_for_and_which_were_refused(Engine engine)
    {
        await using var hub = await AuditedHub.StartAsync(engine);
        var (_, events) = await hub.TraceAsync("POST", "/fhir", body: """
            {"resourceType":"Bundle","type":"batch","entry":[
              {"request":{"method":"GET","url":"Observation?code=2823-3&subject=Patient/two"}},
              {"request":{"method":"GET","url":"Patient/none"}},
              {"request":{"method":"DELETE","url":"Observation/o-two"}}]}
            """);

        Assert.All(events, one => Assert.Equal("GET Observation?code=2823-3&subject=Patient/two", one.Detail.Query));
        var refused = Assert.Single(events, one => one.Event.Patient is null);
        Assert.Equal((4, "deny", "Observation/o-two Patient/none"), (refused.Event.Outcome, refused.Detail.Decision, string.Join(' ', refused.Detail.References.Order(StringComparer.Ordinal))));
        var shown = Assert.Single(events, one => one.Event.Patient is not null);
        Assert.Equal(("two", 0, "Observation/o-two/_history/1"), (shown.Event.Patient, shown.Event.Outcome, Assert.Single(shown.Detail.References)));
    }

    [Fact]
    public async Task All_that_a_batch_asked_for_and_was_refused_is_told_and_searches_are_no_resources()
    {
        await using var hub = await AuditedHub.StartAsync(Engine.Sqlite);
        var entries = Enumerable.Range(1, 50).Select(n => $"Observation/none-{n}").Append("Patient/none/Observation").Append("Observation/none/$meta").Append("/Practitioner/").ToList();
        var (_, events) = await hub.TraceAsync("POST", "/fhir", body: $$"""{"resourceType":"Bundle","type":"batch","entry":[{{string.Join(',', entries.Select(url => $$"""{"request":{"method":"GET","url":"{{url}}"} }"""))}}]}""");

        var refused = Assert.Single(events, one => one.Event.Outcome == 4);
        Assert.Equal(50, refused.Detail.References.Count(reference => reference.StartsWith("Observation/none-", StringComparison.Ordinal)));
        Assert.Equal("GET Patient/none/Observation; GET Observation/none/$meta; GET Practitioner", refused.Detail.Query);
        using var json = System.Text.Json.JsonDocument.Parse(AuditEventJson.Of(refused with { Event = refused.Event with { Body = AuditRow.BodyOf(refused.Detail with { References = ["Patient/none/Observation", "Patient/none/$everything", "Patient/none/_history", "Observation/_history", "Patient/none", "Patient/none/_history/2"] }) } }));
        Assert.Equal("Patient/none Patient/none/_history/2", string.Join(' ', json.RootElement.GetProperty("entity").EnumerateArray()
            .Where(entity => entity.TryGetProperty("role", out var role) && role.GetProperty("code").GetString() == "4").Select(entity => entity.GetProperty("what").GetProperty("reference").GetString())));
    }

    [Fact]
    public async Task What_is_nobodys_is_told_where_nothing_of_a_patient_is_told()
    {
        await using var hub = await AuditedHub.StartAsync(Engine.Sqlite);
        await hub.PutAsync("Organization", "clinic", """{"resourceType":"Organization","id":"clinic","name":"Clinic"}""");
        var (_, events) = await hub.TraceAsync("POST", "/fhir", body: """{"resourceType":"Bundle","type":"batch","entry":[{"request":{"method":"GET","url":"Organization/clinic"}},{"request":{"method":"GET","url":"Organization/none"}}]}""");

        Assert.Equal("Organization/clinic/_history/1 permit, Organization/none deny", string.Join(", ", events.Select(one => $"{string.Join(' ', one.Detail.References)} {one.Detail.Decision}").Order(StringComparer.Ordinal)));
    }

    [Fact]
    public async Task What_is_refused_of_a_patient_is_told_apart_from_what_is_shown()
    {
        await using var hub = await AuditedHub.StartAsync(Engine.Sqlite);
        await hub.PutAsync("Observation", "o-gone", """{"resourceType":"Observation","id":"o-gone","status":"final","code":{"text":"x"},"meta":{"security":[{"system":"http://terminology.hl7.org/CodeSystem/v3-Confidentiality","code":"V"}]},"subject":{"reference":"Patient/two"}}""");
        var (_, events) = await hub.TraceAsync("POST", "/fhir", body: """{"resourceType":"Bundle","type":"batch","entry":[{"request":{"method":"GET","url":"Observation/o-two"}},{"request":{"method":"GET","url":"Observation/o-gone"}}]}""");

        Assert.Equal("two Observation/o-gone deny, two Observation/o-two/_history/1 permit", string.Join(", ", events.Select(one => $"{one.Event.Patient} {string.Join(' ', one.Detail.References)} {one.Detail.Decision}").Order(StringComparer.Ordinal)));
    }

    [Fact]
    public async Task A_match_is_on_the_trail_of_those_it_shows_and_of_nobody_else()
    {
        await using var hub = await AuditedHub.StartAsync(Engine.Sqlite);
        await hub.PutAsync("Patient", "two", """{"resourceType":"Patient","id":"two","name":[{"family":"Testperson","given":["Duo"]}],"birthDate":"1950-02-03","gender":"female"}""");
        var (_, events) = await hub.TraceAsync("POST", "/fhir/Patient/$match", body: """
            {"resourceType":"Parameters","parameter":[{"name":"count","valueInteger":1},
              {"name":"resource","resource":{"resourceType":"Patient","telecom":[{"system":"phone","value":"555"}],"name":[{"family":"Testperson","given":["Una"]}],"birthDate":"1950-02-03","gender":"female"}}]}
            """);

        Assert.Equal("one", Assert.Single(events).Event.Patient);
    }

    private static string Told(IEnumerable<AuditRow> events) => string.Join(
        ", ", events.Select(one => $"{one.Event.Patient} {string.Join(' ', one.Detail.References)} {one.Detail.Action}").Order(StringComparer.Ordinal));

    [Theory]
    [InlineData(Engine.Sqlite)]
    [InlineData(Engine.Postgres)]
    public async Task Every_page_leaves_one_event_for_each_patient(Engine engine)
    {
        await using var hub = await AuditedHub.StartAsync(engine);
        foreach (var (page, patients) in new[]
        {
            ("/patients", "one two"), ("/patients/one", "one"), ("/patients/two/results/2823-3", "two"), ("/worklist", ""), ("/feeds", ""), ("/loops/none", ""),
        })
        {
            var (status, events) = await hub.TraceAsync("GET", page, html: true);
            Assert.True(status is HttpStatusCode.OK or HttpStatusCode.NotFound, $"{page}: {status}");
            Assert.Equal((page, patients), (page, string.Join(' ', events.Select(one => one.Event.Patient ?? "").Order())));
            Assert.All(events, one => Assert.Equal(("page", $"GET {page}"), (one.Event.Interaction, one.Detail.Address)));
        }
    }

    [Fact]
    public async Task What_was_searched_for_is_kept_and_what_was_changed_is_marked()
    {
        await using var hub = await AuditedHub.StartAsync(Engine.Sqlite);
        var (_, found) = await hub.TraceAsync("GET", "/fhir/Patient?family=Testperson&given=Una");
        var (_, made) = await hub.TraceAsync("POST", "/fhir/Patient/_search", form: "birthdate=1960-02-03");
        var (_, put) = await hub.TraceAsync("PUT", "/fhir/Observation/o-one", body: """{"resourceType":"Observation","id":"o-one","status":"amended","code":{"text":"x"},"subject":{"reference":"Patient/one"}}""");

        Assert.Equal("family=Testperson&given=Una", Assert.Single(found).Detail.Query);
        Assert.Equal("birthdate=1960-02-03", Assert.Single(made).Detail.Query);
        Assert.Equal((AuditMarks.Change, "U"), (Assert.Single(put).Event.Marks, put[0].Detail.Action));
        Assert.Contains("Observation/o-one/_history/2", put[0].Detail.References);
    }

    [Fact]
    public async Task Signing_in_and_out_and_failing_to_leave_events_without_the_links_secret()
    {
        await using var hub = await AuditedHub.StartAsync(Engine.Sqlite);
        await hub.Audit.SettleAsync();
        var login = hub.Events.Single(one => one.Event.Interaction == "login");
        Assert.Equal(("Practitioner/ana", 0, AuditMarks.SignIn, "POST /sign-in"), (login.Event.Actor, login.Event.Outcome, login.Event.Marks, login.Detail.Address));

        using (var reply = await hub.PostFormAsync("/worklist", "/sign-out"))
            Assert.Equal(HttpStatusCode.Redirect, reply.StatusCode);
        await hub.Audit.SettleAsync();
        Assert.Equal("Practitioner/ana", Assert.Single(hub.Events, one => one.Event.Interaction == "logout").Event.Actor);

        var before = hub.Events.Count;
        var (status, refused) = await hub.TraceAsync("GET", "/fhir/Patient/one");
        Assert.Equal(HttpStatusCode.Unauthorized, status);
        Assert.Equal((4, "", "deny", AuditMarks.Refused), (Assert.Single(refused).Event.Outcome, refused[0].Event.Actor, refused[0].Detail.Decision, refused[0].Event.Marks));
        Assert.Equal(before + 1, hub.Events.Count);
    }

    [Fact]
    public async Task Who_reaches_no_patient_leaves_a_refusal_that_names_the_patient()
    {
        await using var hub = await AuditedHub.StartAsync(Engine.Sqlite, "administrator");
        var (status, events) = await hub.TraceAsync("GET", "/patients/one", html: true);

        Assert.Equal(HttpStatusCode.Forbidden, status);
        Assert.Equal((4, "deny", "GET /patients/one"), (Assert.Single(events).Event.Outcome, events[0].Detail.Decision, events[0].Detail.Address));
    }

    [Theory]
    [InlineData(TouchKind.Read, 503)]
    [InlineData(TouchKind.Update, 500)] // clients send a 503 again by themselves
    public async Task What_is_written_when_its_trail_turns_out_not_to_be_kept_is_not_asked_for_again(TouchKind kind, int status)
    {
        var http = new DefaultHttpContext();
        http.Features.Set(new FullKeeper().Begin(new TrailFacts("update")));
        http.SetScope(AccessScope.System);
        http.Scope().Trail.Touched("Patient", "one", 2, "one", kind);

        var told = await FhirEndpoint.OnTrailAsync(new FhirRequest(http, null!, "/fhir"), new FhirReply(200, "{}"u8.ToArray()));

        Assert.Equal(status, told.Status);
        Assert.Equal(status == 500, Encoding.UTF8.GetString(told.Body.Span).Contains("Do not send it again", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(Engine.Sqlite)]
    [InlineData(Engine.Postgres)]
    public async Task While_the_audit_cannot_be_written_nothing_is_shown(Engine engine)
    {
        await using var hub = await AuditedHub.StartAsync(engine);
        var full = new FullAudit(hub.Audit);
        await full.BeginAsync(() => hub.Browser.GetAsync(new Uri("/fhir/Patient/two", UriKind.Relative), TestContext.Current.CancellationToken));

        using var fhir = await hub.Browser.GetAsync(new Uri("/fhir/Patient/one", UriKind.Relative), TestContext.Current.CancellationToken);
        using var ask = AuditedHub.Ask("GET", "/patients/one", html: true);
        using var page = await hub.Browser.SendAsync(ask, TestContext.Current.CancellationToken);

        using var write = AuditedHub.Ask("POST", "/fhir/Observation", body: """{"resourceType":"Observation","status":"final","code":{"text":"Una"},"subject":{"reference":"Patient/one"}}""");
        using var written = await hub.Browser.SendAsync(write, TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.ServiceUnavailable, await ExportAsync());
        Assert.Equal(0, hub.Record.Database.Read(session => session.First("SELECT COUNT(*) FROM bulk_jobs", row => row.Integer(0))));

        Assert.Equal((HttpStatusCode.ServiceUnavailable, HttpStatusCode.ServiceUnavailable), (fhir.StatusCode, page.StatusCode));
        Assert.Equal((HttpStatusCode.ServiceUnavailable, true), (written.StatusCode, written.Headers.RetryAfter is not null));
        Assert.Contains("nothing more is changed", await written.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
        Assert.Equal(0, hub.Record.Database.Read(session => session.First("SELECT COUNT(*) FROM resources WHERE type = 'Observation' AND id NOT LIKE 'o-%'", row => row.Integer(0)))); // it is sent again
        Assert.DoesNotContain("Una", await fhir.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
        Assert.DoesNotContain("Una", await page.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
        full.End();
        Assert.Equal(HttpStatusCode.OK, (await hub.TraceAsync("GET", "/fhir/Patient/one")).Status);
        Assert.Equal(HttpStatusCode.Accepted, await ExportAsync());

        async Task<HttpStatusCode> ExportAsync()
        {
            using var ask = AuditedHub.Ask("GET", "/fhir/Patient/$export");
            ask.Headers.Add("Prefer", "respond-async");
            using var begun = await hub.Browser.SendAsync(ask, TestContext.Current.CancellationToken);
            return begun.StatusCode;
        }
    }

    [Fact]
    public async Task While_the_audit_cannot_be_written_who_signs_out_or_takes_a_token_back_is_let_go()
    {
        await using var hub = await SmartHub.StartAsync(Engine.Sqlite);
        var (kept, page) = (await hub.TokensAsync(), await hub.PageAsync("/connected-apps"));
        var (access, refresh) = (kept.GetProperty("access_token").GetString()!, kept.GetProperty("refresh_token").GetString()!);
        var full = new FullAudit(hub.Get<AuditStore>());
        await full.BeginAsync(() => hub.GetAsync("/fhir/Patient/pia", access));
        Assert.Equal(HttpStatusCode.ServiceUnavailable, (await hub.TokenAsync(TokenAttempts.Refresh(hub, refresh))).Status);

        await hub.PostAsync("/oauth/revoke", new() { ["token"] = refresh, ["client_id"] = hub.Public.Id });
        using (await hub.PostPageAsync(page, "/sign-out"))
            full.End();

        Assert.Equal(HttpStatusCode.Unauthorized, (await hub.GetAsync("/fhir/Patient/pia", access)).Status);
        using var left = await hub.AskAsync("/connected-apps");
        Assert.Equal(HttpStatusCode.Redirect, left.StatusCode);
    }

    [Theory]
    [InlineData(Engine.Sqlite)]
    [InlineData(Engine.Postgres)]
    public async Task An_import_waits_while_the_audit_cannot_be_written_and_goes_on_when_it_can(Engine engine)
    {
        await using var hub = await AuditedHub.StartAsync(engine);
        var (jobs, cancel) = (hub.Hub.Services.GetRequiredService<BulkJobs>(), TestContext.Current.CancellationToken);
        await File.WriteAllTextAsync(Path.Combine(Directory.CreateDirectory(jobs.Options.Import).FullName, "Patient.ndjson"), """{"resourceType":"Patient","id":"three"}""", cancel);
        var full = new FullAudit(hub.Audit);
        await full.BeginAsync(() => hub.Browser.GetAsync(new Uri("/fhir/Patient/two", UriKind.Relative), cancel));
        await jobs.StopAsync(cancel); // the test takes its place, so that it sees how far the import has come

        var job = (await jobs.StartAsync(BulkKind.Import, new ImportPlan([new("Patient", "Patient.ndjson")]).ToJson(), "http://example/fhir/$import", AccessScope.System, cancel)).Value;
        var untellable = await Assert.ThrowsAsync<DatabaseUnavailableException>(() => jobs.CatchUpAsync(cancel)); // at the line
        Assert.Contains("access log", untellable.Message, StringComparison.Ordinal);
        Assert.Equal((BulkStatus.Running, 0), (jobs.Find(job.Id, AccessScope.System)!.Status, Threes()));
        full.End();
        await jobs.StartAsync(cancel);

        await Eventually.TrueAsync(() => jobs.Find(job.Id, AccessScope.System)!.Status == BulkStatus.Done);
        Assert.Equal(1, Threes());
        await hub.Audit.SettleAsync();
        Assert.Contains(hub.Events, one => one.Event is { Interaction: "import", Patient: "three" });

        long Threes() => hub.Record.Database.Read(session => session.First("SELECT COUNT(*) FROM resources WHERE id = 'three'", row => row.Integer(0)));
    }

    /// <summary>Has room for nothing.</summary>
    private sealed class FullKeeper : TrailKeeper
    {
        public override AccessTrail Begin(TrailFacts facts) => new(facts, this);

        public override ValueTask<Refusal?> KeepAsync(TrailEntry entry) => new(Refusal.Unavailable("The access log cannot be written."));
    }
}
