using Microsoft.Extensions.Logging.Abstractions;
using Tandem.Kernel.Actors;
using Tandem.Kernel.Data;
using Tandem.Kernel.Outcomes;
using Tandem.Kernel.Pages;
using Tandem.Tests.Support;
using Tandem.Trust.People;
using Tandem.Trust.Access;
using Tandem.Trust.SignIn;

namespace Tandem.Tests.Trust.Access;

public sealed class SqlitePortalTests() : PortalBehaviour(Engine.Sqlite);

public sealed class PostgresPortalTests() : PortalBehaviour(Engine.Postgres);

/// <summary>Patients and those who stand for them are let in, from the record and by who looks after it, and see it until it is ended.</summary>
public abstract class PortalBehaviour(Engine engine) : IAsyncLifetime
{
    private static readonly CancellationToken Cancel = TestContext.Current.CancellationToken;
    private AccessFixture region = null!;
    private SignInJournal journal = null!;
    private Sessions sessions = null!;
    private SignInLinks links = null!;
    private OpenPortal portal = null!;

    public async ValueTask InitializeAsync()
    {
        region = await new AccessFixture(engine).StartAsync();
        journal = new SignInJournal(region.Store, region.Clock, NullLogger<SignInJournal>.Instance);
        sessions = new Sessions(region.Store, region.Clock, new SignInOptions(), journal);
        links = new SignInLinks(region.Store, region.Clock, sessions, journal);
        portal = new OpenPortal(region.Store, links, sessions, journal, new SiteSettings { TimeZone = "America/Chicago" }, region.Clock);
        await region.PatientAsync("pia", AccessFixture.North);
        await region.PatientAsync("kit", AccessFixture.North, born: "2020-05-05");
        await region.PatientAsync("other", AccessFixture.South);
    }

    public ValueTask DisposeAsync()
    {
        journal.Dispose();
        region.Dispose();
        GC.SuppressFinalize(this);
        return ValueTask.CompletedTask;
    }

    [Fact]
    public async Task A_patient_who_is_let_in_sees_their_own_record_and_is_no_practitioner()
    {
        var person = await SignInAsync(await portal.OpenAsync("pia", "pia", Nurse, Cancel));

        Assert.Equal(("pia", "patient"), (person.Id, person.Role));
        var scope = region.Scopes.Of(person.Member);
        Assert.Equal(["Patient/pia", "Condition/plain-pia"], new[] { "Patient/pia", "Condition/plain-pia", "Patient/kit", "Patient/other" }.Where(one => region.Sees(scope, one)));
        Assert.False(region.Sees(AccessScope.System, "Practitioner/pia"));
        Assert.Equal("", region.Finds(AccessScope.System, "PractitionerRole"));
        Assert.DoesNotContain(FindPeople.Visible(region.Store, AccessScope.System, region.Clock.GetUtcNow()), row => row.Account.Id == "pia");
        Assert.Equal(PortalState.Open, Assert.Single(Accounts("pia", isAdult: true)).State);
    }

    [Fact]
    public async Task Who_stands_for_a_second_child_by_the_account_of_the_first_is_listed_with_it()
    {
        await region.PatientAsync("kai", AccessFixture.North, born: "2021-05-05");
        var person = await SignInAsync(await portal.AddAsync("kit", Mother, Nurse, Cancel));
        await region.PutAsync($$$"""{"resourceType":"RelatedPerson","id":"of-kai","active":true,"patient":{"reference":"Patient/kai"},"name":[{"text":"Mara Testperson"}],"identifier":[{"system":"https://tandem.example/fhir/NamingSystem/account","value":"{{{person.Id}}}"}]}""");

        Assert.Equal(("of-kai", PortalState.Open), Accounts("kai", isAdult: false).Where(one => one.Relationship is not null).Select(one => (one.Id, one.State)).Single());
        Assert.Equal((person.Id, PortalState.Open), Accounts("kit", isAdult: false).Where(one => one.Relationship is not null).Select(one => (one.Id, one.State)).Single());
        Assert.Null((await portal.EndAsync("kit", person.Id, Nurse, Cancel)).Refusal);
        Assert.Equal(PortalState.Open, Accounts("kai", isAdult: false).Single(one => one.Relationship is not null).State); // it stands for the other child yet
    }

