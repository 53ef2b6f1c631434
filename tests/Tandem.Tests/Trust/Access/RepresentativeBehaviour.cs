using System.Globalization;
using Tandem.Kernel.Actors;
using Tandem.Kernel.Data;
using Tandem.Trust.Access;
using Tandem.Trust.SignIn;

namespace Tandem.Tests.Trust.Access;

public sealed class SqliteRepresentativeTests() : RepresentativeBehaviour(Engine.Sqlite);

public sealed class PostgresRepresentativeTests() : RepresentativeBehaviour(Engine.Postgres);

/// <summary>One person who stands for several patients: a parent of three, a daughter of two parents.</summary>
public abstract class RepresentativeBehaviour(Engine engine) : IAsyncLifetime
{
    private const string Rea = "RelatedPerson/rea";
    private AccessFixture region = null!;

    public async ValueTask InitializeAsync() => region = await new AccessFixture(engine).StartAsync();

    public ValueTask DisposeAsync()
    {
        region.Dispose();
        GC.SuppressFinalize(this);
        return ValueTask.CompletedTask;
    }

    [Fact]
    public async Task A_parent_of_three_sees_of_each_what_the_childs_age_lets_them_from_birthday_to_birthday()
    {
        foreach (var (id, years) in new[] { ("small", 5), ("middle", 12), ("big", 18) })
        {
            await ChildAsync(id, Born(years).AddDays(1)); // tomorrow is the birthday
            await StandForAsync(id);
        }

        Assert.Equal("big,middle,small", Sees("Patient"));
        Assert.Equal("plain-big,plain-middle,plain-small,sex-middle,sex-small", Sees("Condition"));
        region.Clock.Advance(TimeSpan.FromDays(1));
        Assert.Equal("middle,small", Sees("Patient"));
        Assert.Equal("plain-middle,plain-small,sex-small", Sees("Condition"));
        region.Clock.Advance(TimeSpan.FromDays(366)); // 13: as at 12
        Assert.Equal("plain-middle,plain-small,sex-small", Sees("Condition"));
    }

    [Theory]
    [InlineData("America/Chicago", "2026-03-10T04:59:00Z", "2026-03-10T05:00:00Z")] // midnight of 10 March there, with summer time
    [InlineData("Pacific/Auckland", "2026-03-09T10:59:00Z", "2026-03-09T11:00:00Z")]
    public async Task A_birthday_begins_at_the_sites_midnight_and_at_no_other(string zone, string before, string after)
    {
        region.Site.TimeZone = zone;
        await ChildAsync("middle", new DateTime(2014, 3, 10, 0, 0, 0, DateTimeKind.Utc)); // twelve
        await ChildAsync("big", new DateTime(2008, 3, 10, 0, 0, 0, DateTimeKind.Utc)); // eighteen
        await StandForAsync("middle");
        await StandForAsync("big");

        region.Clock.Set(DateTimeOffset.Parse(before, CultureInfo.InvariantCulture));
        Assert.Equal("big,middle", Sees("Patient"));
        Assert.Equal("plain-big,plain-middle,sex-middle", Sees("Condition"));
        region.Clock.Set(DateTimeOffset.Parse(after, CultureInfo.InvariantCulture));
        Assert.Equal("middle", Sees("Patient"));
        Assert.Equal("plain-middle", Sees("Condition"));
    }

    [Fact]
    public async Task A_daughter_of_two_parents_sees_whoever_consented_until_it_is_revoked()
    {
        foreach (var id in new[] { "mother", "father" })
        {
            await ChildAsync(id, Born(80));
            await StandForAsync(id);
        }

        Assert.Equal("", Sees("Patient"));
        await ConsentAsync("mother", "RelatedPerson/rea-mother"); // as the mother's record calls her
        Assert.Equal("mother", Sees("Patient"));
        await ConsentAsync("father", Rea); // as her account is called
        Assert.Equal("father,mother", Sees("Patient"));
        await ConsentAsync("mother", "RelatedPerson/rea-mother", "inactive");
        Assert.Equal("father", Sees("Patient"));
        await ConsentAsync("father", "RelatedPerson/somebody-else");
        Assert.Equal("", Sees("Patient"));
    }

