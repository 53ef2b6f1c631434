using System.Text.RegularExpressions;
using Microsoft.Playwright;
using Tandem.Care.Loops;
using Tandem.EndToEnd.Support;
using static Microsoft.Playwright.Assertions;

namespace Tandem.EndToEnd.Worklist;

/// <summary>Hands that are quicker than the network: no key is lost, none lands elsewhere, and no late answer undoes what was seen. Answers are held until the bad moment.</summary>
[Collection<HubOfWorklists>]
public sealed class WorklistRaceTests(HubInBrowser hub)
{
    [Fact]
    public async Task The_key_that_takes_back_counts_before_the_act_is_answered()
    {
        await using var scene = await Scene.OpenAsync(hub, "hasty");
        var (seed, visit, page) = scene;
        var (id, _, _) = scene.Items;
        using var answer = await HeldAnswers.OfAsync(page, $"**/loops/{id}?act=snooze*", request => request.Method == "POST");
        await page.Keyboard.PressAsync("j");
        await page.Keyboard.PressAsync("c");
        await Expect(page.GetByText("You took this item.")).ToBeVisibleAsync();
        await page.Keyboard.PressAsync("s");
        await page.Locator(".side-panel [name=reason]").FillAsync("asked to be called later");
        await page.Locator(".side-panel").GetByRole(AriaRole.Button, new() { Name = "Put off" }).ClickAsync();
        await answer.ArrivedAsync();

        await page.Keyboard.PressAsync("u");
        answer.Release();

        await Expect(page.GetByText("Taken back.")).ToBeVisibleAsync();
        await Expect(page.Locator($"[data-key='{id}'] [data-primary]")).ToBeFocusedAsync();
        await Expect(page.Locator($"[data-key='{id}'] .gone-note")).ToHaveCountAsync(0);
        Assert.Equal(LoopState.Claimed, (await seed.ReadAsync(id)).State);
        Assert.Empty(visit.Complaints);
    }

    [Fact]
    public async Task Items_taken_one_after_the_other_are_all_taken_and_the_hand_stays_where_it_went()
    {
        await using var scene = await Scene.OpenAsync(hub, "brisk");
        var (seed, visit, page) = scene;
        var (first, second, third) = scene.Items;
        using var answer = await HeldAnswers.OfAsync(page, $"**/loops/{first}/claim");

        await page.Keyboard.PressAsync("j");
        await page.Keyboard.PressAsync("c");
        await page.Keyboard.PressAsync("c");
        await answer.ArrivedAsync();
        await page.Keyboard.PressAsync("j");
        await page.Keyboard.PressAsync("c");
        await page.Keyboard.PressAsync("j");
        await page.Keyboard.PressAsync("a");
        await page.Locator(".side-panel").WaitForAsync();
        answer.Release();

        await Expect(page.Locator($"[data-key='{second}'] .loop-owner")).ToContainTextAsync("Yours");
        await Expect(page.GetByText("You took this item.")).ToBeVisibleAsync();
        await page.Locator(".side-panel textarea").FillAsync("Rang twice");
        await page.Keyboard.PressAsync("Escape");
        await Expect(page.Locator($"[data-key='{third}'] [data-primary]")).ToBeFocusedAsync();
        Assert.Equal((LoopState.Claimed, LoopState.Claimed, LoopState.Open), ((await seed.ReadAsync(first)).State, (await seed.ReadAsync(second)).State, (await seed.ReadAsync(third)).State));
        Assert.Empty(visit.Complaints);
    }

    [Fact]
    public async Task Who_goes_on_to_the_item_before_its_acts_are_answered_loses_none()
    {
        await using var scene = await Scene.OpenAsync(hub, "leaving");
        var (seed, visit, page) = scene;
        var (first, second, _) = scene.Items;
        using var answer = await HeldAnswers.OfAsync(page, $"**/loops/{first}/claim");
        await page.Keyboard.PressAsync("j");
        await page.Keyboard.PressAsync("c");
        await answer.ArrivedAsync();
        await page.Keyboard.PressAsync("j");
        await page.Keyboard.PressAsync("c");
        await page.Keyboard.PressAsync("Enter");
        answer.Release();

        await Expect(page).ToHaveURLAsync(new Regex($"/loops/{second}"));
        Assert.Equal((LoopState.Claimed, LoopState.Claimed), ((await seed.ReadAsync(first)).State, (await seed.ReadAsync(second)).State));
        Assert.Empty(visit.Complaints);
    }

    [Fact]
    public async Task What_was_pressed_is_sent_although_the_page_is_left_before_its_turn()
    {
        await using var scene = await Scene.OpenAsync(hub, "gone");
        var (seed, visit, page) = scene;
        var (_, second, _) = scene.Items;
        await page.EvaluateAsync("() => { const ask = window.fetch; window.fetch = (...asked) => { window.fetch = ask; return new Promise(() => {}); }; }"); // the first act hangs
        await page.Keyboard.PressAsync("j");
        await page.Keyboard.PressAsync("c");
        await page.Keyboard.PressAsync("j");
        await page.Keyboard.PressAsync("c");
        await page.GotoAsync("/patients");

        await visit.UntilAsync(async () => (await seed.ReadAsync(second)).State == LoopState.Claimed);
    }

