using System.Text.RegularExpressions;
using Microsoft.Playwright;
using Tandem.Care.Loops;
using Tandem.EndToEnd.Support;
using static Microsoft.Playwright.Assertions;

namespace Tandem.EndToEnd.Worklist;

/// <summary>What a coordinator does with the list, from the first key to the last undo.</summary>
[Collection<HubOfWorklists>]
public sealed class WorklistJourneyTests(HubInBrowser hub)
{
    [Fact]
    public async Task Keys_alone_take_try_close_with_evidence_and_undo()
    {
        using var seed = new LoopSeed(hub.Address);
        await seed.PeopleAsync();
        await seed.PatientAsync("keys", "Kim", "Keysward");
        var id = await seed.OpenAsync(LoopSeed.ACriticalResult("keys", TimeSpan.FromMinutes(20)));
        await using var visit = await hub.VisitAsync(Look.Desk);
        await visit.OpenAsync("/worklist?q=keysward");
        var page = visit.Page;
        var row = page.Locator($"[data-key='{id}']");

        await page.Keyboard.PressAsync("j");
        await Expect(row.Locator("[data-primary]")).ToBeFocusedAsync();
        await page.Keyboard.PressAsync("c");
        await Expect(page.GetByText("You took this item.")).ToBeVisibleAsync();
        await Expect(row.GetByText("Yours")).ToBeVisibleAsync();
        await Expect(row.Locator("[data-primary]")).ToBeFocusedAsync();

        await page.Keyboard.PressAsync("a");
        await Expect(page.GetByRole(AriaRole.Radio, new() { Name = "Reached" })).ToBeFocusedAsync();
        await Expect(page.Locator(".side-panel .loop-whom strong")).ToHaveTextAsync("Kim Keysward");
        await page.Keyboard.PressAsync("ArrowDown");
        await page.Keyboard.PressAsync("Enter");
        await Expect(page.GetByText("The attempt is recorded.")).ToBeVisibleAsync();

        await page.Keyboard.PressAsync("x");
        await Expect(page.GetByLabel("Who was told the result?")).ToBeFocusedAsync();
        await page.Keyboard.PressAsync("Enter");
        await Expect(page.Locator(".side-panel .error-summary")).ToContainTextAsync("Say who was told the result.");
        await page.GetByLabel("Who was told the result?").FocusAsync();
        await page.Keyboard.TypeAsync("Dr. Testperson");
        await page.Keyboard.PressAsync("Tab");
        await page.Keyboard.TypeAsync("attending physician");
        await page.Keyboard.PressAsync("Tab");
        await page.Keyboard.PressAsync("Space");
        await page.Keyboard.PressAsync("Enter");
        await Expect(page.GetByText("Closed.", new() { Exact = true })).ToBeVisibleAsync();
        await Expect(row.Locator(".gone-note")).ToContainTextAsync("Tandem closed it");
        Assert.Equal(LoopState.Closed, (await seed.ReadAsync(id)).State);

        await page.Keyboard.PressAsync("u");
        await Expect(page.GetByText("Taken back.")).ToBeVisibleAsync();
        await Expect(row).Not.ToHaveClassAsync(new Regex("gone"));
        Assert.Equal(LoopState.Claimed, (await seed.ReadAsync(id)).State);
        Assert.Empty(visit.Complaints);
    }

