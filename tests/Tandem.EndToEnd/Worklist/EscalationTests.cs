using System.Text.RegularExpressions;
using Microsoft.Playwright;
using Tandem.Care.Loops;
using Tandem.EndToEnd.Support;
using Tandem.EndToEnd.Trust;
using Tandem.Trust.SignIn;
using static Microsoft.Playwright.Assertions;

namespace Tandem.EndToEnd.Worklist;

/// <summary>Somebody whose help is needed learns it on whatever page they are, and later too.</summary>
public sealed class EscalationTests(SharedBrowser browser) : IAsyncLifetime
{
    private static readonly Person Lea = new("lea", "Lea Testperson", "nurse-lead", null, ["CareTeam/desk", "CareTeam/leads"]);
    private GuardedHub hub = null!;

    public async ValueTask InitializeAsync()
    {
        hub = await GuardedHub.StartAsync();
        await hub.PutAsync("CareTeam", "leads", """{"resourceType":"CareTeam","status":"active","name":"Shift leads"}""");
        await hub.PutAsync("Patient", "esa", """{"resourceType":"Patient","name":[{"family":"Sampleclimb","given":["Esa"]}],"birthDate":"1951-03-04"}""");
        await hub.PutAsync("CareTeam", "of-esa", """{"resourceType":"CareTeam","status":"active","subject":{"reference":"Patient/esa"},"participant":[{"member":{"reference":"Practitioner/lea"} }]}""");
    }

    public async ValueTask DisposeAsync()
    {
        if (hub is not null)
            await hub.DisposeAsync();
    }

    [Fact]
    public async Task Any_open_page_tells_of_it_and_the_list_keeps_it_until_somebody_acts()
    {
        await using var lea = await SignedInAsync(Look.Desk);
        await using var other = await lea.AnotherTabAsync();
        await other.Page.GotoAsync(hub.Address + "/worklist?view=escalated");
        await Expect(other.Page.GetByText("Nothing waits for you")).ToBeVisibleAsync();
        await lea.Page.GotoAsync(hub.Address + "/account");
        await Expect(lea.Page.Locator(".escalated > a")).ToHaveCountAsync(0);

        await ClimbAsync("1");

        var note = lea.Page.Locator(".escalated-note");
        await Expect(note).ToContainTextAsync("1 item escalated to you or your team, critical");
        await Expect(lea.Page.GetByRole(AriaRole.Link, new() { Name = "Escalated 1 , 1 new" })).ToBeVisibleAsync();
        await Expect(lea.Page).ToHaveTitleAsync(new Regex(@"^\(1\) .* · Tandem$"));
        Assert.DoesNotContain("Sampleclimb", await lea.Page.ContentAsync(), StringComparison.Ordinal);
        await lea.PictureAsync("escalated-note");
        await lea.AxeFindsNothingAsync();
        await lea.NothingSticksOutAsync();
        await Expect(other.Page.Locator("#worklist [data-key]")).ToHaveCountAsync(1);

        await note.GetByRole(AriaRole.Button, new() { Name = "Dismiss" }).PressAsync("Enter");
        await Expect(note).ToHaveCountAsync(0);
        await lea.Page.GetByRole(AriaRole.Link, new() { Name = "Escalated 1 , 1 new" }).PressAsync("Enter");
        var row = lea.Page.Locator("#worklist [data-key]");
        await Expect(row).ToContainTextAsync("New to you");
        await Expect(row).ToContainTextAsync("to Shift leads");
        await lea.PictureAsync("escalated");
        await lea.AxeFindsNothingAsync();

        await lea.Page.GetByRole(AriaRole.Button, new() { Name = "Mark as seen" }).ClickAsync();
        await Expect(lea.Page.GetByText("New to you")).ToHaveCountAsync(0);
        await Expect(lea.Page).ToHaveTitleAsync("Worklist · Tandem");
        await Expect(row).ToHaveCountAsync(1);
        await Expect(other.Page).ToHaveTitleAsync("Worklist · Tandem");
        await Expect(other.Page.Locator(".escalated > a.fresh")).ToHaveCountAsync(0);

        await row.GetByRole(AriaRole.Button, new() { Name = "Take" }).ClickAsync();
        await Expect(other.Page.Locator(".escalated > a")).ToHaveCountAsync(0);
        Assert.Empty(lea.Complaints);
        Assert.Empty(other.Complaints);
    }

