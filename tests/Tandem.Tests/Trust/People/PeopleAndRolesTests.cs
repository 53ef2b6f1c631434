using Microsoft.Extensions.Logging.Abstractions;
using Tandem.Kernel.Actors;
using Tandem.Kernel.Data;
using Tandem.Kernel.Outcomes;
using Tandem.Trust.Organizations;
using Tandem.Trust.People;
using Tandem.Trust.SignIn;

namespace Tandem.Tests.Trust.People;

public sealed class PeopleAndRolesTests
{
    private static CancellationToken Cancel => TrustFixture.Cancel;

    [Theory]
    [InlineData(Engine.Sqlite)]
    [InlineData(Engine.Postgres)]
    public async Task One_person_acts_in_several_roles_of_several_organisations_one_at_a_time(Engine engine)
    {
        using var trust = new TrustFixture(engine);
        var (_, north, _, south) = await trust.RegionAsync();
        var ana = await trust.PersonAsync("Ana Sample", "nurse", north);
        trust.Clock.Advance(TimeSpan.FromMinutes(1));
        Assert.Null((await trust.Roles.HandleAsync(ana, "quality-lead", south, null, AccessScope.System, Cancel)).Refusal);
        var secret = (await trust.Sessions.BeginAsync(ana, SignInMeans.Passkey, Origin.None, Cancel)).Value;

        Assert.Equal(("nurse", "Organization/" + north, "TREAT"), Acting(trust, secret));
        Assert.Null((await trust.Sessions.ChooseRoleAsync(secret, "quality-lead", south, Cancel)).Refusal);
        Assert.Equal(("quality-lead", "Organization/" + south, "HQUALIMP"), Acting(trust, secret));
        Assert.Equal(RefusalKind.Forbidden, (await trust.Sessions.ChooseRoleAsync(secret, "administrator", south, Cancel)).Refusal!.Kind);
        Assert.Equal(RefusalKind.Forbidden, (await trust.Sessions.ChooseRoleAsync(secret, "nurse", south, Cancel)).Refusal!.Kind);
    }

    [Theory]
    [InlineData(Engine.Sqlite)]
    [InlineData(Engine.Postgres)]
    public async Task A_role_that_is_taken_or_ends_ends_what_is_done_in_it_at_once(Engine engine)
    {
        using var trust = new TrustFixture(engine);
        var (_, north, _, south) = await trust.RegionAsync();
        var ana = await trust.PersonAsync("Ana Sample", "nurse", north);
        var secret = (await trust.Sessions.BeginAsync(ana, SignInMeans.Passkey, Origin.None, Cancel)).Value;
        Assert.NotNull(trust.Sessions.Find(secret));

        Assert.NotNull((await trust.Roles.TakeAsync(ana, "nurse", north, AccessScope.System, Cancel)).Value);
        Assert.Null(trust.Sessions.Find(secret));
        Assert.Equal(RefusalKind.Forbidden, (await trust.Sessions.BeginAsync(ana, SignInMeans.Passkey, Origin.None, Cancel)).Refusal!.Kind);

        await trust.Roles.HandleAsync(ana, "nurse", south, trust.Clock.GetUtcNow() + TimeSpan.FromMinutes(5), AccessScope.System, Cancel);
        var second = (await trust.Sessions.BeginAsync(ana, SignInMeans.Passkey, Origin.None, Cancel)).Value;
        Assert.NotNull(trust.Sessions.Find(second));
        trust.Clock.Advance(TimeSpan.FromMinutes(5));
        Assert.Null(trust.Sessions.Find(second));
    }

