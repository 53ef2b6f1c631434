using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Tandem.Fhir.Search;
using Tandem.Kernel.Actors;
using Tandem.Kernel.Data;
using Tandem.Record.Access;
using Tandem.Tests.Support;

namespace Tandem.Tests.Record.Access;

public sealed class SqliteUnreachedTests() : UnreachedBehaviour(Engine.Sqlite);

public sealed class PostgresUnreachedTests() : UnreachedBehaviour(Engine.Postgres);

/// <summary>What could tell of something that is not reached without showing it: what was deleted, how many questions an answer takes, what others have begun.</summary>
public abstract class UnreachedBehaviour(Engine engine) : IAsyncLifetime
{
    private const string Clinic = "Organization/clinic";
    private ReachServer made = null!;
    private FhirServer server = null!;

    private static (string, string) Closed => ("X-As", "closed");

    public async ValueTask InitializeAsync()
    {
        made = new ReachServer(engine, isCounted: true);
        server = made.Fhir;
        await made.PersonAsync("a", "Open", Clinic);
        await made.PersonAsync("b", "Other", Clinic);
        await made.RelateAsync("a", Clinic);
        await made.PutAsync("DiagnosticReport/rep", """{"resourceType":"DiagnosticReport","id":"rep","status":"final","code":{"text":"r"},"subject":{"reference":"Patient/a"},"result":[{"reference":"Observation/lab-a"}]}""");
        await made.PutAsync("Task/t", """{"resourceType":"Task","id":"t","status":"requested","intent":"order","for":{"reference":"Patient/a"},"focus":{"reference":"Observation/lab-a"}}""");
        await made.PutAsync("Provenance/s", """{"resourceType":"Provenance","id":"s","target":[{"reference":"Task/t"},{"reference":"Patient/a"}],"recorded":"2026-03-01T10:00:00Z","agent":[{"who":{"reference":"Practitioner/x"}}]}""");
        await made.LabelAsync("lab-a", "ETH");
        server.People["closed"] = Scope("Practitioner/x", new Grant(Interactions.All, [], Whose.Related(TimeSpan.Zero)) { Withheld = ["ETH"], AsksConsent = true });
    }

