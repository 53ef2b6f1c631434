using System.Net;
using System.Text;
using System.Text.Json;
using AngleSharp;
using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Tandem.Care.Loops;
using Tandem.Fhir.Json;
using Tandem.Kernel.Actors;
using Tandem.Record.Log;
using Tandem.Tests.Support;
using Tandem.Trial.Open;
using static Tandem.Tests.Care.Loops.LoopSamples;

namespace Tandem.Tests.Care.Loops;

/// <summary>The acts as a browser posts them, to a whole hub.</summary>
public sealed class LoopPostsTests : IAsyncLifetime
{
    private readonly string folder = Directory.CreateTempSubdirectory("tandem-posts-").FullName;
    private readonly HttpClient browser = new(new HttpClientHandler { AllowAutoRedirect = false, UseCookies = false });
    private Microsoft.AspNetCore.Builder.WebApplication hub = null!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private RecordStore Record => hub.Services.GetRequiredService<RecordStore>();

    public async ValueTask InitializeAsync()
    {
        var settings = new Dictionary<string, string?> { ["Hub:Data"] = folder, ["Hub:Content"] = folder, ["Hub:Urls"] = "http://127.0.0.1:0", ["Hub:Mllp"] = "" };
        Assert.True(OpenHub.TryBuild(settings, out var built));
        hub = built;
        await hub.StartAsync(Cancel);
        browser.BaseAddress = new Uri(hub.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First());
    }

