using Tandem.Kernel.Actors;
using Tandem.Kernel.Data;
using Tandem.Kernel.Outcomes;
using Tandem.Trust.People;
using Tandem.Trust.Provisioning;
using Tandem.Trust.Teams;

namespace Tandem.Tests.Trust.Provisioning;

public sealed class ImportPeopleTests
{
    private static CancellationToken Cancel => TrustFixture.Cancel;

    [Theory]
    [InlineData(Engine.Sqlite)]
    [InlineData(Engine.Postgres)]
    public async Task A_file_taken_in_twice_changes_nothing_the_second_time(Engine engine)
    {
        using var trust = new TrustFixture(engine);
        var (_, north, clinic, _) = await trust.RegionAsync();
        var team = (await SaveTeam.HandleAsync(null, new TeamForm("Discharge desk", north, IsQueue: false), trust.Record, AccessScope.System, Cancel)).Value;
        var file = $"""
            login,name,organization,role,teams,active
            ana@sample.example,Ana Sample,North Sample Hospital,nurse,{team},
            ANA@sample.example,Ana Sample,{clinic},quality-lead,,true
            ben@sample.example,"Ben ""Bo"" Sample",north sample clinic,physician,,yes
            """;

        var first = await ImportAsync(trust, file);
        Assert.Equal((2, 1, 0), (first.Made, first.Kept, first.Problems.Count));
        var before = Seq(trust);
        var second = await ImportAsync(trust, file);
        Assert.Equal((0, 2, 0), (second.Made, second.Kept, second.Problems.Count));
        Assert.Equal(before, Seq(trust));

        var ana = FindPeople.ByLogin(trust.Record, "ana@sample.example")!;
        Assert.Equal(["nurse", "quality-lead"], FindPeople.RolesOf(trust.Record, ana.Id).Select(role => role.Role).Order());
        Assert.Equal([team], FindTeams.Of(trust.Record, ana.Id));
        Assert.Equal("Ben \"Bo\" Sample", FindPeople.ByLogin(trust.Record, "ben@sample.example")!.Display);
    }

    [Fact]
    public async Task A_wrong_line_is_told_with_its_number_and_what_to_do_and_the_others_are_taken()
    {
        using var trust = new TrustFixture(Engine.Sqlite);
        await trust.RegionAsync();
        var report = await ImportAsync(trust, """
            login;name;organization;role;teams;active
            ;No Login;North Sample Hospital;nurse;;
            a@sample.example;;North Sample Hospital;nurse;;
            b@sample.example;B Sample;Nowhere;nurse;;
            c@sample.example;C Sample;North Sample Hospital;wizard;;
            d@sample.example;D Sample;North Sample Hospital;nurse;no-team;
            e@sample.example;E Sample;North Sample Hospital;nurse;;perhaps
            f f@sample.example;F Sample;North Sample Hospital;nurse;;
            good@sample.example;Good Sample;North Sample Hospital;nurse;;
            """);

        Assert.Equal(1, report.Made);
        Assert.Equal([2, 3, 4, 5, 6, 7, 8], report.Problems.Select(problem => problem.Line));
        foreach (var (words, problem) in new[] { "sign-in name", "name is missing", "Nowhere", "wizard", "no-team", "perhaps", "no spaces" }.Zip(report.Problems))
            Assert.Contains(words, problem.Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", "is empty")]
    [InlineData("name,role\nx,y", "login, organization")]
    public async Task A_file_without_its_columns_says_which(string file, string words)
    {
        using var trust = new TrustFixture(Engine.Sqlite);

        Assert.Contains(words, Assert.Single((await ImportAsync(trust, file)).Problems).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_administrator_takes_in_people_of_the_own_organisations_only_and_a_closed_line_closes()
    {
        using var trust = new TrustFixture(Engine.Sqlite);
        var (_, north, _, _) = await trust.RegionAsync();
        var kim = await trust.ScopeAsync(await trust.PersonAsync("Kim Sample", "administrator", north));
        var import = new ImportPeople(trust.Record, trust.Save, trust.Roles);
        var report = (await import.HandleAsync("login,name,organization,role\na@sample.example,A Sample,South Sample Hospital,nurse\nb@sample.example,B Sample,North Sample Clinic,nurse", kim, Cancel)).Value;
        Assert.Equal((1, 2), (report.Made, Assert.Single(report.Problems).Line));

        await import.HandleAsync("login,name,organization,role,active\nb@sample.example,B Sample,North Sample Clinic,nurse,false", kim, Cancel);
        Assert.False(FindPeople.ByLogin(trust.Record, "b@sample.example")!.Active);
        var nurse = kim with { Role = "nurse" };
        Assert.Equal(RefusalKind.Forbidden, (await import.HandleAsync("login", nurse, Cancel)).Refusal!.Kind);
    }

    private static async Task<ImportReport> ImportAsync(TrustFixture trust, string file) =>
        (await new ImportPeople(trust.Record, trust.Save, trust.Roles).HandleAsync(file, AccessScope.System, Cancel)).Value;

    private static long Seq(TrustFixture trust) => trust.Record.ReadLog(0, 10_000, AccessScope.System).Count;
}