    [Fact]
    public async Task Nothing_moves_under_the_hand_new_rows_are_offered_and_what_others_closed_is_marked()
    {
        using var seed = new LoopSeed(hub.Address);
        await seed.PeopleAsync();
        await seed.PatientAsync("live", "Lou", "Liveward");
        var first = await seed.OpenAsync(LoopSeed.ACall("live", TimeSpan.FromHours(1), "1"));
        var second = await seed.OpenAsync(LoopSeed.ACall("live", TimeSpan.FromHours(2), "2"));
        await using var visit = await hub.VisitAsync(Look.Desk);
        await visit.OpenAsync("/worklist?q=liveward");
        var rows = visit.Page.Locator("#worklist [data-key]");
        await visit.Page.Keyboard.PressAsync("j");
        await visit.Page.Keyboard.PressAsync("j");
        await Expect(visit.Page.Locator($"[data-key='{second}'] [data-primary]")).ToBeFocusedAsync();
        await visit.Page.Locator($"[data-key='{second}'] summary").PressAsync("Enter");
        await visit.Page.Locator($"[data-key='{second}'] [data-primary]").FocusAsync();

        await seed.ActAsync(first, loop => loop with { State = LoopState.Closed, Ended = LoopSeed.Now }, StepKind.Close);
        await Expect(visit.Page.Locator($"[data-key='{first}'] .gone-note")).ToContainTextAsync("Cora Testperson closed it");
        await Expect(rows).ToHaveCountAsync(2);
        await Expect(visit.Page.Locator($"[data-key='{second}'] details[open]")).ToBeVisibleAsync();

        var third = await seed.OpenAsync(LoopSeed.ACriticalResult("live", TimeSpan.FromMinutes(9)));
        var offer = visit.Page.GetByRole(AriaRole.Button, new() { Name = "1 new item · show" });
        await Expect(offer).ToBeVisibleAsync();
        await Expect(visit.Page.Locator($"[data-key='{second}'] [data-primary]")).ToBeFocusedAsync();
        await offer.ClickAsync();
        await Expect(rows.First).ToHaveAttributeAsync("data-key", third);
        await Expect(rows).ToHaveCountAsync(2);
    }

    [Fact]
    public async Task At_the_top_with_nothing_in_hand_new_rows_come_by_themselves()
    {
        using var seed = new LoopSeed(hub.Address);
        await seed.PatientAsync("idle", "Ida", "Idleward");
        await seed.OpenAsync(LoopSeed.ACall("idle", TimeSpan.FromHours(1), "1"));
        await using var visit = await hub.VisitAsync(Look.Desk);
        await visit.OpenAsync("/worklist?q=idleward");

        var critical = await seed.OpenAsync(LoopSeed.ACriticalResult("idle", TimeSpan.FromMinutes(9)));

        await Expect(visit.Page.Locator("#worklist [data-key]").First).ToHaveAttributeAsync("data-key", critical);
    }

    [Fact]
    public async Task A_conflict_says_who_did_what_and_keeps_what_was_entered()
    {
        using var seed = new LoopSeed(hub.Address);
        await seed.PeopleAsync();
        await seed.PatientAsync("clash", "Cleo", "Clashward");
        var id = await seed.OpenAsync(LoopSeed.ACall("clash", TimeSpan.FromHours(1)));
        await using var visit = await hub.VisitAsync(Look.Desk);
        await visit.OpenAsync("/worklist?q=clashward");
        await visit.Page.Keyboard.PressAsync("j");
        await visit.Page.Keyboard.PressAsync("a");
        await visit.Page.GetByLabel("No answer").CheckAsync();
        await visit.Page.Locator(".side-panel textarea").FillAsync("Rang twice");

        await seed.ActAsync(id, loop => loop with { State = LoopState.Claimed, Owner = LoopSeed.Cora, OwnerName = "Cora Testperson" }, StepKind.Claim);
        await visit.Page.GetByRole(AriaRole.Button, new() { Name = "Save attempt" }).ClickAsync();

        var panel = visit.Page.Locator(".side-panel");
        await Expect(panel.GetByRole(AriaRole.Alert)).ToContainTextAsync("Cora Testperson took it");
        await Expect(panel.Locator("textarea")).ToHaveValueAsync("Rang twice");
        await panel.GetByRole(AriaRole.Button, new() { Name = "Save attempt" }).ClickAsync();
        await Expect(visit.Page.GetByText("The attempt is recorded.")).ToBeVisibleAsync();
    }