    [Fact]
    public async Task Each_link_works_once_and_another_is_made_for_the_same_account()
    {
        var first = await portal.OpenAsync("pia", "pia", Nurse, Cancel);
        await SignInAsync(first);
        Assert.IsType<Refusal>((await links.SignInAsync(TokenOf(first), Origin.None, Cancel)).Refusal);
        await SignInAsync(await portal.OpenAsync("pia", "pia", Nurse, Cancel));
        Assert.Single(FindPeople.RolesOf(region.Store, "pia"));
    }

    [Theory]
    [InlineData("nurse", AccessFixture.South)]
    [InlineData("administrator", AccessFixture.Region)]
    [InlineData("researcher", AccessFixture.Region)]
    [InlineData("integration-engineer", AccessFixture.Region)]
    [InlineData("patient", null)]
    public async Task Who_does_not_look_after_the_patient_lets_nobody_in_and_learns_nothing(string role, string? organization)
    {
        var scope = region.As(role, organization, role == "patient" ? "Patient/kit" : "Practitioner/ana");
        foreach (var patient in new[] { "pia", "nobody" })
        {
            Assert.Equal(RefusalKind.NotFound, (await portal.OpenAsync(patient, patient, scope, Cancel)).Refusal!.Kind);
            Assert.Equal(RefusalKind.NotFound, (await portal.AddAsync(patient, Mother, scope, Cancel)).Refusal!.Kind);
            Assert.Equal(RefusalKind.NotFound, (await portal.EndAsync(patient, patient, scope, Cancel)).Refusal!.Kind);
        }

        Assert.Null(FindPeople.One(region.Store, "pia"));
        Assert.Equal("", region.Finds(AccessScope.System, "RelatedPerson"));
    }

    [Fact]
    public async Task A_childs_mother_sees_the_child_until_it_is_ended_and_her_sessions_with_it()
    {
        var link = await portal.AddAsync("kit", Mother, Nurse, Cancel);
        Assert.True((await links.SignInAsync(TokenOf(link), Origin.None, Cancel)).Succeeded(out var begun, out _));
        var mother = sessions.Look(begun.Secret)!.Person;
        Assert.Equal("proxy", mother.Role);
        Assert.Equal(["Patient/kit"], new[] { "Patient/kit", "Patient/pia" }.Where(one => region.Sees(region.Scopes.Of(mother.Member), one)));
        Assert.Equal(("MTH", true), Accounts("kit", isAdult: false).Where(one => one.Relationship is not null).Select(one => (one.Relationship, one.IsAgreed)).Single());

        Assert.Null((await portal.EndAsync("kit", mother.Id, Nurse, Cancel)).Refusal);

        Assert.Null(sessions.Look(begun.Secret));
        Assert.False(region.Sees(region.Scopes.Of(mother.Member), "Patient/kit"));
        Assert.Equal("kit", Assert.Single(Accounts("kit", isAdult: false)).Id);
    }

    [Fact]
    public async Task Ending_one_childs_access_leaves_a_mother_of_two_with_the_other_and_ending_both_closes_her_account()
    {
        var link = await portal.AddAsync("kit", Mother, Nurse, Cancel);
        Assert.True((await links.SignInAsync(TokenOf(link), Origin.None, Cancel)).Succeeded(out var begun, out _));
        var mother = sessions.Look(begun.Secret)!.Person;
        await region.PatientAsync("lil", AccessFixture.North, born: "2021-06-06");
        await region.PutAsync($$"""{"resourceType":"RelatedPerson","id":"mara-lil","identifier":[{"system":"{{RepresentativeProjection.AccountSystem}}","value":"{{mother.Id}}"}],"patient":{"reference":"Patient/lil"} }""");
        string[] children = ["Patient/kit", "Patient/lil"];

        Assert.Null((await portal.EndAsync("kit", mother.Id, Nurse, Cancel)).Refusal);
        Assert.NotNull(sessions.Look(begun.Secret));
        Assert.Equal(["Patient/lil"], children.Where(one => region.Sees(region.Scopes.Of(mother.Member), one)));

        Assert.Null((await portal.EndAsync("lil", "mara-lil", Nurse, Cancel)).Refusal);
        Assert.Null(sessions.Look(begun.Secret));
        Assert.False(FindPeople.One(region.Store, mother.Id)!.Active);
    }

