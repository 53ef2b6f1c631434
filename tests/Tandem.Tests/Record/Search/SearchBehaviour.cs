using System.Net;
using Tandem.Kernel.Actors;
using Tandem.Kernel.Data;
using Tandem.Record.Search;
using Tandem.Tests.Support;
using Microsoft.Extensions.DependencyInjection;

namespace Tandem.Tests.Record.Search;

public sealed class SqliteSearchTests(SharedServer shared) : SearchBehaviour(Engine.Sqlite, shared);

public sealed class PostgresSearchTests(SharedServer shared) : SearchBehaviour(Engine.Postgres, shared);

/// <summary>Search within a type over HTTP (FHIR R4 3.1.1).</summary>
public abstract class SearchBehaviour(Engine engine, SharedServer shared) : IAsyncLifetime, IClassFixture<SharedServer>
{
    private FhirServer server = null!;

    public async ValueTask InitializeAsync() => server = await shared.OfAsync(engine, FillAsync);

    public ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        return ValueTask.CompletedTask;
    }

    private async Task FillAsync(FhirServer empty)
    {
        server = empty;
        await SearchSamples.FillAsync(server);
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

    [Theory] // a + of an address or a form that is not escaped arrives as a blank, of which no date has one
    [InlineData("Patient?_lastUpdated=gt2020-01-01T00:00:00+01:00&family=m")]
    [InlineData("Patient?_lastUpdated=gt2020-01-01T00:00:00%2B01:00&family=m")]
    [InlineData("Observation?patient=ana&patient._lastUpdated=gt2020-01-01T00:00+01:00")]
    public async Task A_time_may_have_its_zone_with_a_plus_that_is_not_escaped(string path)
    {
        var found = (await server.GetAsync(path)).Ids;

        Assert.NotEmpty(found);
        Assert.Equal(found, (await server.GetAsync(path.Replace("+01", "Z").Replace("%2B01", "Z").Replace("Z:00", "Z"))).Ids);
        Assert.Equal(HttpStatusCode.BadRequest, (await server.GetAsync("Patient?birthdate=+1990-01-01")).Status);
        Assert.Equal(HttpStatusCode.BadRequest, (await server.GetAsync("Patient?birthdate=1990-01-01+10:00")).Status);
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

    [Theory]
    [InlineData("Patient?_count=1&_count=2", "_count")]
    [InlineData("Patient?_total=none&gender=male&_total=accurate", "_total")]
    [InlineData("Patient?_summary=false&_summary=true", "_summary")]
    [InlineData("?_type=Patient&_format=json&_format=xml", "_format")]
    [InlineData("Patient/ana/Observation?_pretty=false&_pretty=true", "_pretty")]
    public async Task Of_what_is_given_once_several_values_are_refused_or_the_first_is_taken(string path, string name)
    {
        var refused = await server.GetAsync(path);
        var lenient = await server.GetAsync(path, ("Prefer", "handling=lenient"));
        var first = await server.GetAsync(path.Remove(path.LastIndexOf('&')));

        Assert.Equal((HttpStatusCode.BadRequest, "not-supported"), (refused.Status, refused.Issue));
        Assert.Contains($"{name} is given with several values", refused.Text, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.OK, lenient.Status);
        Assert.Contains($"{name} is given with several values", lenient.Text, StringComparison.Ordinal);
        Assert.Equal(first.Ids, string.Join(',', lenient.Json["entry"u8].Items.AsEnumerable().Where(entry => entry["search"u8]["mode"u8].Text != "outcome").Select(entry => entry["resource"u8]["id"u8].Text)));
        Assert.Equal(first.Link("self"), lenient.Link("self"));
        Assert.Equal(HttpStatusCode.OK, (await server.GetAsync("Patient?_count=1&_count=1&_elements=name&_elements=gender")).Status); // the same twice says nothing else
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

    [Theory] // 3.1.1.5.3
    [InlineData("?_type=Organization,Patient&_id=ben&_include=*", "ben,org")]
    [InlineData("?_id=o3&_include=*", "o3,ben")]
    [InlineData("?_id=o3&_include:iterate=*", "o3,ben,org")]
    [InlineData("Patient/ana/*?_type=Patient,Encounter&_id=e1&_include=*", "e1,ana")]
    [InlineData("Observation?_id=o3&_include=*", "o3,ben")]
    [InlineData("Observation?_id=o3&_include:iterate=*", "o3,ben,org")]
    [InlineData("Observation?_id=o3&_include:recurse=*", "o3,ben,org")] // as versions before R4 call it
    [InlineData("Observation?_id=o3&_include=Observation:subject:Group", "o3")] // of the type that is named alone
    [InlineData("Patient?_id=ana&_revinclude=Observation:subject:Group", "ana")]
    public async Task All_references_of_hits_of_any_type_are_followed(string query, string ids) => Assert.Equal(ids, (await server.GetAsync(query)).Ids);

    [Fact] // 2.3.0.1: an id may be any word
    public async Task What_is_named_as_a_type_is_included()
    {
        await PutAsync("Organization/Organization", """ "name":"Organization" """);
        await PutAsync("Encounter/List", """ "status":"finished","class":{"code":"AMB"},"serviceProvider":{"reference":"Organization/Organization"} """);
        await PutAsync("Encounter/Group", """ "status":"finished","class":{"code":"AMB"},"serviceProvider":{"reference":"Organization/Organization/_history/1"},"partOf":{"reference":"Encounter/List"} """);

        Assert.Equal("List,Organization", (await server.GetAsync("Encounter?_id=List&_include=Encounter:service-provider")).Ids);
        Assert.Equal("Group,List,Organization", (await server.GetAsync("Encounter?_id=Group&_include=Encounter:service-provider&_include=Encounter:part-of")).Ids);
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
    [InlineData("?_type=Patient&_count=1&_sort=-birthdate")]
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

    [Fact] // 3.1.1.4.15: each match once, whatever of it fits
    public async Task A_chain_over_a_reference_that_repeats_tells_each_resource_once()
    {
        foreach (var id in (string[])["p1", "p2", "p3", "p4"])
            await PutAsync($"Patient/{id}", """ "name":[{"family":"Smith"}] """);
        await PutAsync("Account/x", """ "status":"active","subject":[{"reference":"Patient/p1"},{"reference":"Patient/p2"}] """);
        await PutAsync("Account/y", """ "status":"active","subject":[{"reference":"Patient/p3"},{"reference":"Patient/p4"}] """);

        foreach (var query in (string[])["Account?patient.name=smith", "Account?subject:Patient.name=smith", "Account?patient.name=smith&status=active"])
        {
            var all = await server.GetAsync(query);
            Assert.Equal((query, "x,y", "2"), (query, string.Join(',', all.Ids.Split(',').Order()), all.Json["total"u8].Text));
            var first = await server.GetAsync($"{query}&_count=1");
            var second = await server.GetAsync(first.Link("next")!);
            Assert.Equal((query, "x,y", null), (query, string.Join(',', new[] { first.Ids, second.Ids }.Order()), second.Link("next")));
        }
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

    private async Task PutAsync(string reference, string members)
    {
        var parts = reference.Split('/');
        var answer = await server.PutAsync(reference, $$"""{"resourceType":"{{parts[0]}}","id":"{{parts[1]}}",{{members}}}""");
        Assert.True((int)answer.Status < 300, answer.Text);
    }
}
