using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.RegularExpressions;
using AngleSharp.Html.Parser;
using Tandem.Kernel.Data;
using Tandem.Tests.Trust.Audit;
using Tandem.Trust.SignIn;

namespace Tandem.Tests.Hub.Access;

/// <summary>
/// A hostile reader, a nurse of one patient, tries every door before and after something is put into the record that she may not see: substance use and counselling notes of her own patient, and
/// a whole other patient. No answer may differ by it; and what is there and hidden is answered as what is not there.
/// </summary>
public sealed partial class SideDoorTests
{
    private const string Etoh = """ "meta":{"security":[{"system":"http://terminology.hl7.org/CodeSystem/v3-ActCode","code":"ETH"}]},""";

    private static readonly string[] Doors =
    [
        "/fhir/Observation/$stats?subject=Patient/one&code=9-9&statistic=count&statistic=maximum", "/fhir/Observation/$lastn?patient=one&code=9-9", "/fhir/Observation/$lastn?patient=one&category=laboratory",
        "/fhir/Patient?_has:Observation:patient:code=9-9", "/fhir/Patient?_has:Observation:patient:value-quantity=gt700", "/fhir/Patient?_has:Condition:patient:code=F10.20&_total=accurate",
        "/fhir/Observation?patient=one&_sort=-value-quantity", "/fhir/Observation?_sort=-value-quantity&_count=1", "/fhir/Observation?patient=one&_total=accurate&_summary=count", "/fhir/Observation?value-quantity=gt700",
        "/fhir/Condition?patient=one&_total=accurate", "/fhir/Condition?_content=zsecret", "/fhir/Condition?code:text=zsecret", "/fhir/Condition?_text=zsecret", "/fhir/Observation?_filter=value-quantity%20gt%20700",
        "/fhir/Patient/one/$everything?_count=2", "/fhir/Patient/one/$everything?_type=Observation,Condition,DocumentReference", "/fhir/Patient/$everything?_count=500", "/fhir/Patient/one/*", "/fhir/Patient/one/Condition",
        "/fhir/Observation/_history", "/fhir/_history?_count=100", "/fhir/Condition/_history?_since=2020-01-01", "/fhir/Patient?_revinclude=*&_id=one", "/fhir/DiagnosticReport?result:Observation.code=9-9&_include=*",
        "/fhir/DiagnosticReport?patient=one&_include=DiagnosticReport:result", "/fhir/Task?focus:Condition.code=F10.20", "/fhir/Provenance?target=Observation/sec", "/fhir/AuditEvent?entity=Observation/sec",
        "/fhir/Observation?_lastUpdated=gt2020-01-01&_elements=code", "/fhir/Condition?_security=ETH", "/fhir/Condition?_security:not=ETH", "/fhir/Observation?code:in=http://example.org/none", "/fhir/Observation?patient.family=Zsecretname",
        "/fhir/Patient?family=Zsecretname", "/fhir/Patient?phonetic=Zsecretname", "/fhir/Patient?_id=three,one,two&_total=accurate", "/fhir/Patient?_sort=family&_count=3", "/fhir/Group?member=Patient/three", "/fhir/Condition?encounter:missing=true",
        "/fhir/DocumentReference?patient=one", "/fhir/DocumentReference?_content=zsecret", "/fhir/DocumentReference?type=34126-3&_total=accurate", "/fhir?_type=Observation,Condition&patient=one", "/fhir/Patient/three/$everything",
        "/fhir/Patient/three/Observation", "/fhir/Observation?subject=Patient/three", "/fhir/Patient?link=Patient/three", "/fhir/Observation/sec/_history", "/fhir/Observation/sec/_history/1", "/fhir/Observation/sec/$meta",
        "/patients", "/patients/one", "/patients/one?news=month", "/patients/one/results/9-9", "/patients/three", "/worklist", "/access/patients/one", "/access/patients/three", "/patients/three/seen",
    ];

