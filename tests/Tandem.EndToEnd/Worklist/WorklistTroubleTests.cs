using System.Text.RegularExpressions;
using Microsoft.Playwright;
using Tandem.Care.Loops;
using Tandem.EndToEnd.Support;
using static Microsoft.Playwright.Assertions;

namespace Tandem.EndToEnd.Worklist;

/// <summary>What the list does when the network goes, when two people act at once, when an act is taken back, and on paper.</summary>
[Collection<HubOfWorklists>]
public sealed class WorklistTroubleTests(HubInBrowser hub)
{
    [Fact]
    public async Task A_lost_connection_is_told_keeps_the_list_and_heals_by_itself()
    {
        using var seed = new LoopSeed(hub.Address);
        await seed.PeopleAsync();
        await seed.PatientAsync("lost", "Lisa", "Lostward");
        var first = await seed.OpenAsync(LoopSeed.ACall("lost", TimeSpan.FromHours(1), "1"));
        await using var visit = await hub.VisitAsync(Look.Desk);
        await visit.OpenAsync("/worklist?q=lostward");
        var notice = visit.Page.Locator(".not-live");
        await Expect(notice).ToHaveCountAsync(0);

        await visit.GoOfflineAsync(true);
        await Expect(notice).ToHaveTextAsync(new Regex("Live updates are interrupted"));
        await Expect(notice).ToHaveCountAsync(1);
        await visit.PictureAsync("worklist-offline");
        await visit.AxeFindsNothingAsync();
        await visit.Page.Keyboard.PressAsync("j");
        await visit.Page.Keyboard.PressAsync("c");
        await Expect(visit.Page.Locator(".unsent")).ToContainTextAsync("Nothing was saved");
        var missed = await seed.OpenAsync(LoopSeed.ACriticalResult("lost", TimeSpan.FromMinutes(9)));
        await Expect(visit.Page.Locator("#worklist [data-key]")).ToHaveCountAsync(1);

        await visit.GoOfflineAsync(false);
        await Expect(notice).ToHaveCountAsync(0);
        await Expect(visit.Page.GetByRole(AriaRole.Button, new() { Name = "1 new item · show" })).ToBeVisibleAsync();
        await visit.Page.Keyboard.PressAsync("c");
        await Expect(visit.Page.GetByText("You took this item.")).ToBeVisibleAsync();
        await Expect(visit.Page.Locator(".unsent")).ToHaveCountAsync(0);
        Assert.Equal((LoopState.Claimed, LoopState.Open), ((await seed.ReadAsync(first)).State, (await seed.ReadAsync(missed)).State));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Of_two_who_take_one_item_the_second_is_told_who_has_it_and_sees_the_fresh_row(bool javaScript)
    {
        using var seed = new LoopSeed(hub.Address);
        await seed.PeopleAsync();
        var name = javaScript ? "race" : "raceplain";
        await seed.PatientAsync(name, "Rae", name + "ward");
        var id = await seed.OpenAsync(LoopSeed.ACall(name, TimeSpan.FromHours(1)));
        await using var visit = await hub.VisitAsync(Look.Desk, javaScript);
        await visit.Page.RouteAsync("**/live?**", route => route.AbortAsync());
        await visit.OpenAsync($"/worklist?q={name}ward");
        await visit.Page.RouteAsync("**/worklist?**", route => route.Request.Headers.ContainsKey("x-tandem-live") ? route.AbortAsync() : route.ContinueAsync());

        await seed.ActAsync(id, loop => loop with { State = LoopState.Claimed, Owner = LoopSeed.Cora, OwnerName = "Cora Testperson" }, StepKind.Claim);
        await visit.Page.Locator($"[data-key='{id}'] button[data-hotkey=c]").ClickAsync();

        await Expect(visit.Page.Locator("tandem-toast")).ToContainTextAsync("Cora Testperson");
        await Expect(visit.Page.Locator($"[data-key='{id}'] .loop-owner")).ToContainTextAsync("Cora Testperson");
        await Expect(visit.Page.Locator($"[data-key='{id}'] button[data-hotkey=c]")).ToHaveCountAsync(0);
        Assert.Equal(LoopSeed.Cora, (await seed.ReadAsync(id)).Owner);
    }

    [Fact]
    public async Task Taking_putting_off_and_closing_are_each_taken_back_by_one_key()
    {
        using var seed = new LoopSeed(hub.Address);
        await seed.PeopleAsync();
        await seed.PatientAsync("back", "Bo", "Backward");
        var id = await seed.OpenAsync(LoopSeed.ACall("back", TimeSpan.FromHours(1)));
        await using var visit = await hub.VisitAsync(Look.Desk);
        await visit.OpenAsync("/worklist?q=backward");
        var page = visit.Page;

        await page.Keyboard.PressAsync("j");
        await page.Keyboard.PressAsync("c");
        await Expect(page.GetByText("You took this item.")).ToBeVisibleAsync();
        await TakeBackAsync(page);
        Assert.Equal((LoopState.Open, null), (await seed.ReadAsync(id)) is var open ? (open.State, open.Owner) : default);

        await page.Keyboard.PressAsync("s");
        await page.Locator(".side-panel [name=reason]").FillAsync("asked to be called later");
        await page.Locator(".side-panel").GetByRole(AriaRole.Button, new() { Name = "Put off" }).ClickAsync();
        await Expect(page.GetByText("Put off.")).ToBeVisibleAsync();
        await Expect(page.Locator($"[data-key='{id}'] .gone-note")).ToBeVisibleAsync();
        Assert.Equal(LoopState.Snoozed, (await seed.ReadAsync(id)).State);
        await TakeBackAsync(page);
        Assert.Equal(LoopState.Open, (await seed.ReadAsync(id)).State);

        await page.Locator($"[data-key='{id}'] [data-primary]").FocusAsync();
        await page.Keyboard.PressAsync("x");
        await page.Locator(".side-panel [name=whom]").FillAsync("the patient");
        await page.Keyboard.PressAsync("Enter");
        await Expect(page.GetByText("Closed.", new() { Exact = true })).ToBeVisibleAsync();
        await TakeBackAsync(page);
        Assert.Equal(LoopState.Open, (await seed.ReadAsync(id)).State);
        Assert.Empty(visit.Complaints);
    }

    [Fact]
    public async Task Every_key_of_the_help_sheet_does_what_it_says()
    {
        using var seed = new LoopSeed(hub.Address);
        await seed.PeopleAsync();
        await seed.PatientAsync("help", "Hal", "Helpward");
        await seed.OpenAsync(LoopSeed.ACall("help", TimeSpan.FromHours(1)));
        await using var visit = await hub.VisitAsync(Look.Desk);
        await visit.OpenAsync("/worklist?q=helpward");
        var page = visit.Page;
        await page.Keyboard.PressAsync("?");
        await Expect(page.Locator("#shortcuts")).ToBeVisibleAsync();
        await Expect(page.Locator("#shortcuts kbd")).ToHaveTextAsync(["j", "k", "Enter", "p", "/", "z", "u", "?", "c", "a", "x", "h", "s"]);
        await page.Keyboard.PressAsync("Escape");

        await page.Keyboard.PressAsync("/");
        await Expect(page.Locator("#field-q")).ToBeFocusedAsync();
        await page.Locator("#content").FocusAsync();
        await page.EvaluateAsync("() => document.activeElement.blur()");
        await page.Keyboard.PressAsync("p");
        await Expect(page.Locator("#find-person")).ToBeFocusedAsync();
        await page.EvaluateAsync("() => document.activeElement.blur()");
        await page.Keyboard.PressAsync("k");
        await Expect(page.Locator("#worklist [data-primary]").First).ToBeFocusedAsync();
        foreach (var (key, title) in new[] { ("a", "Attempt"), ("x", "Close"), ("h", "Hand over"), ("s", "Put off") })
        {
            await page.Keyboard.PressAsync(key);
            await Expect(page.Locator(".side-panel #act-title")).ToContainTextAsync(title, new() { IgnoreCase = true });
            await page.Keyboard.PressAsync("Escape");
            await Expect(page.Locator(".side-panel")).ToHaveCountAsync(0);
            await Expect(page.Locator("#worklist [data-primary]").First).ToBeFocusedAsync();
        }

        await visit.GoesOnAsync(() => page.Keyboard.PressAsync("Enter"));
        await Expect(page).ToHaveURLAsync(new Regex("/loops/[0-9a-f]+"));
        await page.Keyboard.PressAsync("?");
        await Expect(page.Locator("#shortcuts")).ToBeVisibleAsync();
        await Expect(page.Locator("#shortcuts kbd")).ToHaveTextAsync(["j", "k", "Enter", "p", "/", "z", "u", "?"]);
    }

    [Fact]
    public async Task Previous_leads_to_the_page_before_and_the_address_says_so()
    {
        using var seed = new LoopSeed(hub.Address);
        await seed.PeopleAsync();
        await seed.PutAsync("CareTeam", "seed-pages", """{"resourceType":"CareTeam","id":"seed-pages","status":"active","name":"Pages desk"}""");
        await seed.PatientAsync("pages", "Pam", "Pagesward");
        for (var i = 0; i < 104; i++)
            await seed.OpenAsync(LoopSeed.ACall("pages", TimeSpan.FromHours(i + 1), "-" + i) with { OwnerTeam = "CareTeam/seed-pages" });
        await using var visit = await hub.VisitAsync(Look.Desk);
        var page = visit.Page;
        var summary = page.Locator(".pager-summary");
        foreach (var path in (string[])["/worklist?team=CareTeam%2Fseed-pages", "/worklist?team=CareTeam%2Fseed-pages&q=pagesward"])
        {
            await visit.OpenAsync(path);
            var first = await page.Locator("#worklist [data-key]").First.GetAttributeAsync("data-key") ?? "";
            foreach (var shown in (string[])["51–100 of 104", "101–104 of 104"])
            {
                await page.GetByRole(AriaRole.Link, new() { Name = "Next", Exact = true }).ClickAsync();
                await Expect(summary).ToHaveTextAsync(shown);
            }

            await page.GetByRole(AriaRole.Link, new() { Name = "Previous", Exact = true }).ClickAsync();
            await Expect(summary).ToHaveTextAsync("51–100 of 104");
            await page.GetByRole(AriaRole.Link, new() { Name = "Previous", Exact = true }).ClickAsync();
            await Expect(summary).ToHaveTextAsync("1–50 of 104");
            await Expect(page.Locator("#worklist [data-key]").First).ToHaveAttributeAsync("data-key", first);
            await Expect(page.GetByRole(AriaRole.Link, new() { Name = "Previous", Exact = true })).ToHaveCountAsync(0);
        }
    }

    [Theory]
    [InlineData("Letter", "en")]
    [InlineData("A4", "es")]
    public async Task On_paper_the_list_has_a_line_or_two_for_each_item_and_nothing_to_press(string format, string language)
    {
        using var seed = new LoopSeed(hub.Address);
        await seed.PeopleAsync();
        await seed.PatientAsync("sheet", "Shea", "Sheetward");
        for (var i = 0; i < 20; i++)
            await seed.OpenAsync(LoopSeed.ACall("sheet", TimeSpan.FromHours(i + 1), "-" + i));
        await using var visit = await hub.VisitAsync(Look.Desk with { Language = language });
        await visit.OpenAsync("/worklist?q=sheetward");

        var sheets = await visit.PrintedPagesAsync(format, "worklist-paper");
        await visit.Page.EmulateMediaAsync(new() { Media = Media.Print });
        await visit.Page.SetViewportSizeAsync(720, 970);
        await visit.PictureAsync("worklist-paper");

        Assert.InRange(sheets, 1, 2);
        await Expect(visit.Page.Locator(".filter-chips")).ToBeVisibleAsync();
        await Expect(visit.Page.Locator(".printed")).ToBeVisibleAsync();
        await Expect(visit.Page.Locator("#worklist tr[data-row]").Last).ToBeVisibleAsync();
        foreach (var control in (string[])[".loop-acts", ".loop-sum", ".tabs", "#field-q", ".bar"])
            await Expect(visit.Page.Locator(control).First).ToBeHiddenAsync();
        await visit.NothingSticksOutAsync();
    }

    private static async Task TakeBackAsync(IPage page)
    {
        await page.Keyboard.PressAsync("u");
        await Expect(page.GetByText("Taken back.")).ToBeVisibleAsync();
    }
}
