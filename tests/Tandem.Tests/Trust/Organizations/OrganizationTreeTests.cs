using Tandem.Fhir.Json;
using Tandem.Kernel.Actors;
using Tandem.Kernel.Data;
using Tandem.Kernel.Outcomes;
using Tandem.Trust.Organizations;

namespace Tandem.Tests.Trust.Organizations;

public sealed class OrganizationTreeTests
{
    [Theory]
    [InlineData(Engine.Sqlite)]
    [InlineData(Engine.Postgres)]
    public async Task The_tree_knows_what_lies_below_each_organisation(Engine engine)
    {
        using var trust = new TrustFixture(engine);
        var (region, north, clinic, south) = await trust.RegionAsync();

        Assert.Equal([region, north, clinic, south], Shown(trust));
        Assert.Equal(new[] { north, clinic }.Order(), FindOrganizations.Within(trust.Record, north).Order());
        Assert.Equal(4, FindOrganizations.Within(trust.Record, region).Count);
        Assert.Equal(["not-there"], FindOrganizations.Within(trust.Record, "not-there"));

        Assert.Null((await SaveOrganization.HandleAsync(clinic, new OrganizationForm("Moved Sample Clinic", "clinic", south, "America/Denver"), trust.Record, AccessScope.System, TrustFixture.Cancel)).Refusal);
        Assert.Equal([south, clinic], FindOrganizations.Within(trust.Record, south).OrderBy(id => id == clinic));
        Assert.Equal("America/Denver", FindOrganizations.One(trust.Record, clinic)!.TimeZone);
    }

    [Theory]
    [InlineData(Engine.Sqlite)]
    [InlineData(Engine.Postgres)]
    public async Task Nothing_can_be_part_of_itself_or_of_what_is_below_it(Engine engine)
    {
        using var trust = new TrustFixture(engine);
        var (region, north, clinic, _) = await trust.RegionAsync();

        foreach (var above in new[] { region, north, clinic })
        {
            var refusal = (await SaveOrganization.HandleAsync(region, new OrganizationForm("Sample Region", "network", above, ""), trust.Record, AccessScope.System, TrustFixture.Cancel)).Refusal;
            Assert.Equal("partOf", Assert.Single(refusal!.Details).Expression);
        }
    }

    [Fact]
    public async Task A_circle_that_a_foreign_system_wrote_is_shown_once_and_ends()
    {
        using var trust = new TrustFixture(Engine.Sqlite);
        await trust.Record.WriteAsync<int>(
            AccessScope.System,
            session =>
            {
                session.Put("Organization", "a", Support.RecordFixture.Json("""{"resourceType":"Organization","name":"A","partOf":{"reference":"Organization/b"}}"""));
                session.Put("Organization", "b", Support.RecordFixture.Json("""{"resourceType":"Organization","name":"B","partOf":{"reference":"Organization/a"}}"""));
                return 0;
            },
            TrustFixture.Cancel);

        Assert.Equal(["a", "b"], Shown(trust));
        Assert.Equal(["a", "b"], FindOrganizations.Within(trust.Record, "a").Order());
    }

    [Fact]
    public async Task What_a_form_does_not_ask_for_stays_in_the_resource()
    {
        using var trust = new TrustFixture(Engine.Sqlite);
        await trust.Record.WriteAsync<int>(
            AccessScope.System,
            session =>
            {
                session.Put("Organization", "a", Support.RecordFixture.Json(
                    """{"resourceType":"Organization","identifier":[{"value":"12"}],"type":[{"text":"teaching"}],"name":"A","telecom":[{"system":"phone","value":"555-0100"}]}"""));
                return 0;
            },
            TrustFixture.Cancel);
        await SaveOrganization.HandleAsync("a", new OrganizationForm("A renamed", "hospital", "", ""), trust.Record, AccessScope.System, TrustFixture.Cancel);

        var root = trust.Record.Read("Organization", "a", AccessScope.System).Value.Root;
        Assert.Equal(("A renamed", "12", "555-0100"), (root["name"u8].Text, First(root["identifier"u8])["value"u8].Text, First(root["telecom"u8])["value"u8].Text));
        Assert.Equal("teaching", First(root["type"u8])["text"u8].Text);
        Assert.Equal(OrganizationKind.Hospital, FindOrganizations.One(trust.Record, "a")!.Kind);
    }

    [Fact]
    public async Task Only_administrators_change_the_tree()
    {
        using var trust = new TrustFixture(Engine.Sqlite);
        var (_, north, _, _) = await trust.RegionAsync();
        var nurse = await trust.ScopeAsync(await trust.PersonAsync("Nia Sample-Nurse", "nurse", north));

        var refusal = (await SaveOrganization.HandleAsync(null, new OrganizationForm("Own Sample House", "clinic", north, ""), trust.Record, nurse, TrustFixture.Cancel)).Refusal;

        Assert.Equal(RefusalKind.Forbidden, refusal!.Kind);
    }

    private static FhirNode First(FhirNode list) => list.Items.AsEnumerable().First();

    private static IEnumerable<string> Shown(TrustFixture trust) => FindOrganizations.Tree(FindOrganizations.All(trust.Record)).Select(row => row.Organization.Id);
}
