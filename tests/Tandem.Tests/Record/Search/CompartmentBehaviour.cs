using System.Net;
using Tandem.Fhir.Definitions;
using Tandem.Kernel.Data;
using Tandem.Tests.Support;

namespace Tandem.Tests.Record.Search;

public sealed class SqliteCompartmentTests(SharedServer shared) : CompartmentBehaviour(Engine.Sqlite, shared);

public sealed class PostgresCompartmentTests(SharedServer shared) : CompartmentBehaviour(Engine.Postgres, shared);

/// <summary>Search within compartments (R4 3.1.1.2).</summary>
public abstract class CompartmentBehaviour(Engine engine, SharedServer shared) : IAsyncLifetime, IClassFixture<SharedServer>
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
        await PutAsync("Patient/a", "\"generalPractitioner\":[{\"reference\":\"Practitioner/p\"}]");
        await PutAsync("Patient/b", "\"link\":[{\"other\":{\"reference\":\"Patient/a\"},\"type\":\"seealso\"}]");
        await PutAsync("Practitioner/p", "\"active\":true");
        await PutAsync("Encounter/e", "\"status\":\"finished\",\"class\":{\"code\":\"IMP\"},\"subject\":{\"reference\":\"Patient/a\"}");
        await PutAsync("Observation/o1", "\"status\":\"final\",\"code\":{\"text\":\"x\"},\"subject\":{\"reference\":\"Patient/a\"},\"encounter\":{\"reference\":\"Encounter/e\"}");
        await PutAsync("Observation/o2", "\"status\":\"preliminary\",\"code\":{\"text\":\"x\"},\"performer\":[{\"reference\":\"Patient/a\"}]");
        await PutAsync("Observation/o3", "\"status\":\"final\",\"code\":{\"text\":\"x\"},\"subject\":{\"reference\":\"Patient/b\"},\"device\":{\"reference\":\"Device/d\"},\"performer\":[{\"reference\":\"RelatedPerson/r\"}]");
        await PutAsync("Device/d", "\"status\":\"active\"");
        await PutAsync("Patient/c", "\"link\":[{\"other\":{\"reference\":\"Patient/c\"},\"type\":\"seealso\"}]");
        await PutAsync("RelatedPerson/r", "\"patient\":{\"reference\":\"Patient/a\"}");
    }

    [Theory]
    [InlineData("Patient/a/Observation", "o1,o2")]
    [InlineData("Patient/a/Observation?status=final", "o1")]
    [InlineData("Patient/a/Patient", "a,b")]
    [InlineData("Patient/b/Observation", "o3")]
    [InlineData("Patient/a/RelatedPerson", "r")]
    [InlineData("Encounter/e/Observation", "o1")]
    [InlineData("Encounter/e/Encounter", "e")]
    [InlineData("Practitioner/p/Patient", "a")]
    [InlineData("Device/d/Observation", "o3")]
    [InlineData("RelatedPerson/r/Observation", "o3")]
    [InlineData("Patient/a/Condition", "")]
    [InlineData("Patient/a/*", "a,b,e,o1,o2,r")]
    [InlineData("Patient/a/*?_type=Observation,Encounter", "e,o1,o2")]
    [InlineData("Patient/a/*?_type=Observation,Location", "o1,o2")]
    [InlineData("Patient/a/*?_id=b,o2", "b,o2")] // 3.1.1.2: by what all types have
    [InlineData("Patient/a/*?_lastUpdated=lt2020", "")]
    [InlineData("Patient/a/*?_type=Observation&_sort=-_id", "o2,o1")]
    [InlineData("Patient/c/*", "c")] // which refers to itself
    [InlineData("Encounter/e/*", "e,o1")]
    public async Task A_compartment_holds_what_points_to_it(string path, string ids) => Assert.Equal(ids, (await server.GetAsync(path)).Ids);

    [Fact]
    public async Task A_compartment_is_searched_by_form_counted_and_paged()
    {
        using var content = new FormUrlEncodedContent([new("status", "final")]);
        using var posted = await server.Client.PostAsync("Patient/a/Observation/_search", content, TestContext.Current.CancellationToken);
        Assert.Contains("\"o1\"", await posted.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));

        Assert.Equal("2", (await server.GetAsync("Patient/a/Observation?_summary=count")).Json["total"u8].Text);
        var first = await server.GetAsync("Patient/a/Observation?_count=1");
        Assert.Equal("o1", first.Ids);
        Assert.Equal("o2", (await server.GetAsync(first.Link("next")!)).Ids);
        Assert.StartsWith($"{server.Client.BaseAddress}Patient/a/Observation?", first.Link("next"));
        Assert.Equal(HttpStatusCode.BadRequest, (await server.GetAsync(first.Link("next")!.Replace("Patient/a", "Patient/b", StringComparison.Ordinal))).Status);

        var seen = new List<string>();
        for (var page = await server.GetAsync("Patient/a/*?_count=2"); ; page = await server.GetAsync(page.Link("next")!))
        {
            seen.Add(page.Ids);
            if (page.Link("next") is null)
                break;
        }

        Assert.Equal("a,b,e,o1,o2,r", string.Join(',', seen));
    }

    [Fact] // 3.1.1.5.7, 3.1.1.5.8
    public async Task All_of_a_compartment_is_counted_and_asked_by_form_as_a_part_of_it_is()
    {
        foreach (var asked in (string[])["_count=0", "_summary=count"])
        {
            var counted = await server.GetAsync($"Patient/a/*?{asked}");
            Assert.Equal(("6", ""), (counted.Json["total"u8].Text, counted.Ids));
        }

        var form = ("Content-Type", "application/x-www-form-urlencoded");
        var posted = await server.PostAsync("Patient/a/*/_search", "_type=Observation&_count=1", form);
        Assert.Equal("o1", posted.Ids);
        Assert.Equal("o2", (await server.GetAsync(posted.Link("next")!)).Ids);
        Assert.Equal(HttpStatusCode.BadRequest, (await server.PostAsync("Patient/a/*/_search", "nonsense=1", form)).Status);
        Assert.Equal("outcome", (await server.PostAsync("Patient/c/*/_search", "nonsense=1", form, ("Prefer", "handling=lenient"))).Json["entry"u8].Items.AsEnumerable().Last()["search"u8]["mode"u8].Text);
    }

    [Theory]
    [InlineData("Patient/none/Observation", HttpStatusCode.NotFound)]
    [InlineData("Organization/p/Observation", HttpStatusCode.NotFound)]
    [InlineData("Patient/a/Nothing", HttpStatusCode.NotFound)]
    [InlineData("Patient/a/Location", HttpStatusCode.NotFound)]
    [InlineData("Patient/a/*?status=final", HttpStatusCode.BadRequest)]
    [InlineData("Patient/a/*?_type=Nonsense", HttpStatusCode.BadRequest)]
    [InlineData("Patient/a/*?_type=Location", HttpStatusCode.BadRequest)] // is in none
    [InlineData("Patient/a/Observation?nonsense=1", HttpStatusCode.BadRequest)]
    public async Task What_is_no_compartment_is_refused(string path, HttpStatusCode status) => Assert.Equal(status, (await server.GetAsync(path)).Status);

    [Fact]
    public void Every_parameter_of_a_compartment_is_one_of_its_type()
    {
        Assert.Equal(["Device", "Encounter", "Patient", "Practitioner", "RelatedPerson"], Compartments.Names);
        var wrong = from name in Compartments.Names
                    from type in Compartments.Types(name)
                    from code in Compartments.Parameters(name, type)
                    where code != Compartments.Itself && !R4.TryFindSearchParameter(type, code, out _)
                    select $"{name} {type} {code}";
        Assert.Empty(wrong);
    }

    private async Task PutAsync(string reference, string members)
    {
        var (type, id) = (reference.Split('/')[0], reference.Split('/')[1]);
        var answer = await server.PutAsync(reference, $$"""{"resourceType":"{{type}}","id":"{{id}}",{{members}}}""");
        Assert.True(answer.Status == HttpStatusCode.Created, answer.Text);
    }
}
