using System.Net;
using System.Text;
using AngleSharp;
using AngleSharp.Dom;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Tandem.Care.Loops;
using Tandem.Fhir.Json;
using Tandem.Kernel.Actors;
using Tandem.Record.Log;
using Tandem.Tests.Care.Loops;
using Tandem.Trial.Open;
using static Tandem.Tests.Care.Patients.PatientSamples;

namespace Tandem.Tests.Care.Patients;

/// <summary>The pages of patients as a whole hub serves them.</summary>
public sealed class PatientPagesTests : IAsyncLifetime
{
    private readonly string folder = Directory.CreateTempSubdirectory("tandem-patients-").FullName;
    private readonly HttpClient browser = new(new HttpClientHandler { AllowAutoRedirect = true });
    private Microsoft.AspNetCore.Builder.WebApplication hub = null!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private static DateTimeOffset Now => TimeProvider.System.GetUtcNow();

    private RecordStore Record => hub.Services.GetRequiredService<RecordStore>();

    public async ValueTask InitializeAsync()
    {
        var settings = new Dictionary<string, string?> { ["Hub:Data"] = folder, ["Hub:Content"] = folder, ["Hub:Urls"] = "http://127.0.0.1:0", ["Hub:Mllp"] = "" };
        Assert.True(OpenHub.TryBuild(settings, out var built));
        hub = built;
        await hub.StartAsync(Cancel);
        browser.BaseAddress = new Uri(hub.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First());
        browser.DefaultRequestHeaders.Accept.ParseAdd("text/html");
        await PutAsync("Patient", "p1", APatient());
    }