    [Fact]
    public async Task After_a_clock_that_was_ahead_is_set_back_representatives_begin_and_end_by_it()
    {
        var right = region.Clock.GetUtcNow();
        region.Clock.Advance(TimeSpan.FromDays(365));
        await region.PatientAsync("lil", AccessFixture.North, born: "2021-06-06"); // from here on the record's time is a year ahead
        region.Clock.Set(right);
        var lastDay = DateOnly.FromDateTime(right.UtcDateTime.AddDays(30));

        var mother = await SignInAsync(await portal.AddAsync("kit", Mother with { LastDay = lastDay }, Nurse, Cancel));
        Assert.True(region.Sees(region.Scopes.Of(mother.Member), "Patient/kit"));

        await region.PutAsync($$$"""{"resourceType":"RelatedPerson","id":"mara-lil","identifier":[{"system":"{{{RepresentativeProjection.AccountSystem}}}","value":"{{{mother.Id}}}"}],"patient":{"reference":"Patient/lil"},"period":{"end":"{{{lastDay:yyyy-MM-dd}}}"}}""");
        Assert.Null((await portal.EndAsync("kit", mother.Id, Nurse, Cancel)).Refusal);
        Assert.True(FindPeople.One(region.Store, mother.Id)!.Active); // stands for the other child yet
        Assert.True(region.Sees(region.Scopes.Of(mother.Member), "Patient/lil"));
    }

    [Fact]
    public async Task Whoever_ends_a_representative_that_names_another_account_closes_no_account_but_of_representatives()
    {
        await SignInAsync(await portal.OpenAsync("pia", "pia", Nurse, Cancel));
        await region.PutAsync($$"""{"resourceType":"RelatedPerson","id":"pia-kit","identifier":[{"system":"{{RepresentativeProjection.AccountSystem}}","value":"pia"}],"patient":{"reference":"Patient/kit"} }""");
        Assert.Null((await portal.EndAsync("kit", "pia-kit", Nurse, Cancel)).Refusal);
        Assert.True(FindPeople.One(region.Store, "pia")!.Active);
    }

    [Fact] // over FHIR a resource may be nested 128 levels deep
    public async Task A_representative_is_ended_however_deep_their_resource_is()
    {
        await region.PutAsync($$"""{"resourceType":"RelatedPerson","id":"deep","active":true,"patient":{"reference":"Patient/kit"},{{DeepText.Member}}}""");
        Assert.Null((await portal.EndAsync("kit", "deep", Nurse, Cancel)).Refusal);
        Assert.False(region.Store.Read("RelatedPerson", "deep", AccessScope.System).Value.Root["active"u8].Boolean);
    }

    [Fact]
    public async Task Whoever_stands_for_an_adult_needs_the_adults_agreement_and_sees_nothing_when_it_is_taken_back()
    {
        var refused = (await portal.AddAsync("pia", Mother, Nurse, Cancel)).Refusal!;
        Assert.Equal(["agreed"], refused.Details.Select(detail => detail.Expression));
        Assert.Equal("", region.Finds(AccessScope.System, "RelatedPerson"));

        var mother = await SignInAsync(await portal.AddAsync("pia", Mother with { IsAgreed = true }, Nurse, Cancel));
        Assert.True(region.Sees(region.Scopes.Of(mother.Member), "Patient/pia"));
        var consent = region.Finds(AccessScope.System, "Consent", "patient=pia");
        Assert.True(region.Store.Read("Consent", consent, AccessScope.System).Succeeded(out var kept, out _));
        await region.PutAsync(System.Text.Encoding.UTF8.GetString(kept!.Bytes.Span).Replace("\"status\":\"active\"", "\"status\":\"inactive\"", StringComparison.Ordinal));

        Assert.False(region.Sees(region.Scopes.Of(mother.Member), "Patient/pia"));
        Assert.False(Accounts("pia", isAdult: true)[1].IsAgreed);
    }

