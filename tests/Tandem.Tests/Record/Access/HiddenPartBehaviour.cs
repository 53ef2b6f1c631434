using System.Net;
using Tandem.Kernel.Actors;
using Tandem.Kernel.Data;
using Tandem.Tests.Record.Search;
using Tandem.Tests.Record.Subscriptions;
using Tandem.Tests.Support;

namespace Tandem.Tests.Record.Access;

public sealed class SqliteHiddenPartTests() : HiddenPartBehaviour(Engine.Sqlite);

public sealed class PostgresHiddenPartTests() : HiddenPartBehaviour(Engine.Postgres);

/// <summary>Parts of a resource that a role is not shown: in no answer, not found by, and kept when it writes (ASVS 5.0 V8.1.2, V8.2.3, V15.3.1).</summary>
public abstract class HiddenPartBehaviour(Engine engine) : IAsyncLifetime
{
    private const string Ssn = "999-00-1234";
    private const string Typed = "998001234";
    private const string SsnSystem = "http://hl7.org/fhir/sid/us-ssn";
    private const string SsType = """{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/v2-0203","code":"SS"}]}""";
    private ReachServer made = null!;
    private FhirServer server = null!;

    private static (string, string) Part => ("X-As", "part");

    public async ValueTask InitializeAsync()
    {
        made = new ReachServer(engine);
        server = made.Fhir;
        await made.PutAsync("Patient/a", $$$"""{"resourceType":"Patient","id":"a","text":{"status":"generated","div":"<div xmlns=\"http://www.w3.org/1999/xhtml\">SSN {{{Ssn}}}</div>"},"identifier":[{"system":"{{{SsnSystem}}}","value":"{{{Ssn}}}"},{"system":"urn:mrn","value":"M1"},{"type":{{{SsType}}},"system":"urn:other","value":"{{{Typed}}}"}],"name":[{"family":"Vela"}],"photo":[{"title":"portrait-a"}]}""");
        await made.PutAsync("Patient/b", """{"resourceType":"Patient","id":"b","identifier":[{"system":"urn:mrn","value":"M2"}],"name":[{"family":"Vela"}]}""");
        await made.PutAsync("Observation/o", $$$"""{"resourceType":"Observation","id":"o","status":"final","code":{"coding":[{"system":"http://loinc.org","code":"1-1"}]},"subject":{"reference":"Patient/a","identifier":{"system":"http:\/\/hl7.org\/fhir\/sid\/us-ssn","value":"{{{Ssn}}}"}},"contained":[{"resourceType":"Patient","id":"c","identifier":[{"type":{{{SsType}}},"value":"{{{Typed}}}"}],"name":[{"family":"Vela"}]}],"focus":[{"reference":"#c"}]}""");
        await made.PutAsync("Coverage/c", Coverage("c"));
        await made.PutAsync("RelatedPerson/r", """{"resourceType":"RelatedPerson","id":"r","patient":{"reference":"Patient/a"},"name":[{"family":"Vela"}],"photo":[{"title":"portrait-r"}]}""");
        await made.PutAsync("Account/acc", $$$"""{"resourceType":"Account","id":"acc","status":"active","subject":[{"reference":"Patient/a"}],"coverage":[{"coverage":{"reference":"#k"}}],"contained":[{{{Coverage("k")}}}]}""");
        await made.PutAsync("Bundle/bun", $$$"""{"resourceType":"Bundle","id":"bun","type":"collection","entry":[{"fullUrl":"https://elsewhere.example/fhir/Coverage/c","resource":{{{Coverage("c")}}}}]}""");
        server.People["part"] = Scope(HiddenPart.NationalIdentifier, "Patient.photo", "RelatedPerson.photo", "Coverage.subscriberId");
        server.People["whole"] = Scope();
    }