    /// <summary>Operations that fetch what they are told to, each with what may be hidden and with a patient who may be.</summary>
    private static readonly (string Path, string Body)[] Operations =
    [
        ("/fhir/Questionnaire/$populate", """
            {"resourceType":"Parameters","parameter":[{"name":"subject","valueReference":{"reference":"Patient/one"}},
             {"name":"context","part":[{"name":"name","valueString":"seen"},{"name":"content","valueReference":{"reference":"Observation/sec"}}]},
             {"name":"context","part":[{"name":"name","valueString":"task"},{"name":"content","resource":{"resourceType":"Task","status":"requested","intent":"order","focus":{"reference":"Observation/sec"}}}]},
             {"name":"questionnaire","resource":{"resourceType":"Questionnaire","status":"active","item":[
              {"linkId":"latest","type":"quantity","code":[{"system":"http://loinc.org","code":"9-9"}],"extension":[{"url":"SDCobservationLinkPeriod","valueDuration":{"value":9000,"code":"d"}}]},
              {"linkId":"seen","type":"string","extension":[{"url":"SDCinitialExpression","valueExpression":{"language":"text/fhirpath","expression":"%seen.code.text"}}]},
              {"linkId":"task","type":"string","extension":[{"url":"SDCinitialExpression","valueExpression":{"language":"text/fhirpath","expression":"%task.focus.resolve().code.text"}}]},
              {"linkId":"born","type":"date","extension":[{"url":"SDCinitialExpression","valueExpression":{"language":"text/fhirpath","expression":"%patient.birthDate"}}]}]}}]}
            """.Replace("SDC", "http://hl7.org/fhir/uv/sdc/StructureDefinition/sdc-questionnaire-", StringComparison.Ordinal)),
        ("/fhir/Questionnaire/$populate", """{"resourceType":"Parameters","parameter":[{"name":"subject","valueReference":{"reference":"Patient/three"}},{"name":"questionnaire","resource":{"resourceType":"Questionnaire","status":"active","item":[{"linkId":"a","type":"string"}]}}]}"""),
        ("/fhir/PlanDefinition/$apply", """
            {"resourceType":"Parameters","parameter":[{"name":"subject","valueString":"Patient/one"},{"name":"encounter","valueString":"Encounter/secenc"},{"name":"planDefinition","resource":{"resourceType":"PlanDefinition","status":"active","action":[
             {"title":"Visit","condition":[{"kind":"applicability","expression":{"language":"text/fhirpath","expression":"%encounter.exists()"}}]},{"title":"Always"}]}}]}
            """),
        ("/fhir/PlanDefinition/$apply", """{"resourceType":"Parameters","parameter":[{"name":"subject","valueString":"Patient/three"},{"name":"planDefinition","resource":{"resourceType":"PlanDefinition","status":"active","action":[{"title":"Always"}]}}]}"""),
        ("/fhir/ActivityDefinition/$apply", """
            {"resourceType":"Parameters","parameter":[{"name":"subject","valueString":"Patient/one"},{"name":"encounter","valueString":"Encounter/secenc"},{"name":"activityDefinition","resource":{"resourceType":"ActivityDefinition","status":"active","kind":"ServiceRequest","intent":"order",
             "dynamicValue":[{"path":"patientInstruction","expression":{"language":"text/fhirpath","expression":"'seen ' + %encounter.exists().toString()"}}]}}]}
            """),
        ("/fhir/$fhirpath", """{"resourceType":"Parameters","parameter":[{"name":"expression","valueString":"focus.resolve().code.text | for.resolve().name.family"},{"name":"resource","resource":{"resourceType":"Task","status":"requested","intent":"order","focus":{"reference":"Observation/sec"},"for":{"reference":"Patient/three"}}}]}"""),
        ("/fhir/Patient/$match", """{"resourceType":"Parameters","parameter":[{"name":"resource","resource":{"resourceType":"Patient","name":[{"family":"Zsecretname","given":["Zed"]}],"birthDate":"1970-01-01"}},{"name":"count","valueInteger":5}]}"""),
        ("/fhir/Observation/_search", "patient=one&code=9-9&_total=accurate"),
        ("/fhir", """
            {"resourceType":"Bundle","type":"batch","entry":[{"request":{"method":"GET","url":"Observation?code=9-9&_summary=count"}},{"request":{"method":"GET","url":"Patient?_has:Observation:patient:code=9-9"}},
             {"request":{"method":"GET","url":"Patient/three"}},{"request":{"method":"GET","url":"DiagnosticReport?_include=DiagnosticReport:result"}}]}
            """),
    ];

