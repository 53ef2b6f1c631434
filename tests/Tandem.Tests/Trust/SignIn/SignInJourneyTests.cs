using System.Net;
using AngleSharp.Html.Parser;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Tandem.Hub.Hosting;
using Tandem.Kernel.Actors;
using Tandem.Record.Log;
using Tandem.Tests.Support;
using Tandem.Trust.SignIn;

namespace Tandem.Tests.Trust.SignIn;

/// <summary>From a link to a page, through a running hub with its forms.</summary>
public sealed class SignInJourneyTests : IAsyncLifetime
{
    private readonly string folder = Directory.CreateTempSubdirectory("tandem-sign-in-").FullName;
    private readonly HttpClient browser = new(new HttpClientHandler { AllowAutoRedirect = false, CookieContainer = new CookieContainer() });
    private WebApplication hub = null!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        var settings = new Dictionary<string, string?>
        {
            ["Hub:Data"] = folder, ["Hub:Urls"] = "http://127.0.0.1:0", ["Hub:Mllp"] = "", ["Hub:Content"] = Path.Combine(Repository.Root, "content"),
            ["Logging:LogLevel:Default"] = "Error",
        };
        Assert.True(HubHost.TryBuild(settings, out var built));
        hub = built;
        await HubHost.PrepareAsync(hub, Cancel); // with the policies of the roles
        await hub.StartAsync(Cancel);
        browser.BaseAddress = new Uri(hub.Urls.First());
        browser.DefaultRequestHeaders.Accept.ParseAdd("text/html");
    }

    public async ValueTask DisposeAsync()
    {
        await hub.StopAsync(CancellationToken.None);
        await hub.DisposeAsync();
        browser.Dispose();
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public async Task Without_a_session_every_page_leads_to_sign_in_and_fhir_refuses()
    {
        foreach (var page in new[] { "/worklist", "/patients", "/feeds", "/api", "/parts" })
            Assert.Equal((HttpStatusCode.Redirect, "/sign-in"), await LookAsync(page));

        using var plain = new HttpClient { BaseAddress = browser.BaseAddress };
        using var reply = await plain.GetAsync(new Uri("/fhir/Patient", UriKind.Relative), Cancel);
        Assert.Equal(HttpStatusCode.Unauthorized, reply.StatusCode);
    }

    [Fact]
    public async Task A_persons_link_works_once_and_signing_out_ends_the_session()
    {
        var path = await LinkOfAsync(new Person("ana", "Ana Testperson", "coordinator", null, ["CareTeam/one"]));

        Assert.Equal("/sign-in/means", await PostAsync(path));
        Assert.Equal(HttpStatusCode.OK, (await LookAsync("/sign-in/means")).Status);
        Assert.Equal("/sign-in", await PostAsync("/sign-in/means", "/sign-out"));
        Assert.Equal((HttpStatusCode.Redirect, "/sign-in"), await LookAsync("/worklist"));

        using var again = await browser.GetAsync(new Uri(path, UriKind.Relative), Cancel);
        Assert.DoesNotContain("<form", await FormsOfMainAsync(again), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_administrator_reads_why_there_are_no_patients_and_never_that_there_is_nothing()
    {
        await PostAsync(await DemoLinkOfAsync(new Person("kim", "Kim Testperson", "administrator", null, [])));

        foreach (var (page, words) in new[]
        {
            ("/worklist", "No patients are within your reach"), ("/patients", "Your role does not reach"), ("/feeds", "Messages are not within your reach"),
            ("/feeds/quarantine", "Messages are not within your reach"),
        })
        {
            using var reply = await browser.GetAsync(new Uri(page, UriKind.Relative), Cancel);
            var text = await reply.Content.ReadAsStringAsync(Cancel);
            Assert.Contains(words, text, StringComparison.Ordinal);
            Assert.DoesNotContain("find-person", text, StringComparison.Ordinal);
            Assert.DoesNotContain("No system has sent anything", text, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("administrator", "/people /apps", "/people")]
    [InlineData("integration-engineer", "/worklist /feeds", "/worklist")]
    [InlineData("privacy-officer", "/worklist /patients /feeds /audit", "/worklist")]
    [InlineData("researcher", "", "/account")]
    public async Task The_bar_names_the_places_that_a_role_has_and_the_first_is_where_it_begins(string role, string places, string home)
    {
        await PostAsync(await DemoLinkOfAsync(new Person("kim", "Kim Testperson", role, null, [])));

        using var start = await browser.GetAsync(new Uri("/", UriKind.Relative), Cancel);
        using var reply = await browser.GetAsync(new Uri("/account", UriKind.Relative), Cancel);
        var page = await new AngleSharp.Html.Parser.HtmlParser().ParseDocumentAsync(await reply.Content.ReadAsStringAsync(Cancel), Cancel);

        Assert.Equal(home, start.Headers.Location?.OriginalString);
        Assert.Equal(places, string.Join(' ', page.QuerySelectorAll("nav.nav a").Select(link => link.GetAttribute("href"))));
    }

    [Fact]
    public async Task A_coordinator_without_a_team_begins_with_everyones_list_and_is_told_how_to_get_a_team()
    {
        await PostAsync(await DemoLinkOfAsync(new Person("nia", "Nia Testperson", "coordinator", null, [])));

        using var first = await browser.GetAsync(new Uri("/worklist", UriKind.Relative), Cancel);
        using var team = await browser.GetAsync(new Uri("/worklist?view=team", UriKind.Relative), Cancel);

        Assert.Contains("Nothing is open", await first.Content.ReadAsStringAsync(Cancel), StringComparison.Ordinal);
        Assert.Contains("ask your administrator to add you to one", await team.Content.ReadAsStringAsync(Cancel), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_person_who_may_no_longer_sign_in_is_out_with_the_next_request()
    {
        var person = new Person("ana", "Ana Testperson", "coordinator", null, []);
        await PostAsync(await DemoLinkOfAsync(person));
        await WriteAsync(person with { Active = false });

        Assert.Equal((HttpStatusCode.Redirect, "/sign-in"), await LookAsync("/worklist"));
    }

    [Fact]
    public async Task The_set_up_link_makes_the_first_administrator_and_works_once()
    {
        var path = await hub.Services.GetRequiredService<SignInLinks>().NewSetUpPathAsync(Cancel);
        var answer = await PostAsync(path!, null, ("organization", "Sample Region"), ("timeZone", "America/Chicago"), ("language", "es"), ("administrator", "Kim Testperson"));

        Assert.Equal("/sign-in/means", answer);
        Assert.Null(await hub.Services.GetRequiredService<SignInLinks>().NewSetUpPathAsync(Cancel));
        Assert.False(hub.Services.GetRequiredService<SignInLinks>().IsSetUp(path!.Split('/')[^1]));
        var person = Assert.Single(hub.Services.GetRequiredService<Sessions>().People(AccessScope.System));
        Assert.Equal(("Kim Testperson", "administrator", Reach.NoOne), (person.Display, person.Role, person.Scope.Reach));
    }

    [Fact]
    public async Task A_post_without_the_forms_token_is_refused_and_uses_nothing_up()
    {
        var path = await LinkOfAsync(new Person("ana", "Ana Testperson", "coordinator", null, []));
        using var reply = await browser.PostAsync(new Uri(path + "/use", UriKind.Relative), new FormUrlEncodedContent([]), Cancel);

        Assert.Equal(HttpStatusCode.BadRequest, reply.StatusCode);
        Assert.NotNull(hub.Services.GetRequiredService<SignInLinks>().Look(path.Split('/')[^1]));
    }

    private Task<string> LinkOfAsync(Person person) => LinkOfAsync(person, reusable: false);

    private Task<string> DemoLinkOfAsync(Person person) => LinkOfAsync(person, reusable: true);

    private async Task<string> LinkOfAsync(Person person, bool reusable)
    {
        await WriteAsync(person);
        var links = hub.Services.GetRequiredService<SignInLinks>();
        return reusable ? await links.NewStandingPathAsync(person.Id, TimeSpan.FromHours(1), Cancel) : await links.NewPersonPathAsync(person.Id, TimeSpan.FromHours(1), Cancel);
    }

    private Task WriteAsync(Person person) => hub.Services.GetRequiredService<RecordStore>().WriteAsync<int>(
        AccessScope.System,
        session =>
        {
            person.Write(session);
            return 0;
        },
        Cancel);

    private async Task<(HttpStatusCode Status, string? Location)> LookAsync(string page)
    {
        using var reply = await browser.GetAsync(new Uri(page, UriKind.Relative), Cancel);
        return (reply.StatusCode, reply.Headers.Location?.OriginalString);
    }

    /// <summary>Opens a page and posts its form (or one to the address given) with the token that the page holds.</summary>
    private async Task<string?> PostAsync(string page, string? action = null, params (string Name, string Value)[] fields)
    {
        using var opened = await browser.GetAsync(new Uri(page, UriKind.Relative), Cancel);
        var document = await new HtmlParser().ParseDocumentAsync(await opened.Content.ReadAsStringAsync(Cancel), Cancel);
        var token = document.QuerySelector("input[name=form-token]")!.GetAttribute("value")!;
        action ??= document.QuerySelector("main form")!.GetAttribute("action")!;
        using var content = new FormUrlEncodedContent([new("form-token", token), .. fields.Select(field => new KeyValuePair<string, string>(field.Name, field.Value))]);
        using var reply = await browser.PostAsync(new Uri(action, UriKind.Relative), content, Cancel);
        return reply.Headers.Location?.OriginalString;
    }

    private static async Task<string> FormsOfMainAsync(HttpResponseMessage reply)
    {
        var document = await new HtmlParser().ParseDocumentAsync(await reply.Content.ReadAsStringAsync(Cancel), Cancel);
        return document.QuerySelector("main")!.InnerHtml;
    }
}
