using System.Net;
using System.Text;
using AngleSharp;
using AngleSharp.Dom;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Tandem.Care.Intake;
using Tandem.Care.Pathways;
using Tandem.Fhir.Json;
using Tandem.Hl7v2;
using Tandem.Hl7v2.Segments;
using Tandem.Kernel.Actors;
using Tandem.Kernel.Data;
using Tandem.Record.Log;
using Tandem.Record.Reactions;
using Tandem.Record.Validation;
using Tandem.Trial.Open;

namespace Tandem.Tests.Care.Intake;

/// <summary>What could not be taken in, on the page of feeds as a whole hub serves it.</summary>
public sealed class UnsettledTests : IAsyncLifetime
{
    private readonly string folder = Directory.CreateTempSubdirectory("tandem-unsettled-").FullName;
    private readonly HttpClient browser = new();
    private WebApplication hub = null!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private RecordStore Record => hub.Services.GetRequiredService<RecordStore>();

    public async ValueTask InitializeAsync()
    {
        var settings = new Dictionary<string, string?> { ["Hub:Data"] = folder, ["Hub:Content"] = folder, ["Hub:Urls"] = "http://127.0.0.1:0", ["Hub:Mllp"] = "", ["Validation:Feeds"] = "Warn" };
        Assert.True(OpenHub.TryBuild(settings, out var built));
        hub = built;
        await hub.StartAsync(Cancel);
        browser.BaseAddress = new Uri(hub.Urls.First());
        browser.DefaultRequestHeaders.Accept.ParseAdd("text/html");
    }

    public async ValueTask DisposeAsync()
    {
        browser.Dispose();
        await hub.DisposeAsync();
        Directory.Delete(folder, recursive: true);
    }

    [Fact] // per-1: a period ends after it starts
    public async Task What_a_feed_brings_against_a_rule_is_noted_or_waits_as_its_source_is_set()
    {
        Assert.Null((await OpenPageAsync()).QuerySelector("#noted"));
        await ReceiveAsync(Backwards("C1"), "AA");
        await Eventually.TrueAsync(() => ValidationNote.Page(Record, null, 10, AccessScope.System, HubParts.Feeds).Notes.Any(note => note.Errors == 1));
        var noted = (await OpenPageAsync()).QuerySelector("#noted")!;
        Assert.StartsWith("Patient/", noted.QuerySelector("tbody th")!.TextContent, StringComparison.Ordinal); // what breaks a rule goes before what has warnings
        foreach (var words in new[] { "Patient/", "Device/feed-", "Errors: 1", "Patient.contact[0].period", "per-1" })
            Assert.Contains(words, noted.TextContent, StringComparison.Ordinal);
        Assert.DoesNotContain("Testperson", noted.OuterHtml, StringComparison.Ordinal);
        Assert.Contains("Aceptado con avisos", (await OpenPageAsync("es")).QuerySelector("#noted")!.TextContent, StringComparison.Ordinal);

        var sources = hub.Services.GetRequiredService<FeedSources>();
        await sources.SaveAsync(sources.All.Single() with { Validation = ValidationMode.Enforce }, AccessScope.System, Cancel);
        await ReceiveAsync(Backwards("C2", "P2"), "AE");
        await ReceiveAsync(Messages.Adt("A08", "C3", "20260302", "P3", "VP3"), "AA");
        await Eventually.TrueAsync(() => Quarantined() == 1);

        await sources.SaveAsync(sources.All.Single() with { Validation = ValidationMode.Off }, AccessScope.System, Cancel);
        await ReceiveAsync(Backwards("C4", "P4"), "AA");
        await Eventually.TrueAsync(() => Quarantined() == 1);
    }

    private static string Backwards(string controlId, string patient = "P1") => Messages.Adt("A08", controlId, "20260301", patient, "V" + patient) + "NK1|1|Testperson^Kin|MTH|||||20260301|20260101";

    private long Quarantined() => Record.Database.Read(session => session.Query(
        "SELECT COUNT(*) FROM intake_states WHERE status = 'quarantined' AND reason = 'breaks-rules' AND detail LIKE '%Patient.contact[0].period%'", row => row.Integer(0)))[0];

    private async Task ReceiveAsync(string message, string answer)
    {
        var answers = await hub.Services.GetRequiredService<Reception>().ReceiveAsync(new Arrival(Encoding.UTF8.GetBytes(message), TimeProvider.System.GetUtcNow(), "test"), Cancel);
        Assert.Equal(answer, Msa.In(Hl7Message.Parse(answers[0]).Message!).Code);
    }

