using Tandem.Kernel.Actors;
using Tandem.Kernel.Data;
using Tandem.Kernel.Outcomes;
using Tandem.Trust.Teams;

namespace Tandem.Tests.Trust.Teams;

public sealed class TeamTests
{
    private static CancellationToken Cancel => TrustFixture.Cancel;

    [Theory]
    [InlineData(Engine.Sqlite)]
    [InlineData(Engine.Postgres)]
    public async Task Members_share_the_teams_work_from_their_next_request_on(Engine engine)
    {
        using var trust = new TrustFixture(engine);
        var (_, north, _, south) = await trust.RegionAsync();
        var kim = await trust.ScopeAsync(await trust.PersonAsync("Kim Sample-Admin", "administrator", north));
        var ana = await trust.PersonAsync("Ana Sample", "coordinator", north);
        var team = (await SaveTeam.HandleAsync(null, new TeamForm("Discharge desk", north, IsQueue: true), trust.Record, kim, Cancel)).Value;

        Assert.Null((await SaveTeam.MemberAsync(team, ana, joins: true, trust.Record, kim, Cancel)).Refusal);
        Assert.Null((await SaveTeam.MemberAsync(team, ana, joins: true, trust.Record, kim, Cancel)).Refusal);
        Assert.Equal(["CareTeam/" + team], (await trust.ScopeAsync(ana)).Teams);
        var resource = trust.Record.Read("CareTeam", team, AccessScope.System).Value.Root;
        Assert.Equal("Practitioner/" + ana, Assert.Single(resource["participant"u8].Items.AsEnumerable())["member"u8]["reference"u8].Text);

        await SaveTeam.MemberAsync(team, ana, joins: false, trust.Record, kim, Cancel);
        Assert.Empty((await trust.ScopeAsync(ana)).Teams);
        Assert.False(trust.Record.Read("CareTeam", team, AccessScope.System).Value.Root["participant"u8].Exists);
        Assert.Equal(RefusalKind.Forbidden, (await SaveTeam.HandleAsync(null, new TeamForm("Theirs", south, IsQueue: false), trust.Record, kim, Cancel)).Refusal!.Kind);
    }

    [Theory]
    [InlineData(Engine.Sqlite)]
    [InlineData(Engine.Postgres)]
    public async Task A_colleague_stands_in_exactly_while_somebody_is_away(Engine engine)
    {
        using var trust = new TrustFixture(engine);
        var (_, north, _, _) = await trust.RegionAsync();
        var (ana, ben) = (await trust.PersonAsync("Ana Sample", "coordinator", north), await trust.PersonAsync("Ben Sample", "coordinator", north));
        var (own, colleague) = (await trust.ScopeAsync(ana), await trust.ScopeAsync(ben));
        var (from, until) = (trust.Clock.GetUtcNow().AddDays(1), trust.Clock.GetUtcNow().AddDays(8));

        Assert.Equal(RefusalKind.Forbidden, (await NoteAbsence.HandleAsync(ana, from, until, ben, trust.Record, trust.Clock, colleague, Cancel)).Refusal!.Kind);
        Assert.Equal("cover", Assert.Single((await NoteAbsence.HandleAsync(ana, from, until, ana, trust.Record, trust.Clock, own, Cancel)).Refusal!.Details).Expression);
        Assert.Equal("until", Assert.Single((await NoteAbsence.HandleAsync(ana, until, from, ben, trust.Record, trust.Clock, own, Cancel)).Refusal!.Details).Expression);
        var absence = (await NoteAbsence.HandleAsync(ana, from, until, ben, trust.Record, trust.Clock, own, Cancel)).Value;

        Assert.Empty(FindTeams.CoveredBy(trust.Record, ben, from.AddMilliseconds(-1)));
        Assert.Equal([ana], FindTeams.CoveredBy(trust.Record, ben, from));
        Assert.Equal([ana], FindTeams.CoveredBy(trust.Record, ben, until.AddMilliseconds(-1)));
        Assert.Empty(FindTeams.CoveredBy(trust.Record, ben, until));
        Assert.Equal(ben, FindTeams.AbsenceAt(trust.Record, ana, from)!.Cover);
        Assert.Equal(1, (await NoteAbsence.TakeBackAsync(absence, trust.Record, own, Cancel)).Value);
        Assert.Equal(0, (await NoteAbsence.TakeBackAsync(absence, trust.Record, own, Cancel)).Value);
        Assert.Empty(FindTeams.CoveredBy(trust.Record, ben, from));
    }
}