    [Fact]
    public async Task Somebody_of_another_record_cannot_be_let_in_here()
    {
        var mother = await SignInAsync(await portal.AddAsync("kit", Mother, Nurse, Cancel));
        Assert.Equal(RefusalKind.NotFound, (await portal.OpenAsync("pia", mother.Id, Nurse, Cancel)).Refusal!.Kind);
        Assert.Equal(RefusalKind.NotFound, (await portal.EndAsync("pia", mother.Id, Nurse, Cancel)).Refusal!.Kind);
        Assert.True(region.Sees(region.Scopes.Of(mother.Member), "Patient/kit"));
    }

    [Fact]
    public async Task A_record_that_bears_the_id_of_an_account_of_staff_gives_no_link_to_it_and_ends_nothing()
    {
        await region.Store.WriteAsync<bool>(
            AccessScope.System,
            session =>
            {
                new Person("boss", "Bo Testperson", "administrator", AccessFixture.Region, []).Write(session);
                return true;
            },
            Cancel);
        await region.PatientAsync("boss", AccessFixture.North);
        await region.PutAsync("""{"resourceType":"RelatedPerson","id":"boss","patient":{"reference":"Patient/pia"},"name":[{"text":"Somebody"}]}""");

        foreach (var patient in new[] { "boss", "pia" })
        {
            Assert.Equal(RefusalKind.Conflict, (await portal.OpenAsync(patient, "boss", Nurse, Cancel)).Refusal!.Kind);
            Assert.Equal(RefusalKind.NotFound, (await portal.EndAsync(patient, "boss", Nurse, Cancel)).Refusal!.Kind);
        }

        Assert.Equal(("Bo Testperson", true), (FindPeople.One(region.Store, "boss")!.Display, FindPeople.One(region.Store, "boss")!.Active));
        Assert.Equal("administrator", Assert.Single(FindPeople.RolesOf(region.Store, "boss")).Role);
    }

    [Fact]
    public async Task Administrators_are_told_where_the_roles_of_patients_are_given()
    {
        var give = new GiveRole(region.Store, journal);
        await region.Store.WriteAsync<bool>(
            AccessScope.System,
            session =>
            {
                new Person("ana", "Ana Testperson", "nurse", AccessFixture.North, []).Write(session);
                return true;
            },
            Cancel);
        foreach (var role in new[] { "patient", "proxy" })
            Assert.Contains("Accounts for this record", (await give.HandleAsync("ana", role, "north", null, AccessScope.System, Cancel)).Refusal!.Details[0].Text);
    }

    private static RepresentativeForm Mother => new("Mara Testperson", "MTH", null, false);

    private AccessScope Nurse => region.As("nurse", AccessFixture.North);

    private IReadOnlyList<PortalAccount> Accounts(string patient, bool isAdult)
    {
        Assert.True(region.Store.Read("Patient", patient, AccessScope.System).Succeeded(out var version, out _));
        return region.Store.Database.Read(session => FindPortalAccounts.Of(session, version!, isAdult, region.Clock.GetUtcNow(), region.Site));
    }

    private static string TokenOf(Outcome<string> link) => link.Succeeded(out var path, out var refusal) ? path["/sign-in/".Length..] : throw new InvalidOperationException(refusal.Text);

    private async Task<Person> SignInAsync(Outcome<string> link) =>
        (await links.SignInAsync(TokenOf(link), Origin.None, Cancel)).Succeeded(out var begun, out var refusal) ? sessions.Look(begun.Secret)!.Person : throw new InvalidOperationException(refusal.Text);
}