    [Fact]
    public async Task Everything_works_without_scripts_and_errors_keep_what_was_entered()
    {
        using var seed = new LoopSeed(hub.Address);
        await seed.PeopleAsync();
        await seed.PatientAsync("plain", "Pia", "Plainward");
        var id = await seed.OpenAsync(LoopSeed.ACall("plain", TimeSpan.FromHours(1)));
        await using var visit = await hub.VisitAsync(Look.Phone, javaScript: false);
        await visit.OpenAsync("/worklist?q=plainward");
        var page = visit.Page;

        await page.GetByRole(AriaRole.Button, new() { Name = "Take: Call after discharge" }).ClickAsync();
        await Expect(page.GetByText("You took this item.")).ToBeVisibleAsync();
        await page.GetByRole(AriaRole.Link, new() { Name = "Attempt: Call after discharge" }).ClickAsync();
        await page.Locator("textarea").FillAsync("No voicemail");
        await page.GetByRole(AriaRole.Button, new() { Name = "Save attempt" }).ClickAsync();
        await Expect(page.Locator(".error-summary")).ToContainTextAsync("Say what came of it.");
        await Expect(page.Locator("textarea")).ToHaveValueAsync("No voicemail");
        await page.GetByLabel("Reached", new() { Exact = true }).CheckAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Save attempt" }).ClickAsync();
        await Expect(page.GetByText("Closed.", new() { Exact = true })).ToBeVisibleAsync();
        Assert.Equal(LoopState.Closed, (await seed.ReadAsync(id)).State);
        await Expect(page).ToHaveURLAsync(new Regex("/worklist\\?find=[\\w-]+$"));

        await page.GetByRole(AriaRole.Button, new() { Name = "Undo" }).ClickAsync();
        await Expect(page.Locator($"[data-key='{id}']")).ToBeVisibleAsync();
        await page.GotoAsync($"/loops/{id}");
        await Expect(page.Locator(".timeline")).ToContainTextAsync("Encounter, version 1");
        await Expect(page.Locator(".timeline")).ToContainTextAsync("Taken back");
    }

    [Fact]
    public async Task Pages_filters_chips_and_the_back_button_lead_where_they_say()
    {
        using var seed = new LoopSeed(hub.Address);
        await seed.PeopleAsync();
        await seed.PutAsync("CareTeam", "seed-many", """{"resourceType":"CareTeam","id":"seed-many","status":"active","name":"Many desk"}""");
        await seed.PatientAsync("many", "Mo", "Manyward");
        for (var i = 0; i < 53; i++)
            await seed.OpenAsync((i == 52 ? LoopSeed.ACriticalResult("many", TimeSpan.FromHours(i), "-many") : LoopSeed.ACall("many", TimeSpan.FromHours(i), "-" + i)) with { OwnerTeam = "CareTeam/seed-many" });
        await using var visit = await hub.VisitAsync(Look.Desk);
        await visit.OpenAsync("/worklist?team=CareTeam%2Fseed-many");
        var page = visit.Page;
        var rows = page.Locator("#worklist [data-key]");
        await Expect(rows).ToHaveCountAsync(50);
        await Expect(rows.First).ToContainTextAsync("potassium 6.8");
        await Expect(page.Locator(".pager-summary")).ToHaveTextAsync("1–50 of 53");

        await page.GetByRole(AriaRole.Link, new() { Name = "Next", Exact = true }).ClickAsync();
        await Expect(rows).ToHaveCountAsync(3);
        await Expect(page.Locator(".pager-summary")).ToHaveTextAsync("51–53 of 53");
        await page.GoBackAsync();
        await Expect(rows).ToHaveCountAsync(50);

        await page.GetByRole(AriaRole.Navigation, new() { Name = "By urgency" }).GetByRole(AriaRole.Link, new() { Name = "Critical" }).ClickAsync();
        await Expect(rows).ToHaveCountAsync(1);
        await page.GetByRole(AriaRole.Link, new() { Name = "Remove filter: Critical" }).ClickAsync();
        await Expect(rows).ToHaveCountAsync(50);
        await page.GetByText("More filters").ClickAsync();
        await page.GetByLabel("Due", new() { Exact = true }).SelectOptionAsync("overdue");
        await page.GetByRole(AriaRole.Button, new() { Name = "Apply" }).ClickAsync();
        await Expect(rows).ToHaveCountAsync(1);
        await Expect(page.GetByRole(AriaRole.Link, new() { Name = "Remove filter: Due: Overdue" })).ToBeVisibleAsync();
    }
}
