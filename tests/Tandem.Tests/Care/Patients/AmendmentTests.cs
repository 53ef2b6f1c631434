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
        Assert.Equal(RefusalKind.Forbidden, (await ask.AnswerAsync("x", "accepted", "", "t", AuditBench.Ana, Cancel)).Refusal?.Kind);

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
            if (FindPatientLoops.Find(hub.Record, "one", AccessScope.System) is [var loop] && isMeant(loop))
                return loop;
            Assert.True(TimeProvider.System.GetUtcNow() < patience, "the pathways did not decide");
            await Task.Delay(20, Cancel);
        }
    }
}