    [Theory]
    [InlineData(Engine.Sqlite)]
    [InlineData(Engine.Postgres)]
    public async Task Administrators_of_every_organisation_that_has_to_do_with_somebody_are_told_whose_access_ended_where(Engine engine)
    {
        using var trust = new TrustFixture(engine);
        var (_, north, _, south) = await trust.RegionAsync();
        var ana = await trust.PersonAsync("Ana Sample", "nurse", north);
        Assert.Null((await trust.Roles.HandleAsync(ana, "quality-lead", south, null, AccessScope.System, Cancel)).Refusal);
        var (kim, sam) = (await trust.ScopeAsync(await trust.PersonAsync("Kim Sample-Admin", "administrator", north)), await trust.ScopeAsync(await trust.PersonAsync("Sam Sample-Admin", "administrator", south)));
        await trust.PersonAsync("Nia Sample", "nurse", north);
        Assert.Empty(Ended(trust, sam));
        trust.Clock.Advance(TimeSpan.FromMinutes(1));

        await trust.Roles.TakeAsync(ana, "nurse", north, kim, Cancel);
        Assert.Equal([("Ana Sample", "nurse", north)], Ended(trust, sam)); // the other organisation, where the person still works
        Assert.Equal([("Ana Sample", "nurse", north)], Ended(trust, kim));
        Assert.Empty(Ended(trust, await trust.ScopeAsync(await trust.PersonAsync("Pia Sample", "nurse", south))));
        trust.Clock.Advance(TimeSpan.FromMinutes(1));
        Assert.Null((await trust.Save.HandleAsync(ana, new PersonForm("Ana Sample", "", north) { Active = false }, AccessScope.System, Cancel)).Refusal);
        Assert.Equal([("Ana Sample", null, null), ("Ana Sample", "nurse", north)], Ended(trust, sam));
        Assert.Equal("false", Active(trust, ana, south)); // what subscribers hear of
        Assert.Null((await trust.Save.HandleAsync(ana, new PersonForm("Ana Sample", "", north), AccessScope.System, Cancel)).Refusal);
        Assert.Equal("true", Active(trust, ana, south));
        trust.Clock.Advance(FindEndedAccess.Told);
        Assert.Empty(Ended(trust, sam));
    }

    [Theory]
    [InlineData(Engine.Sqlite)]
    [InlineData(Engine.Postgres)]
    public async Task A_role_that_runs_out_on_its_day_is_published_as_ended_once(Engine engine)
    {
        using var trust = new TrustFixture(engine);
        var (_, north, _, south) = await trust.RegionAsync();
        var ana = await trust.PersonAsync("Ana Sample", "nurse", north);
        await trust.Roles.HandleAsync(ana, "quality-lead", south, trust.Clock.GetUtcNow().AddDays(1), AccessScope.System, Cancel);
        using var publish = new PublishEndedRoles(trust.Record, trust.Clock, NullLogger<PublishEndedRoles>.Instance);

        Assert.Equal(0, await publish.RunAsync(Cancel));
        trust.Clock.Advance(TimeSpan.FromDays(1));
        Assert.Equal("true", Active(trust, ana, south)); // what the record said until now
        Assert.Equal(1, await publish.RunAsync(Cancel));
        Assert.Equal("false", Active(trust, ana, south));
        Assert.Equal(0, await publish.RunAsync(Cancel));
        Assert.Equal([("Ana Sample", "quality-lead", south)], Ended(trust, AccessScope.System));
    }

    private static string? Active(TrustFixture trust, string person, string organization) =>
        trust.Record.Read("PractitionerRole", new RoleGrant(person, organization, "quality-lead", default, null).Id, AccessScope.System).Value.Root["active"u8].Text;

    private static IEnumerable<(string, string?, string?)> Ended(TrustFixture trust, AccessScope scope) =>
        FindEndedAccess.Of(trust.Record, scope, trust.Clock.GetUtcNow()).Select(one => (one.Name, one.Role, one.Organization));

    [Theory]
    [InlineData(Engine.Sqlite)]
    [InlineData(Engine.Postgres)]
    public async Task An_administrator_looks_after_the_own_organisation_and_those_below_and_sees_no_other_people(Engine engine)
    {
        using var trust = new TrustFixture(engine);
        var (region, north, clinic, south) = await trust.RegionAsync();
        var kim = await trust.ScopeAsync(await trust.PersonAsync("Kim Sample-Admin", "administrator", north));
        var nia = await trust.PersonAsync("Nia Sample", "nurse", clinic);
        var sol = await trust.PersonAsync("Sol Sample", "nurse", south);

        Assert.Equal(["Kim Sample-Admin", "Nia Sample"], FindPeople.Visible(trust.Record, kim, trust.Clock.GetUtcNow()).Select(row => row.Account.Display));
        Assert.Null((await trust.Roles.HandleAsync(nia, "nurse-lead", clinic, null, kim, Cancel)).Refusal);
        foreach (var organization in new[] { region, south, null })
            Assert.Equal(RefusalKind.Forbidden, (await trust.Roles.HandleAsync(nia, "administrator", organization, null, kim, Cancel)).Refusal!.Kind);
        Assert.Equal(RefusalKind.Forbidden, (await trust.Roles.TakeAsync(sol, "nurse", south, kim, Cancel)).Refusal!.Kind);
        Assert.Equal(RefusalKind.NotFound, (await trust.Save.HandleAsync(sol, new PersonForm("Taken Over", "", north), kim, Cancel)).Refusal!.Kind);
        Assert.Equal(RefusalKind.Forbidden, (await trust.Save.HandleAsync(null, new PersonForm("New Sample", "", south), kim, Cancel)).Refusal!.Kind);
        Assert.Equal(RefusalKind.Forbidden, (await SaveOrganization.HandleAsync(south, new OrganizationForm("Ours Now", "hospital", north, ""), trust.Record, kim, Cancel)).Refusal!.Kind);
        Assert.Equal(RefusalKind.Forbidden, (await SaveOrganization.HandleAsync(north, new OrganizationForm("North", "hospital", south, ""), trust.Record, kim, Cancel)).Refusal!.Kind);
    }

