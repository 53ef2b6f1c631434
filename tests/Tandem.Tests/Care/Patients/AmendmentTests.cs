using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Tandem.Care.Loops;
using Tandem.Care.Patients;
using Tandem.Fhir.Json;
using Tandem.Kernel.Actors;
using Tandem.Kernel.Data;
using Tandem.Kernel.Outcomes;
using Tandem.Tests.Trust.Audit;
using Tandem.Trust.Access;
using Tandem.Trust.SignIn;

namespace Tandem.Tests.Care.Patients;

/// <summary>A patient asks that an entry be amended; it is an obligation with an owner and a clock until the privacy office answers; answer and disagreement stand beside the entry.</summary>
public sealed class AmendmentTests
{
    private const string Page = "/patients/one/amendments";
    private static readonly Person Officer = new("ana", "Ana Testperson", "privacy-officer", null, []);
    private static readonly Person Una = new("one", "Una Testperson", "patient", null, []);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(Engine.Sqlite)]
    [InlineData(Engine.Postgres)]
    public async Task A_request_is_an_obligation_of_the_privacy_office_until_it_is_answered_and_a_denial_stands_with_the_disagreement(Engine engine)
    {
        await using var hub = await AuditedHub.StartAsync(engine, Officer.Role);
        await SeedAsync(hub);
        await hub.SignInAsync(Una);
        Assert.Contains("Conditions: Penicillin reaction", await TextAsync(hub, Page), StringComparison.Ordinal);
        await PostAsync(hub, "/ask", ("entry", "Condition/c-one"), ("what", "It was a rash from a plaster"), ("why", "I was there"));

        var loop = await LoopAsync(hub, one => one.IsOpen);
        Assert.Equal(("amendment-request", "answer-amendment", "CareTeam/team-privacy", "CareTeam/team-privacy", false), (loop.Pathway, loop.Action, loop.Team, loop.BackUp, loop.Evidence.MayCloseByHand));
        Assert.InRange(loop.Due - loop.Opened, TimeSpan.FromDays(59.9), TimeSpan.FromDays(61.1));
        Assert.Contains("Penicillin reaction", loop.Why.En, StringComparison.Ordinal);
        Assert.Contains("Waits for an answer", await TextAsync(hub, Page), StringComparison.Ordinal);

        await hub.SignInAsync(Officer);
        Assert.Contains("Answer on the page of amendments", await TextAsync(hub, $"/loops/{loop.Id}"), StringComparison.Ordinal);
        var asked = Assert.Single(await FoundAsync(hub));
        foreach (var (outcome, basis, text) in new[] { ("", "", "x"), ("denied", "", "x"), ("accepted", "", " "), ("denied", "fun", "x") })
            await PostAsync(hub, $"/{asked.Id}/answer", ("outcome", outcome), ("basis", basis), ("text", text));
        Assert.Null(Assert.Single(await FoundAsync(hub)).Answer);
        await PostAsync(hub, $"/{asked.Id}/answer", ("outcome", "denied"), ("basis", "accurate-and-complete"), ("text", "The allergist confirmed it in 2024."));
        Assert.False((await LoopAsync(hub, one => !one.IsOpen)).IsOpen);
        await PostAsync(hub, $"/{asked.Id}/answer", ("outcome", "accepted"), ("basis", ""), ("text", "Changed my mind"));

        await hub.SignInAsync(Una);
        var denied = await TextAsync(hub, Page);
        foreach (var words in new[] { "Denied", "The allergist confirmed it in 2024.", "The entry is accurate and complete", "Office for Civil Rights", "Your statement of disagreement" })
            Assert.Contains(words, denied, StringComparison.Ordinal);
        Assert.DoesNotContain("Changed my mind", denied, StringComparison.Ordinal);
        await PostAsync(hub, $"/{asked.Id}/disagree", ("text", "The allergist saw somebody else."));
        await PostAsync(hub, $"/{asked.Id}/disagree", ("text", "Once more"));

        await hub.SignInAsync(new Person("nia", "Nia Testperson", "nurse", null, []));
        foreach (var page in new[] { Page, "/patients/one" }) // the entry is shown with the denial and the disagreement
        {
            var shown = await TextAsync(hub, page);
            Assert.Contains("The allergist confirmed it in 2024.", shown, StringComparison.Ordinal);
            Assert.Contains("The allergist saw somebody else.", shown, StringComparison.Ordinal);
            Assert.DoesNotContain("Once more", shown, StringComparison.Ordinal);
        }

        Assert.Equal(2, (await TextAsync(hub, "/patients/one")).Split("The patient disagrees: The allergist saw somebody else.").Length - 1); // with the condition, and on its day

        var links = FhirJson.ParseStored(await hub.Browser.GetByteArrayAsync(new Uri("/fhir/Condition?_id=c-one&_revinclude=Provenance:target", UriKind.Relative), Cancel)).Root["entry"u8].Items.AsEnumerable().Select(entry => entry["resource"u8]).ToList();
        Assert.Contains(links, one => one["resourceType"u8].Is("Provenance"u8) && one["entity"u8].First["what"u8]["reference"u8].Text == "Communication/" + asked.Id);
        Assert.Equal(HttpStatusCode.OK, (await hub.TraceAsync("GET", "/fhir/Communication/" + asked.Id)).Status);
    }

    [Fact]
    public async Task Nobody_asks_for_another_answers_without_the_role_or_forges_an_answer()
    {
        await using var hub = await AuditedHub.StartAsync(Engine.Sqlite, Officer.Role);
        await SeedAsync(hub);
        var ask = hub.Hub.Services.GetRequiredService<AskAmendment>();
        Assert.Equal(RefusalKind.NotFound, (await ask.HandleAsync("one", new("Condition/c-one", "w", "y"), AuditBench.Ana, Cancel)).Refusal?.Kind);
        Assert.Equal(RefusalKind.Forbidden, (await ask.AnswerAsync("x", "accepted", "", "t", "", AuditBench.Ana, Cancel)).Refusal?.Kind);

        await hub.SignInAsync(Una);
        foreach (var (entry, what, why) in new[] { ("Condition/c-two", "w", "y"), ("Condition/none", "w", "y"), ("", "w", "y"), ("Condition/c-one", "", "y"), ("Condition/c-one", "w", " ") })
            await PostAsync(hub, "/ask", ("entry", entry), ("what", what), ("why", why));
        Assert.Empty(await FoundAsync(hub));
        Assert.Equal(HttpStatusCode.NotFound, (await hub.TraceAsync("GET", "/patients/two/amendments", html: true)).Status);
        await PostAsync(hub, "/ask", ("entry", "Patient/one"), ("what", "My name"), ("why", "It is Una"));
        var asked = Assert.Single(await FoundAsync(hub));
        const string Communication = """{"resourceType":"Communication","status":"completed","category":[{"coding":[{"system":"https://tandem.example/fhir/CodeSystem/amendment","code":"CODE"}]}],"subject":{"reference":"Patient/one"},"inResponseTo":[{"reference":"Communication/ID"}],"sender":{"reference":"Practitioner/ana"},"sent":"2026-11-27T10:00:00Z"}""";
        var forged = Communication.Replace("ID", asked.Id, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.Forbidden, (await hub.TraceAsync("POST", "/fhir/Communication", body: forged.Replace("CODE", "amendment-answer", StringComparison.Ordinal))).Status);
        Assert.Equal(HttpStatusCode.Created, (await hub.TraceAsync("POST", "/fhir/Communication", body: forged.Replace("CODE", "question", StringComparison.Ordinal))).Status);

        Assert.Equal(HttpStatusCode.Created, (await hub.TraceAsync("POST", "/fhir/Communication", body: """{"resourceType":"Communication","status":"completed","subject":{"reference":"Patient/one"}}""")).Status);

        await hub.SignInAsync(Officer); // who sees requests and nothing else that was written
        var seen = FhirJson.ParseStored(await hub.Browser.GetByteArrayAsync(new Uri("/fhir/Communication?subject=Patient/one", UriKind.Relative), Cancel)).Root;
        Assert.Equal([asked.Id], seen["entry"u8].Items.AsEnumerable().Select(entry => entry["resource"u8]["id"u8].Text));
        await PostAsync(hub, $"/{asked.Id}/answer", ("outcome", "accepted"), ("basis", ""), ("text", "It says Una now"));
        await hub.SignInAsync(Una);
        var accepted = await TextAsync(hub, Page);
        Assert.Contains("Accepted", accepted, StringComparison.Ordinal);
        Assert.DoesNotContain("Your statement of disagreement", accepted, StringComparison.Ordinal);
        await PostAsync(hub, $"/{asked.Id}/disagree", ("text", "No"));
        Assert.Null(Assert.Single(await FoundAsync(hub)).Disagreement);
    }

    [Theory]
    [InlineData(Engine.Sqlite)]
    [InlineData(Engine.Postgres)]
    public async Task An_accepted_amendment_reaches_whom_the_patient_names_and_who_has_what_was_amended(Engine engine)
    {
        await using var hub = await AuditedHub.StartAsync(engine, Officer.Role);
        await SeedAsync(hub);
        using (var noted = await hub.PostFormAsync("/patients/one/disclosures", "/patients/one/disclosures/note", ("day", "2026-03-02"), ("recipient", "Sample department"), ("address", "12 Sample Street"), ("what", "w"), ("purpose", "public-health")))
            Assert.Equal(HttpStatusCode.Redirect, noted.StatusCode);
        await hub.SignInAsync(Una);
        await PostAsync(hub, "/ask", ("entry", "Condition/c-one"), ("what", "A rash"), ("why", "w"), ("tell", "Dr Sample, 1 Sample Road\r\n\r\nDr Sample, 1 Sample Road"));
        await hub.SignInAsync(Officer);
        var asked = Assert.Single(await FoundAsync(hub));
        Assert.Contains("Dr Sample, 1 Sample Road\nSample department, 12 Sample Street", await TextAsync(hub, Page), StringComparison.Ordinal);
        await PostAsync(hub, $"/{asked.Id}/answer", ("outcome", "accepted"), ("basis", ""), ("text", "It was a rash"), ("tell", "Dr Sample, 1 Sample Road\r\nSample department, 12 Sample Street"));

        var loop = await LoopAsync(hub, one => one is { Pathway: "amendment-notice", IsOpen: true });
        Assert.Equal(("tell-amendment", "CareTeam/team-privacy", false), (loop.Action, loop.Team, loop.Evidence.MayCloseByHand));
        var list = Assert.Single((await FoundAsync(hub))[0].ToTell);
        var letter = await TextAsync(hub, $"{Page}/notices/{list.Id}/1");
        foreach (var words in new[] { "Notice to Sample department, 12 Sample Street", "Una Testperson", "Penicillin reaction", "It was a rash", "164.526(e)" })
            Assert.Contains(words, letter, StringComparison.Ordinal);
        await PostAsync(hub, $"/notices/{list.Id}/0", ("way", "mail"), ("note", ""));
        foreach (var (number, way, note) in new[] { ("0", "mail", ""), ("1", "pigeon", ""), ("1", "not-reached", ""), ("2", "mail", "") })
            await PostAsync(hub, $"/notices/{list.Id}/{number}", ("way", way), ("note", note));
        Assert.Equal([true, false], (await FoundAsync(hub))[0].ToTell[0].All.Select(one => one.Told is not null));
        Assert.True((await LoopAsync(hub, one => one.Pathway == "amendment-notice")).IsOpen);
        await PostAsync(hub, $"/notices/{list.Id}/1", ("way", "not-reached"), ("note", "Moved; no address found"));
        await LoopAsync(hub, one => one is { Pathway: "amendment-notice", IsOpen: false });

        await hub.SignInAsync(Una);
        await PostAsync(hub, $"/{asked.Id}/tell", ("tell", "Dr Sample, 1 Sample Road")); // is told already
        await PostAsync(hub, $"/{asked.Id}/tell", ("tell", "Sample school"));
        Assert.Equal([2, 1], (await FoundAsync(hub))[0].ToTell.Select(one => one.All.Count));
        await LoopAsync(hub, one => one is { Pathway: "amendment-notice", IsOpen: true });
        Assert.Contains("told: could not be reached, Ana Testperson", await TextAsync(hub, Page), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.NotFound, (await hub.TraceAsync("GET", $"{Page}/notices/{list.Id}/1", html: true)).Status);
        var forged = """{"resourceType":"Communication","status":"completed","category":[{"coding":[{"system":"https://tandem.example/fhir/CodeSystem/amendment","code":"amendment-notice"}]}],"subject":{"reference":"Patient/one"},"sender":{"reference":"Practitioner/ana"},"statusReason":{"coding":[{"code":"all-told"}]}}""";
        Assert.Equal(HttpStatusCode.Forbidden, (await hub.TraceAsync("POST", "/fhir/Communication", body: forged)).Status);
        var tell = hub.Hub.Services.GetRequiredService<TellAmendment>();
        Assert.Equal(RefusalKind.Forbidden, (await tell.ToldAsync("one", list.Id, 0, "mail", "", AuditBench.Ana, Cancel)).Refusal?.Kind);
        Assert.Equal(RefusalKind.NotFound, (await tell.NameAsync("one", asked.Id, "x", AuditBench.Ana, Cancel)).Refusal?.Kind);
    }

    private static async Task SeedAsync(AuditedHub hub)
    {
        await hub.PutAsync("CareTeam", "t-nia", """{"resourceType":"CareTeam","status":"active","subject":{"reference":"Patient/one"},"participant":[{"member":{"reference":"Practitioner/nia"}}]}""");
        foreach (var patient in new[] { "one", "two" })
            await hub.PutAsync("Condition", "c-" + patient, """{"resourceType":"Condition","clinicalStatus":{"coding":[{"code":"active"}]},"code":{"text":"Penicillin reaction"},"subject":{"reference":"Patient/PATIENT"},"recordedDate":"2026-03-01"}""".Replace("PATIENT", patient, StringComparison.Ordinal));
    }

    private static Task<IReadOnlyList<Amendment>> FoundAsync(AuditedHub hub) =>
        Task.FromResult(FindAmendments.Of(hub.Hub.Services.GetRequiredService<Tandem.Record.Search.RecordSearch>(), "one", AccessScope.System));

    private static async Task<string> TextAsync(AuditedHub hub, string path) => WebUtility.HtmlDecode(await hub.Browser.GetStringAsync(new Uri(path, UriKind.Relative), Cancel));

    private static async Task PostAsync(AuditedHub hub, string action, params (string Name, string Value)[] fields)
    {
        using var reply = await hub.PostFormAsync(Page, Page + action, fields);
        Assert.Equal(Page, reply.Headers.Location?.ToString());
    }

    /// <summary>The loop, once the pathways have decided.</summary>
    private static async Task<Loop> LoopAsync(AuditedHub hub, Func<Loop, bool> isMeant)
    {
        var patience = TimeProvider.System.GetUtcNow().AddMinutes(1);
        while (true)
        {
            if (FindPatientLoops.Find(hub.Record, "one", AccessScope.System).FirstOrDefault(isMeant) is { } loop)
                return loop;
            Assert.True(TimeProvider.System.GetUtcNow() < patience, "the pathways did not decide");
            await Task.Delay(20, Cancel);
        }
    }
}