    /// <summary>What a researcher asks, who sees reports that belong to nobody: of what these were made from, and of what points to them.</summary>
    private static readonly string[] Research =
    [
        "/fhir/MeasureReport?_total=accurate", "/fhir/MeasureReport?patient=three", "/fhir/MeasureReport?subject:Patient.family=Zsecretname", "/fhir/MeasureReport?evaluated-resource:Observation.code=9-9&_total=accurate",
        "/fhir/MeasureReport?evaluated-resource:Observation.patient.family=Zsecretname", "/fhir/MeasureReport?_include=MeasureReport:evaluated-resource", "/fhir/MeasureReport?_include=*&_revinclude=*",
        "/fhir/MeasureReport?_has:Provenance:target:recorded=2026-03-01", "/fhir/MeasureReport?_has:Task:focus:status=requested&_total=accurate", "/fhir/MeasureReport?_has:Task:focus:patient.family=Testperson",
        "/fhir/MeasureReport?_has:Task:focus:_has:Provenance:target:recorded=2026-03-01", "/fhir/MeasureReport?_sort=-date&_count=1", "/fhir/MeasureReport/_history?_total=accurate", "/fhir/_history?_count=100", "/fhir/MeasureReport/ind",
        "/fhir/MeasureReport/ind/_history", "/fhir/Library?_has:DocumentReference:related:type=34126-3", "/fhir/Patient?_has:Observation:patient:code=9-9", "/fhir/Patient/three", "/fhir/Observation/sec", "/fhir/Patient/one/$everything",
        "/fhir?_type=MeasureReport,Patient", "/fhir?_id=three", "/fhir/Observation/$stats?subject=Patient/one&code=9-9&statistic=count", "/fhir/Group/thirdgroup/$export", "/patients", "/patients/three", "/worklist",
    ];

    private static readonly Person Ana = new("ana", "Ana Testperson", "nurse", null, []);