    public async ValueTask DisposeAsync()
    {
        browser.Dispose();
        await hub.DisposeAsync();
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public async Task The_page_says_what_changed_what_is_due_and_who_owns_it()
    {
        await PutAsync("Observation", "o1", AResult(6.8, Now.AddHours(-2), flag: "HH"), "urn:tandem:message:m7");
        await OpenAsync(LoopSamples.ACriticalResult() with { Due = Now.AddMinutes(50), Opened = Now.AddMinutes(-10) });

        var page = await OpenPageAsync("/patients/p1");

        Assert.Equal("Ana Testperson", page.QuerySelector("h1")!.TextContent);
        Assert.Equal("Patient · Tandem", page.Title);
        Assert.Contains("6.8 mmol/L", Words(page, "#changed"), StringComparison.Ordinal);
        Assert.Contains("Critical high", Words(page, "#changed"), StringComparison.Ordinal);
        Assert.Contains("due in", Words(page, "#due"), StringComparison.Ordinal);
        Assert.Contains("Speaking with the patient or caregiver", Words(page, "#due"), StringComparison.Ordinal);
        Assert.Contains("bay", Words(page, "#owners"), StringComparison.Ordinal);
        Assert.NotNull(page.QuerySelector("#loops a[href='/feeds/messages/m7']"));
        Assert.Contains("critical-result", Words(page, "#loops .chain"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_empty_record_says_so_in_every_panel()
    {
        var page = await OpenPageAsync("/patients/p1");

        foreach (var panel in new[] { "#changed", "#due", "#owners", "#results", "#stays", "#allergies", "#medicines", "#conditions", "#loops" })
            Assert.NotNull(page.QuerySelector($"{panel} .nothing"));
    }

    [Fact]
    public async Task A_correction_is_shown_with_the_value_before()
    {
        await PutAsync("Observation", "o1", AResult(6.8, Now.AddHours(-2), flag: "HH"));
        await PutAsync("Observation", "o1", AResult(4.1, Now.AddHours(-2), status: "corrected"));

        var page = await OpenPageAsync("/patients/p1");
        var series = await OpenPageAsync("/patients/p1/results/2823-3");

        Assert.Contains("was 6.8 mmol/L", Words(page, "#changed"), StringComparison.Ordinal);
        Assert.Contains("was 6.8 mmol/L", Words(page, "#results"), StringComparison.Ordinal);
        Assert.Contains("Corrected", Words(series, "table"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_series_has_a_chart_for_each_unit_and_says_it_in_words()
    {
        for (var i = 0; i < 3; i++)
        {
            await PutAsync("Observation", $"a{i}", AResult(4 + i, Now.AddDays(-i)));
            await PutAsync("Observation", $"b{i}", AResult(90 + i, Now.AddDays(-i), unit: "mg/dL"));
        }

        var page = await OpenPageAsync("/patients/p1/results/2823-3");

        Assert.Equal("Results · Tandem", page.Title);
        Assert.Equal(2, page.QuerySelectorAll("svg[role=img]").Count(svg => svg.GetAttribute("aria-label")!.Contains("lowest", StringComparison.Ordinal)));
        Assert.Equal(2, page.QuerySelectorAll("table").Length);
    }

    [Fact]
    public async Task The_timeline_links_to_the_message_and_keeps_its_filter_in_the_address()
    {
        await PutAsync("Encounter", "e1", AStay("finished", Now.AddDays(-3), Now.AddDays(-1)), "urn:tandem:message:m1");
        await PutAsync("Observation", "o1", AResult(4, Now.AddDays(-2)));

        var page = await OpenPageAsync("/patients/p1?kind=stay");

        Assert.Equal(2, page.QuerySelectorAll("#timeline .timeline-item").Length);
        Assert.Equal(2, page.QuerySelectorAll("#timeline a[href='/feeds/messages/m1']").Length);
        Assert.Equal("page", page.QuerySelector("#timeline .tabs a[href*='kind=stay']")!.GetAttribute("aria-current"));
    }

    [Fact]
    public async Task Spanish_is_complete()
    {
        await PutAsync("Observation", "o1", AResult(6.8, Now.AddHours(-2), flag: "HH"));

        var page = await OpenPageAsync("/patients/p1", "es");

        Assert.Equal("es", page.DocumentElement.GetAttribute("lang"));
        Assert.Contains("Crítico alto", Words(page, "#changed"), StringComparison.Ordinal);
        Assert.DoesNotContain("Nothing", page.Body!.TextContent, StringComparison.Ordinal);
        Assert.Contains("No consta", Words(page, "#stays"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Who_is_not_there_and_who_was_deleted_are_told_apart()
    {
        using var missing = await browser.GetAsync(new Uri("/patients/nobody", UriKind.Relative), Cancel);
        await Record.WriteAsync<int>(AccessScope.System, session => { session.Delete("Patient", "p1"); return 0; }, Cancel);
        using var gone = await browser.GetAsync(new Uri("/patients/p1", UriKind.Relative), Cancel);

        Assert.Equal((HttpStatusCode.NotFound, HttpStatusCode.Gone), (missing.StatusCode, gone.StatusCode));
        Assert.Contains("no such patient", await missing.Content.ReadAsStringAsync(Cancel), StringComparison.Ordinal);
        Assert.Contains("was deleted", await gone.Content.ReadAsStringAsync(Cancel), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_search_leads_to_an_address_that_holds_no_name()
    {
        await PutAsync("Patient", "p2", APatient("Otherperson", "Luis", "B-2", "1960-01-01"));
        var page = await OpenPageAsync("/patients");
        var form = page.QuerySelector("form[action='/patients/find']")!;
        using var content = new FormUrlEncodedContent(
        [
            new("form-token", form.QuerySelector("input[name=form-token]")!.GetAttribute("value")),
            new("find", "otherp"),
            new("born", "1960-01-01"),
        ]);

        using var answer = await browser.PostAsync(new Uri("/patients/find", UriKind.Relative), content, Cancel);

        var found = await ParseAsync(await answer.Content.ReadAsStringAsync(Cancel));
        var address = answer.RequestMessage!.RequestUri!.ToString();
        Assert.Equal(["Luis Otherperson"], found.QuerySelectorAll("#people a[data-primary]").Select(link => link.TextContent));
        Assert.StartsWith("/patients?find=", answer.RequestMessage.RequestUri.PathAndQuery, StringComparison.Ordinal);
        Assert.DoesNotContain("otherp", address, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("1960", address, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_sealed_search_of_another_hub_is_asked_for_anew()
    {
        var page = await OpenPageAsync("/patients?find=CfDJ8notours");

        Assert.Contains("can no longer be opened", page.Body!.TextContent, StringComparison.Ordinal);
        Assert.NotEmpty(page.QuerySelectorAll("#people tbody tr"));
    }

    [Fact]
    public async Task Who_was_opened_is_found_among_the_recent()
    {
        Assert.Null((await OpenPageAsync("/patients")).QuerySelector("#recent"));
        await OpenPageAsync("/patients/p1");

        Assert.Equal("/patients/p1", (await OpenPageAsync("/patients")).QuerySelector("#recent a")!.GetAttribute("href"));
    }

    private static string Words(IDocument page, string selector) => string.Join(' ', page.QuerySelector(selector)!.TextContent.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));

    private static Task<IDocument> ParseAsync(string html) => BrowsingContext.New(Configuration.Default).OpenAsync(request => request.Content(html), Cancel);

    private async Task<IDocument> OpenPageAsync(string path, string language = "en")
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.AcceptLanguage.ParseAdd(language);
        using var answer = await browser.SendAsync(request, Cancel);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        return await ParseAsync(await answer.Content.ReadAsStringAsync(Cancel));
    }

    private Task PutAsync(string type, string id, string json, string? source = null) => Record.WriteAsync<ResourceVersion>(
        AccessScope.System, session => session.Put(type, id, FhirJson.ParseStored(Encoding.UTF8.GetBytes(json)).Root, source), Cancel);

    private Task OpenAsync(LoopProposal proposal) => Record.WriteAsync<Loop>(AccessScope.System, session => OpenLoop.Apply(session, proposal), Cancel);
}
