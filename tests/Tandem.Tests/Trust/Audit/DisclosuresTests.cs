using System.Globalization;
using System.Net;
using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Tandem.Fhir.Json;
using Tandem.Kernel.Actors;
using Tandem.Kernel.Data;
using Tandem.Kernel.Outcomes;
using Tandem.Kernel.Pages;
using Tandem.Record.Access;
using Tandem.Record.Log;
using Tandem.Tests.Support;
using Tandem.Trust.Access;
using Tandem.Trust.Audit;
using Tandem.Trust.SignIn;

namespace Tandem.Tests.Trust.Audit;

/// <summary>The accounting of disclosures that a patient can ask for: what is on it and what is not, who sees it, and what staff note and hand out.</summary>
public sealed class DisclosuresTests
{
    private static readonly AccessScope Registry = new(new Actor("Device/registry", "Sample registry"), "Organization/registry", "service", "HSYSADMIN", Reach.Everyone);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("read", "TREAT", "nurse", "Practitioner/ana", null)]
    [InlineData("export", "TREAT", "physician", "Practitioner/ana", null)]
    [InlineData("export", "HOPERAT", "system", "Device/hub", null)]
    [InlineData("read", "PATRQT", "patient", "Patient/one", null)]
    [InlineData("export", "HSYSADMIN", "integration-engineer", "Practitioner/ivo", null)]
    [InlineData("page", "HCOMPL", "privacy-officer", "Practitioner/pia", null)]
    [InlineData("update", "HSYSADMIN", "service", "Device/registry", null)]
    [InlineData("export", "HSYSADMIN", "service", "Device/registry", "Export")]
    [InlineData("notification", "HSYSADMIN", "service", "Device/registry", "Notification")]
    [InlineData("search-type", "HSYSADMIN", "service", "Device/registry", "System")]
    [InlineData("read", "HRESCH", "researcher", "Practitioner/rea", "Research")]
    [InlineData("export", "HRESCH", "service", "Device/study", "Research")]
    public void What_is_for_treatment_payment_and_operations_is_no_line(string interaction, string purpose, string role, string actor, string? kind)
    {
        var detail = new AuditDetail { Action = AuditInteraction.ActionOf(interaction), Purpose = purpose, Role = role };
        var happened = new AuditDraft(default, 0, "one", actor, interaction, 0, AuditMarks.None, []);

        Assert.Equal(kind, DisclosureReading.KindOf(happened, detail)?.ToString());
        Assert.Null(DisclosureReading.KindOf(happened with { Outcome = 4 }, detail));
    }

    [Theory]
    [InlineData(Engine.Sqlite)]
    [InlineData(Engine.Postgres)]
    public async Task A_privacy_officer_hands_out_what_left_the_house_and_what_was_noted(Engine engine)
    {
        await using var hub = await AuditedHub.StartAsync(engine);
        await Midnight.KeepAwayAsync();
        await SeedAsync(hub);
        await hub.TraceAsync("GET", "/fhir/Observation/o-one"); // for treatment
        await hub.SignInAsync(new Person("pia", "Pia Testperson", "privacy-officer", null, []));

        var day = TimeProvider.System.GetUtcNow().AddDays(-3);
        await NoteAsync(hub, day, "=County health department", "12 Sample Street");
        await NoteAsync(hub, TimeProvider.System.GetUtcNow().AddYears(-2), "Sample court", "");
        var page = await PageAsync(hub, "?years=1");

        foreach (var words in new[]
                 {
                     "Sample registry, Sample registry of the region", "1 Register Road, Sampletown NY 10001", "2 times", "Sample app", "It could read: Test results, vital signs and other findings", "Ana Testperson",
                     "Emergency; the review is still to come", "=County health department", "12 Sample Street", "Public health (164.512(b))", "Noted by Pia Testperson", "Not in this period.", "Study",
                 })
            Assert.Contains(words, page, StringComparison.Ordinal);
        Assert.DoesNotContain("Sample court", page, StringComparison.Ordinal);
        Assert.Contains("Sample court", await PageAsync(hub, ""), StringComparison.Ordinal);
        var find = hub.Hub.Services.GetRequiredService<FindDisclosures>();
        Assert.Equal(["App 1", "Emergency 1", "Noted 1", "Noted 1", "Research 1", "System 2"], (await find.OfAsync("one", 6)).Lines.Select(line => $"{line.Kind} {line.Times}").Order(StringComparer.Ordinal));
        Assert.Equal(["System 2"], (await find.OfAsync("two", 6)).Lines.Select(line => $"{line.Kind} {line.Times}")); // of an event of both only the own

        var table = await hub.Browser.GetStringAsync(new Uri("/patients/one/disclosures/csv?years=1", UriKind.Relative), Cancel);
        Assert.StartsWith("first,last,times,recipient,address,what,purpose,how", table, StringComparison.Ordinal);
        Assert.Contains("'=County health department", table, StringComparison.Ordinal);
        Assert.DoesNotContain(",=County", table, StringComparison.Ordinal);
        var bundle = FhirJson.ParseStored(Encoding.UTF8.GetBytes(await hub.Browser.GetStringAsync(new Uri("/patients/one/disclosures/fhir", UriKind.Relative), Cancel))).Root;
        var events = bundle["entry"u8].Items.AsEnumerable().Select(entry => entry["resource"u8]).ToList();
        Assert.Equal(7, events.Count);
        Assert.All(events, one => Assert.Equal(("AuditEvent", "Patient/one"), (one["resourceType"u8].Text, one["entity"u8].Items.AsEnumerable().Select(entity => entity["what"u8]["reference"u8].Text).First(text => text?.StartsWith("Patient/", StringComparison.Ordinal) == true))));

        using (var given = await hub.PostFormAsync("/patients/one/disclosures", "/patients/one/disclosures/give", ("years", "6")))
            Assert.Equal(HttpStatusCode.Redirect, given.StatusCode);
        Assert.Contains("by Pia Testperson", await PageAsync(hub, ""), StringComparison.Ordinal);
        var court = (await find.OfAsync("one", 6)).Lines.Single(line => line.Recipient == "Sample court").Noted!;
        using (var taken = await hub.PostFormAsync("/patients/one/disclosures", $"/patients/one/disclosures/{court.Id}/take-back"))
            Assert.Equal(HttpStatusCode.Redirect, taken.StatusCode);
        Assert.DoesNotContain("Sample court", await PageAsync(hub, ""), StringComparison.Ordinal);
        await hub.Audit.SettleAsync();
        Assert.Equal(
            ["disclosure-noted public-health", "disclosure-noted public-health", "disclosures-given 6", "disclosure-taken-back public-health"],
            hub.Events.Where(row => row.Event.Interaction.StartsWith("disclosure", StringComparison.Ordinal)).Select(row => $"{row.Event.Interaction} {row.Detail.How.Split(' ')[^1]}"));
        Assert.DoesNotContain("County", string.Concat(hub.Events.Select(row => Encoding.UTF8.GetString(row.Event.Body))), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Patients_see_their_own_staff_note_for_those_they_reach_and_nobody_else_sees_anything()
    {
        await using var hub = await AuditedHub.StartAsync(Engine.Sqlite);
        await Midnight.KeepAwayAsync();
        await SeedAsync(hub);

        var form = await PageAsync(hub, ""); // a nurse of the patient
        Assert.Contains("Note a disclosure", form, StringComparison.Ordinal);
        Assert.DoesNotContain("Sample registry", form, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.Forbidden, (await hub.TraceAsync("GET", "/patients/one/disclosures/csv")).Status);
        await NoteAsync(hub, TimeProvider.System.GetUtcNow().AddDays(-1), "Sample department", "");
        Assert.Contains("Sample department", await PageAsync(hub, ""), StringComparison.Ordinal);
        foreach (var (day, recipient, what, purpose) in new[] { ("2101-01-01", "r", "w", "court"), ("2001-01-01", "r", "w", "court"), ("today", "r", "w", "court"), (Day(-1), " ", "w", "court"), (Day(-1), "r", "", "court"), (Day(-1), "r", "w", "fun") })
        {
            using var refused = await hub.PostFormAsync("/patients/one/disclosures", "/patients/one/disclosures/note", ("day", day), ("recipient", recipient), ("what", what), ("purpose", purpose));
            Assert.Equal(HttpStatusCode.Redirect, refused.StatusCode);
        }

        var (find, note) = (hub.Hub.Services.GetRequiredService<FindDisclosures>(), hub.Hub.Services.GetRequiredService<NoteDisclosure>());
        Assert.Single((await find.OfAsync("one", 6)).Lines, line => line.Kind == DisclosureKind.Noted);
        var stranger = hub.Hub.Services.GetRequiredService<AccessScopes>().Of(new Member("Practitioner/stranger", "A stranger", "front-desk", "Organization/elsewhere", [], "COVERAGE"));
        Assert.Equal(RefusalKind.NotFound, (await note.HandleAsync("one", new(Day(-1), "r", "", "w", "court"), stranger, Cancel)).Refusal?.Kind);
        Assert.Equal(RefusalKind.Forbidden, (await note.TakeBackAsync("one", "x", stranger, Cancel)).Refusal?.Kind);
        Assert.Equal(RefusalKind.Forbidden, (await note.GiveAsync("one", 6, stranger, Cancel)).Refusal?.Kind);
        Assert.False(find.IsFor("one", stranger));

        await hub.SignInAsync(new Person("one", "Una Testperson", "patient", null, []));
        var own = await PageAsync(hub, "");
        foreach (var words in new[] { "Sample registry", "Sample department", "Una Testperson", "45 CFR 164.528" })
            Assert.Contains(words, own, StringComparison.Ordinal);
        foreach (var words in new[] { "Note a disclosure", "Noted by", "Take back", "handed out" })
            Assert.DoesNotContain(words, own, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.OK, (await hub.TraceAsync("GET", "/patients/one/disclosures/csv")).Status);
        Assert.Equal(HttpStatusCode.Forbidden, (await hub.TraceAsync("GET", "/patients/two/disclosures", html: true)).Status);
        Assert.Equal(HttpStatusCode.Forbidden, (await hub.TraceAsync("GET", "/patients/two/disclosures/fhir")).Status);
    }

    private static async Task<string> PageAsync(AuditedHub hub, string query) =>
        WebUtility.HtmlDecode(await hub.Browser.GetStringAsync(new Uri("/patients/one/disclosures" + query, UriKind.Relative), Cancel));

    private static async Task NoteAsync(AuditedHub hub, DateTimeOffset at, string recipient, string address)
    {
        using var reply = await hub.PostFormAsync(
            "/patients/one/disclosures", "/patients/one/disclosures/note", ("day", at.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)), ("recipient", recipient), ("address", address), ("what", "Report of a test"), ("purpose", "public-health"));
        Assert.Equal(HttpStatusCode.Redirect, reply.StatusCode);
    }

    /// <summary>A day of the site, which begins some hours after that of UTC.</summary>
    private static string Day(int days) => TimeZoneInfo.ConvertTime(TimeProvider.System.GetUtcNow(), TimeZoneInfo.FindSystemTimeZoneById(new SiteSettings().TimeZone)).AddDays(days)
        .ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    /// <summary>A service read both records twice, a study one, an app was let in by the patient and one by staff, and the record was opened in an emergency.</summary>
    private static async Task SeedAsync(AuditedHub hub)
    {
        await hub.PutAsync("Organization", "registry", """{"resourceType":"Organization","name":"Sample registry of the region","address":[{"line":["1 Register Road"],"city":"Sampletown","state":"NY","postalCode":"10001"}]}""");
        await KeepAsync(hub, Registry, "search-type", "one", "two");
        await KeepAsync(hub, Registry, "search-type", "one", "two");
        await KeepAsync(hub, Registry with { Actor = new Actor("Device/study", "Study"), Organization = null, Purpose = "HRESCH" }, "search-type", "one");
        Assert.Null((await hub.Record.WriteAsync<bool>(
            AuditBench.Ana,
            session =>
            {
                session.Acted(new TrailAct("app-connected", ActKind.App, "launch/patient patient/Observation.rs") { Actor = "Patient/one", Subjects = ["Device/sample", "Patient/one"], Patient = "one" });
                session.Acted(new TrailAct("app-connected", ActKind.App, "patient/*.rs") { Subjects = ["Device/ward", "Practitioner/ana"], Patient = "one" });
                session.Write(Tandem.Trust.Smart.SmartTables.Clients, "sample", "approved", """{"client_name":"Sample app"}""", DbValue.Null, DbValue.Null, DbValue.Null, DbValue.Null, session.Now, DbValue.Null, DbValue.Null);
                session.Write(EmergencyAccess.Table, "e1", "Practitioner/ana", "Ana Testperson", "one", "Unconscious", session.Now, session.Now, "", "", DbValue.Null);
                session.Acted(new TrailAct("emergency-opened", ActKind.Emergency, "e1") { Patient = "one" });
                return true;
            },
            Cancel)).Refusal);
    }

    private static async Task KeepAsync(AuditedHub hub, AccessScope scope, string interaction, params string[] patients)
    {
        var trail = hub.Hub.Services.GetRequiredService<TrailKeeper>().Begin(new TrailFacts(interaction));
        foreach (var patient in patients)
            trail.Touched("Observation", "o-" + patient, 0, patient, TouchKind.Read);
        Assert.Null(await trail.KeepAsync(scope, 200));
    }
}
