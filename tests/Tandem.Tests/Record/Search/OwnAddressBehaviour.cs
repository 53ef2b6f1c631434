using System.Net;
using Tandem.Kernel.Data;
using Tandem.Tests.Support;

namespace Tandem.Tests.Record.Search;

public sealed class SqliteOwnAddressTests(SharedServer shared) : OwnAddressBehaviour(Engine.Sqlite, shared);

public sealed class PostgresOwnAddressTests(SharedServer shared) : OwnAddressBehaviour(Engine.Postgres, shared);

/// <summary>References to the record's own address are references within it, however they and the search are written (FHIR R4 3.1.1.4.12).</summary>
public abstract class OwnAddressBehaviour(Engine engine, SharedServer shared) : IAsyncLifetime, IClassFixture<SharedServer>
{
    private const string Own = "https://hub.example.org/fhir";
    private FhirServer server = null!;

    public async ValueTask InitializeAsync() => server = await shared.OfAsync(() => new FhirServer(engine, address: Own), FillAsync);

    public ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        return ValueTask.CompletedTask;
    }

    private async Task FillAsync(FhirServer empty)
    {
        server = empty;
        await PutAsync("Patient/aa", """ "name":[{"family":"Testperson"}] """);
        await PutAsync("Observation/absolute", $$""" "status":"final","code":{"text":"x"},"subject":{"reference":"{{Own}}/Patient/aa/_history/1"} """);
        await PutAsync("Observation/relative", """ "status":"final","code":{"text":"x"},"subject":{"reference":"Patient/aa"} """);
        await PutAsync("Observation/here", $$""" "status":"final","code":{"text":"x"},"subject":{"reference":"{{Here}}/Patient/aa"} """);
        await PutAsync("Observation/other", """ "status":"final","code":{"text":"x"},"subject":{"reference":"https://hub.example.org/fhir2/Patient/aa"} """);
        await PutAsync("List/l", $$""" "status":"current","mode":"working","entry":[{"item":{"reference":"{{Own}}/Observation/absolute"} }] """);
    }

    [Theory]
    [InlineData("Observation?subject=Patient/aa", "absolute,relative")]
    [InlineData("Observation?subject=OWN/Patient/aa", "absolute,relative")]
    [InlineData("Observation?subject=OWN/Patient/aa/_history/1", "absolute")]
    [InlineData("Observation?patient=aa", "absolute,relative")]
    [InlineData("Observation?subject:Patient.name=testperson", "absolute,relative")]
    [InlineData("Patient?_has:Observation:subject:_id=absolute", "aa")]
    [InlineData("Patient/aa/Observation", "absolute,relative")]
    [InlineData("Observation?_list=l", "absolute")]
    [InlineData("Observation?subject=https://hub.example.org/fhir2/Patient/aa", "other")]
    [InlineData("Observation?subject=HERE/Patient/aa", "absolute,here,relative")] // by an address that the installation does not say: what is relative, and what is written so
    [InlineData("Observation?_id=absolute&_include=Observation:subject", "aa,absolute")]
    [InlineData("Patient?_id=aa&_revinclude=Observation:subject", "aa,absolute,relative")]
    public async Task A_reference_is_found_in_both_forms(string query, string ids)
    {
        var answer = await server.GetAsync(query.Replace("OWN", Own, StringComparison.Ordinal).Replace("HERE", Here, StringComparison.Ordinal));

        Assert.True(answer.Status == HttpStatusCode.OK, answer.Text);
        Assert.Equal(ids, string.Join(",", answer.Json["entry"u8].Items.AsEnumerable().Select(entry => entry["resource"u8]["id"u8].Text!).Order(StringComparer.Ordinal)));
    }

    [Fact] // R4 3.1.0.11.2: as references in the same bundle are, by whichever of its addresses the bundle came
    public async Task An_entry_of_a_bundle_may_name_the_own_address()
    {
        var urls = new[] { $"{Own}/Patient/aa", $"{Here}/Patient/aa", $"{Own}?_type=Patient", "https://hub.example.org/fhir2/Patient/aa" };

        var answer = await server.PostAsync("", $$"""{"resourceType":"Bundle","type":"batch","entry":[{{string.Join(',', urls.Select(url => $$$"""{"request":{"method":"GET","url":"{{{url}}}"}}"""))}}]}""");

        Assert.Equal("200,200,200,400", string.Join(',', answer.Json["entry"u8].Items.AsEnumerable().Select(entry => entry["response"u8]["status"u8].Text![..3])));
    }

    [Fact] // 3.1.0.8.1: what a search finds, the condition of a write does
    public async Task A_condition_finds_by_the_address_of_its_request()
    {
        await PutAsync("Observation/bb", """ "status":"final","code":{"coding":[{"code":"x"}]},"subject":{"reference":"Patient/bb"} """);
        const string Written = """{"resourceType":"Observation","status":"amended","code":{"coding":[{"code":"x"}]},"subject":{"reference":"Patient/bb"}}""";
        var condition = $"subject={Here}/Patient/bb";
        string Bundle(string request) => $$"""{"resourceType":"Bundle","type":"transaction","entry":[{"resource":{{Written}},"request":{ {{request}} } }]}""";

        Assert.Equal(HttpStatusCode.OK, (await server.PostAsync("Observation", Written, ("If-None-Exist", condition))).Status);
        Assert.Equal(HttpStatusCode.OK, (await server.PostAsync("", Bundle($""" "method":"POST","url":"Observation","ifNoneExist":"{condition}" """))).Status);
        Assert.Equal(HttpStatusCode.OK, (await server.PutAsync($"Observation?{condition}", Written)).Status);
        Assert.Equal("bb", (await server.GetAsync("Observation?subject=Patient/bb&status=amended")).Ids);
        Assert.Equal("bb", (await server.GetAsync($"Observation/$lastn?code=x&patient={Here}/Patient/bb")).Ids);
        var listed = await server.PostAsync("", $$"""{"resourceType":"Bundle","type":"transaction","entry":[{"resource":{"resourceType":"List","id":"bb","status":"current","mode":"working","entry":[{"item":{"reference":"Observation?{{condition}}"} }]},"request":{"method":"PUT","url":"List/bb"} }]}""");
        Assert.True(listed.Status == HttpStatusCode.OK, listed.Text);
        Assert.Equal("bb", (await server.GetAsync("Observation?_list=bb")).Ids);
        Assert.True((int)(await server.SendAsync("DELETE", $"Observation?{condition}")).Status < 300);
        Assert.Equal("", (await server.GetAsync("Observation?subject=Patient/bb")).Ids);
    }

    [Fact]
    public async Task Another_address_of_the_site_makes_the_index_anew_at_the_next_start()
    {
        using var database = new TestDatabase(engine);
        await using (server = new FhirServer(engine, over: database))
        {
            await PutAsync("Patient/aa", """ "name":[{"family":"Testperson"}] """);
            await PutAsync("Observation/absolute", $$""" "status":"final","code":{"text":"x"},"subject":{"reference":"{{Own}}/Patient/aa"} """);
            Assert.Equal("", (await server.GetAsync("Observation?subject=Patient/aa")).Ids);
        }

        await using (server = new FhirServer(engine, over: database, address: Own))
        {
            Assert.True(server.Store.IsStale);
            await server.Store.RebuildStaleAsync(TestContext.Current.CancellationToken);
            Assert.Equal("absolute", (await server.GetAsync("Observation?subject=Patient/aa")).Ids);
        }

        await using (server = new FhirServer(engine, over: database, address: Own))
            Assert.False(server.Store.IsStale);
        await using (server = new FhirServer(engine, over: database, address: Own + "2"))
            Assert.True(server.Store.IsStale);
    }

    private string Here => server.Client.BaseAddress!.ToString().TrimEnd('/');

    private async Task PutAsync(string reference, string members)
    {
        var parts = reference.Split('/');
        var answer = await server.PutAsync(reference, $$"""{"resourceType":"{{parts[0]}}","id":"{{parts[1]}}",{{members}}}""");
        Assert.True((int)answer.Status < 300, answer.Text);
    }
}
