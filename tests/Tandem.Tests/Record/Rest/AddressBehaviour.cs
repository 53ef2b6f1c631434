using System.Net;
using System.Text;
using Microsoft.AspNetCore.WebUtilities;
using Tandem.Kernel.Data;
using Tandem.Record.Rest;
using Tandem.Tests.Support;

namespace Tandem.Tests.Record.Rest;

public sealed class SqliteAddressTests() : AddressBehaviour(Engine.Sqlite);

public sealed class PostgresAddressTests() : AddressBehaviour(Engine.Postgres);

/// <summary>What is searched for stands in no address that the hub makes, nor, where a site wants it so, in one that it takes (OWASP ASVS 5.0, V14.2.1).</summary>
public abstract class AddressBehaviour(Engine engine) : IAsyncLifetime
{
    private static readonly (string, string) Form = ("Content-Type", "application/x-www-form-urlencoded");

    private static readonly string[] Telling =
    [
        "GET Patient?name=canary", "GET Patient?identifier=urn:mrn|mrn-a", "GET Observation?patient=a&code=85354-9", "GET Observation?patient.name=canary", "GET Patient?_has:Condition:patient:code=x",
        "GET Observation?patient=Canary Name", "GET ?_type=Patient&_content=canary", "GET Patient/a/Observation?code=x", "GET Observation/$lastn?patient=a&category=vital-signs",
        "PUT Patient?identifier=urn:mrn|mrn-a", "DELETE Patient?identifier=urn:mrn|mrn-a", "POST Patient/_search?name=canary",
    ];

    private static readonly string[] Harmless =
    [
        "Patient?_id=a,b&_count=1&_elements=name", "Observation?patient=Patient/a&_sort=-date&_include=Observation:subject", "ValueSet?url=http://hl7.org/fhir/ValueSet/administrative-gender",
        "Patient/a/$everything?_count=1", "Patient/_history?_count=1",
    ];

    private FhirServer server = null!;

    public ValueTask InitializeAsync() => StartAsync(RestLimits.Default);