    [Fact]
    public async Task What_could_not_be_taken_in_is_shown_without_a_patient_and_tried_again()
    {
        Assert.Null((await OpenPageAsync()).QuerySelector("#unsettled"));
        await WriteAsync(session =>
        {
            var patient = session.Put("Patient", "zz1", FhirJson.ParseStored("""{"resourceType":"Patient","id":"zz1"}"""u8.ToArray()).Root);
            session.Write(ReactionTables.Parked, "pathways", patient.Seq, "InvalidOperationException: Ana Testperson has no bed", session.Now);
            session.Write(ReactionTables.Parked, "pathways", 999_999, "TimeoutException: Ana Testperson", session.Now);
            session.Write(PathwayTables.Undecided, "zz1", "critical-result|1.0.0", "tell-clinician", "Observation/zz2", "There is no function lows().", session.Now, DbValue.Null, DbValue.Null, DbValue.Null, DbValue.Null, DbValue.Null);
        });

        var page = await OpenPageAsync();
        var shown = page.QuerySelector("#unsettled")!;
        Assert.Equal(3, shown.QuerySelectorAll("tbody tr").Length);
        foreach (var words in new[] { "Patient, change", "The hub failed", "InvalidOperationException", "Observation: pathway critical-result 1.0.0, step tell-clinician", "There is no function lows()." })
            Assert.Contains(words, shown.TextContent, StringComparison.Ordinal);
        Assert.DoesNotContain("Testperson", shown.OuterHtml, StringComparison.Ordinal);
        Assert.DoesNotContain("zz", shown.TextContent, StringComparison.Ordinal);
        Assert.Contains("Sin incorporar", (await OpenPageAsync("es")).QuerySelector("#unsettled")!.TextContent, StringComparison.Ordinal);

        var after = await PressAsync(shown);
        Assert.Single(after.QuerySelectorAll("#unsettled tbody tr"));
        Assert.Contains("1 still cannot be taken in.", after.Body!.TextContent, StringComparison.Ordinal);

        await WriteAsync(session => session.Remove(ReactionTables.Parked, "pathways", 999_999));
        Assert.Null((await OpenPageAsync()).QuerySelector("#unsettled"));
    }

    [Fact]
    public async Task Who_may_not_look_after_feeds_sees_nothing_and_tries_nothing_again()
    {
        var (reactions, pathways) = (hub.Services.GetRequiredService<ReactionRunner>(), hub.Services.GetRequiredService<PathwayVerification>());
        await WriteAsync(session => session.Write(ReactionTables.Parked, "pathways", 999_999, "TimeoutException", session.Now));

        Assert.Empty(FindUnsettled.Handle(Record, reactions, AccessScope.Nobody));
        Assert.NotNull((await RetryUnsettled.HandleAsync(Record, reactions, pathways, AccessScope.Nobody, Cancel)).Refusal);
        using var bare = await browser.PostAsync(new Uri("/feeds/unsettled/retry", UriKind.Relative), new FormUrlEncodedContent([]), Cancel);
        Assert.Equal(HttpStatusCode.BadRequest, bare.StatusCode);
    }

    private async Task<IDocument> OpenPageAsync(string language = "en")
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/feeds");
        request.Headers.AcceptLanguage.ParseAdd(language);
        using var answer = await browser.SendAsync(request, Cancel);
        return await ParseAsync(answer);
    }

    /// <summary>Presses the only button within a part of a page.</summary>
    private async Task<IDocument> PressAsync(IElement part)
    {
        using var content = new FormUrlEncodedContent([new("form-token", part.QuerySelector("input[name=form-token]")!.GetAttribute("value"))]);
        using var answer = await browser.PostAsync(new Uri(part.QuerySelector("form")!.GetAttribute("action")!, UriKind.Relative), content, Cancel);
        return await ParseAsync(answer);
    }

    private static async Task<IDocument> ParseAsync(HttpResponseMessage answer)
    {
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        var html = await answer.Content.ReadAsStringAsync(Cancel);
        return await BrowsingContext.New(Configuration.Default).OpenAsync(request => request.Content(html), Cancel);
    }

    private Task WriteAsync(Action<WriteSession> write) => Record.WriteAsync<bool>(
        AccessScope.System,
        session =>
        {
            write(session);
            return true;
        },
        Cancel);
}