    [Fact]
    public async Task A_reading_from_before_the_act_does_not_bring_the_old_row_back()
    {
        await using var scene = await Scene.OpenAsync(hub, "stale");
        var (seed, visit, page) = scene;
        var (id, other, _) = scene.Items;
        using var readings = await HeldAnswers.OfAsync(page, "**/worklist?*", request => request.Headers.ContainsKey("x-tandem-live"));
        await seed.ActAsync(other, loop => loop with { State = LoopState.Claimed, Owner = LoopSeed.Cora, OwnerName = "Cora Testperson" }, StepKind.Claim);
        await readings.ArrivedAsync();
        await page.Keyboard.PressAsync("j");
        await page.Keyboard.PressAsync("c");
        await Expect(page.Locator($"[data-key='{id}'] .loop-owner")).ToContainTextAsync("Yours");

        readings.ReleaseOne();
        await readings.ArrivedAsync();

        Assert.Contains("Yours", await page.EvaluateAsync<string>("id => document.querySelector(`[data-key='${id}'] .loop-owner`).innerText", id), StringComparison.Ordinal);
        readings.Release();
        await Expect(page.Locator($"[data-key='{other}'] .loop-owner")).ToContainTextAsync("Cora Testperson");
        Assert.Empty(visit.Complaints);
    }

    [Fact]
    public async Task When_a_colleague_takes_the_item_in_hand_the_hand_stays_on_its_row()
    {
        await using var scene = await Scene.OpenAsync(hub, "inhand");
        var (seed, visit, page) = scene;
        var (_, second, third) = scene.Items;
        await page.Locator($"[data-key='{second}'] button[data-hotkey=c]").FocusAsync();

        await seed.ActAsync(second, loop => loop with { State = LoopState.Claimed, Owner = LoopSeed.Cora, OwnerName = "Cora Testperson" }, StepKind.Claim);

        await Expect(page.Locator($"[data-key='{second}'] .loop-owner")).ToContainTextAsync("Cora Testperson");
        await Expect(page.Locator($"[data-key='{second}'] [data-primary]")).ToBeFocusedAsync();
        await page.Keyboard.PressAsync("j");
        await Expect(page.Locator($"[data-key='{third}'] [data-primary]")).ToBeFocusedAsync();
    }

    [Fact]
    public async Task Letters_typed_while_a_form_is_on_its_way_are_no_keys_of_the_list()
    {
        await using var scene = await Scene.OpenAsync(hub, "typing");
        var (seed, visit, page) = scene;
        var (id, _, _) = scene.Items;
        using var forms = await HeldAnswers.OfAsync(page, $"**/loops/{id}?act=*");
        await page.Keyboard.PressAsync("j");
        await page.Keyboard.PressAsync("s");
        await forms.ArrivedAsync();
        await page.Keyboard.PressAsync("Escape");
        await Expect(page.Locator($"[data-key='{id}'] [data-primary]")).ToBeFocusedAsync();
        await page.Keyboard.PressAsync("a");
        await forms.ArrivedAsync();
        await page.Keyboard.TypeAsync("cjx");
        forms.Release();

        await Expect(page.Locator(".side-panel #act-title")).ToContainTextAsync("Attempt", new() { IgnoreCase = true });
        await Expect(page.GetByRole(AriaRole.Radio, new() { Name = "Reached" })).ToBeFocusedAsync();
        await page.Keyboard.PressAsync("Escape");
        await Expect(page.Locator($"[data-key='{id}'] [data-primary]")).ToBeFocusedAsync();
        Assert.Equal(LoopState.Open, (await seed.ReadAsync(id)).State);
        await Expect(page.Locator("tandem-toast")).ToHaveCountAsync(0);
    }

    /// <summary>Three calls of one person, due one after the other, and a list open at them.</summary>
    private sealed class Scene(LoopSeed seed, Visit visit, (string First, string Second, string Third) items) : IAsyncDisposable
    {
        internal (string First, string Second, string Third) Items => items;

        internal static async Task<Scene> OpenAsync(HubInBrowser hub, string name)
        {
            var seed = new LoopSeed(hub.Address);
            await seed.PeopleAsync();
            await seed.PatientAsync(name, "Ray", name + "ward");
            var items = (
                await seed.OpenAsync(LoopSeed.ACall(name, TimeSpan.FromHours(1), "1")),
                await seed.OpenAsync(LoopSeed.ACall(name, TimeSpan.FromHours(2), "2")),
                await seed.OpenAsync(LoopSeed.ACall(name, TimeSpan.FromHours(3), "3")));
            var visit = await hub.VisitAsync(Look.Desk);
            await visit.OpenAsync($"/worklist?q={name}ward");
            return new Scene(seed, visit, items);
        }

        internal void Deconstruct(out LoopSeed itsSeed, out Visit itsVisit, out IPage page) => (itsSeed, itsVisit, page) = (seed, visit, visit.Page);

        public async ValueTask DisposeAsync()
        {
            await visit.DisposeAsync();
            seed.Dispose();
        }
    }
}
