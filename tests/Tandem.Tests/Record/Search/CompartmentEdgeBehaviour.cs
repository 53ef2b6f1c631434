using System.Net;
using Tandem.Kernel.Data;
using Tandem.Tests.Support;

namespace Tandem.Tests.Record.Search;

public sealed class SqliteCompartmentEdgeTests(SharedServer shared) : CompartmentEdgeBehaviour(Engine.Sqlite, shared);

public sealed class PostgresCompartmentEdgeTests(SharedServer shared) : CompartmentEdgeBehaviour(Engine.Postgres, shared);

/// <summary>Where a compartment ends: at what only has the id of its resource, at the last of more than a page, and at an instant.</summary>
public abstract class CompartmentEdgeBehaviour(Engine engine, SharedServer shared) : IAsyncLifetime, IClassFixture<SharedServer>
{
    private const int Many = 60;
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
        await PutAsync("Patient/x", "\"active\":true");
        await PutAsync("Patient/y", "\"active\":true");
        await PutAsync("Practitioner/x", "\"active\":true"); // has the id of a patient
        await PutAsync("Organization/far", "\"name\":\"x\"");
        await PutAsync("Practitioner/near", "\"active\":true");
        await PutAsync("Observation/theirs", "\"status\":\"final\",\"code\":{\"text\":\"x\"},\"subject\":{\"reference\":\"Patient/y\"},\"performer\":[{\"reference\":\"Practitioner/x\"},{\"reference\":\"Organization/far\"}]");
        for (var i = 0; i < Many; i++)
            await PutAsync($"Observation/n{i}", "\"status\":\"final\",\"code\":{\"text\":\"x\"},\"subject\":{\"reference\":\"Patient/x\"},\"performer\":[{\"reference\":\"Practitioner/near\"}]");
    }

    [Theory]
    [InlineData("Patient/x/Observation", false)]
    [InlineData("Patient/x/*", false)]
    [InlineData("Patient/x/$everything", false)]
    [InlineData("Practitioner/x/Observation", true)]
    [InlineData("Practitioner/x/*", true)]
    public async Task What_points_to_another_resource_of_the_same_id_is_not_in_it(string path, bool isTheirs)
    {
        var ids = (await server.GetAsync($"{path}?_count=200")).Ids.Split(',');

        Assert.Equal(isTheirs, ids.Contains("theirs"));
        Assert.Equal(!isTheirs, ids.Contains("n0"));
    }

    [Fact]
    public async Task What_is_only_near_to_another_resource_of_the_same_id_does_not_go_along() =>
        Assert.Equal("near", (await server.GetAsync("Patient/x/$everything?_type=Organization,Practitioner")).Ids);

    [Theory]
    [InlineData(50)]
    [InlineData(59)]
    [InlineData(60)]
    public async Task Nothing_is_missed_behind_a_long_page(int count)
    {
        var seen = new List<string>();
        for (var page = await server.GetAsync($"Patient/x/$everything?_type=Observation&_count={count}"); ; page = await server.GetAsync(page.Link("next")!))
        {
            Assert.Equal(HttpStatusCode.OK, page.Status);
            seen.AddRange(page.Ids.Split(','));
            if (page.Link("next") is null)
                break;
        }

        Assert.Equal(Enumerable.Range(0, Many).Select(i => $"n{i}"), seen);
    }

    [Theory] // what was recorded at the very instant is asked for
    [InlineData("Observation/n59", "Observation", "n59")]
    [InlineData("Practitioner/near", "Practitioner", "near")]
    public async Task Everything_since_an_instant_begins_with_it(string last, string type, string expected)
    {
        var at = (await server.GetAsync(last)).Json["meta"u8]["lastUpdated"u8].Text!;

        Assert.Contains(expected, (await server.GetAsync($"Patient/x/$everything?_type={type}&_count=200&_since={Uri.EscapeDataString(at)}")).Ids.Split(','));
    }

    private async Task PutAsync(string reference, string members)
    {
        var (type, id) = (reference.Split('/')[0], reference.Split('/')[1]);
        var answer = await server.PutAsync(reference, $$"""{"resourceType":"{{type}}","id":"{{id}}",{{members}}}""");
        Assert.True(answer.Status == HttpStatusCode.Created, answer.Text);
    }
}