    public async ValueTask DisposeAsync()
    {
        await server.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task A_link_takes_another_count_as_clients_add_it_and_nothing_else()
    {
        var next = (await server.GetAsync("Patient?birthdate=1950-01-01&_sort=family&_count=1")).Link("next")!;
        Assert.Equal("c", (await server.GetAsync(next)).Ids);
        Assert.Equal("c,b", (await server.GetAsync(next + "&_count=1000")).Ids);
        foreach (var more in new[] { "&name=x", "&_count=x", "&_sort=-family" })
            Assert.Equal((more, HttpStatusCode.BadRequest), (more, (await server.GetAsync(next + more)).Status));
    }

    [Fact]
    public async Task Links_of_a_posted_search_lead_there_and_back_and_tell_nothing()
    {
        var page = await server.PostAsync("Patient/_search", "family=canary&birthdate=1950-01-01&_sort=family&_count=1&_elements=identifier", Form);
        Assert.Contains("family=canary", page.Link("self"), StringComparison.Ordinal); // R4 3.1.1.6: in the body
        var seen = new List<string>();
        var links = new List<string>();
        for (seen.Add(page.Ids); page.Link("next") is { } next; seen.Add(page.Ids))
        {
            links.AddRange(Links(page));
            page = await server.GetAsync(next);
            Assert.DoesNotContain("birthDate", page.Text[page.Text.IndexOf("\"entry\"", StringComparison.Ordinal)..], StringComparison.Ordinal); // what was asked of the answer still holds
        }

        links.AddRange(Links(page));
        Assert.Equal(["a", "c", "b"], seen);
        Assert.Equal("c", (await server.GetAsync(page.Link("previous")!)).Ids);
        Assert.Equal("a", (await server.GetAsync(page.Link("first")!)).Ids);
        Assert.Equal(7, links.Count);
        Assert.DoesNotContain(links, link => Tells(link));
    }

    [Theory]
    [InlineData("Patient?_count=3")]
    [InlineData("Patient?family=nobody")]
    [InlineData("Patient?_summary=count")]
    public async Task What_is_whole_on_one_page_has_no_links_but_its_own(string search)
    {
        var page = await server.GetAsync(search);
        Assert.EndsWith(search, page.Link("self"), StringComparison.Ordinal);
        Assert.Empty(Links(page));
    }

    [Fact]
    public async Task A_link_in_a_batch_looks_as_its_search_asked()
    {
        var next = (await server.PostAsync("Patient/_search", "family=canary&_sort=family&_count=1&_elements=identifier", Form)).Link("next")!;

        var batch = await server.PostAsync("", $$$"""{"resourceType":"Bundle","type":"batch","entry":[{"request":{"method":"GET","url":"{{{next[next.IndexOf("Patient?", StringComparison.Ordinal)..]}}}"}},{"request":{"method":"GET","url":"Patient/a"}}]}""");

        var answers = batch.Json["entry"u8].Items.AsEnumerable().Select(entry => entry["resource"u8]).ToList();
        Assert.Equal("c", answers[0]["entry"u8].First["resource"u8]["id"u8].Text);
        Assert.False(answers[0]["entry"u8].First["resource"u8]["birthDate"u8].Exists);
        Assert.Equal("1950-01-01", answers[1]["birthDate"u8].Text);
    }

    [Fact]
    public async Task A_link_takes_nothing_besides_but_a_form_of_the_answer_and_a_count()
    {
        var next = (await server.GetAsync("Patient?family=canary&_count=1")).Link("next")!;

        Assert.Equal(HttpStatusCode.BadRequest, (await server.GetAsync(next + "&_summary=true")).Status);
        Assert.Equal(HttpStatusCode.BadRequest, (await server.GetAsync(next.Replace("Patient?", "Person?", StringComparison.Ordinal))).Status);
        Assert.Equal(HttpStatusCode.BadRequest, (await server.GetAsync(next[..^2] + (next[^2] == 'A' ? "BA" : "AA"))).Status);
        Assert.Contains("<Bundle ", (await server.GetAsync(next + "&_format=xml")).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Where_a_site_wants_it_so_addresses_tell_nothing_of_people()
    {
        await server.DisposeAsync();
        await StartAsync(new RestSettings { WordsInAddresses = false }.Limits);

        foreach (var request in Telling)
        {
            var (method, path) = (request.Split(' ', 2)[0], request.Split(' ', 2)[1]);
            var answer = await server.SendAsync(method, path, method is "PUT" ? """{"resourceType":"Patient"}""" : null);
            Assert.True((answer.Status, answer.Issue) is (HttpStatusCode.BadRequest, "not-supported"), $"{request}: {answer.Text}");
            Assert.DoesNotContain("canary", answer.Text, StringComparison.OrdinalIgnoreCase);
        }

        foreach (var path in Harmless)
        {
            var answer = await server.GetAsync(path);
            Assert.True(answer.Status == HttpStatusCode.OK, $"{path}: {answer.Text}");
        }

        var found = await server.PostAsync("Patient/_search", "name=canary&_sort=family&_count=2", Form);
        Assert.Equal("a,c", found.Ids);
        Assert.Equal("b", (await server.GetAsync(found.Link("next")!)).Ids);
        var written = await server.PostAsync("", """{"resourceType":"Bundle","type":"transaction","entry":[{"resource":{"resourceType":"Patient","identifier":[{"system":"urn:mrn","value":"mrn-a"}],"active":true},"request":{"method":"PUT","url":"Patient?identifier=urn:mrn|mrn-a"}}]}""");
        Assert.Equal(HttpStatusCode.OK, written.Status);
        Assert.True((await server.GetAsync("Patient/a")).Json["active"u8].Exists);
    }

    private async ValueTask StartAsync(RestLimits limits)
    {
        server = new FhirServer(engine, limits);
        foreach (var (id, family) in new[] { ("a", "Canaryone"), ("b", "Canarytwo"), ("c", "Canarythree") })
            await server.PutAsync($"Patient/{id}", $$"""{"resourceType":"Patient","id":"{{id}}","name":[{"family":"{{family}}"}],"identifier":[{"system":"urn:mrn","value":"mrn-{{id}}"}],"birthDate":"1950-01-01"}""");
    }

    private static List<string> Links(FhirAnswer page) =>
        [.. new[] { "first", "previous", "next" }.Select(page.Link).OfType<string>()];

    /// <summary>True when an address, or what its parts decode to, holds a word of a patient.</summary>
    private static bool Tells(string link)
    {
        var bytes = WebEncoders.Base64UrlDecode(link[(link.IndexOf("_cursor=", StringComparison.Ordinal) + 8)..]);
        return new[] { link, Encoding.UTF8.GetString(bytes) }.Any(text => text.Contains("canary", StringComparison.OrdinalIgnoreCase) || text.Contains("1950", StringComparison.Ordinal) || text.Contains("family", StringComparison.Ordinal));
    }
}
