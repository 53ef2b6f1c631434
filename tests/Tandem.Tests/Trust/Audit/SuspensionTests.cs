using System.Globalization;
using System.Net;
using Microsoft.Extensions.DependencyInjection;
using NodaTime;
using Tandem.Kernel.Actors;
using Tandem.Kernel.Data;
using Tandem.Kernel.Outcomes;
using Tandem.Kernel.Pages;
using Tandem.Record.Access;
using Tandem.Record.Log;
using Tandem.Tests.Support;
using Tandem.Trust.Audit;
using Tandem.Trust.SignIn;

namespace Tandem.Tests.Trust.Audit;

/// <summary>What an agency asks to hold back stands on no statement while its request is in force (45 CFR 164.528(a)(2)), and research with 50 people or more is summed up on all (164.528(b)(4)).</summary>
public sealed class SuspensionTests
{
    private const string Own = "/patients/one/disclosures";
    private static readonly DateTimeOffset Noon = new(2026, 3, 10, 12, 0, 0, TimeSpan.Zero);
    private static readonly AccessScope Bureau = new(new Actor("Device/bureau", "Sample bureau"), null, "service", "HSYSADMIN", Reach.Everyone);
    private static readonly string[] Secret = ["Sample bureau", "sample búreau", "Wound of the hand", "case 41", "Held back", "uspension"];

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(Engine.Sqlite)]
    [InlineData(Engine.Postgres)]
    public async Task What_an_agency_asked_to_hold_back_is_told_to_no_patient_until_it_is_over(Engine engine)
    {
        await using var hub = await AuditedHub.StartAsync(engine);
        await Midnight.KeepAwayAsync();
        await KeepAsync(hub, Bureau);
        await KeepAsync(hub, Bureau with { Actor = new Actor("Device/registry", "Sample registry") });
        await hub.SignInAsync(new Person("pia", "Pia Testperson", "privacy-officer", null, []));
        await PostAsync(hub, "/note", ("day", Day(-2)), ("recipient", "sample búreau, Inspector Sampleton"), ("address", ""), ("what", "Wound of the hand"), ("purpose", "law-enforcement"));
        await PostAsync(hub, "/note", ("day", Day(-2)), ("recipient", "SAMPLE BUREAU"), ("address", ""), ("what", "Birth"), ("purpose", "public-health"));
        var find = hub.Hub.Services.GetRequiredService<FindDisclosures>();
        Assert.Equal(4, (await find.OfAsync("one", 6)).Lines.Count);

        await PostAsync(hub, "/suspensions/begin", ("agency", "Sample Bureau"), ("official", "Inspector Sampleton"), ("purpose", "law-enforcement"), ("form", "oral"), ("stated", Day(0)), ("until", ""), ("reason", "It would warn him; case 41"));

        var accounting = await find.OfAsync("one", 6);
        Assert.Equal(["Birth", "Sample registry"], accounting.Lines.Select(line => line.Noted?.What ?? line.Recipient).Order(StringComparer.Ordinal));
        Assert.Equal(["System", "Wound of the hand"], accounting.Held.Select(held => held.Line.Noted?.What ?? held.Line.Kind.ToString()).Order(StringComparer.Ordinal));
        var officer = await PageAsync(hub, Own);
        foreach (var words in new[] { "Held back at the request of an agency", "Inspector Sampleton", "case 41", "Left out now", "Wound of the hand", "in force until" })
            Assert.Contains(words, officer, StringComparison.Ordinal);
        foreach (var file in new[] { "/csv", "/fhir" }) // what is handed out
            NotToldOf(await PageAsync(hub, Own + file));
        Assert.Contains("law-enforcement, oral, until ", (await ActsAsync(hub)).Single(), StringComparison.Ordinal);
        Assert.Contains("It would warn him; case 41", (await ActsAsync(hub)).Single(), StringComparison.Ordinal);

        await hub.SignInAsync(new Person("one", "Una Testperson", "patient", null, []));
        foreach (var path in new[] { Own, Own + "/csv", Own + "/fhir", "/patients/one/seen", "/my-record" })
            NotToldOf(await PageAsync(hub, path));
        Assert.Contains("Sample registry", await PageAsync(hub, "/patients/one/seen"), StringComparison.Ordinal);
        Assert.DoesNotContain("Noted a disclosure", await PageAsync(hub, "/patients/one/seen"), StringComparison.Ordinal);

        var suspension = Assert.Single(find.Suspensions("one"));
        var suspend = hub.Hub.Services.GetRequiredService<SuspendDisclosures>();
        Assert.Equal(RefusalKind.Forbidden, (await suspend.HandleAsync("one", Form(), AuditBench.Ana, Cancel)).Refusal?.Kind);
        Assert.Equal(RefusalKind.Forbidden, (await suspend.EndAsync("one", suspension.Id, AuditBench.Ana, Cancel)).Refusal?.Kind);
        await hub.SignInAsync(new Person("pia", "Pia Testperson", "privacy-officer", null, []));
        await PostAsync(hub, $"/suspensions/{suspension.Id}/end");
        await PostAsync(hub, $"/suspensions/{suspension.Id}/end"); // has ended
        Assert.Equal(4, (await find.OfAsync("one", 6)).Lines.Count);
        Assert.Contains("ended by Pia Testperson", await PageAsync(hub, Own), StringComparison.Ordinal);
        Assert.Equal(2, (await ActsAsync(hub)).Count);
    }

    [Theory]
    [InlineData("oral", 0, "", 31)] // the thirtieth day is the last
    [InlineData("oral", -10, "", 21)]
    [InlineData("oral", 0, "5", 6)]
    [InlineData("oral", 0, "31", null)]
    [InlineData("oral", -40, "", null)]
    [InlineData("written", -40, "400", 401)]
    [InlineData("written", 0, "", null)]
    [InlineData("written", 0, "-1", null)]
    [InlineData("written", 1, "5", null)]
    [InlineData("by heart", 0, "5", null)]
    public void An_oral_request_holds_for_thirty_days_and_a_written_one_as_long_as_it_says(string form, int stated, string until, int? ends)
    {
        var typed = Form() with { Form = form, Stated = Text(stated), Until = until.Length == 0 ? "" : Text(int.Parse(until, CultureInfo.InvariantCulture)) };

        var decided = SuspendDisclosures.Decide("one", typed, DateTimeZone.Utc, "Practitioner/pia", Noon, "s");

        Assert.Equal(ends is { } days ? Noon.AddHours(-12).AddDays(days) : default, decided.Succeeded(out var suspension, out _) ? suspension.EndsAt : default);
    }

    [Fact]
    public void Who_asked_orally_is_named_and_why_is_always_said()
    {
        var oral = Form() with { Form = "oral", Until = "" };
        Assert.Null(Refused(oral));
        foreach (var wrong in new[] { oral with { Official = " " }, oral with { Agency = "" }, oral with { Reason = "" }, oral with { Purpose = "court" } })
            Assert.NotNull(Refused(wrong));
        Assert.Null(Refused(Form() with { Official = "" }));

        static Refusal? Refused(SuspensionForm form) => SuspendDisclosures.Decide("one", form, DateTimeZone.Utc, "Practitioner/pia", Noon, "s").Refusal;
    }

    [Theory]
    [InlineData(Engine.Sqlite)]
    [InlineData(Engine.Postgres)]
    public async Task A_request_is_ended_by_the_clock_also_after_that_was_ahead_and_is_set_back(Engine engine)
    {
        using var record = new RecordFixture(engine, [], [DisclosureSuspension.Table]);
        record.Clock.Set(Noon.AddYears(1));
        await record.PutAsync("Patient", "one", """{"resourceType":"Patient"}"""); // from here on the record's time is a year ahead
        record.Clock.Set(Noon);
        var suspend = new SuspendDisclosures(new StatementEntries(record.Store, new SiteSettings(), record.Clock));
        var id = (await suspend.HandleAsync("one", Form(), AccessScope.System, Cancel)).Value;

        record.Clock.Advance(TimeSpan.FromHours(1));
        Assert.Null((await suspend.EndAsync("one", id, AccessScope.System, Cancel)).Refusal);

        var ended = record.Database.Read(session => session.First(DisclosureSuspension.ReadOne, DisclosureSuspension.Read, id))!;
        Assert.Equal((AccessScope.System.Actor.Reference, Noon.AddHours(1)), (ended.EndedBy, ended.EndsAt));
    }

    [Theory]
    [InlineData(Engine.Sqlite)]
    [InlineData(Engine.Postgres)]
    public async Task Research_with_fifty_people_or_more_is_summed_up_on_every_statement_of_its_time(Engine engine)
    {
        await using var hub = await AuditedHub.StartAsync(engine, "privacy-officer");
        await Midnight.KeepAwayAsync();
        var old = TimeProvider.System.GetUtcNow().AddYears(-2).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
        await NoteAsync(hub, "Falls at home", Day(-30), Day(-3), "120");
        await NoteAsync(hub, "Sleep and age", old, old, "50");
        await NoteAsync(hub, "Too small", Day(-30), Day(-3), "49");
        await NoteAsync(hub, "Still to come", Day(-30), Day(3), "120");
        await NoteAsync(hub, "Nobody's", Day(-30), Day(-3), "120", phone: " ");

        var find = hub.Hub.Services.GetRequiredService<FindDisclosures>();
        Assert.Equal(["Falls at home"], (await find.OfAsync("one", 1)).Studies.Select(study => study.Name));
        Assert.Equal(["Falls at home", "Sleep and age"], (await find.OfAsync("two", 6)).Studies.Select(study => study.Name));
        var asked = new[] { "Falls at home", "Whether rails prevent falls; all over 70", "Diagnoses", "Sample fund", "1 Fund Road", "555-0101", "Rea Sample", "2 Campus Road", "555-0102" };
        foreach (var path in new[] { Own, Own + "/csv?years=1", Own + "/fhir?years=1" })
        {
            var statement = await PageAsync(hub, path);
            foreach (var words in asked.Append("may or may not have been disclosed"))
                Assert.Contains(words, statement, StringComparison.Ordinal);
        }

        var study = (await find.OfAsync("one", 1)).Studies[0];
        using (var taken = await hub.PostFormAsync("/audit/studies", $"/audit/studies/{study.Id}/take-back"))
            Assert.Equal(HttpStatusCode.Redirect, taken.StatusCode);
        Assert.Empty((await find.OfAsync("one", 1)).Studies);
        Assert.Contains("Taken back by", await PageAsync(hub, "/audit/studies"), StringComparison.Ordinal);
        var note = hub.Hub.Services.GetRequiredService<NoteStudy>();
        Assert.Equal(RefusalKind.Forbidden, (await note.TakeBackAsync(study.Id, AuditBench.Ana, Cancel)).Refusal?.Kind);
        await hub.Audit.SettleAsync();
        Assert.Equal(["study-noted", "study-noted", "study-taken-back"], hub.Events.Select(row => row.Event.Interaction).Where(code => code.StartsWith("study", StringComparison.Ordinal)));
    }

    private static SuspensionForm Form() => new("Sample bureau", "Inspector Sampleton", "law-enforcement", "written", Text(0), Text(5), "case 41");

    private static string Text(int days) => Noon.AddDays(days).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    /// <summary>A day of the site, which begins some hours after that of UTC.</summary>
    private static string Day(int days) => TimeZoneInfo.ConvertTime(TimeProvider.System.GetUtcNow(), TimeZoneInfo.FindSystemTimeZoneById(new SiteSettings().TimeZone)).AddDays(days)
        .ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    private static void NotToldOf(string page) => Assert.All(Secret, words => Assert.DoesNotContain(words, page, StringComparison.Ordinal));

    private static async Task<string> PageAsync(AuditedHub hub, string path) => WebUtility.HtmlDecode(await hub.Browser.GetStringAsync(new Uri(path, UriKind.Relative), Cancel));

    private static async Task PostAsync(AuditedHub hub, string path, params (string Name, string Value)[] fields)
    {
        using var reply = await hub.PostFormAsync(Own, Own + path, fields);
        Assert.Equal(HttpStatusCode.Redirect, reply.StatusCode);
    }

    private static async Task NoteAsync(AuditedHub hub, string name, string first, string last, string people, string phone = "555-0101")
    {
        using var reply = await hub.PostFormAsync(
            "/audit/studies", "/audit/studies/note", ("name", name), ("about", "Whether rails prevent falls; all over 70"), ("what", "Diagnoses"), ("first", first), ("last", last), ("people", people),
            ("sponsor", "Sample fund"), ("sponsorAddress", "1 Fund Road"), ("sponsorPhone", phone), ("researcher", "Rea Sample"), ("researcherAddress", "2 Campus Road"), ("researcherPhone", "555-0102"));
        Assert.Equal(HttpStatusCode.Redirect, reply.StatusCode);
    }

    private static async Task<List<string>> ActsAsync(AuditedHub hub)
    {
        await hub.Audit.SettleAsync();
        return [.. hub.Events.Where(row => row.Event.Interaction is "disclosures-suspended" or "disclosures-resumed").Select(row =>
        {
            Assert.Null(row.Event.Patient); // nowhere in the patient's own log
            return row.Detail.How;
        })];
    }

    private static async Task KeepAsync(AuditedHub hub, AccessScope scope)
    {
        var trail = hub.Hub.Services.GetRequiredService<TrailKeeper>().Begin(new TrailFacts("search-type"));
        trail.Touched("Observation", "o-one", 0, "one", TouchKind.Read);
        Assert.Null(await trail.KeepAsync(scope, 200));
    }
}