    private static readonly Person Rea = new("rea", "Rea Testperson", "researcher", null, []);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(Engine.Sqlite)]
    [InlineData(Engine.Postgres)]
    public async Task No_answer_differs_by_what_its_reader_may_not_see(Engine engine)
    {
        await using var hub = await AuditedHub.StartAsync(engine);
        await hub.PutAsync("Condition", "plain", Resource("Condition", "plain", "one", "", "\"code\":{\"text\":\"plain\"}"));
        await hub.PutAsync("MeasureReport", "sum", """{"resourceType":"MeasureReport","id":"sum","status":"complete","type":"summary","measure":"http://example.org/Measure/m","date":"2026-03-01","period":{"start":"2026-01-01","end":"2026-03-01"},"evaluatedResource":[{"reference":"Observation/sec"}]}""");
        await AskAsync(hub, "GET", "/patients/one"); // what was opened lately is listed
        var before = await AllAsync(hub);
        await HideAsync(hub);
        var after = await AllAsync(hub);
        await DeleteAsync(hub);
        var gone = await AllAsync(hub);

        foreach (var (door, answer) in before)
        {
            Assert.True(answer == after[door], $"{door}\n{answer}\n--- and then ---\n{after[door]}");
            Assert.True(answer == gone[door], $"{door}\n{answer}\n--- and when it was deleted ---\n{gone[door]}");
        }

        await HideAsync(hub);
        Assert.All(before.Where(pair => pair.Key.Contains("Patient/one", StringComparison.Ordinal) && pair.Key.StartsWith("POST", StringComparison.Ordinal)), pair => Assert.StartsWith("200", pair.Value, StringComparison.Ordinal));
        await hub.SignInAsync(new Person("one", "Una Testperson", "patient", null, []));
        Assert.Contains("777", await AskAsync(hub, "GET", "/fhir/Observation/$lastn?patient=one&code=9-9"), StringComparison.Ordinal); // who may see it does
        foreach (var (path, body) in Operations.Where(one => one.Body.Contains("/sec", StringComparison.Ordinal)))
        {
            var own = Moment().Replace(await AskAsync(hub, "POST", path, body), "…");
            Assert.StartsWith("200", own, StringComparison.Ordinal);
            Assert.NotEqual(before[$"POST {path} {body}"], own);
        }

        Assert.True(Research.Count(door => before["research " + door].StartsWith("200", StringComparison.Ordinal)) > 12, string.Join("\n", Research.Select(door => before["research " + door][..3] + door)));
        Assert.True(before.Values.Count(answer => answer.StartsWith("200", StringComparison.Ordinal)) > 52, string.Join("\n", before.Select(pair => pair.Value[..3] + " " + pair.Key)));
    }

    [Fact]
    public async Task What_is_hidden_is_answered_as_what_is_not_there_whatever_is_tried_on_it()
    {
        await using var hub = await AuditedHub.StartAsync(Engine.Sqlite);
        await HideAsync(hub);
        await TryAsync(hub);
        await DeleteAsync(hub);
        await TryAsync(hub);
        await HideAsync(hub);

        var made = await AskAsync(hub, "POST", "/fhir/Observation", Resource("Observation", "", "one", "", "\"status\":\"final\",\"code\":{\"coding\":[{\"system\":\"http://loinc.org\",\"code\":\"9-9\"}]}"), "If-None-Exist", "code=9-9&patient=one");
        Assert.StartsWith("201", made, StringComparison.Ordinal); // as if there were none
        await hub.PutAsync("Condition", "hers", Resource("Condition", "hers", "three", "", "\"code\":{\"text\":\"Zsecret\"},\"identifier\":[{\"system\":\"urn:x\",\"value\":\"1\"}]"));
        var put = await AskAsync(hub, "PUT", "/fhir/Condition?identifier=urn:x|1", Resource("Condition", "", "one", "", "\"code\":{\"text\":\"x\"},\"identifier\":[{\"system\":\"urn:x\",\"value\":\"1\"}]"));
        Assert.StartsWith("201", put, StringComparison.Ordinal);
        Assert.True(hub.Record.Read("Condition", "hers", Tandem.Kernel.Actors.AccessScope.System).Succeeded(out var untouched, out _) && untouched.Version == 1);
        var match = await AskAsync(hub, "POST", "/fhir/Patient/$match", """{"resourceType":"Parameters","parameter":[{"name":"resource","resource":{"resourceType":"Patient","name":[{"family":"Zsecretname","given":["Zed"]}],"birthDate":"1970-01-01"}}]}""");
        Assert.DoesNotContain("three", match, StringComparison.Ordinal);
        Assert.DoesNotContain("grade", match, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_open_page_hears_nothing_more_of_a_patient_whom_its_reader_does_not_reach_any_more()
    {
        await using var hub = await AuditedHub.StartAsync(Engine.Sqlite);
        using var request = AuditedHub.Ask("GET", "/live?topics=patient:one%20patient:two");
        using var reply = await hub.Browser.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, Cancel);
        using var reader = new StreamReader(await reply.Content.ReadAsStreamAsync(Cancel));
        Assert.Equal("one", await ChangedAsync(reader, () => hub.PutAsync("Condition", "a", Resource("Condition", "a", "one", "", "\"code\":{\"text\":\"a\"}"))));

        await hub.PutAsync("Condition", "b", Resource("Condition", "b", "two", "", "\"code\":{\"text\":\"b\"}"));
        Assert.Equal("two", await ChangedAsync(reader));
        await hub.PutAsync("CareTeam", "t-one", """{"resourceType":"CareTeam","id":"t-one","status":"entered-in-error","subject":{"reference":"Patient/one"}}""");
        await hub.PutAsync("Condition", "a", Resource("Condition", "a", "one", "", "\"code\":{\"text\":\"c\"}"));
        await hub.PutAsync("Condition", "b", Resource("Condition", "b", "two", "", "\"code\":{\"text\":\"d\"}"));
        Assert.Equal("two", await ChangedAsync(reader));
    }

    /// <summary>The patient of the next change that a stream tells of.</summary>
    private static async Task<string> ChangedAsync(StreamReader reader, Func<Task>? change = null)
    {
        if (change is not null)
        {
            while (await reader.ReadLineAsync(Cancel) is not "data: -")
            {
            }

            await change();
        }

        while (await reader.ReadLineAsync(Cancel) is { } line)
        {
            if (line.StartsWith("data: patient:", StringComparison.Ordinal))
                return line["data: patient:".Length..];
        }

        throw new InvalidOperationException("The stream ended.");
    }

    private static async Task HideAsync(AuditedHub hub)
    {
        const string Code = "\"code\":{\"coding\":[{\"system\":\"http://loinc.org\",\"code\":\"9-9\"}],\"text\":\"Zsecret\"}";
        const string Lab = "\"status\":\"final\",\"category\":[{\"coding\":[{\"system\":\"http://terminology.hl7.org/CodeSystem/observation-category\",\"code\":\"laboratory\"}]}],\"effectiveDateTime\":\"2026-03-01\",\"valueQuantity\":{\"value\":777,\"unit\":\"mg/dL\",\"system\":\"http://unitsofmeasure.org\",\"code\":\"mg/dL\"}," + Code;
        await hub.PutAsync("Observation", "sec", Resource("Observation", "sec", "one", Etoh, Lab));
        await hub.PutAsync("Condition", "seccond", Resource("Condition", "seccond", "one", Etoh, "\"code\":{\"coding\":[{\"system\":\"http://hl7.org/fhir/sid/icd-10-cm\",\"code\":\"F10.20\"}],\"text\":\"Zsecret\"}"));
        await hub.PutAsync("DiagnosticReport", "secrep", Resource("DiagnosticReport", "secrep", "one", "", "\"status\":\"final\",\"code\":{\"text\":\"Zsecret\"},\"result\":[{\"reference\":\"Observation/sec\"}]"));
        await hub.PutAsync("Provenance", "secprov", """{"resourceType":"Provenance","id":"secprov","target":[{"reference":"Observation/sec"}],"recorded":"2026-03-01T10:00:00Z","agent":[{"who":{"reference":"Practitioner/x"}}]}""");
        await hub.PutAsync("Encounter", "secenc", Resource("Encounter", "secenc", "one", Etoh, "\"status\":\"finished\",\"class\":{\"code\":\"AMB\"},\"period\":{\"start\":\"2026-02-01\"},\"serviceProvider\":{\"reference\":\"Organization/zsecretclinic\"}"));
        await hub.PutAsync("DocumentReference", "secnote", Resource("DocumentReference", "secnote", "one", "", "\"status\":\"current\",\"type\":{\"coding\":[{\"system\":\"http://loinc.org\",\"code\":\"34126-3\"}]},\"content\":[{\"attachment\":{\"title\":\"Zsecret\"}}]"));
        await hub.PutAsync("Patient", "three", """{"resourceType":"Patient","id":"three","name":[{"family":"Zsecretname","given":["Zed"]}],"birthDate":"1970-01-01"}""");
        await hub.PutAsync("Observation", "third", Resource("Observation", "third", "three", "", Lab));
        await hub.PutAsync("Condition", "thirdcond", Resource("Condition", "thirdcond", "three", "", "\"code\":{\"text\":\"Zsecret\"}"));
        await hub.PutAsync("MeasureReport", "ind", """{"resourceType":"MeasureReport","id":"ind","status":"complete","type":"individual","measure":"http://example.org/Measure/m","subject":{"reference":"Patient/three"},"date":"2026-03-02","period":{"start":"2026-01-01","end":"2026-03-01"}}""");
        await hub.PutAsync("Provenance", "sumprov", """{"resourceType":"Provenance","id":"sumprov","target":[{"reference":"MeasureReport/sum"},{"reference":"Task/sumtask"}],"recorded":"2026-03-01T10:00:00Z","agent":[{"who":{"reference":"Practitioner/x"}}]}""");
        await hub.PutAsync("Task", "sumtask", """{"resourceType":"Task","id":"sumtask","status":"requested","intent":"order","for":{"reference":"Patient/three"},"focus":{"reference":"MeasureReport/sum"}}""");
        await hub.PutAsync("Group", "thirdgroup", """{"resourceType":"Group","id":"thirdgroup","type":"person","actual":true,"member":[{"entity":{"reference":"Patient/three"}}]}""");
    }

    /// <summary>Each way to a resource and to a patient who are there and hidden, or were, against the same way to what never was.</summary>
    private static async Task TryAsync(AuditedHub hub)
    {
        foreach (var (method, path, body, header, value) in new (string, string, string?, string?, string?)[]
        {
            ("GET", "Observation/ID", null, null, null), ("HEAD", "Observation/ID", null, null, null), ("GET", "Observation/ID", null, "If-None-Match", "W/\"1\""),
            ("GET", "Observation/ID", null, "If-Modified-Since", "Fri, 01 Jan 2100 00:00:00 GMT"), ("DELETE", "Observation/ID", null, null, null), ("DELETE", "Observation/ID", null, "If-Match", "W/\"9\""),
            ("PUT", "Observation/ID", Resource("Observation", "ID", "one", "", "\"status\":\"final\",\"code\":{\"text\":\"x\"}"), null, null),
            ("PUT", "Observation/ID", Resource("Observation", "ID", "one", "", "\"status\":\"final\",\"code\":{\"text\":\"x\"}"), "If-Match", "W/\"9\""),
            ("PATCH", "Observation/ID", """[{"op":"replace","path":"/status","value":"amended"}]""", null, null),
            ("PATCH", "Observation/ID", """[{"op":"test","path":"/status","value":"final"}]""", null, null),
            ("PATCH", "Observation?_id=ID", """[{"op":"replace","path":"/status","value":"amended"}]""", null, null), ("DELETE", "Observation?_id=ID", null, null, null),
            ("POST", "Observation/ID/$meta-add", """{"resourceType":"Parameters","parameter":[{"name":"meta","valueMeta":{"tag":[{"system":"urn:x","code":"x"}]}}]}""", null, null),
            ("POST", "$fhirpath", """{"resourceType":"Parameters","parameter":[{"name":"expression","valueString":"Task.focus.resolve().value.exists()"},{"name":"resource","resource":{"resourceType":"Task","status":"requested","intent":"order","focus":{"reference":"Observation/ID"}}}]}""", null, null),
            ("POST", "Task/$validate", """{"resourceType":"Task","status":"requested","intent":"order","focus":{"reference":"Observation/ID"}}""", null, null),
            ("POST", "", """{"resourceType":"Bundle","type":"batch","entry":[{"request":{"method":"GET","url":"Observation/ID","ifNoneMatch":"W/\"1\""}},{"request":{"method":"GET","url":"Observation/ID/_history"}},{"request":{"method":"DELETE","url":"Observation/ID"}}]}""", null, null),
            ("POST", "", """{"resourceType":"Bundle","type":"transaction","entry":[{"request":{"method":"GET","url":"Observation/ID"}}]}""", null, null),
            ("GET", "Observation/ID/_history/2", null, null, null), ("HEAD", "Observation/ID/_history/1", null, null, null), ("DELETE", "Observation/ID", null, "If-Match", "W/\"1\""),
            ("PUT", "Observation?_id=ID", Resource("Observation", "ID", "one", "", "\"status\":\"final\",\"code\":{\"text\":\"x\"}"), null, null),
            ("GET", "Observation?_id=ID&_include=*&_total=accurate", null, null, null), ("GET", "Provenance?target=Observation/ID", null, null, null), ("GET", "Observation/ID/_history/1", null, null, null),
        })
        {
            var (hidden, missing) = (await AskAsync(hub, method, "/fhir/" + path.Replace("ID", "sec", StringComparison.Ordinal), body?.Replace("ID", "sec", StringComparison.Ordinal), header, value),
                await AskAsync(hub, method, "/fhir/" + path.Replace("ID", "xyz", StringComparison.Ordinal), body?.Replace("ID", "xyz", StringComparison.Ordinal), header, value));
            Assert.Equal((method, path, missing.Replace("xyz", "sec", StringComparison.Ordinal)), (method, path, hidden));
        }

        foreach (var path in new[]
        {
            "/fhir/Patient/ID", "/fhir/Patient/ID/$everything", "/fhir/Patient/ID/Observation", "/fhir/Patient/ID/_history", "/fhir/Observation?patient=ID&_total=accurate", "/fhir/PlanDefinition/critical-result/$apply?subject=Patient/ID",
            "/fhir/Observation/$stats?subject=Patient/ID&code=9-9&statistic=count", "/fhir/Observation/$lastn?patient=ID&code=9-9", "/patients/ID", "/patients/ID/results/9-9", "/patients/ID/seen", "/access/patients/ID",
        })
        {
            var (hidden, missing) = (await AskAsync(hub, "GET", path.Replace("ID", "three", StringComparison.Ordinal)), await AskAsync(hub, "GET", path.Replace("ID", "nobody", StringComparison.Ordinal)));
            Assert.Equal((path, missing.Replace("nobody", "three", StringComparison.Ordinal)), (path, hidden));
        }
    }

    private static async Task DeleteAsync(AuditedHub hub)
    {
        foreach (var reference in new[] { "MeasureReport/ind", "Provenance/sumprov", "Task/sumtask", "Group/thirdgroup", "Condition/thirdcond", "Observation/third", "Patient/three", "DocumentReference/secnote", "Encounter/secenc", "Provenance/secprov", "DiagnosticReport/secrep", "Condition/seccond", "Observation/sec" })
        {
            Assert.Null((await hub.Record.WriteAsync<bool>(Tandem.Kernel.Actors.AccessScope.System, session => session.Delete(reference.Split('/')[0], reference.Split('/')[1]) is not null, Cancel)).Refusal);
        }
    }

    private static string Resource(string type, string id, string patient, string meta, string content) =>
        $$$"""{"resourceType":"{{{type}}}",{{{(id.Length == 0 ? "" : $"\"id\":\"{id}\",")}}}{{{meta}}}"subject":{"reference":"Patient/{{{patient}}}"},{{{content}}}}""";

    private static async Task<Dictionary<string, string>> AllAsync(AuditedHub hub)
    {
        var answers = new Dictionary<string, string>(StringComparer.Ordinal);
        await hub.SignInAsync(Rea);
        foreach (var door in Research)
            answers["research " + door] = await AskAsync(hub, "GET", door);
        await hub.SignInAsync(Ana);
        foreach (var door in Doors)
            answers[door] = await AskAsync(hub, "GET", door);
        foreach (var (path, body) in Operations)
            answers[$"POST {path} {body}"] = Moment().Replace(await AskAsync(hub, "POST", path, body), "…");
        return answers;
    }

    /// <summary>Status, telling headers and body, without what is another with each request.</summary>
    private static async Task<string> AskAsync(AuditedHub hub, string method, string path, string? body = null, string? header = null, string? value = null)
    {
        using var request = AuditedHub.Ask(method, path, html: !path.StartsWith("/fhir", StringComparison.Ordinal), body);
        if (path.EndsWith("/_search", StringComparison.Ordinal))
            request.Content!.Headers.ContentType = MediaTypeHeaderValue.Parse("application/x-www-form-urlencoded");
        if (method == "PATCH")
            request.Content!.Headers.ContentType = MediaTypeHeaderValue.Parse("application/json-patch+json");
        if (header is not null)
            request.Headers.TryAddWithoutValidation(header, value);
        using var reply = await hub.Browser.SendAsync(request, Cancel);
        var text = await reply.Content.ReadAsStringAsync(Cancel);
        Assert.NotEqual(HttpStatusCode.InternalServerError, reply.StatusCode);
        if (!path.StartsWith("/fhir", StringComparison.Ordinal))
            return $"{(int)reply.StatusCode} {await ShownAsync(text)}";
        var answer = new StringBuilder().Append((int)reply.StatusCode).Append(' ').Append(reply.Headers.ETag).Append(reply.Content.Headers.LastModified is null ? "" : " dated")
            .Append(reply.Headers.Contains("Redisclosure") ? " notice" : "").Append('\n').Append(text);
        return Changing().Replace(answer.ToString(), "…");
    }

    /// <summary>What a page says, and where it leads.</summary>
    private static async Task<string> ShownAsync(string text)
    {
        var main = (await new HtmlParser().ParseDocumentAsync(text, Cancel)).QuerySelector("main")!;
        var links = main.QuerySelectorAll("a[href], form[action]").Select(link => link.GetAttribute("href") ?? link.GetAttribute("action"));
        return Clock().Replace(Changing().Replace(string.Join(' ', main.TextContent.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries).Concat(links)), "…"), "…");
    }

    [GeneratedRegex(@"\bnow\b|\b\d+ min ago|\b\d\d:\d\d(?::\d\d)?")]
    private static partial Regex Clock();

    /// <summary>When a draft was made.</summary>
    [GeneratedRegex("""(?<="(?:authored|created|authoredOn)":")[^"]*""")]
    private static partial Regex Moment();

    [GeneratedRegex("""(?:_cursor|find)=[^"& ]*|(?<="id":")[0-9a-f]{32}""")]
    private static partial Regex Changing();
}
