using System.Text;
using Tandem.Fhir.Json;
using Tandem.Kernel.Actors;
using Tandem.Kernel.Data;
using Tandem.Tests.Support;
using Tandem.Trust.Organizations;
using Tandem.Trust.People;
using Tandem.Trust.SignIn;
using Tandem.Trust.Teams;

namespace Tandem.Tests.Trust;

/// <summary>What pages change may have come over FHIR, where a resource may be nested 128 levels deep.</summary>
public sealed class DeepResourceTests
{
    private static CancellationToken Cancel => TrustFixture.Cancel;

    [Fact]
    public async Task Organisations_teams_and_people_are_changed_however_deep_their_resources_are()
    {
        using var trust = new TrustFixture(Engine.Sqlite);
        var north = await trust.OrganizationAsync("North Sample Hospital", "hospital", "");
        var ana = await trust.PersonAsync("Ana Sample", "nurse", north);
        var team = (await SaveTeam.HandleAsync(null, new TeamForm("Discharge desk", north, IsQueue: true), trust.Record, AccessScope.System, Cancel)).Value;
        foreach (var (type, id) in new[] { ("Organization", north), ("Practitioner", ana), ("CareTeam", team) })
            await DeepenAsync(trust, type, id);

        Assert.Null((await SaveOrganization.HandleAsync(north, new OrganizationForm("North", "hospital", "", ""), trust.Record, AccessScope.System, Cancel)).Refusal);
        Assert.Null((await trust.Save.HandleAsync(ana, new PersonForm("Ana Sample-Nurse", "", north), AccessScope.System, Cancel)).Refusal);
        Assert.Null((await SaveTeam.HandleAsync(team, new TeamForm("Desk", north, IsQueue: true), trust.Record, AccessScope.System, Cancel)).Refusal);
        Assert.Null((await SaveTeam.MemberAsync(team, ana, joins: true, trust.Record, AccessScope.System, Cancel)).Refusal);

        Assert.Equal("North", Deep(trust, "Organization", north)["name"u8].Text);
        Assert.Equal("Ana Sample-Nurse", Deep(trust, "Practitioner", ana)["name"u8].First["text"u8].Text);
        Assert.Equal(("Desk", 1), (Deep(trust, "CareTeam", team)["name"u8].Text, Deep(trust, "CareTeam", team)["participant"u8].Items.Count));
    }

    [Fact]
    public async Task The_first_start_takes_a_region_that_came_before_it_however_deep_its_resource_is()
    {
        using var trust = new TrustFixture(Engine.Sqlite);
        await trust.Record.WriteAsync<int>(AccessScope.System, session => session.Put("Organization", FirstStart.Region, RecordFixture.Json("""{"resourceType":"Organization","name":"Before"}""")).Version, Cancel);
        await DeepenAsync(trust, "Organization", FirstStart.Region);

        await trust.Record.WriteAsync<string>(AccessScope.System, session => new FirstStart("Sample Region", "America/Chicago", "Kim Sample").Write(session).Person, Cancel);

        Assert.Equal("Sample Region", Deep(trust, "Organization", FirstStart.Region)["name"u8].Text);
    }

    private static Task DeepenAsync(TrustFixture trust, string type, string id)
    {
        var json = Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(trust.Record.Read(type, id, AccessScope.System).Value.Bytes.Span).TrimEnd()[..^1] + "," + DeepText.Member + "}");
        Assert.NotNull(FhirJson.Parse(json, JsonLimits.Resource, out _));
        return trust.Record.WriteAsync<int>(AccessScope.System, session => session.Put(type, id, FhirJson.ParseStored(json).Root).Version, Cancel);
    }

    /// <summary>The resource, which has kept all its levels.</summary>
    private static FhirNode Deep(TrustFixture trust, string type, string id)
    {
        var version = trust.Record.Read(type, id, AccessScope.System).Value;
        Assert.Contains("\"deep\"", Encoding.UTF8.GetString(version.Bytes.Span));
        return version.Root;
    }
}