    public async ValueTask DisposeAsync()
    {
        await made.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task It_is_in_no_answer_and_what_has_none_goes_out_as_it_is_stored()
    {
        foreach (var path in new[]
        {
            "Patient/a", "Patient/a/_history/1", "Patient/a/_history", "Patient/_history", "_history", "Patient", "Patient?_sort=identifier", "Patient?family=vela&_sort=family", "Patient?family=vela&_elements=identifier,photo",
            "Patient?_summary=true", "Patient?_format=xml", "Observation?_include=*", "Patient?_revinclude=Observation:patient", "Observation/o", "Patient/a/$everything", "Patient/$everything", "Patient/a/*", "Patient/a/Observation",
            "?_type=Patient,Observation", "Patient?_contained=true", "Patient?_contained=both&family=vela", "Coverage/c", "Coverage", "Coverage/c/_history/1", "Coverage?beneficiary=a&_elements=subscriberId", "Coverage?_include=*", "Coverage?_contained=true", "Account/acc", "RelatedPerson/r", "RelatedPerson?patient=a",
            "RelatedPerson/_history", "RelatedPerson?_include=RelatedPerson:patient", "Patient/a/Coverage", "Patient/a/RelatedPerson", "Observation/$lastn?patient=a&code=1-1", "Patient/a?_elements=identifier,photo", "Bundle/bun",
        })
        {
            var part = await server.GetAsync(path, Part);
            Assert.True(part.Status == HttpStatusCode.OK, path + part.Text);
            Assert.False(Tells(part), path + part.Text);
            Assert.True(Tells(await server.GetAsync(path, ("X-As", "whole"))), path);
        }

        var shown = await server.GetAsync("Patient/a", Part);
        Assert.Equal((await server.GetAsync("Patient/a")).ETag, shown.ETag);
        Assert.Contains("SUBSETTED", shown.Text, StringComparison.Ordinal);
        Assert.Contains("M1", shown.Text, StringComparison.Ordinal);
        Assert.Equal((await server.GetAsync("Patient/b")).Bytes, (await server.GetAsync("Patient/b", Part)).Bytes);
        Assert.Equal((await server.GetAsync("Patient/a")).Bytes, (await server.GetAsync("Patient/a", ("X-As", "whole"))).Bytes);
        Assert.Equal(1, (await server.GetAsync("Patient/a?_elements=name", Part)).Text.Split("SUBSETTED").Length - 1);
    }

    [Fact]
    public async Task Operations_bundles_exports_and_notifications_do_not_tell_it()
    {
        var batch = await server.PostAsync("", """{"resourceType":"Bundle","type":"batch","entry":[{"request":{"method":"GET","url":"Patient/a"}},{"request":{"method":"GET","url":"Patient?family=vela"}}]}""", Part);
        var match = await server.PostAsync("Patient/$match", """{"resourceType":"Parameters","parameter":[{"name":"resource","resource":{"resourceType":"Patient","name":[{"family":"Vela"}],"identifier":[{"system":"urn:mrn","value":"M1"}]}}]}""", Part);
        var path = await server.PostAsync("$fhirpath", """{"resourceType":"Parameters","parameter":[{"name":"expression","valueString":"Observation.subject.resolve().identifier.value"},{"name":"resource","resource":{"resourceType":"Observation","status":"final","code":{"text":"x"},"subject":{"reference":"Patient/a"}}}]}""", Part);
        var meta = await server.PostAsync("Patient/a/$meta-add", """{"resourceType":"Parameters","parameter":[{"name":"meta","valueMeta":{"tag":[{"system":"urn:x","code":"x"}]}}]}""", Part);
        foreach (var answer in new[] { batch, match, path, meta })
        {
            Assert.Equal((HttpStatusCode.OK, answer.Text), (answer.Status, answer.Text));
            Assert.False(Tells(answer), answer.Text);
        }

        Assert.Contains("M1", batch.Text + match.Text + path.Text, StringComparison.Ordinal);
        await StoredAsync(); // what was tagged lost nothing
        var (_, manifest) = await made.ExportAsync("part");
        var files = ReachServer.Files(manifest);
        Assert.Equal(6, files.Count);
        foreach (var file in files)
            Assert.False(Tells(await server.GetAsync(file, Part)), file);

        await made.SubscribeAsync();
        Assert.DoesNotContain(Ssn, made.Notified("o", "part"), StringComparison.Ordinal);
        Assert.Contains(Ssn, made.Notified("o", "whole"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_form_is_filled_with_what_is_shown_only()
    {
        const string Form = """
            {"resourceType":"Parameters","parameter":[{"name":"subject","valueReference":{"reference":"Patient/a"}},{"name":"context","part":[{"name":"name","valueString":"cover"},{"name":"content","valueReference":{"reference":"Coverage/c"}}]},
             {"name":"questionnaire","resource":{"resourceType":"Questionnaire","status":"active","item":[
              {"linkId":"name","type":"string","extension":[{"url":"SDC","valueExpression":{"language":"text/fhirpath","expression":"%patient.name.family"}}]},
              {"linkId":"numbers","type":"string","repeats":true,"extension":[{"url":"SDC","valueExpression":{"language":"text/fhirpath","expression":"%patient.identifier.value"}}]},
              {"linkId":"insurance","type":"string","extension":[{"url":"SDC","valueExpression":{"language":"text/fhirpath","expression":"%cover.subscriberId"}}]}]}}]}
            """;
        var sent = Form.Replace("SDC", "http://hl7.org/fhir/uv/sdc/StructureDefinition/sdc-questionnaire-initialExpression", StringComparison.Ordinal);
        var part = await server.PostAsync("Questionnaire/$populate", sent, Part);
        var whole = await server.PostAsync("Questionnaire/$populate", sent, ("X-As", "whole"));
        Assert.Contains("Vela", part.Text, StringComparison.Ordinal);
        Assert.Contains("M1", part.Text, StringComparison.Ordinal);
        Assert.False(Tells(part), part.Text);
        Assert.Contains(Ssn, whole.Text, StringComparison.Ordinal);
        Assert.Contains("SUB-77", whole.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_subscription_that_asks_for_numbers_tells_who_is_not_shown_them_nothing_and_another_what_is_shown()
    {
        const string Topic = "http://topics.example/people";
        await made.PutAsync("Basic/people", SubscriptionServer.Topic(Topic, "Patient").Replace("\"valueString\":\"patient\"", "\"valueString\":\"identifier\"", StringComparison.Ordinal));
        foreach (var (id, reader, filter) in new[] { ("asking", "part", (string?)$"Patient?identifier={Ssn}"), ("other", "part", $"Patient?identifier={SsnSystem}|"), ("all", "part", null), ("right", "whole", $"Patient?identifier={Ssn}") })
        {
            await made.SubscribeAsync(id, Topic, filter);
            await made.OwnAsync(id, reader);
        }

        await made.PutAsync("Patient/a", (await StoredAsync()).Replace("Vela", "Vega", StringComparison.Ordinal));
        foreach (var id in new[] { "right", "all" })
            Assert.Contains(Ssn, await made.UntilEventsAsync(id, "Patient/a"), StringComparison.Ordinal); // as its maker and the hub see it
        foreach (var id in new[] { "asking", "other" })
            Assert.DoesNotContain("eventNumber", (await server.GetAsync($"Subscription/{id}/$events")).Text, StringComparison.Ordinal);
        foreach (var path in new[] { "Subscription/all/$events", "Subscription/asking/$events", "Subscription/asking/$status" })
        {
            var told = await server.GetAsync(path, Part);
            Assert.Equal((path, HttpStatusCode.OK), (path, told.Status));
            Assert.False(Tells(told) && !path.Contains("asking", StringComparison.Ordinal), told.Text);
        }
    }

    [Fact]
    public async Task A_search_by_its_value_tells_nothing()
    {
        foreach (var query in new[]
        {
            $"identifier={Ssn}", $"identifier={SsnSystem}|{Ssn}", $"identifier={SsnSystem}|", $"identifier={Typed}", $"identifier=urn:other|{Typed}", $"identifier={Ssn},nothing", $"_filter=identifier eq {Ssn}", $"_has:Observation:patient:patient.identifier={Ssn}",
        })
        {
            Assert.Equal((query, ""), (query, (await server.GetAsync("Patient?" + query + "&_total=accurate", Part)).Ids));
            Assert.Equal((query, "a"), (query, (await server.GetAsync("Patient?" + query, ("X-As", "whole"))).Ids));
        }

        foreach (var query in new[] { $"identifier:not={Ssn}", "identifier:missing=true", $"identifier:of-type=http://terminology.hl7.org/CodeSystem/v2-0203|SS|{Typed}", $"_content={Typed}", "_text=SSN" })
            Assert.Equal((query, HttpStatusCode.BadRequest), (query, (await server.GetAsync("Patient?" + query, Part)).Status));
        Assert.Equal(HttpStatusCode.BadRequest, (await server.GetAsync($"Observation?patient:identifier={SsnSystem}|{Ssn}", Part)).Status);
        Assert.Equal("", (await server.GetAsync($"Observation?patient.identifier={Ssn}", Part)).Ids);
        Assert.Equal("a", (await server.GetAsync("Patient?identifier=urn:mrn|M1", Part)).Ids);
        Assert.Equal("b", (await server.GetAsync("Patient?identifier=M2", Part)).Ids);
        Assert.Equal("o", (await server.GetAsync("Observation?patient.identifier=M1", Part)).Ids);

        var made = await server.PostAsync("Patient", """{"resourceType":"Patient","active":true}""", Part, ("If-None-Exist", $"identifier={SsnSystem}|{Ssn}"));
        Assert.Equal(HttpStatusCode.Created, made.Status); // as if there were none
        var match = await server.PostAsync("Patient/$match", $$$"""{"resourceType":"Parameters","parameter":[{"name":"resource","resource":{"resourceType":"Patient","identifier":[{"system":"{{{SsnSystem}}}","value":"{{{Ssn}}}"}]}}]}""", Part);
        Assert.DoesNotContain("Patient/a", match.Text, StringComparison.Ordinal);
        server.People["app"] = server.People["part"].Narrow(new AccessLayer("app", [new Grant(Interactions.Look, ["Patient"], Whose.Anyone) { Query = $"identifier={Ssn}" }]));
        Assert.Equal("", (await server.GetAsync("Patient", ("X-As", "app"))).Ids);
    }

    [Fact]
    public async Task Words_and_orders_that_could_tell_of_any_part_are_refused()
    {
        await made.PutAsync("SearchParameter/member", """{"resourceType":"SearchParameter","id":"member","url":"https://tandem.example/member","name":"member","status":"active","description":"x","code":"member","base":["Coverage"],"type":"string","expression":"Coverage.subscriberId"}""");
        await SiteParameterSteps.Ready(server, "member");
        server.People["insurance"] = Scope("Coverage.subscriberId");
        foreach (var (query, ids) in new[]
        {
            ("Coverage?_content=sub*", "c"), ("Coverage?_text=none", ""), ("Coverage?member=SUB-77", "c"), ("Coverage?member:missing=false", "c"), ("Coverage?_sort=member", "c"), ("Coverage?_sort=-_lastUpdated,member", "c"),
            ("Coverage?_contained=true&_sort=member", "acc"), ("Account?_content=sub*", "acc"), ("Patient?_has:Coverage:beneficiary:_content=sub*", "a"), ("Patient?_has:Coverage:beneficiary:member=SUB", "a"),
        })
        {
            Assert.Equal((query, ids), (query, (await server.GetAsync(query, ("X-As", "whole"))).Ids));
            foreach (var person in new[] { "insurance", "part" })
                Assert.Equal((query, HttpStatusCode.BadRequest), (query, (await server.GetAsync(query, ("X-As", person))).Status));
        }

        Assert.Equal("a", (await server.GetAsync("Patient?identifier:not=M2", ("X-As", "insurance"))).Ids); // numbers are shown
        Assert.Equal("c", (await server.GetAsync("Coverage?_sort=status", ("X-As", "insurance"))).Ids);
    }

    [Fact]
    public async Task Who_is_shown_a_part_changes_that_part_only()
    {
        var read = (await server.GetAsync("Patient/a", Part)).Text;
        var written = await server.PutAsync("Patient/a", read.Replace("Vela", "Vega", StringComparison.Ordinal), Part);
        Assert.Equal((HttpStatusCode.OK, written.Text), (written.Status, written.Text));
        Assert.False(Tells(written), written.Text);
        Assert.Contains("Vega", await StoredAsync(), StringComparison.Ordinal);

        var patched = await server.SendAsync("PATCH", "Patient/a", """[{"op":"replace","path":"/identifier/0/value","value":"M9"}]""", Part, ("Content-Type", "application/json-patch+json"));
        Assert.Equal((HttpStatusCode.OK, patched.Text), (patched.Status, patched.Text));
        Assert.Contains("M9", await StoredAsync(), StringComparison.Ordinal);

        var bundle = await server.PostAsync("", """{"resourceType":"Bundle","type":"transaction","entry":[{"resource":{"resourceType":"Patient","id":"a","active":true},"request":{"method":"PUT","url":"Patient/a"}}]}""", Part);
        Assert.Equal(HttpStatusCode.OK, bundle.Status);
        Assert.DoesNotContain("M9", await StoredAsync(), StringComparison.Ordinal);
        var whole = await server.PutAsync("Patient/a", """{"resourceType":"Patient","id":"a"}""", ("X-As", "whole"));
        Assert.False(Tells(whole)); // who is shown all may take it out
    }

    [Fact]
    public async Task What_is_not_shown_is_neither_guessed_nor_changed_by_a_write()
    {
        string With(string value) => $$$"""{"resourceType":"Patient","id":"a","identifier":[{"system":"{{{SsnSystem}}}","value":"{{{value}}}"}]}""";
        var right = await server.PutAsync("Patient/a", With(Ssn), Part);
        var wrong = await server.PutAsync("Patient/a", With("999-00-0000"), Part);
        Assert.Equal((HttpStatusCode.Forbidden, wrong.Text), (right.Status, right.Text));
        Assert.Equal(HttpStatusCode.Forbidden, wrong.Status);

        foreach (var patch in new[] { $$"""[{"op":"test","path":"/identifier/0/value","value":"{{Ssn}}"}]""", $$"""[{"op":"add","path":"/identifier/-","value":{"system":"{{SsnSystem}}","value":"1"} }]""", """[{"op":"remove","path":"/photo"}]""", """[{"op":"remove","path":"/identifier/1"}]""" })
            Assert.Equal((patch, false), (patch, (await server.SendAsync("PATCH", "Patient/a", patch, Part, ("Content-Type", "application/json-patch+json"))).Status == HttpStatusCode.OK));
        await StoredAsync();

        foreach (var value in new[] { "SUB-77", "SUB-00" })
            Assert.Equal(HttpStatusCode.Forbidden, (await server.PutAsync("Coverage/c", Coverage("c").Replace("SUB-77", value, StringComparison.Ordinal), Part)).Status);
        var kept = await server.PutAsync("Coverage/c", Coverage("c").Replace("\"subscriberId\":\"SUB-77\",", "", StringComparison.Ordinal).Replace("active", "cancelled", StringComparison.Ordinal), Part);
        Assert.Equal((HttpStatusCode.OK, kept.Text), (kept.Status, kept.Text));
        Assert.Contains("cancelled\"", (await server.GetAsync("Coverage/c")).Text, StringComparison.Ordinal);
        Assert.Contains("SUB-77", (await server.GetAsync("Coverage/c")).Text, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.OK, (await server.SendAsync("PATCH", "RelatedPerson/r", """[{"op":"add","path":"/active","value":true}]""", Part, ("Content-Type", "application/json-patch+json"))).Status);
        Assert.Contains("portrait-r", (await server.GetAsync("RelatedPerson/r")).Text, StringComparison.Ordinal);
        var elsewhere = await server.PutAsync("Observation/o", """{"resourceType":"Observation","id":"o","status":"amended","code":{"text":"x"}}""", Part);
        Assert.Equal(HttpStatusCode.Forbidden, elsewhere.Status); // it stands where it cannot be put back
        Assert.Equal(HttpStatusCode.Created, (await server.PostAsync("Patient", With("999-00-7777").Replace("\"id\":\"a\",", "", StringComparison.Ordinal), Part)).Status);
    }

    /// <summary>What is stored, which holds all that was hidden.</summary>
    private async Task<string> StoredAsync()
    {
        var stored = (await server.GetAsync("Patient/a")).Text;
        foreach (var hidden in new[] { Ssn, Typed, "portrait-a" })
            Assert.Contains(hidden, stored, StringComparison.Ordinal);
        Assert.DoesNotContain("SUBSETTED", stored, StringComparison.Ordinal);
        return stored;
    }

    private static bool Tells(FhirAnswer answer) => new[] { Ssn, Typed, "portrait-", "SUB-77" }.Any(hidden => answer.Text.Contains(hidden, StringComparison.Ordinal));

    private static string Coverage(string id) => $$"""{"resourceType":"Coverage","id":"{{id}}","status":"active","subscriberId":"SUB-77","beneficiary":{"reference":"Patient/a"},"payor":[{"reference":"Patient/a"}]}""";

    private AccessScope Scope(params string[] hidden) => new(new Actor("Practitioner/ana", "Ana"), null, "worker", "TREAT", Reach.Limited(
        new AccessLayer("role", [new Grant(Interactions.All, [], Whose.Anyone)]) { At = server.Clock.GetUtcNow(), Hidden = hidden }));
}
