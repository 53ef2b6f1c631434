using System.Net;
using Tandem.Kernel.Actors;
using Tandem.Kernel.Data;
using Tandem.Record.Search;
using Tandem.Tests.Support;
using Microsoft.Extensions.DependencyInjection;

namespace Tandem.Tests.Record.Search;

public sealed class SqliteSearchTests() : SearchBehaviour(Engine.Sqlite);

public sealed class PostgresSearchTests() : SearchBehaviour(Engine.Postgres);

/// <summary>Search within a type over HTTP (FHIR R4 3.1.1).</summary>
public abstract class SearchBehaviour(Engine engine) : IAsyncLifetime
{
    private FhirServer server = null!;

    public async ValueTask InitializeAsync()
    {
        server = new FhirServer(engine);
        await PutAsync("Patient/ana", """ "active":true,"gender":"female","birthDate":"1980-05-17","name":[{"family":"Müller-Testperson","given":["José","Ana"]}],"identifier":[{"system":"urn:mrn","value":"1"}] """);
        await PutAsync("Patient/ben", """ "gender":"male","birthDate":"1980","name":[{"family":"Testperson"}],"identifier":[{"system":"urn:other","value":"1"},{"value":"2"}],"managingOrganization":{"reference":"Organization/org"} """);
        await PutAsync("Patient/cy", """ "name":[{"text":"100%_sure"}],"link":[{"other":{"reference":"Patient/ana"},"type":"seealso"}] """);
        await PutAsync("Organization/org", """ "name":"North Clinic" """);
        await PutAsync("Observation/o1", Observation("ana", "8480-6", "2026-01-10T08:00:00Z", "5.40", "mmol/L"));
        await PutAsync("Observation/o2", Observation("ana", "8480-6", "2026-02-10T08:00:00Z", "5.45", "mmol/L"));
        await PutAsync("Observation/o3", Observation("ben", "8462-4", "2026-02", "150", "mg/dL"));
        await PutAsync("Encounter/e1", """ "status":"finished","class":{"code":"AMB"},"subject":{"reference":"Patient/ana"},"period":{"start":"2026-01-10T09:00:00Z","end":"2026-03-15T09:00:00Z"} """);
        await PutAsync("Encounter/e2", """ "status":"in-progress","class":{"code":"AMB"},"subject":{"reference":"Patient/ben"},"period":{"start":"2026-02-20T09:00:00Z"} """);
        await PutAsync("RiskAssessment/r1", """ "status":"final","subject":{"reference":"Patient/ana"},"prediction":[{"probabilityDecimal":0.25}] """);
        await PutAsync("List/l1", """ "status":"current","mode":"working","entry":[{"item":{"reference":"Patient/ana"}},{"item":{"reference":"Patient/cy"}},{"item":{"reference":"Observation/o1"}}] """);
        await PutAsync("ValueSet/v1", """ "status":"active","url":"http://example.org/vs/one" """);
    }