    [Fact]
    public async Task Who_signs_in_later_without_scripts_finds_it_on_every_page()
    {
        await ClimbAsync("1");
        await ClimbAsync("2");
        await using var lea = await SignedInAsync(new Look("light", "es", 390), javaScript: false);

        await lea.UntilAsync(async () =>
        {
            await lea.Page.GotoAsync(hub.Address + "/patients");
            return (await lea.Page.Locator(".escalated > a").AllTextContentsAsync()).Any(text => text.Contains("2 nuevos", StringComparison.Ordinal)); // a page without scripts does not change while one waits
        });
        await lea.NothingSticksOutAsync();
        await lea.Page.Locator(".escalated > a").ClickAsync();
        await Expect(lea.Page.Locator("#worklist [data-key]")).ToHaveCountAsync(2);
        await lea.PictureAsync("escalated");
        await lea.NothingSticksOutAsync();
        await lea.Page.GetByRole(AriaRole.Button, new() { Name = "Marcar como visto" }).ClickAsync();

        await Expect(lea.Page.GetByText("Nuevo para usted")).ToHaveCountAsync(0);
        await Expect(lea.Page.Locator("#worklist [data-key]")).ToHaveCountAsync(2);
        await Expect(lea.Page.Locator(".escalated > a")).Not.ToHaveClassAsync(new Regex("fresh"));
    }

    [Fact]
    public async Task The_list_in_sight_stays_when_another_of_ones_teams_comes_into_need()
    {
        await hub.WriteAsync(session => OpenLoop.Apply(session, LoopSeed.ACall("esa", TimeSpan.FromHours(2)) with { OwnerTeam = "CareTeam/leads" }));
        await using var lea = await SignedInAsync(Look.Desk);
        await lea.Page.GotoAsync(hub.Address + "/worklist");
        var row = lea.Page.Locator("#worklist [data-key]");
        await Expect(row).ToContainTextAsync("Call after discharge");

        await hub.WriteAsync(session => OpenLoop.Apply(session, LoopSeed.ACriticalResult("esa", TimeSpan.FromMinutes(20)) with { OwnerTeam = "CareTeam/desk" }));

        await Expect(lea.Page.Locator(".tabs a", new() { HasText = "desk" })).ToContainTextAsync("1");
        await Expect(row).ToHaveCountAsync(1);
        await Expect(lea.Page.Locator("#worklist .gone, #worklist .live-state button")).ToHaveCountAsync(0);
        await row.GetByRole(AriaRole.Button, new() { Name = "Take" }).ClickAsync();
        await Expect(row).ToContainTextAsync("Yours");
        await Expect(lea.Page.Locator(".tabs [aria-current]")).ToContainTextAsync("Shift leads");
    }

    /// <summary>A loop whose first step of the ladder is due: the hub's own clock climbs it.</summary>
    private Task ClimbAsync(string key) => hub.WriteAsync(session => OpenLoop.Apply(session, LoopSeed.ACriticalResult("esa", TimeSpan.FromMinutes(20), key) with
    {
        Ladder = [new LadderStep(LoopSeed.Now - TimeSpan.FromSeconds(5), "CareTeam/leads", "page")],
    }));

    private async Task<Visit> SignedInAsync(Look look, bool javaScript = true)
    {
        var visit = await browser.VisitAsync(new Uri(hub.Address), look, javaScript);
        await visit.Page.GotoAsync(hub.Address + await hub.LinkOfAsync(Lea));
        await visit.Page.Locator("main form button").First.ClickAsync();
        await Expect(visit.Page).ToHaveURLAsync(new Regex("/worklist$"));
        return visit;
    }
}