    [Theory]
    [InlineData("\"active\":false,")]
    [InlineData("\"period\":{\"end\":\"2020-01-01\"},")]
    [InlineData("\"period\":{\"start\":\"2090-01-01\"},")]
    public async Task Who_does_not_stand_for_a_patient_any_more_or_not_yet_sees_nothing_with_the_next_request(string change)
    {
        await ChildAsync("small", Born(5));
        await ChildAsync("middle", Born(14));
        await StandForAsync("small");
        await StandForAsync("middle");
        Assert.Equal("middle,small", Sees("Patient"));

        await StandForAsync("small", change);
        Assert.Equal("middle", Sees("Patient"));
        await region.PutAsync("""{"resourceType":"RelatedPerson","id":"rea-middle","identifier":[{"system":"https://tandem.example/fhir/NamingSystem/account","value":"somebody-else"}],"patient":{"reference":"Patient/middle"} }""");
        Assert.Equal("", Sees("Patient"));
    }

    [Fact]
    public async Task The_account_of_another_system_or_an_old_one_stands_for_nobody()
    {
        await ChildAsync("small", Born(5));
        foreach (var identifier in new[] { """{"system":"urn:other","value":"rea"}""", """{"value":"rea"}""", """{"use":"old","system":"https://tandem.example/fhir/NamingSystem/account","value":"rea"}""" })
        {
            await region.PutAsync($$"""{"resourceType":"RelatedPerson","id":"x","identifier":[{{identifier}}],"patient":{"reference":"Patient/small"} }""");
            Assert.Equal((identifier, ""), (identifier, Sees("Patient")));
        }
    }

    [Fact]
    public async Task Patients_are_told_who_stands_for_them_and_who_that_is_not_of_a_visit_kept_from_them()
    {
        await ChildAsync("middle", Born(14));
        await region.PutAsync("""{"resourceType":"Encounter","id":"secret","meta":{"security":[{"system":"http://terminology.hl7.org/CodeSystem/v3-ActCode","code":"SEX"}]},"status":"finished","class":{"code":"AMB"},"subject":{"reference":"Patient/middle"},"period":{"start":"2026-01-01"},"serviceProvider":{"reference":"Organization/north"}}""");
        await StandForAsync("middle");
        await region.Store.WriteAsync<bool>(
            AccessScope.System,
            session =>
            {
                new Person("rea", "Rea Testperson", "proxy", null, []).Write(session);
                return true;
            },
            TestContext.Current.CancellationToken);

        Assert.Equal(["Organization/north", "Organization/south", Rea], Told(region.As("patient", null, "Patient/middle")));
        Assert.Equal(["Organization/south", Rea], Told(region.As("proxy", null, Rea)));
        await StandForAsync("middle", "\"active\":false,");
        Assert.Equal(["Organization/north", "Organization/south"], Told(region.As("patient", null, "Patient/middle")));
    }

    private IEnumerable<string> Told(AccessScope scope) => new ExplainAccess(region.Store, region.Scopes, region.Site, region.Clock).Handle("middle", scope).All
        .Select(relation => relation.Party).Order(StringComparer.Ordinal);

    private DateTime Born(int years) => region.Clock.GetUtcNow().UtcDateTime.Date.AddYears(-years);

    private string Sees(string type) => region.Finds(region.As("proxy", null, Rea), type);

    private async Task ChildAsync(string id, DateTime born)
    {
        await region.PatientAsync(id, AccessFixture.South, born: born.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture));
        await region.ConditionAsync($"sex-{id}", id, "Z30.011");
        await region.ConditionAsync($"violence-{id}", id, "T74.12XA");
    }

    private Task StandForAsync(string patient, string more = "") => region.PutAsync(
        $$"""{"resourceType":"RelatedPerson","id":"rea-{{patient}}",{{more}}"identifier":[{"system":"{{RepresentativeProjection.AccountSystem}}","value":"rea"}],"patient":{"reference":"Patient/{{patient}}"} }""");

    private Task ConsentAsync(string patient, string actor, string status = "active") => region.ConsentAsync(
        "c-" + patient, patient, $$$"""{"type":"permit","actor":[{"reference":{"reference":"{{{actor}}}"}}]}""", ""","category":[{"coding":[{"code":"representative"}]}]""", status);
}