    public async ValueTask DisposeAsync()
    {
        await made.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task A_link_over_all_types_goes_on_at_its_type_whoever_follows_it()
    {
        foreach (var (name, types) in ((string, string[])[])[("few", ["Observation", "Patient"]), ("patients", ["Patient"]), ("labs", ["Observation"])])
            server.People[name] = AccessScope.System.Narrow(new AccessLayer(name, [new Grant(Interactions.Look, types, Whose.Anyone)]));
        var ofAll = (await server.GetAsync("?_id=a,lab-a&_count=1")).Link("next")!;
        var ofFew = (await server.GetAsync("?_id=a,lab-a&_count=1", ("X-As", "few"))).Link("next")!;
        foreach (var (who, expected) in ((string, string)[])[("few", "a"), ("patients", "a"), ("labs", ""), ("all", "a")])
        {
            (string, string)[] asked = who == "all" ? [] : [("X-As", who)];
            Assert.Equal((who, expected, expected), (who, (await server.GetAsync(ofAll, asked)).Ids, (await server.GetAsync(ofFew, asked)).Ids));
        }
    }

    [Fact]
    public async Task What_was_deleted_and_never_shown_is_answered_as_what_never_was()
    {
        await made.SubscribeAsync();
        await made.OwnAsync("s", "closed");
        var since = (await server.GetAsync("Observation/vital-b")).Json["meta"u8]["lastUpdated"u8].Text!;
        foreach (var (type, id) in new[] { ("Provenance", "s"), ("Task", "t"), ("DiagnosticReport", "rep") })
            await made.DeleteAsync(type, id);
        await made.DeleteAsync("Observation", "lab-a", "ETH");
        await made.DeleteAsync("Observation", "vital-b");
        await made.DeleteAsync("Observation", "vital-a");

        foreach (var (type, id) in new[] { ("Observation", "lab-a"), ("DiagnosticReport", "rep"), ("Task", "t"), ("Provenance", "s"), ("Observation", "vital-b") })
        {
            foreach (var (method, path, body, header) in Tries(type))
            {
                var (hidden, missing) = (await TryAsync(method, path, body, header, id), await TryAsync(method, path, body, header, "xyz"));
                Assert.Equal((method, path, missing.Replace("xyz", id, StringComparison.Ordinal)), (method, path, hidden));
            }
        }

        Assert.Equal(HttpStatusCode.Gone, (await server.GetAsync("Observation/vital-a", Closed)).Status); // it was shown
        foreach (var path in new[] { "_history?_count=200", "Observation/_history?_total=accurate", "Task/_history", "Provenance/_history", "DiagnosticReport/_history" })
            Assert.DoesNotContain(Hidden, (await server.GetAsync(path, Closed)).Text, Told);
        Assert.Contains("vital-a", (await server.GetAsync("Observation/_history", Closed)).Text, StringComparison.Ordinal);
        var gone = (await server.GetAsync("Observation/vital-a/_history", Closed)).Json["entry"u8].Items.AsEnumerable();
        Assert.Equal("DELETE", Assert.Single(gone)["request"u8]["method"u8].Text); // and none of what was deleted
        Assert.Equal(["vital-a"], server.Store.ReadLog(0, 1_000, server.People["closed"]).Where(version => version.Type is "Observation" or "Task" or "Provenance" or "DiagnosticReport" && version.Deleted).Select(version => version.Id));
        Assert.DoesNotContain(server.Store.ReadLog(0, 1_000, server.People["closed"]), version => version.Id is "lab-a" or "t" or "s" or "rep");

        var (_, manifest) = await made.ExportAsync("closed", "$export?_since=" + Uri.EscapeDataString(since));
        var exported = "";
        foreach (var file in ReachServer.Files(manifest))
            exported += (await server.GetAsync(file, Closed)).Text;
        Assert.Contains("vital-a", exported, StringComparison.Ordinal);
        Assert.DoesNotContain(Hidden, exported, Told);
        var events = await made.UntilEventsAsync("s", "vital-a");
        Assert.DoesNotContain(Hidden, events, Told);
        Assert.Contains("\"eventsSinceSubscriptionStart\",\"valueString\":\"1\"", events, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_was_deleted_bears_what_it_bore_last_and_is_opened_and_closed_by_consents_as_it_was()
    {
        async Task IsAsync(HttpStatusCode status) => Assert.Equal(status, (await server.GetAsync("Observation/lab-a", Closed)).Status);
        await made.DeleteAsync("Observation", "lab-a", "ETH");
        await IsAsync(HttpStatusCode.NotFound);
        await made.PutAsync("Observation/lab-a", ReachServer.Observation("lab-a", "a", "laboratory", "1-1"));
        await IsAsync(HttpStatusCode.OK);
        await made.DeleteAsync("Observation", "lab-a");
        await IsAsync(HttpStatusCode.Gone);

        await made.PutAsync("Observation/lab-a", ReachServer.Observation("lab-a", "a", "laboratory", "1-1"));
        await made.LabelAsync("lab-a", "ETH");
        await made.DeleteAsync("Observation", "lab-a", "ETH");
        await IsAsync(HttpStatusCode.NotFound);
        await made.ConsentAsync("a", 7, 0, 1, 0, Clinic, "ETH", "TREAT", 0, AccessTables.NoEnd);
        await IsAsync(HttpStatusCode.Gone);

        // a refusal about a code: nobody can tell any more whether it was this
        await made.WriteAsync(AccessTables.Consents, ["a", 8, 0, 0, 0, "*", "*", "", 0, AccessTables.NoEnd, 3, 1, "", 0, StableHash.Of("9-9"), 0, 0, 0, 0, 0, 0, AccessTables.NoEnd, .. ReachServer.EveryDay]);
        await IsAsync(HttpStatusCode.NotFound);
        Assert.Equal(HttpStatusCode.OK, (await server.GetAsync("Observation/vital-a", Closed)).Status);
    }

    [Fact]
    public async Task A_hierarchy_is_not_followed_through_what_is_not_reached()
    {
        foreach (var (id, patient, whole) in new[] { ("top", "a", ""), ("e-b", "b", "top"), ("low", "a", "e-b"), ("mid", "a", "top"), ("leaf", "a", "mid") })
        {
            var part = whole.Length == 0 ? "" : $$""","partOf":{"reference":"Encounter/{{whole}}"}""";
            await made.PutAsync($"Encounter/{id}", $$$"""{"resourceType":"Encounter","id":"{{{id}}}","status":"finished","class":{"code":"AMB"},"subject":{"reference":"Patient/{{{patient}}}"}{{{part}}}}""");
        }

        async Task<string> FindsAsync(string query, params (string, string)[] headers) => string.Join(',', (await server.GetAsync("Encounter?" + query, headers)).Json["entry"u8].Items.AsEnumerable().Select(entry => entry["resource"u8]["id"u8].Text).Order(StringComparer.Ordinal));

        Assert.Equal(("e-b,leaf,low,mid", "leaf,mid"), (await FindsAsync("part-of:below=Encounter/top"), await FindsAsync("part-of:below=Encounter/top", Closed)));
        Assert.Equal(("e-b,low,mid", "low"), (await FindsAsync("part-of:above=Encounter/low"), await FindsAsync("part-of:above=Encounter/low", Closed)));
    }

    [Fact]
    public async Task As_many_questions_are_asked_of_what_is_hidden_as_of_what_is_not_there()
    {
        await made.DeleteAsync("DiagnosticReport", "rep");
        foreach (var (type, id) in new[] { ("Observation", "lab-a"), ("Observation", "vital-b"), ("DiagnosticReport", "rep") })
        {
            foreach (var (method, path, body, header) in Tries(type).Concat(
            [
                ("GET", type + "?_id=ID&_include=*", null, null), ("GET", type + "/ID/$meta", null, null), ("GET", $"Provenance?target={type}/ID", null, null),
                ("POST", type + "/ID/$meta-add", """{"resourceType":"Parameters","parameter":[{"name":"meta","valueMeta":{"tag":[{"system":"urn:x","code":"x"}]}}]}""", null),
            ]))
            {
                IReadOnlyList<string> hidden = [], missing = [];
                for (var i = 0; i < 20 && (i == 0 || hidden.Count != missing.Count); i++) // what runs beside can only add
                {
                    hidden = Least(hidden, await AskedAsync(method, path, body, header, id));
                    missing = Least(missing, await AskedAsync(method, path, body, header, "xyz"));
                }

                Assert.True(hidden.Count == missing.Count, $"{method} {path}\nhidden\n{string.Join('\n', hidden)}\nmissing\n{string.Join('\n', missing)}");
            }
        }

        foreach (var path in new[] { "Patient/ID", "Patient/ID/_history", "Patient/ID/$everything", "Patient/ID/Observation", "Observation?patient=ID&_total=accurate", "Observation/$lastn?patient=ID&code=1-1" })
        {
            IReadOnlyList<string> hidden = [], missing = [];
            for (var i = 0; i < 20 && (i == 0 || hidden.Count != missing.Count); i++)
            {
                hidden = Least(hidden, await AskedAsync("GET", path, null, null, "b"));
                missing = Least(missing, await AskedAsync("GET", path, null, null, "xyz"));
            }

            Assert.True(hidden.Count == missing.Count, $"{path}\nhidden\n{string.Join('\n', hidden)}\nmissing\n{string.Join('\n', missing)}");
        }

        static IReadOnlyList<string> Least(IReadOnlyList<string> before, IReadOnlyList<string> now) => before.Count > 0 && before.Count <= now.Count ? before : now;
    }

    [Fact]
    public async Task A_service_sees_no_subscription_of_another_and_an_id_tried_tells_nothing()
    {
        var all = new Grant(Interactions.All, [], Whose.NoOnes);
        server.People["mine"] = Scope("Device/mine", all);
        server.People["theirs"] = Scope("Device/theirs", all, "Organization/elsewhere");
        await made.SubscribeAsync();
        var body = (await server.GetAsync("Subscription/s")).Text.Replace("\"active\"", "\"requested\"", StringComparison.Ordinal);
        var own = await server.PostAsync("Subscription", body.Replace("\"id\":\"s\",", "", StringComparison.Ordinal), ("X-As", "theirs"));
        Assert.Equal((HttpStatusCode.Created, own.Text), (own.Status, own.Text));
        var id = own.Json["id"u8].Text!;

        foreach (var path in new[] { "Subscription/ID", "Subscription/ID/_history", "Subscription/ID/$status", "Subscription/ID/$events", "Subscription/$status?id=ID", "Subscription/ID/$get-ws-binding-token" })
        {
            var (hidden, missing) = (await server.GetAsync(path.Replace("ID", id, StringComparison.Ordinal), ("X-As", "mine")), await server.GetAsync(path.Replace("ID", "xyz", StringComparison.Ordinal), ("X-As", "mine")));
            Assert.Equal((path, missing.Status, missing.Text), (path, hidden.Status, hidden.Text.Replace(id, "xyz", StringComparison.Ordinal)));
            Assert.Equal((path, HttpStatusCode.OK), (path, (await server.GetAsync(path.Replace("ID", id, StringComparison.Ordinal), ("X-As", "theirs"))).Status));
        }

        foreach (var path in new[] { "Subscription", "Subscription/_history", "Subscription/$status", "_history?_count=200", "?_type=Subscription,Basic" })
        {
            Assert.DoesNotContain(id, (await server.GetAsync(path, ("X-As", "mine"))).Text, StringComparison.Ordinal);
            Assert.Contains(id, (await server.GetAsync(path, ("X-As", "theirs"))).Text, StringComparison.Ordinal);
        }

        server.People["colleague"] = Scope("Device/colleague", all, "Organization/elsewhere"); // sees that there is one, not what its owner is told of
        Assert.Equal(HttpStatusCode.OK, (await server.GetAsync("Subscription/" + id, ("X-As", "colleague"))).Status);
        Assert.Equal(HttpStatusCode.Forbidden, (await server.GetAsync($"Subscription/{id}/$events", ("X-As", "colleague"))).Status);
        Assert.DoesNotContain("eventsSince", (await server.GetAsync($"Subscription/{id}/$status", ("X-As", "colleague"))).Text, StringComparison.Ordinal);
        Assert.Contains("eventsSince", (await server.GetAsync($"Subscription/{id}/$status", ("X-As", "theirs"))).Text, StringComparison.Ordinal);
        foreach (var tried in new[] { id, "xyz" })
            Assert.Equal((tried, HttpStatusCode.NotFound), (tried, (await server.PutAsync($"Subscription/{tried}", body.Replace("\"id\":\"s\"", $"\"id\":\"{tried}\"", StringComparison.Ordinal), ("X-As", "mine"))).Status));
    }

    [Fact]
    public async Task An_export_is_there_for_the_role_and_the_app_that_asked_for_it()
    {
        var (status, manifest) = await made.ExportAsync("closed");
        var file = ReachServer.Files(manifest)[0];
        var asked = server.People["closed"];
        server.People["other"] = asked with { Role = "researcher" };
        server.People["elsewhere"] = asked with { Organization = "Organization/elsewhere" };
        server.People["app"] = asked.Narrow(new AccessLayer("app", [new Grant(Interactions.Look, ["Patient"], Whose.Anyone)]) { Authorization = "grant-1" });

        Assert.Equal(HttpStatusCode.OK, (await server.GetAsync(file, Closed)).Status);
        foreach (var person in new[] { "other", "elsewhere", "app" })
        {
            foreach (var (method, path) in new[] { ("GET", status), ("GET", file), ("DELETE", status) })
                Assert.Equal((person, HttpStatusCode.NotFound), (person, (await server.SendAsync(method, path, null, ("X-As", person))).Status));
        }

        var (_, apps) = await made.ExportAsync("app");
        Assert.Equal(HttpStatusCode.OK, (await server.GetAsync(ReachServer.Files(apps)[0], ("X-As", "app"))).Status);
    }

    private const StringComparison Told = StringComparison.Ordinal;

    private const string Hidden = "lab-a";

    private static IEnumerable<(string Method, string Path, string? Body, (string, string)? Header)> Tries(string type)
    {
        var put = type switch
        {
            "Observation" => ReachServer.Observation("ID", "a", "laboratory", "1-1"),
            "Task" => """{"resourceType":"Task","id":"ID","status":"requested","intent":"order","for":{"reference":"Patient/a"}}""",
            "Provenance" => """{"resourceType":"Provenance","id":"ID","target":[{"reference":"Patient/a"}],"recorded":"2026-03-01T10:00:00Z","agent":[{"who":{"reference":"Practitioner/x"}}]}""",
            _ => """{"resourceType":"DiagnosticReport","id":"ID","status":"final","code":{"text":"x"},"subject":{"reference":"Patient/a"}}""",
        };
        return
        [
            ("GET", type + "/ID", null, null), ("HEAD", type + "/ID", null, null), ("GET", type + "/ID", null, ("If-None-Match", "W/\"2\"")), ("GET", type + "/ID/_history/1", null, null),
            ("GET", type + "/ID/_history/2", null, null), ("GET", type + "/ID/_history", null, null), ("DELETE", type + "/ID", null, null), ("DELETE", type + "/ID", null, ("If-Match", "W/\"2\"")),
            ("PUT", type + "/ID", put, null), ("PUT", type + "/ID", put, ("If-Match", "W/\"2\"")), ("PUT", type + "/ID", put, ("If-None-Match", "*")), ("PUT", type + "?_id=ID", put, null),
            ("PATCH", type + "/ID", """[{"op":"add","path":"/status","value":"amended"}]""", ("Content-Type", "application/json-patch+json")), ("DELETE", type + "?_id=ID", null, null),
            ("POST", "", $$$"""{"resourceType":"Bundle","type":"batch","entry":[{"request":{"method":"GET","url":"{{{type}}}/ID"}},{"request":{"method":"GET","url":"{{{type}}}/ID/_history"}},{"request":{"method":"DELETE","url":"{{{type}}}/ID"}}]}""", null),
            ("POST", "", $$$"""{"resourceType":"Bundle","type":"transaction","entry":[{"request":{"method":"GET","url":"{{{type}}}/ID"}}]}""", null),
        ];
    }

    private Task<FhirAnswer> SendAsync(string method, string path, string? body, (string, string)? header, string id) => server.SendAsync(
        method, path.Replace("ID", id, StringComparison.Ordinal), body?.Replace("ID", id, StringComparison.Ordinal), header is { } one ? [Closed, one] : [Closed]);

    private async Task<string> TryAsync(string method, string path, string? body, (string, string)? header, string id)
    {
        var answer = await SendAsync(method, path, body, header, id);
        Assert.NotEqual(HttpStatusCode.UnprocessableEntity, answer.Status);
        return $"{answer.Status} {answer.ETag} {answer.ContentHeaders.LastModified} {answer.Text}";
    }

    private Task<IReadOnlyList<string>> AskedAsync(string method, string path, string? body, (string, string)? header, string id) =>
        ((CountedDatabase)server.Services.GetRequiredService<Database>()).WhileAsync(() => SendAsync(method, path, body, header, id));

    private AccessScope Scope(string actor, Grant grant, string organization = Clinic) => new(new Actor(actor, "X"), organization, "nurse", "TREAT", Reach.Limited(
        new AccessLayer("role", [grant]) { Parties = [actor, organization], Recipients = [organization], Purpose = "TREAT", At = server.Clock.GetUtcNow() }));
}