    [Fact]
    public async Task Giving_and_taking_a_role_twice_is_harmless_and_the_record_tells_both()
    {
        using var trust = new TrustFixture(Engine.Sqlite);
        var (_, north, _, _) = await trust.RegionAsync();
        var ana = await trust.PersonAsync("Ana Sample", "nurse", north);
        var first = (await trust.Roles.HandleAsync(ana, "nurse", north, null, AccessScope.System, Cancel)).Value;
        var role = trust.Record.Read("PractitionerRole", first.Id, AccessScope.System).Value;

        Assert.Equal((1, true, "Practitioner/" + ana), (role.Version, role.Root["active"u8].Boolean, role.Root["practitioner"u8]["reference"u8].Text));
        await trust.Roles.TakeAsync(ana, "nurse", north, AccessScope.System, Cancel);
        Assert.Null((await trust.Roles.TakeAsync(ana, "nurse", north, AccessScope.System, Cancel)).Value);
        Assert.False(trust.Record.Read("PractitionerRole", first.Id, AccessScope.System).Value.Root["active"u8].Boolean);
    }

    [Fact]
    public async Task Nobody_gets_a_role_by_writing_a_PractitionerRole()
    {
        using var trust = new TrustFixture(Engine.Sqlite);
        var (region, north, _, _) = await trust.RegionAsync();
        var ana = await trust.PersonAsync("Ana Sample", "nurse", north);
        await trust.Record.WriteAsync<int>(
            AccessScope.System,
            session =>
            {
                session.Put("PractitionerRole", new RoleGrant(ana, region, "administrator", session.Now, null).Id, Support.RecordFixture.Json(
                    $$"""{"resourceType":"PractitionerRole","active":true,"practitioner":{"reference":"Practitioner/{{ana}}"},"code":[{"coding":[{"system":"{{Roles.System}}","code":"administrator"}]}]}"""));
                return 0;
            },
            Cancel);

        Assert.Equal("nurse", (await trust.ScopeAsync(ana)).Role);
    }

    [Fact]
    public async Task The_last_administrator_of_the_region_stays()
    {
        using var trust = new TrustFixture(Engine.Sqlite);
        var id = (await trust.Save.HandleAsync(null, new PersonForm("Kim Sample", "", ""), AccessScope.System, Cancel)).Value;
        await trust.Roles.HandleAsync(id, "administrator", null, null, AccessScope.System, Cancel);

        Assert.Equal(RefusalKind.Conflict, (await trust.Roles.TakeAsync(id, "administrator", null, AccessScope.System, Cancel)).Refusal!.Kind);
    }

    [Fact]
    public async Task A_closed_account_loses_its_sessions_and_its_login_stays_taken()
    {
        using var trust = new TrustFixture(Engine.Sqlite);
        var (_, north, _, _) = await trust.RegionAsync();
        var ana = await trust.PersonAsync("Ana Sample", "nurse", north, "Ana@Sample.example ");
        var secret = (await trust.Sessions.BeginAsync(ana, SignInMeans.Passkey, Origin.None, Cancel)).Value;
        await trust.Save.HandleAsync(ana, new PersonForm("Ana Sample", "ana@sample.example", north) { Active = false }, AccessScope.System, Cancel);

        Assert.Null(trust.Sessions.Find(secret));
        Assert.Empty(trust.Sessions.Of(ana));
        Assert.Equal("login", Assert.Single((await trust.Save.HandleAsync(null, new PersonForm("Other Ana", "ANA@sample.example", north), AccessScope.System, Cancel)).Refusal!.Details).Expression);
    }

    private static (string, string?, string) Acting(TrustFixture trust, string secret) =>
        trust.Sessions.Find(secret) is { } person ? (person.Scope.Role, person.Scope.Organization, person.Scope.Purpose) : throw new InvalidOperationException("Nobody is signed in.");
}