    public async ValueTask DisposeAsync()
    {
        browser.Dispose();
        await hub.DisposeAsync();
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public async Task A_post_acts_and_leads_back_with_the_way_to_take_it_back()
    {
        var loop = await OpenAsync();

        using var answer = await PostAsync($"/loops/{loop.Id}/withdraw", ("version", "1"), ("reason", "moved away"), ("back", "/worklist?team=bay"));

        Assert.Equal((HttpStatusCode.SeeOther, "/worklist?team=bay"), (answer.StatusCode, answer.Headers.Location!.OriginalString));
        Assert.Contains(answer.Headers.GetValues("Set-Cookie"), cookie => cookie.StartsWith("tandem-flash=", StringComparison.Ordinal));
        Assert.Equal(LoopState.Withdrawn, FindPatientLoops.One(Record, loop.Id, AccessScope.System)!.State);
    }

    [Fact]
    public async Task A_post_without_the_forms_token_is_refused()
    {
        var loop = await OpenAsync();

        using var answer = await browser.PostAsync(new Uri($"/loops/{loop.Id}/claim", UriKind.Relative), new FormUrlEncodedContent([]), Cancel);

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Equal(LoopState.Open, FindPatientLoops.One(Record, loop.Id, AccessScope.System)!.State);
    }

    [Fact]
    public async Task Every_act_has_its_address()
    {
        var loop = await OpenAsync();
        var soon = hub.Services.GetRequiredService<TimeProvider>().GetUtcNow() + TimeSpan.FromMinutes(5);
        (string Act, (string, string)[] Fields, StepKind Step)[] acts =
        [
            ("claim", [], StepKind.Claim),
            ("snooze", [("until", soon.ToString("O")), ("reason", "later")], StepKind.Snooze),
            ("attempt", [("occurred", "2026-03-02T12:30"), ("outcome", "no-answer")], StepKind.Attempt),
            ("close", [("occurred", "2026-03-02T12:40"), ("outcome", "reached"), ("medium", "phone")], StepKind.Close),
            ("reopen", [("reason", "wrong patient")], StepKind.Reopen),
        ];
        foreach (var (act, fields, _) in acts)
        {
            using var answer = await PostAsync($"/loops/{loop.Id}/{act}", fields);
            Assert.Equal(HttpStatusCode.SeeOther, answer.StatusCode);
        }

        var steps = FindPatientLoops.Steps(Record, loop.Id, AccessScope.System).Where(step => step.Kind != StepKind.Escalate).Select(step => step.Kind);
        Assert.Equal([StepKind.Open, .. acts.Select(act => act.Step)], steps);
    }

    [Fact]
    public async Task An_open_page_that_reads_itself_anew_gets_its_live_parts_alone()
    {
        var loop = await OpenAsync();
        var whole = await browser.GetStringAsync(new Uri("/worklist?view=all", UriKind.Relative), Cancel);
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri("/worklist?view=all", UriKind.Relative)) { Headers = { { "X-Tandem-Live", "1" } } };
        using var answer = await browser.SendAsync(request, Cancel);
        var live = await answer.Content.ReadAsStringAsync(Cancel);

        foreach (var frame in new[] { "class=\"bar\"", "class=\"foot\"", "class=\"filters", "client-words" })
            Assert.Equal((true, false), (whole.Contains(frame, StringComparison.Ordinal), live.Contains(frame, StringComparison.Ordinal)));
        foreach (var part in new[] { "id=\"worklist-head\"", "id=\"worklist\"", $"data-key=\"{loop.Id}\"" })
            Assert.Contains(part, live, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_page_of_a_loop_leads_to_the_version_of_the_pathway_that_decided()
    {
        var plan = await File.ReadAllTextAsync(Path.Combine(Repository.Root, "content", "pathways", "critical-result.json"), Cancel);
        await PutAsync("PlanDefinition", "critical-result-1.0.0", plan);
        await PutAsync("PlanDefinition", "critical-result-0.9.0", plan.Replace("1.0.0", "0.9.0", StringComparison.Ordinal));
        await PutAsync("Patient", "p1", """{"resourceType":"Patient","id":"p1"}""");
        var loop = await OpenAsync(ACriticalResult() with { PathwayVersion = "1.0.0" });
        using var context = BrowsingContext.New(Configuration.Default);
        var html = await browser.GetStringAsync(new Uri($"/loops/{loop.Id}", UriKind.Relative), Cancel);
        var page = await context.OpenAsync(request => request.Content(html), Cancel);

        var link = Assert.Single(page.QuerySelectorAll("a[href^='/fhir/PlanDefinition']")).GetAttribute("href")!;
        using var found = JsonDocument.Parse(await browser.GetStringAsync(new Uri(link, UriKind.Relative), Cancel));

        var entry = Assert.Single(found.RootElement.GetProperty("entry").EnumerateArray());
        Assert.Equal("critical-result-1.0.0", entry.GetProperty("resource").GetProperty("id").GetString());
    }

    private Task<Loop> OpenAsync() => OpenAsync(ACall(opened: hub.Services.GetRequiredService<TimeProvider>().GetUtcNow()));

    private async Task<Loop> OpenAsync(LoopProposal proposal) =>
        (await Record.WriteAsync<Loop>(AccessScope.System, session => OpenLoop.Apply(session, proposal), Cancel)).Value;

    private Task PutAsync(string type, string id, string json) => Record.WriteAsync<ResourceVersion>(
        AccessScope.System, session => session.Put(type, id, FhirJson.ParseStored(Encoding.UTF8.GetBytes(json)).Root), Cancel);

    private async Task<HttpResponseMessage> PostAsync(string path, params (string Name, string Value)[] fields)
    {
        using var scope = hub.Services.CreateScope();
        var context = new DefaultHttpContext { RequestServices = scope.ServiceProvider };
        var tokens = hub.Services.GetRequiredService<IAntiforgery>().GetTokens(context);
        using var request = new HttpRequestMessage(HttpMethod.Post, path)
        {
            Content = new FormUrlEncodedContent(
                [.. fields.Select(field => KeyValuePair.Create(field.Name, field.Value)), KeyValuePair.Create(tokens.FormFieldName, tokens.RequestToken!)]),
        };
        request.Headers.Add("Cookie", $"tandem-form={tokens.CookieToken}");
        return await browser.SendAsync(request, Cancel);
    }
}
