using System.Net;
using Tandem.Kernel.Actors;
using Tandem.Kernel.Data;
using Tandem.Record.Access;
using Tandem.Tests.Support;

namespace Tandem.Tests.Record.Access;

public sealed class SqliteReachTests() : ReachBehaviour(Engine.Sqlite);

public sealed class PostgresReachTests() : ReachBehaviour(Engine.Postgres);

/// <summary>What a limited scope reaches, and that nothing else can be told through any way into the record.</summary>
public abstract class ReachBehaviour(Engine engine) : IAsyncLifetime
{
    private const string Hidden = "ZEBRA";
    private const string Clinic = "Organization/clinic";
    private static readonly Grant Directory = new(Interactions.Look, ["Organization", "Practitioner", "Group"], Whose.NoOnes);
    private ReachServer made = null!;
    private FhirServer server = null!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        made = new ReachServer(engine);
        server = made.Fhir;
        await made.PutAsync("Organization/clinic", """{"resourceType":"Organization","id":"clinic","name":"Clinic"}""");
        await made.PersonAsync("a", "Open", Clinic);
        await made.PersonAsync("b", Hidden, Clinic);
        await made.RelateAsync("a", Clinic);
        server.People["related"] = Scope(new AccessLayer("role", [Directory, new Grant(Interactions.All, [], Whose.Related(TimeSpan.Zero))]) { Parties = [Clinic], At = server.Clock.GetUtcNow() });
    }

    public async ValueTask DisposeAsync()
    {
        await made.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task What_is_not_reached_appears_nowhere()
    {
        foreach (var path in (string[])
        [
            "Patient",
            "Patient?_sort=-birthdate,family",
            "Patient?_sort=gender",
            "Patient?_has:Observation:patient:code=1-1&_total=accurate",
            "Observation?_include=*&_revinclude=*",
            "Observation?subject:Patient.family=Zebra",
            "Observation?patient.family=Zebra&_total=accurate",
            "Observation?code=1-1&_sort=-date",
            "Observation?subject=Patient/b&code=1-1",
            "Observation?_id=lab-b,lab-a",
            "Organization?_revinclude=Encounter:service-provider&_revinclude:iterate=Observation:encounter",
            "Organization?_has:Encounter:service-provider:subject.family=Zebra",
            "Group?_include=Group:member",
            "Practitioner?_contained=true",
            "Practitioner?_contained=true&_containedType=contained&_total=accurate",
            "Practitioner?_contained=both&family=Zebra&_total=accurate",
            "Observation?performer:Practitioner.family=Zebra&_total=accurate",
            "Patient?_has:Observation:patient:performer:Practitioner.family=Zebra&_total=accurate",
            "Patient/b",
            "Patient/b/_history/1",
            "Patient/b/_history",
            "Observation/_history",
            "_history",
            "?_type=Patient,Observation&_total=accurate",
            "Patient/b/$everything",
            "Patient/b/*",
            "Patient/b/Observation",
            "Observation/$lastn?patient=Patient/b&category=laboratory",
            "Observation/$stats?subject=Patient/b&code=http://loinc.org|1-1&statistic=count&duration=1",
            "Observation/lab-b/$meta",
        ])
        {
            var everything = await server.GetAsync(path);
            var reached = await server.GetAsync(path, ("X-As", "related"));

            Assert.True(Hides(reached), path);
            Assert.True(everything.Status != HttpStatusCode.InternalServerError && reached.Status != HttpStatusCode.InternalServerError, path);
        }

        await made.PutAsync("List/of-b", """{"resourceType":"List","id":"of-b","status":"current","mode":"working","subject":{"reference":"Patient/b"},"entry":[{"item":{"reference":"Observation/lab-a"}}]}""");
        Assert.Equal(("lab-a", ""), ((await server.GetAsync("_history?_list=of-b")).Ids, (await server.GetAsync("_history?_list=of-b", ("X-As", "related"))).Ids));

        static bool Hides(FhirAnswer answer) => !answer.Text.Replace("Zebra", "", StringComparison.Ordinal).Contains(Hidden, StringComparison.OrdinalIgnoreCase)
            && !answer.Text.Contains("lab-b\"", StringComparison.Ordinal)
            && (!answer.Json["total"u8].Exists
                || answer.Json["entry"u8].Items.AsEnumerable().Count(entry => entry["search"u8]["mode"u8].Text != "include") == (int)answer.Json["total"u8].Number!);
    }

    [Fact]
    public async Task What_is_reached_is_there()
    {
        foreach (var (path, expected) in ((string, string)[])
        [
            ("Patient/a", "\"id\":\"a\""),
            ("Patient?family=open", "Patient/a"),
            ("Observation?patient.family=open&_count=1", "Observation/lab-a"),
            ("Patient?_has:Observation:patient:code=1-1", "Patient/a"),
            ("Observation?code=1-1&_sort=-date", "Observation/lab-a"),
            ("Practitioner?_contained=true&family=open", "Observation/lab-a"),
            ("Observation?performer:Practitioner.family=open", "Observation/lab-a"),
            ("Organization?_id=clinic", "Organization/clinic"),
            ("Patient/a/$everything", "Observation/lab-a"),
            ("Patient/a/$everything?_type=Organization", "Organization/clinic"),
            ("Patient/a/$everything?_since=2020-01-01", "Organization/clinic"),
            ("Patient/a/*", "Observation/lab-a"),
            ("Patient/a/_history", "Patient/a"),
        ])
            Assert.True((await server.GetAsync(path, ("X-As", "related"))).Text.Contains(expected, StringComparison.Ordinal), path);
    }

    [Fact]
    public async Task What_is_not_reached_is_answered_as_what_is_not_there()
    {
        const string patch = """{"resourceType":"Parameters","parameter":[{"name":"operation","part":[{"name":"type","valueCode":"add"},{"name":"path","valueString":"Patient"},{"name":"name","valueString":"active"},{"name":"value","valueBoolean":true}]}]}""";
        foreach (var (method, path) in ((string, string)[])
        [
            ("GET", "{0}"),
            ("GET", "{0}/_history/1"),
            ("GET", "{0}/_history"),
            ("GET", "{0}/$everything"),
            ("GET", "{0}/Observation"),
            ("DELETE", "{0}"),
            ("PATCH", "{0}"),
        ])
        {
            var missing = await server.SendAsync(method, string.Format(null, path, "Patient/x"), method == "PATCH" ? patch : null, ("X-As", "related"));
            var hidden = await server.SendAsync(method, string.Format(null, path, "Patient/b"), method == "PATCH" ? patch : null, ("X-As", "related"));

            Assert.Equal((path, missing.Status), (path, hidden.Status));
            Assert.Equal(missing.Text.Replace("/x", "/b", StringComparison.Ordinal).Replace(" x", " b", StringComparison.Ordinal), hidden.Text);
        }

        Assert.Equal(HttpStatusCode.OK, (await server.GetAsync("Patient/b")).Status);
    }

    [Fact]
    public async Task A_relationship_ends_and_is_held_open_as_long_as_the_grant_says()
    {
        await made.RelateAsync("b", Clinic, server.Clock.GetUtcNow().AddDays(-2).ToUnixTimeMilliseconds());
        server.People["late"] = Scope(new AccessLayer("role", [new Grant(Interactions.Look, [], Whose.Related(TimeSpan.FromDays(3)))]) { Parties = [Clinic], At = server.Clock.GetUtcNow() });

        Assert.Equal(HttpStatusCode.NotFound, (await server.GetAsync("Patient/b", ("X-As", "related"))).Status);
        Assert.Equal(HttpStatusCode.OK, (await server.GetAsync("Patient/b", ("X-As", "late"))).Status);
    }

    [Fact]
    public async Task A_fixed_patient_is_all_that_an_app_sees()
    {
        server.People["app"] = AccessScope.System.Narrow(new AccessLayer("app", [new Grant(Interactions.Look, [], Whose.Of("a"))]));

        foreach (var (query, expected) in ((string, string)[])[("patient=a", "lab-a,vital-a"), ("", "lab-a,vital-a"), ("code=1-1", "lab-a"), ("patient=b", "")])
            Assert.Equal(expected, (await server.GetAsync($"Observation?{query}", ("X-As", "app"))).Ids);
    }

    [Fact]
    public async Task A_link_that_somebody_else_was_given_leads_on_by_what_oneself_reaches()
    {
        server.People["app"] = AccessScope.System.Narrow(new AccessLayer("app", [new Grant(Interactions.Look, [], Whose.Of("a"))]));
        foreach (var query in (string[])["Observation?_count=1", "Observation?_sort=-date&_count=1", "Observation?_sort=-_lastUpdated&_count=1", "Observation?value-quantity=1&_count=1", "?_type=Observation,Patient&_count=1"])
        {
            var link = (await server.GetAsync(query, ("X-As", "app"))).Link("next")!;

            var next = await server.GetAsync(link, ("X-As", "related"));
            Assert.True(next.Status == HttpStatusCode.OK, query);
            Assert.Equal((await server.GetAsync(link, ("X-As", "app"))).Ids, next.Ids);
        }
    }

    [Fact]
    public async Task A_granular_scope_lets_through_what_fulfils_its_query_and_layers_only_narrow()
    {
        var labs = new AccessLayer("app", [new Grant(Interactions.Look, ["Observation"], Whose.Anyone) { Query = "category=laboratory" }]);
        server.People["labs"] = server.People["related"].Narrow(labs);

        Assert.Equal("lab-a", (await server.GetAsync("Observation", ("X-As", "labs"))).Ids);
        Assert.Equal("lab-a", (await server.GetAsync("Observation?_sort=-date", ("X-As", "labs"))).Ids);
        Assert.Equal(HttpStatusCode.NotFound, (await server.GetAsync("Observation/vital-a", ("X-As", "labs"))).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await server.GetAsync("Observation/lab-b", ("X-As", "labs"))).Status);
        Assert.Equal(HttpStatusCode.Forbidden, (await server.GetAsync("Patient", ("X-As", "labs"))).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await server.GetAsync("Patient/a", ("X-As", "labs"))).Status);
    }

    [Fact]
    public async Task A_query_that_looks_elsewhere_allows_nothing()
    {
        Assert.NotNull(GrantQuery.Problem("Observation", "patient.family=x"));
        Assert.NotNull(GrantQuery.Problem("Observation", "_sort=date"));
        Assert.NotNull(GrantQuery.Problem("Observation", "colour=red"));
        Assert.Null(GrantQuery.Problem("Observation", "category=laboratory&status=final"));
        server.People["wrong"] = AccessScope.System.Narrow(new AccessLayer("app", [new Grant(Interactions.Look, [], Whose.Anyone) { Query = "patient.family=x" }]));

        Assert.Equal("", (await server.GetAsync("Observation", ("X-As", "wrong"))).Ids);
    }

    [Fact]
    public async Task What_bears_a_label_is_withheld_with_all_that_points_to_it_unless_its_holder_asks_or_a_consent_names_it()
    {
        await made.PutAsync("DiagnosticReport/r", """{"resourceType":"DiagnosticReport","id":"r","status":"final","code":{"text":"r"},"subject":{"reference":"Patient/a"},"result":[{"reference":"Observation/lab-a"}]}""");
        await made.PutAsync("Task/t", """{"resourceType":"Task","id":"t","status":"requested","intent":"order","for":{"reference":"Patient/a"},"focus":{"reference":"Observation/lab-a"}}""");
        await made.PutAsync("Provenance/s", """{"resourceType":"Provenance","id":"s","target":[{"reference":"Task/t"},{"reference":"Patient/a"}],"recorded":"2026-03-01T10:00:00Z","agent":[{"who":{"reference":"Practitioner/x"}}]}""");
        await made.LabelAsync("lab-a", "ETH", "");
        foreach (var (name, party, asks) in new[] { ("closed", Clinic, false), ("asking", Clinic, true), ("holder", "Organization/program", false) })
        {
            server.People[name] = Scope(new AccessLayer("role", [new Grant(Interactions.Look, [], Whose.Anyone) { Withheld = ["ETH"], AsksConsent = asks }]) { Recipients = [party], Purpose = "TREAT", At = server.Clock.GetUtcNow() });
        }

        Assert.Equal("vital-a", (await server.GetAsync("Observation?patient=a", ("X-As", "closed"))).Ids);
        Assert.Equal("", (await server.GetAsync("DiagnosticReport?patient=a", ("X-As", "asking"))).Ids);
        Assert.DoesNotContain("lab-a", (await server.GetAsync("Patient/a/$everything", ("X-As", "closed"))).Text, StringComparison.Ordinal);
        Assert.Equal("s", (await server.GetAsync("Provenance?target=Task/t")).Ids);
        Assert.Equal("", (await server.GetAsync("Provenance?target=Task/t", ("X-As", "closed"))).Ids);

        await made.ConsentAsync("a", 7, 0, 1, 0, Clinic, "*", "", 0, AccessTables.NoEnd);
        Assert.Equal("", (await server.GetAsync("DiagnosticReport?patient=a", ("X-As", "asking"))).Ids);
        await made.ConsentAsync("a", 8, 0, 1, 0, Clinic, "ETH", "TREAT", 0, AccessTables.NoEnd);
        Assert.Equal("r", (await server.GetAsync("DiagnosticReport?patient=a", ("X-As", "asking"))).Ids);
        Assert.Equal("", (await server.GetAsync("DiagnosticReport?patient=a", ("X-As", "closed"))).Ids);
        foreach (var path in new[] { "Observation?patient=a", "Observation/lab-a", "Observation/_history", "Patient/a/$everything", "Patient/a/Observation", "Observation/$lastn?patient=a&code=1-1", "Observation/$stats?subject=Patient/a&code=1-1&statistic=count" })
            Assert.True((await server.GetAsync(path, ("X-As", "asking"))).Headers.TryGetValues("Redisclosure", out _), path);
        Assert.False((await server.GetAsync("Observation/vital-a", ("X-As", "asking"))).Headers.TryGetValues("Redisclosure", out _));
        foreach (var (url, isOwed) in new[] { ("Observation/lab-a", true), ("Observation/lab-a/_history/1", true), ("Observation?patient=a", true), ("Patient/a/Observation", true), ("Patient/a/$everything", true), ("Observation/vital-a", false) })
        {
            var batch = await server.PostAsync("", $$$"""{"resourceType":"Bundle","type":"batch","entry":[{"request":{"method":"GET","url":"{{{url}}}"}}]}""", ("X-As", "asking"));
            Assert.Equal((url, isOwed), (url, batch.Headers.TryGetValues("Redisclosure", out _)));
        }

        var resolved = await server.PostAsync(
            "$fhirpath", """{"resourceType":"Parameters","parameter":[{"name":"expression","valueString":"Task.focus.resolve().code"},{"name":"resource","resource":{"resourceType":"Task","status":"requested","intent":"order","focus":{"reference":"Observation/lab-a"}}}]}""", ("X-As", "asking"));
        Assert.True(resolved.Headers.TryGetValues("Redisclosure", out _), resolved.Text);
        await made.SubscribeAsync();
        Assert.Contains("NORDSCLCD", made.Notified("lab-a", "asking"), StringComparison.Ordinal);
        Assert.DoesNotContain("NORDSCLCD", made.Notified("vital-a", "asking"), StringComparison.Ordinal);
        server.People["results"] = Scope(new AccessLayer("role", [new Grant(Interactions.Look, ["Observation"], Whose.Anyone)]));
        Assert.Equal((true, false), (made.Notified("vital-a", "asking").Contains("birthDate", StringComparison.Ordinal), made.Notified("vital-a", "results").Contains("birthDate", StringComparison.Ordinal)));
        await made.ConsentAsync("a", 8, 0, 1, 0, Clinic, "ETH", "TREAT", 0, server.Clock.GetUtcNow());
        Assert.Equal("", (await server.GetAsync("DiagnosticReport?patient=a", ("X-As", "asking"))).Ids);

        await made.LabelAsync("lab-a", "ETH", "Organization/program");
        Assert.Equal("r", (await server.GetAsync("DiagnosticReport?patient=a", ("X-As", "holder"))).Ids);
    }

    [Fact]
    public async Task A_refusal_of_consent_is_kept_and_its_exception_too()
    {
        server.People["asking"] = Scope(new AccessLayer("role", [new Grant(Interactions.Look, [], Whose.Anyone) { AsksConsent = true }]) { Recipients = [Clinic], Purpose = "TREAT", At = server.Clock.GetUtcNow() });
        await made.ConsentAsync("b", 9, 0, 0, 0, "*", "*", "", 0, AccessTables.NoEnd);
        Assert.Equal("a", (await server.GetAsync("Patient", ("X-As", "asking"))).Ids);
        var (_, manifest) = await made.ExportAsync("asking", "$export?_type=Patient");
        Assert.DoesNotContain(Hidden, (await server.GetAsync(Assert.Single(ReachServer.Files(manifest)), ("X-As", "asking"))).Text, StringComparison.Ordinal);

        await made.ConsentAsync("b", 9, 1, 1, 1, Clinic, "*", "TREAT", 0, AccessTables.NoEnd);
        Assert.Equal("a,b", (await server.GetAsync("Patient", ("X-As", "asking"))).Ids);
    }

    [Fact]
    public async Task Writes_are_held_to_what_is_allowed()
    {
        server.People["labs"] = server.People["related"].Narrow(
            new AccessLayer("app", [new Grant(Interactions.All, ["Observation"], Whose.Anyone) { Query = "category=laboratory" }, new Grant(Interactions.Look, [], Whose.Anyone)]));

        Assert.Equal(HttpStatusCode.Created, (await server.PostAsync("Observation", ReachServer.Observation("", "a", "laboratory", "1-1"), ("X-As", "labs"))).Status);
        Assert.Equal(HttpStatusCode.Forbidden, (await server.PostAsync("Observation", ReachServer.Observation("", "a", "vital-signs", "1-2"), ("X-As", "labs"))).Status);
        Assert.Equal(HttpStatusCode.Forbidden, (await server.PostAsync("Observation", ReachServer.Observation("", "b", "laboratory", "1-1"), ("X-As", "labs"))).Status);
        Assert.Equal(HttpStatusCode.Forbidden, (await server.PutAsync("Observation/lab-a", ReachServer.Observation("lab-a", "b", "laboratory", "1-1"), ("X-As", "labs"))).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await server.PutAsync("Observation/lab-b", ReachServer.Observation("lab-b", "a", "laboratory", "1-1"), ("X-As", "labs"))).Status);
        Assert.Equal(HttpStatusCode.Forbidden, (await server.PostAsync("Condition", """{"resourceType":"Condition","subject":{"reference":"Patient/a"}}""", ("X-As", "labs"))).Status);
        Assert.Equal(HttpStatusCode.NoContent, (await server.SendAsync("DELETE", "Observation/lab-a", null, ("X-As", "labs"))).Status);
    }

    [Fact]
    public async Task An_id_of_ones_own_choosing_tells_nothing_of_what_is_there()
    {
        server.People["closed"] = Scope(new AccessLayer("role", [new Grant(Interactions.All, [], Whose.Anyone) { Withheld = ["ETH"] }]) { Parties = [Clinic], At = server.Clock.GetUtcNow() });
        await made.LabelAsync("lab-b", "ETH");
        foreach (var headers in new (string, string)[][] { [("X-As", "related")], [("X-As", "closed")], [("X-As", "related"), ("If-None-Match", "*")], [("X-As", "related"), ("If-Match", "W/\"1\"")] })
        {
            var there = await server.PutAsync("Observation/lab-b", ReachServer.Observation("lab-b", "a", "laboratory", "1-1"), headers);
            var missing = await server.PutAsync("Observation/lab-x", ReachServer.Observation("lab-x", "a", "laboratory", "1-1"), headers);
            Assert.Equal((there.Status, there.Text.Replace("lab-b", "lab-x", StringComparison.Ordinal)), (missing.Status, missing.Text));
            Assert.True((int)there.Status is 404 or 412);
        }

        foreach (var verb in new[] { "transaction", "batch" })
        {
            string Bundle(string id) => $$$"""{"resourceType":"Bundle","type":"{{{verb}}}","entry":[{"resource":{{{ReachServer.Observation(id, "a", "laboratory", "1-1")}}},"request":{"method":"PUT","url":"Observation/{{{id}}}"}}]}""";
            var there = await server.PostAsync("", Bundle("lab-b"), ("X-As", "related"));
            var missing = await server.PostAsync("", Bundle("lab-x"), ("X-As", "related"));
            Assert.Equal((there.Status, there.Text.Replace("lab-b", "lab-x", StringComparison.Ordinal)), (missing.Status, missing.Text));
        }

        server.People["everything"] = AccessScope.System.Narrow(new AccessLayer("app", [new Grant(Interactions.All, [], Whose.Anyone)]));
        Assert.Equal(HttpStatusCode.Created, (await server.PutAsync("Observation/lab-x", ReachServer.Observation("lab-x", "a", "laboratory", "1-1"), ("X-As", "everything"))).Status);
        server.People["author"] = Scope(new AccessLayer("role", [new Grant(Interactions.All, [], Whose.NoOnes)]));
        Assert.Equal(HttpStatusCode.Created, (await server.PutAsync("Questionnaire/own", """{"resourceType":"Questionnaire","id":"own","status":"draft"}""", ("X-As", "author"))).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await server.PutAsync("Task/own", """{"resourceType":"Task","id":"own","status":"draft","intent":"order"}""", ("X-As", "author"))).Status);
    }

    [Theory]
    [InlineData("PATCH", "1-1")]
    [InlineData("PATCH", "9-9")]
    [InlineData("PUT", "1-1")]
    public async Task A_transaction_tells_nothing_of_what_it_would_change_and_does_not_reach(string method, string code)
    {
        server.People["service"] = Scope(new AccessLayer("systems", [new Grant(Interactions.All, [], Whose.NoOnes), new Grant(Interactions.All, [], Whose.Related(TimeSpan.Zero))]) { Parties = [Clinic], At = server.Clock.GetUtcNow() });
        var asked = ReachServer.Observation("", "a", "laboratory", "1-1").Replace("\"code\":", "\"hasMember\":[{\"reference\":\"Observation?_id=ID\"}],\"code\":", StringComparison.Ordinal);
        var patch = Convert.ToBase64String(System.Text.Encoding.UTF8.GetBytes($$"""[{"op":"test","path":"/code/coding/0/code","value":"{{code}}"}]"""));
        var change = method == "PUT" ? ReachServer.Observation("ID", "a", "laboratory", code) : $$"""{"resourceType":"Binary","contentType":"application/json-patch+json","data":"{{patch}}"}""";
        var bundle = $$$"""{"resourceType":"Bundle","type":"transaction","entry":[{"resource":{{{asked}}},"request":{"method":"POST","url":"Observation"}},{"resource":{{{change}}},"request":{"method":"{{{method}}}","url":"Observation/ID"}}]}""";

        foreach (var reader in new[] { "related", "service" })
        {
            var there = await server.PostAsync("", bundle.Replace("ID", "lab-b", StringComparison.Ordinal), ("X-As", reader));
            var missing = await server.PostAsync("", bundle.Replace("ID", "lab-x", StringComparison.Ordinal), ("X-As", reader));
            Assert.Equal((HttpStatusCode.PreconditionFailed, missing.Text), (there.Status, there.Text.Replace("lab-b", "lab-x", StringComparison.Ordinal)));
            Assert.Equal(code == "1-1" ? HttpStatusCode.OK : HttpStatusCode.UnprocessableEntity, (await server.PostAsync("", bundle.Replace("ID", "lab-a", StringComparison.Ordinal), ("X-As", reader))).Status);
        }
    }

    [Theory] // R4 3.1.0.11.2
    [InlineData("POST", "Encounter", "")]
    [InlineData("PUT", "Encounter/e-a", "\"id\":\"e-a\",")]
    public async Task A_transaction_finds_what_it_brings_and_changes_of_a_patient_who_is_reached(string method, string url, string id)
    {
        const string Identifier = "\"identifier\":[{\"system\":\"urn:x\",\"value\":\"i\"}]";
        var visit = $$$"""{"resourceType":"Encounter",{{{id}}}{{{Identifier}}},"status":"finished","class":{"code":"AMB"},"subject":{"reference":"Patient/a"},"serviceProvider":{"reference":"Organization/clinic"}}""";
        var result = ReachServer.Observation("", "a", "laboratory", "1-1").Replace("Encounter/e-a", "Encounter?identifier=urn:x|i", StringComparison.Ordinal);
        var bundle = $$$"""{"resourceType":"Bundle","type":"transaction","entry":[{"resource":{{{visit}}},"request":{"method":"{{{method}}}","url":"{{{url}}}"}},{"resource":{{{result}}},"request":{"method":"POST","url":"Observation"}}]}""";

        var answer = await server.PostAsync("", bundle, ("X-As", "related"));

        Assert.Equal((HttpStatusCode.OK, answer.Text), (answer.Status, answer.Text));
    }

    [Fact] // R4 Binary.securityContext
    public async Task Files_and_bundles_are_seen_with_the_patient_whom_they_belong_to_and_otherwise_by_who_sees_everybody()
    {
        const string Data = "\"contentType\":\"text/plain\",\"data\":\"WkVCUkE=\""; // the hidden word
        string Entry(string patient) => $$$"""{"resource":{{{ReachServer.Observation($"in-{patient}", patient, "laboratory", "1-1", Hidden)}}}}""";
        foreach (var patient in new[] { "a", "b" })
        {
            await made.PutAsync($"Binary/of-{patient}", $$$"""{"resourceType":"Binary","id":"of-{{{patient}}}","securityContext":{"reference":"Patient/{{{patient}}}"},{{{Data}}}}""");
            await made.PutAsync($"Bundle/of-{patient}", $$$"""{"resourceType":"Bundle","id":"of-{{{patient}}}","type":"collection","entry":[{{{Entry(patient)}}}]}""");
        }

        await made.PutAsync("Binary/of-whom", $$$"""{"resourceType":"Binary","id":"of-whom",{{{Data}}}}""");
        await made.PutAsync("Bundle/of-whom", $$$"""{"resourceType":"Bundle","id":"of-whom","type":"collection","entry":[{{{Entry("a")}}},{{{Entry("b")}}}]}""");
        server.People["service"] = Scope(new AccessLayer("systems", [new Grant(Interactions.All, [], Whose.NoOnes), new Grant(Interactions.All, [], Whose.Related(TimeSpan.Zero))]) { Parties = [Clinic], At = server.Clock.GetUtcNow() });

        foreach (var type in new[] { "Binary", "Bundle" })
        {
            Assert.Equal(HttpStatusCode.OK, (await server.GetAsync($"{type}/of-a", ("X-As", "service"))).Status);
            foreach (var id in new[] { "of-b", "of-whom" })
            {
                Assert.Equal(HttpStatusCode.NotFound, (await server.GetAsync($"{type}/{id}", ("X-As", "service"))).Status);
                Assert.Equal(HttpStatusCode.NotFound, (await server.GetAsync($"{type}/{id}/_history/1", ("X-As", "service"))).Status);
                Assert.DoesNotContain($"{type}/{id}", (await server.GetAsync("_history?_count=100", ("X-As", "service"))).Text, StringComparison.Ordinal);
                Assert.DoesNotContain($"{type}/{id}", (await server.GetAsync($"{type}/_history?_count=100", ("X-As", "service"))).Text, StringComparison.Ordinal);
            }

            Assert.Contains($"{type}/of-a", (await server.GetAsync($"{type}/_history?_count=100", ("X-As", "service"))).Text, StringComparison.Ordinal);
        }

        Assert.Equal(HttpStatusCode.Created, (await server.PostAsync("Binary", $$$"""{"resourceType":"Binary",{{{Data}}}}""", ("X-As", "service"))).Status);
        Assert.Equal(HttpStatusCode.Created, (await server.PutAsync("Questionnaire/no-ones", """{"resourceType":"Questionnaire","id":"no-ones","status":"draft"}""", ("X-As", "service"))).Status);
    }

    [Fact]
    public async Task A_new_patient_comes_with_what_belongs_to_it()
    {
        const string bundle = """{"resourceType":"Bundle","type":"transaction","entry":[{"fullUrl":"urn:uuid:0c3151bd-1cbf-4d64-b04d-cd9187a4c6e0","resource":{"resourceType":"Patient"},"request":{"method":"POST","url":"Patient"}},{"resource":{"resourceType":"Condition","subject":{"reference":"urn:uuid:0c3151bd-1cbf-4d64-b04d-cd9187a4c6e0"}},"request":{"method":"POST","url":"Condition"}}]}""";

        Assert.Equal(HttpStatusCode.OK, (await server.PostAsync("", bundle, ("X-As", "related"))).Status);
    }

    [Fact]
    public async Task An_export_holds_what_its_owner_reaches()
    {
        var (_, manifest) = await made.ExportAsync("related");
        var files = ReachServer.Files(manifest);
        Assert.NotEmpty(files);
        foreach (var file in files)
            Assert.DoesNotContain(Hidden, (await server.GetAsync(file, ("X-As", "related"))).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Only_the_hubs_own_accounts_take_files_in()
    {
        const string import = """{"resourceType":"Parameters","parameter":[{"name":"inputFormat","valueCode":"application/fhir+ndjson"},{"name":"input","part":[{"name":"type","valueCode":"Patient"},{"name":"url","valueUrl":"a.ndjson"}]}]}""";

        Assert.Equal(HttpStatusCode.Forbidden, (await server.PostAsync("$import", import, ("X-As", "related"), ("Prefer", "respond-async"))).Status);
    }

    private static AccessScope Scope(AccessLayer layer) => new(new Actor("Practitioner/x", "X"), Clinic, "nurse", "TREAT", Reach.Limited(layer));
}