    public async ValueTask DisposeAsync()
    {
        if (server is not null)
            await server.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    [Theory]
    [InlineData("Patient", "ana,ben,cy")]
    [InlineData("Patient?name=TESTPERSON", "ben")] // 3.1.1.4.8: begins with, case and accents off
    [InlineData("Patient?name=muller", "ana")]
    [InlineData("Patient?given=jos%C3%A9", "ana")]
    [InlineData("Patient?name:contains=testper", "ana,ben")]
    [InlineData("Patient?family:exact=Testperson", "ben")]
    [InlineData("Patient?family:exact=testperson", "")]
    [InlineData("Patient?name:contains=%25_", "cy")]
    [InlineData("Patient?name=muller,test", "ana,ben")] // 3.1.1.3.3: , is or
    [InlineData("Patient?name=muller&gender=female", "ana")] // & is and
    [InlineData("Patient?name=muller&gender=male", "")]
    [InlineData("Patient?gender=male,female", "ana,ben")] // 3.1.1.4.10 token
    [InlineData("Patient?gender=http://hl7.org/fhir/administrative-gender|male", "ben")]
    [InlineData("Patient?gender:not=male", "ana,cy")]
    [InlineData("Patient?active=true", "ana")]
    [InlineData("Patient?identifier=1", "ana,ben")]
    [InlineData("Patient?identifier=urn:mrn|1", "ana")]
    [InlineData("Patient?identifier=|2", "ben")]
    [InlineData("Patient?identifier=|1", "")]
    [InlineData("Patient?identifier=urn:other|", "ben")]
    [InlineData("Patient?identifier=urn:other|,urn:mrn|1", "ana,ben")]
    [InlineData("Patient?birthdate=1980", "ana,ben")] // 3.1.1.4.7 date precision
    [InlineData("Patient?birthdate=1980-05", "ana")]
    [InlineData("Patient?birthdate=1980-05-17", "ana")]
    [InlineData("Patient?birthdate=ne1980-05-17", "ben")]
    [InlineData("Patient?birthdate=gt1980-05-17", "ben")]
    [InlineData("Patient?birthdate=ge1980-05-17", "ana,ben")]
    [InlineData("Patient?birthdate=lt1980-05-17", "ben")]
    [InlineData("Patient?birthdate=le1979", "")]
    [InlineData("Patient?birthdate=ge1980-05-17&birthdate=lt1980-05-18", "ana,ben")]
    [InlineData("Patient?birthdate=lt1980-05-18&birthdate=sa1980-05-16", "ana")]
    [InlineData("Patient?birthdate=sa1979", "ana,ben")]
    [InlineData("Patient?birthdate=eb1981", "ana,ben")]
    [InlineData("Encounter?date=ge2026-03-01", "e1,e2")] // periods overlap what they do not lie in
    [InlineData("Encounter?date=gt2026-04-01", "e2")]
    [InlineData("Encounter?date=lt2026-02-01", "e1")]
    [InlineData("Encounter?date=2026", "e1")]
    [InlineData("Encounter?date=sa2026-02-01", "e2")]
    [InlineData("Encounter?date=eb2026-04-01", "e1")]
    [InlineData("Observation?date=2026-02", "o2,o3")]
    [InlineData("Observation?date=ge2026-02-01&date=lt2026-02-11&patient=ana", "o2")]
    [InlineData("Observation?value-quantity=5.4", "o1")] // 3.1.1.4.6: [5.35, 5.45)
    [InlineData("Observation?value-quantity=5.45", "o2")]
    [InlineData("Observation?value-quantity=gt5.4", "o2,o3")]
    [InlineData("Observation?value-quantity=le5.4", "o1")]
    [InlineData("Observation?value-quantity=ge5.4||mmol/L", "o1,o2")] // 3.1.1.4.14
    [InlineData("Observation?value-quantity=gt1|http://unitsofmeasure.org|mg/dL", "o3")]
    [InlineData("Observation?value-quantity=ap5", "o1,o2")]
    [InlineData("Observation?value-quantity=ne150", "o1,o2")]
    [InlineData("RiskAssessment?probability=gt0.2", "r1")]
    [InlineData("RiskAssessment?probability=0.3", "r1")] // [0.25, 0.35)
    [InlineData("Observation?patient=ana", "o1,o2")] // 3.1.1.4.12
    [InlineData("Observation?subject=Patient/ben", "o3")]
    [InlineData("Observation?subject:Patient=ben", "o3")]
    [InlineData("Observation?subject=Group/ben", "")]
    [InlineData("Observation?patient=ana&code=http://loinc.org|8480-6&date=2026-02-10", "o2")]
    [InlineData("ValueSet?url=http://example.org/vs/one", "v1")] // 3.1.1.4.13
    [InlineData("ValueSet?url=http://example.org/vs", "")]
    [InlineData("Patient?_id=ana,cy", "ana,cy")] // 3.1.1.4.1
    [InlineData("Patient?_id=ana&gender=male", "")]
    [InlineData("Patient?_lastUpdated=2026-03-02", "ana,ben,cy")]
    [InlineData("Patient?_lastUpdated=gt2026-03-02", "")]
    [InlineData("Patient?_lastUpdated=le2026-03-02T15:00:00Z", "ana,ben,cy")]
    [InlineData("Patient?gender:missing=true", "cy")] // 3.1.1.4.4
    [InlineData("Patient?birthdate:missing=false", "ana,ben")]
    [InlineData("Patient?organization:missing=true", "ana,cy")]
    [InlineData("Observation?subject:Patient.name=muller", "o1,o2")] // 3.1.1.4.15
    [InlineData("Observation?patient.identifier=urn:other|1", "o3")]
    [InlineData("Observation?patient.organization.name=north", "o3")]
    [InlineData("Observation?patient.gender:not=male", "o1,o2")]
    [InlineData("Patient?_has:Observation:patient:code=8480-6", "ana")] // 3.1.1.4.16
    [InlineData("Patient?_has:Observation:patient:code=8480-6&gender=male", "")]
    [InlineData("Patient?_sort=-birthdate", "ana,ben,cy")] // 3.1.1.5.2: what has none comes last
    [InlineData("Patient?_sort=birthdate", "ben,ana,cy")]
    [InlineData("Patient?_sort=family", "ana,ben,cy")]
    [InlineData("Patient?_sort=-_id", "cy,ben,ana")]
    [InlineData("Observation?_sort=-value-quantity", "o3,o2,o1")]
    [InlineData("Observation?_sort=patient", "o1,o2,o3")] // 3.1.1.5.2: codes, references and addresses too
    [InlineData("Observation?_sort=-patient,-_id", "o3,o2,o1")]
    [InlineData("Patient?_sort=gender", "ana,ben,cy")]
    [InlineData("Patient?_sort=-gender", "ben,ana,cy")]
    [InlineData("Patient?_sort=-gender,birthdate&_count=50", "ben,ana,cy")]
    [InlineData("?_type=Organization,Patient", "ana,ben,cy,org")] // 3.1.1.2: several types
    [InlineData("?_type=Organization,Patient&_id=ben,org", "ben,org")]
    [InlineData("?_type=Organization,Patient&_sort=-_id", "org,cy,ben,ana")]
    [InlineData("?_type=Organization,Patient&gender=male", null)]
    [InlineData("?_type=Organization,Patient&_elements=birthDate", "ana,ben,cy,org")] // what one of them has
    [InlineData("?_type=Organization,Patient&_elements=status", null)]
    [InlineData("Patient?_lastUpdated=ap2020", "")]
    [InlineData("?_type=Nonsense", null)]
    [InlineData("?_type=", null)]
    [InlineData("?_id=ben,org", "ben,org")] // 3.1.1.2: without types over all of them, by what all have
    [InlineData("?_id=ben,org&_sort=-_id", "org,ben")]
    [InlineData("?gender=male", null)]
    [InlineData("?_id=ana", "ana")]
    [InlineData("Patient?_list=l1", "ana,cy")] // 3.1.1.4.18
    [InlineData("Patient?_list=List/l1&gender=female", "ana")]
    [InlineData("Patient?_list=none", "")]
    [InlineData("Patient?_list=$current-allergies", null)]
    [InlineData("Patient?_filter=name xx y", null)]
    [InlineData("Patient?nonsense=1", null)] // 3.1.1.3.1: refused, not dropped
    [InlineData("Patient?name:below=x", null)]
    [InlineData("Patient?gender:in=http://x", null)]
    [InlineData("Patient?birthdate=yesterday", null)]
    [InlineData("Observation?code-value-quantity=8480-6$gt5", "o1,o2")]
    [InlineData("Patient?_count=few", null)]
    [InlineData("Patient?_include=Patient:nonsense", null)]
    [InlineData("Patient?_include=Observation:subject", null)] // without :iterate only of what is found
    [InlineData("Patient?_elements=nonsense", null)]
    [InlineData("Patient?_pretty=perhaps", null)]
    [InlineData("Patient?_containedType=any", null)]
    public async Task A_search_finds(string query, string? ids)
    {
        var answer = await server.GetAsync(query);

        if (ids is null)
        {
            Assert.Equal(HttpStatusCode.BadRequest, answer.Status);
            Assert.NotNull(answer.Issue);
            return;
        }

        Assert.True(answer.Status == HttpStatusCode.OK, answer.Text);
        Assert.Equal(ids, query.Contains("_sort", StringComparison.Ordinal) ? answer.Ids : string.Join(",", answer.Ids.Split(',').Order()));
        Assert.Equal($"{(ids.Length == 0 ? 0 : ids.Split(',').Length)}", answer.Json["total"u8].Text);
        Assert.Empty(Tandem.Fhir.Structure.StructureCheck.Check(answer.Json));
    }

    [Fact] // 3.1.1.1: POST _search
    public async Task A_search_can_be_posted()
    {
        var answer = await server.SendAsync(
            "POST", "Patient/_search?gender=female", "name=m%C3%BCller&active=true", ("Content-Type", "application/x-www-form-urlencoded"));

        Assert.Equal("ana", answer.Ids);
        Assert.Contains("gender=female", answer.Link("self"));
        Assert.Equal(HttpStatusCode.UnsupportedMediaType, (await server.PostAsync("Patient/_search", "{}")).Status);
    }

    [Fact] // 3.1.1.3.1 Prefer: handling=lenient
    public async Task A_lenient_search_says_what_it_left_out()
    {
        var answer = await server.GetAsync("Patient?nonsense=1&gender=male", ("Prefer", "handling=lenient"));

        Assert.Equal(HttpStatusCode.OK, answer.Status);
        var entries = answer.Json["entry"u8].Items.AsEnumerable().ToList();
        Assert.Equal(["match", "outcome"], entries.Select(entry => entry["search"u8]["mode"u8].Text!));
        Assert.Equal("not-supported", entries[1]["resource"u8]["issue"u8].First["code"u8].Text);
        Assert.DoesNotContain("nonsense", answer.Link("self"));
    }

    [Fact] // 3.1.1.5.3-4
    public async Task Includes_come_along_once_and_are_not_counted()
    {
        var forward = await server.GetAsync("Observation?code=8480-6&_include=Observation:patient");
        var iterated = await server.GetAsync("Observation?code=8462-4&_include=Observation:subject:Patient&_include:iterate=Patient:organization");
        var backward = await server.GetAsync("Patient?_id=ana&_revinclude=Observation:patient&_revinclude=Encounter:subject");

        Assert.Equal("o1,o2,ana", forward.Ids);
        Assert.Equal("2", forward.Json["total"u8].Text);
        Assert.Equal("o3,ben,org", iterated.Ids);
        Assert.Equal("ana,o1,o2,e1", backward.Ids);
        Assert.Equal(["match", "include", "include", "include"], backward.Json["entry"u8].Items.AsEnumerable().Select(entry => entry["search"u8]["mode"u8].Text!));
    }

    [Fact] // 3.1.1.4.18, 3.1.1.5.8
    public async Task Counting_gives_a_number_alone()
    {
        foreach (var query in new[] { "Patient?_summary=count", "Patient?_count=0" })
        {
            var answer = await server.GetAsync(query);
            Assert.Equal("3", answer.Json["total"u8].Text);
            Assert.False(answer.Json["entry"u8].Exists);
        }

        Assert.Equal("3", (await server.GetAsync("Patient?_count=1&_total=accurate")).Json["total"u8].Text);
        Assert.False((await server.GetAsync("Patient?_count=1")).Json["total"u8].Exists);
    }

    [Fact] // read your own writes
    public async Task A_change_is_found_by_its_new_values_only()
    {
        await PutAsync("Patient/ana", """ "gender":"other" """);
        await server.SendAsync("DELETE", "Patient/ben");

        Assert.Equal("", (await server.GetAsync("Patient?name=muller")).Ids);
        Assert.Equal("ana", (await server.GetAsync("Patient?gender=other")).Ids);
        Assert.Equal("", (await server.GetAsync("Patient?gender=male")).Ids);
        Assert.Equal("ana,cy", (await server.GetAsync("Patient")).Ids);
        Assert.Equal("", (await server.GetAsync("Patient?_id=ben")).Ids);
    }

    [Theory] // 3.1.1.3.4 paging
    [InlineData("Basic?_count=7")]
    [InlineData("Basic?_count=7&_sort=created")]
    [InlineData("Basic?_count=7&_sort=-created,_id")]
    [InlineData("Basic?_count=7&_sort=-_id")]
    public async Task Pages_skip_and_repeat_nothing_while_others_write(string query)
    {
        for (var i = 0; i < 40; i++)
            await PutAsync($"Basic/b{i:D2}", $$""" "code":{"text":"x"},"created":"2026-01-{{(i % 7) + 1:D2}}" """);
        using var stop = new CancellationTokenSource();
        var writing = WriteAsync(stop.Token);

        var seen = new List<string>();
        for (var next = query; next is not null;)
        {
            var page = await server.GetAsync(next);
            Assert.True(page.Status == HttpStatusCode.OK, page.Text);
            seen.AddRange(page.Ids.Split(',', StringSplitOptions.RemoveEmptyEntries));
            next = page.Link("next");
        }

        await stop.CancelAsync();
        await writing;
        Assert.Equal(seen.Distinct(), seen);
        Assert.Equal(Enumerable.Range(0, 40).Select(i => $"b{i:D2}"), seen.Where(id => id[0] == 'b').Order());

        async Task WriteAsync(CancellationToken until)
        {
            for (var i = 0; !until.IsCancellationRequested; i++)
            {
                await PutAsync($"Basic/n{i}", """ "code":{"text":"x"},"created":"2026-01-03" """);
                await PutAsync($"Basic/b{i % 40:D2}", $$""" "code":{"text":"y{{i}}"},"created":"2026-01-{{(i % 40 % 7) + 1:D2}}" """);
            }
        }
    }

    [Theory] // 3.1.1.3.4 paging: there and back
    [InlineData("Patient?_count=1")]
    [InlineData("Patient?_count=1&_sort=-birthdate")]
    [InlineData("Patient?_count=1&_sort=gender")]
    [InlineData("?_type=Organization,Patient&_count=1")]
    [InlineData("?_type=Organization,Patient&_count=1&_sort=-_lastUpdated")]
    public async Task Pages_lead_back_as_they_led_on(string query)
    {
        var there = new List<string>();
        var page = await server.GetAsync(query);
        Assert.Null(page.Link("previous"));
        for (there.Add(page.Ids); page.Link("next") is { } next; there.Add(page.Ids))
            page = await server.GetAsync(next);
        Assert.InRange(there.Count, 3, 4);
        Assert.All(there, ids => Assert.DoesNotContain(',', ids));
        for (var at = there.Count - 2; at >= 0; at--)
        {
            page = await server.GetAsync(page.Link("previous")!);
            Assert.Equal(there[at], page.Ids);
        }

        Assert.Null(page.Link("previous"));
    }

    [Fact]
    public async Task A_changed_or_moved_link_is_refused()
    {
        var next = (await server.GetAsync("Patient?_count=1")).Link("next")!;

        Assert.Equal("ben", (await server.GetAsync(next)).Ids);
        Assert.Equal(HttpStatusCode.BadRequest, (await server.GetAsync(next + "&gender=male")).Status);
        Assert.Equal(HttpStatusCode.BadRequest, (await server.GetAsync("Patient?_count=1&_cursor=AAAA")).Status);
    }

    [Fact] // 3.1.1: nothing a client asks ends in a 500
    public async Task Queries_of_any_shape_are_answered()
    {
        var random = new Random(20261122);
        string[] names = ["_id", "name", "family", "birthdate", "gender", "identifier", "organization", "organization.name", "_has:Observation:patient:code", "_lastUpdated", "_sort", "_count", "_include", "_revinclude", "_total", "_profile", "link", "general-practitioner", "_cursor", "_tag", "death-date", "x"];
        string[] modifiers = ["", "", "", ":exact", ":contains", ":not", ":missing", ":identifier", ":Patient", ":x"];
        string[] values = ["", "a", "%00", "%FF", "true", "1980", "ge1980-05", "ap2026-03-02T15:00:00Z", "sa9999", "lt0001", "|", "a|", "|b", "a|b,c|d", "Patient/ana", "http://x/Patient/1", "-_id", "*", "Observation:patient", "%27;--", "$1", "1e400", "%C3%A9%F0%9F%98%80", "5", "accurate", new string('z', 3000)];
        for (var i = 0; i < 600; i++)
        {
            var query = string.Join("&", Enumerable.Range(0, random.Next(1, 4))
                .Select(_ => $"{names[random.Next(names.Length)]}{modifiers[random.Next(modifiers.Length)]}={values[random.Next(values.Length)]}"));
            var answer = await server.GetAsync($"Patient?{query}");
            Assert.True((int)answer.Status < 500, $"{answer.Status} for {query}: {answer.Text}");
        }
    }

    [Fact] // R4 12.1.3, current resource lists
    public async Task Lists_with_a_name_are_told_by_the_state_of_resources()
    {
        static string Coded(string code) => $$"""{"coding":[{"code":"{{code}}"}]}""";
        await PutAsync("Condition/on", $$""" "clinicalStatus":{{Coded("active")}},"subject":{"reference":"Patient/ana"} """);
        await PutAsync("Condition/off", $$""" "clinicalStatus":{{Coded("resolved")}},"subject":{"reference":"Patient/ana"} """);
        await PutAsync("Condition/refuted", $$""" "clinicalStatus":{{Coded("active")}},"verificationStatus":{{Coded("refuted")}},"subject":{"reference":"Patient/ana"} """);
        await PutAsync("AllergyIntolerance/drug", $$""" "clinicalStatus":{{Coded("active")}},"category":["medication"],"patient":{"reference":"Patient/ana"} """);
        await PutAsync("AllergyIntolerance/food", $$""" "clinicalStatus":{{Coded("active")}},"category":["food"],"patient":{"reference":"Patient/ana"} """);

        Assert.Equal("on", (await server.GetAsync("Condition?patient=ana&_list=$current-problems")).Ids);
        Assert.Equal("ana", (await server.GetAsync("Patient?gender:in=http://hl7.org/fhir/ValueSet/administrative-gender&family=m")).Ids); // the specification's own
        Assert.Equal("", (await server.GetAsync("Patient?gender:not-in=http://hl7.org/fhir/ValueSet/administrative-gender&family=m")).Ids);
        Assert.Equal("drug,food", (await server.GetAsync("AllergyIntolerance?patient=ana&_list=$current-allergies")).Ids);
        Assert.Equal("drug", (await server.GetAsync("AllergyIntolerance?_list=$current-drug-allergies")).Ids);
        Assert.Equal(HttpStatusCode.OK, (await server.GetAsync("MedicationStatement?_list=$current-medications")).Status);
        Assert.Equal(HttpStatusCode.BadRequest, (await server.GetAsync("Patient?_list=$current-problems")).Status);
    }

    [Fact]
    public async Task Modules_search_by_scope_and_within_writes()
    {
        var search = server.Services.GetRequiredService<RecordSearch>();

        Assert.Equal(["o1", "o2"], search.Find("Observation", "patient=ana", AccessScope.System, 10).Value.Select(found => found.Id));
        Assert.Empty(search.Find("Observation", "patient=ana", AccessScope.Nobody, 10).Value);
        Assert.Equal(2, search.Count("Observation", "patient=ana", AccessScope.System).Value);
        Assert.NotNull(search.Find("Observation", "nonsense=1", AccessScope.System, 10).Refusal);
        var within = await server.Store.WriteAsync<string>(
            AccessScope.System,
            session =>
            {
                session.Delete("Observation", "o1");
                return string.Join(",", search.Find(session, "Observation", "patient=ana", 10).Value.Select(found => found.Id));
            },
            TestContext.Current.CancellationToken);
        Assert.Equal("o2", within.Value);
    }

    [Fact]
    public async Task The_index_rebuilt_from_the_log_finds_the_same()
    {
        await server.SendAsync("DELETE", "Patient/cy");
        await server.Store.RebuildAsync("search", TestContext.Current.CancellationToken);

        Assert.Equal("ana,ben", (await server.GetAsync("Patient")).Ids);
        Assert.Equal("o2", (await server.GetAsync("Observation?patient=ana&date=2026-02&value-quantity=gt5")).Ids);
    }

    private static string Observation(string patient, string code, string date, string value, string unit) =>
        $$""" "status":"final","code":{"coding":[{"system":"http://loinc.org","code":"{{code}}"}]},"subject":{"reference":"Patient/{{patient}}"},"effectiveDateTime":"{{date}}","valueQuantity":{"value":{{value}},"unit":"{{unit}}","system":"http://unitsofmeasure.org","code":"{{unit}}"} """;

    private async Task PutAsync(string reference, string members)
    {
        var parts = reference.Split('/');
        var answer = await server.PutAsync(reference, $$"""{"resourceType":"{{parts[0]}}","id":"{{parts[1]}}",{{members}}}""");
        Assert.True((int)answer.Status < 300, answer.Text);
    }
}
