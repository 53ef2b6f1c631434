using System.Net;
using Tandem.Kernel.Data;
using Tandem.Tests.Support;

namespace Tandem.Tests.Record.Search;

public sealed class SqliteContainedTests(SharedServer shared) : ContainedBehaviour(Engine.Sqlite, shared);

public sealed class PostgresContainedTests(SharedServer shared) : ContainedBehaviour(Engine.Postgres, shared);

/// <summary>Contained resources are searched for where that is asked, and chains look into them (R4 3.1.1.5.5).</summary>
public abstract class ContainedBehaviour(Engine engine, SharedServer shared) : IAsyncLifetime, IClassFixture<SharedServer>
{
    private const string Name = "\"name\":[{\"family\":\"Testperson\",\"given\":[\"Ana\"]},{\"family\":\"Other\"}]";
    private const string Final = "\"status\":\"final\",\"code\":{\"coding\":[{\"system\":\"http://loinc.org\",\"code\":\"8480-6\"}]}";

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
        await PutAsync("Organization/acme", "\"name\":\"Acme\"");
        await PutAsync("Patient/own", $"{Name},\"gender\":\"female\"");
        await PutAsync("Patient/around", $"{Name},\"contained\":[{{\"resourceType\":\"Patient\",\"id\":\"p1\",{Name}}}],\"link\":[{{\"other\":{{\"reference\":\"#p1\"}},\"type\":\"seealso\"}}]");
        await PutAsync("Observation/own", $"{Final},\"subject\":{{\"reference\":\"Patient/own\"}}");
        await PutAsync("Observation/in", $"{Final},\"subject\":{{\"reference\":\"#p1\"}},\"contained\":[{{\"resourceType\":\"Patient\",\"id\":\"p1\",\"gender\":\"male\",\"birthDate\":\"1950-01-01\",{Name}}},{{\"resourceType\":\"Patient\",\"id\":\"p2\",\"gender\":\"female\",\"name\":[{{\"family\":\"Testperson\"}}]}}]");
        await PutAsync("MedicationRequest/in", "\"status\":\"active\",\"intent\":\"order\",\"subject\":{\"reference\":\"Patient/own\"},\"medicationReference\":{\"reference\":\"#m1\"},\"contained\":[{\"resourceType\":\"Medication\",\"id\":\"m1\",\"code\":{\"coding\":[{\"system\":\"urn:drugs\",\"code\":\"x7\"}]},\"manufacturer\":{\"reference\":\"Organization/acme\"}}]");
        await PutAsync("Condition/in", "\"subject\":{\"reference\":\"Patient/own\"},\"asserter\":{\"reference\":\"#r1\"},\"contained\":[{\"resourceType\":\"PractitionerRole\",\"id\":\"r1\",\"practitioner\":{\"reference\":\"#d1\"},\"organization\":{\"reference\":\"Organization/acme\"}},{\"resourceType\":\"Practitioner\",\"id\":\"d1\",\"name\":[{\"family\":\"Probe\"}]},{\"resourceType\":\"Provenance\",\"id\":\"v1\",\"recorded\":\"2026-01-01T00:00:00Z\",\"agent\":[{\"who\":{\"display\":\"x\"}}],\"target\":[{\"reference\":\"#\"}]}]");
    }

    [Theory]
    [InlineData("")]
    [InlineData("&_contained=true")]
    [InlineData("&_contained=both")]
    public async Task A_search_for_what_is_contained_may_ask_for_as_much_as_any_other_and_no_more(string contained)
    {
        var many = string.Join('&', Enumerable.Repeat("name=testperson", 41));
        Assert.Equal((HttpStatusCode.BadRequest, "too-costly"), await AskedAsync($"Patient?{many}{contained}"));
        Assert.Equal((HttpStatusCode.BadRequest, "too-costly"), await AskedAsync($"Patient?name={string.Join(',', Enumerable.Range(0, 201))}{contained}"));
        Assert.Equal((HttpStatusCode.BadRequest, "too-costly"), await AskedAsync($"Patient?_sort=birthdate,family,given,death-date,_lastUpdated{contained}"));

        async Task<(HttpStatusCode Status, string? Issue)> AskedAsync(string query)
        {
            var answer = await server.GetAsync(query);
            return (answer.Status, answer.Issue);
        }
    }

    private static readonly (string Query, string Ids)[] Searches =
    [
        ("Observation?subject.name=testperson", "in,own"), // a chain looks into contained resources
        ("Observation?patient.name=ana&patient.family=other", "in,own"),
        ("Observation?subject:Patient.gender=female", "own"), // p2 is contained, and not the subject
        ("Observation?subject:Patient.gender=male", "in"),
        ("Observation?subject:Patient.birthdate=1950", "in"),
        ("Observation?subject:Patient.gender:not=male", "own"),
        ("Observation?subject:Patient._id=p1", "in"),
        ("Observation?patient.name=testperson&code=8480-6&_sort=-date", "in,own"), // which goes along the timeline otherwise
        ("Observation?subject:missing=false", "in,own"),
        ("Observation?patient:missing=true", ""),
        ("Observation?subject:Patient._lastUpdated=gt2000", "in,own"), // the time of what is contained is that of the resource around
        ("MedicationRequest?medication.code=urn:drugs|x7", "in"),
        ("MedicationRequest?medication.manufacturer:Organization.name=acm", "in"), // from what is contained to the record
        ("Condition?asserter:PractitionerRole.organization.name=acm", "in"),
        ("Condition?asserter:PractitionerRole.practitioner.name=probe", "in"), // and from one contained resource to another
        ("Patient?name=testperson", "around,own"), // 3.1.1.5.5: by default no contained resources
        ("Patient?_contained=false&name=testperson", "around,own"),
        ("Patient?_contained=true&name=testperson", "around,in"), // answered by the resources around, each once
        ("Patient?_contained=true&name=testperson&gender=female", "in"),
        ("Patient?_contained=true&family=other&gender=female", ""), // both of the same contained resource
        ("Patient?_contained=true&_containedType=contained&name=testperson", "p1,p1,p2"),
        ("Patient?_contained=true&_containedType=contained&gender:not=male", "p1,p2"),
        ("Patient?_contained=true&_containedType=contained&birthdate:missing=false", "p1"),
        ("Patient?_contained=true&_id=p2&_containedType=contained", "p2"),
        ("Patient?_contained=true&_filter=gender eq male or gender eq female&_containedType=contained", "p1,p2"),
        ("Patient?_contained=both&name=testperson", "around,in,own"), // none twice
        ("Patient?_contained=both&_containedType=contained&name=testperson", "around,own,p1,p1,p2"),
        ("Medication?_contained=true", "in"),
        ("Medication?_contained=true&code=x8", ""),
        ("PractitionerRole?_contained=true&practitioner.name=probe", "in"), // from one contained resource to another
        ("PractitionerRole?_contained=true&organization=Organization/acme", "in"),
        ("Provenance?_contained=true&target=Condition/in", "in"), // # is the resource around
    ];

    [Fact]
    public async Task A_search_finds()
    {
        foreach (var (query, ids) in Searches)
        {
            var seen = new List<string>();
            for (string? next = $"{query}&_count=1"; next is not null;)
            {
                var page = await server.GetAsync(next);
                Assert.True(page.Status == HttpStatusCode.OK, page.Text);
                Assert.Empty(Tandem.Fhir.Structure.StructureCheck.Check(page.Json));
                seen.AddRange(page.Json["entry"u8].Items.AsEnumerable().Select(entry => entry["resource"u8]["id"u8].Text!));
                next = page.Link("next");
            }

            Assert.Equal((query, ids), (query, string.Join(",", seen.Order(StringComparer.Ordinal))));
            Assert.Equal($"{seen.Count}", (await server.GetAsync($"{query}&_total=accurate")).Json["total"u8].Text);
            Assert.Equal($"{seen.Count}", (await server.GetAsync($"{query}&_summary=count")).Json["total"u8].Text);
        }
    }

    [Fact]
    public async Task What_is_contained_is_answered_under_the_address_of_the_resource_around()
    {
        var alone = (await server.GetAsync("Medication?_contained=true&_containedType=contained")).Json["entry"u8].First;
        var around = (await server.GetAsync("Medication?_contained=true&_containedType=container")).Json["entry"u8].First;

        Assert.EndsWith("/fhir/MedicationRequest/in#m1", alone["fullUrl"u8].Text);
        Assert.Equal(("Medication", "match"), (alone["resource"u8]["resourceType"u8].Text, alone["search"u8]["mode"u8].Text));
        Assert.EndsWith("/fhir/MedicationRequest/in", around["fullUrl"u8].Text);
        Assert.Equal(("MedicationRequest", "match"), (around["resource"u8]["resourceType"u8].Text, around["search"u8]["mode"u8].Text));
    }

    /// <summary>The forms of an answer, and a search as an entry of a batch, are those of any other.</summary>
    [Fact]
    public async Task What_is_contained_comes_in_every_form()
    {
        const string Alone = "Medication?_contained=true&_containedType=contained";
        var xml = (await server.GetAsync(Alone + "&_format=xml")).Text;
        var parts = (await server.GetAsync(Alone + "&_elements=manufacturer")).Json["entry"u8].First["resource"u8];
        var batch = await server.PostAsync("", $"{{\"resourceType\":\"Bundle\",\"type\":\"batch\",\"entry\":[{{\"request\":{{\"method\":\"GET\",\"url\":\"{Alone}\"}}}}]}}");
        var byForm = await server.PostAsync("Patient/_search", "_contained=both&name=testperson&gender=male", ("Content-Type", "application/x-www-form-urlencoded"));

        Assert.Matches("<resource><Medication><id value=\"m1\" ?/>", xml);
        Assert.Equal((false, "Organization/acme", "SUBSETTED"), (parts["code"u8].Exists, parts["manufacturer"u8]["reference"u8].Text, parts["meta"u8]["tag"u8].First["code"u8].Text));
        Assert.Equal("m1", batch.Json["entry"u8].First["resource"u8]["entry"u8].First["resource"u8]["id"u8].Text);
        Assert.Equal("in", byForm.Ids);
    }

    /// <summary>What contains nothing has no row more, and what contains one has no other row than its own and the reference to it.</summary>
    [Fact]
    public async Task Rows_are_made_of_what_is_contained_alone()
    {
        var before = Rows();
        await PutAsync("Observation/plain", $"{Final},\"subject\":{{\"reference\":\"Patient/own\"}}");
        Assert.Equal(before, Rows());
        await PutAsync("Observation/more", $"{Final},\"subject\":{{\"reference\":\"#q\"}},\"contained\":[{{\"resourceType\":\"Patient\",\"id\":\"q\",\"gender\":\"male\"}}]");
        Assert.Equal((before.Resources + 1, before.Links + 1), (Rows().Resources, Rows().Links));

        (long Resources, long Links) Rows() => server.Store.Database.Read(session => (
            session.First("SELECT COUNT(*) FROM search_resources WHERE rid < 0", row => row.Integer(0)),
            session.First("SELECT COUNT(*) FROM search_references WHERE target BETWEEN -4000000000 AND 0", row => row.Integer(0))));
    }

    [Fact]
    public async Task What_is_no_longer_contained_is_not_found()
    {
        Assert.Equal("", (await server.GetAsync("Patient?_content=passing")).Ids);
        var kept = Words();
        await PutAsync("Observation/gone", $"{Final},\"subject\":{{\"reference\":\"#x\"}},\"contained\":[{{\"resourceType\":\"Patient\",\"id\":\"x\",\"name\":[{{\"family\":\"Passing\"}}]}}]");
        Assert.Equal("gone", (await server.GetAsync("Observation?subject.name=passing")).Ids);
        await PutAsync("Observation/gone", $"{Final},\"subject\":{{\"reference\":\"#x\"}},\"contained\":[{{\"resourceType\":\"Patient\",\"id\":\"x\",\"name\":[{{\"family\":\"Staying\"}}]}}]");
        Assert.Equal(("", "gone"), ((await server.GetAsync("Patient?_contained=true&_content=passing")).Ids, (await server.GetAsync("Patient?_contained=true&_content=staying")).Ids));
        Assert.Equal(("", "gone"), ((await server.GetAsync("Patient?_contained=true&name=passing")).Ids, (await server.GetAsync("Patient?_contained=true&name=staying")).Ids));
        await server.SendAsync("DELETE", "Observation/gone");
        Assert.Equal(("", ""), ((await server.GetAsync("Patient?_contained=both&name=staying")).Ids, (await server.GetAsync("Patient?_contained=both&_content=staying")).Ids));
        Assert.Equal(kept, Words());

        long Words() => server.Store.Database.Read(session => session.First("SELECT COUNT(*) FROM search_fulltext", row => row.Integer(0)));
    }

    private static readonly (string Query, string Says)[] Refused =
    [
        ("Patient?_contained=perhaps", "_contained is one of"),
        ("Patient?_contained=true&_containedType=any", "_containedType is"),
        ("Patient?_contained=true&_sort=nothing", "cannot be sorted by nothing"),
        ("Patient?_contained=true&_include=Patient:nothing", "has no reference parameter nothing"),
        ("?_type=Patient,Observation&_contained=true", "Only a search of one type"),
        ("Patient/own/Observation?_contained=true", "Only a search of one type"),
    ];

    [Fact]
    public async Task What_cannot_be_asked_of_contained_resources_is_refused()
    {
        foreach (var (query, says) in Refused)
        {
            var answer = await server.GetAsync(query);

            Assert.Equal(HttpStatusCode.BadRequest, answer.Status);
            Assert.Contains(says, answer.Text, StringComparison.Ordinal);
        }
    }

    private async Task PutAsync(string reference, string members)
    {
        var parts = reference.Split('/');
        var answer = await server.PutAsync(reference, $"{{\"resourceType\":\"{parts[0]}\",\"id\":\"{parts[1]}\",{members}}}");
        Assert.True((int)answer.Status < 300, answer.Text);
    }
}
