using Microsoft.Playwright;
using Tandem.EndToEnd.Support;
using static Microsoft.Playwright.Assertions;

namespace Tandem.EndToEnd.Pages;

[Collection<HubOfFeeds>]
public sealed class KeyboardTests(HubInBrowser hub)
{
    [Fact]
    public async Task The_first_stop_of_the_tab_key_skips_to_the_content()
    {
        await using var visit = await hub.VisitAsync(Look.Desk);
        await visit.OpenAsync("/parts");
        await visit.Page.Keyboard.PressAsync("Tab");
        await Expect(visit.Page.Locator(":focus")).ToHaveTextAsync("Skip to content");

        await visit.Page.Keyboard.PressAsync("Enter");
        await Expect(visit.Page.Locator("#content")).ToBeFocusedAsync();
    }

    [Fact]
    public async Task The_tab_key_reaches_every_control_once_and_leaves_each()
    {
        await using var visit = await hub.VisitAsync(Look.Desk);
        await visit.OpenAsync("/parts");
        var all = await visit.Page.EvaluateAsync<int>(
            """
            () => [...document.querySelectorAll('a[href], button, input, select, textarea, summary')]
              .filter(e => e.checkVisibility({ visibilityProperty: true }) && !e.disabled && e.type !== 'hidden'
                && (e.type !== 'radio' || e.checked || !document.querySelector(`[name="${e.name}"]:checked`) && e === document.querySelector(`[name="${e.name}"]`))).length
            """);
        var reached = new HashSet<string>();
        for (var i = 0; i < all * 2; i++)
        {
            await visit.Page.Keyboard.PressAsync("Tab");
            var where = await visit.Page.EvaluateAsync<string>(
                "() => { const e = document.activeElement; return e === document.body ? '' : String([...document.querySelectorAll('*')].indexOf(e)); }");
            if (where is "" || (where is not "" && !reached.Add(where) && reached.Count >= all))
                break;
        }

        Assert.InRange(reached.Count, all, all + 2);
    }

    [Fact]
    public async Task J_and_k_walk_the_rows_x_ticks_and_letters_act()
    {
        await using var visit = await hub.VisitAsync(Look.Desk);
        await visit.OpenAsync("/parts");
        await visit.Page.Keyboard.PressAsync("j");
        await Expect(visit.Page.Locator(":focus")).ToHaveTextAsync("Testperson, Ana");
        await visit.Page.Keyboard.PressAsync("j");
        await Expect(visit.Page.Locator(":focus")).ToHaveTextAsync("Testperson, Bruno");
        await visit.Page.Keyboard.PressAsync("x");
        await Expect(visit.Page.Locator("[data-key=b] input")).ToBeCheckedAsync();
        await visit.Page.Keyboard.PressAsync("k");
        await Expect(visit.Page.Locator(":focus")).ToHaveTextAsync("Testperson, Ana");

        await visit.Page.EvaluateAsync("() => document.querySelector('[data-key=a] button').addEventListener('click', () => document.title = 'taken')");
        await visit.Page.Keyboard.PressAsync("c");
        await Expect(visit.Page).ToHaveTitleAsync("taken");
    }

    [Fact]
    public async Task Letters_typed_into_a_field_stay_letters()
    {
        await using var visit = await hub.VisitAsync(Look.Desk);
        await visit.OpenAsync("/parts");
        await visit.Page.Keyboard.PressAsync("/");
        await visit.Page.Keyboard.TypeAsync("jx?k");
        await Expect(visit.Page.Locator("main input[type=search]")).ToHaveValueAsync("jx?k");
        await Expect(visit.Page.Locator("#shortcuts")).ToBeHiddenAsync();
    }

    [Fact]
    public async Task The_question_mark_opens_the_help_sheet_and_Escape_closes_it()
    {
        await using var visit = await hub.VisitAsync(Look.Desk);
        await visit.OpenAsync("/parts");
        await visit.Page.Keyboard.PressAsync("?");
        await Expect(visit.Page.Locator("#shortcuts")).ToBeVisibleAsync();
        await visit.PictureAsync("help");
        await visit.AxeFindsNothingAsync();
        await visit.Page.Keyboard.PressAsync("Escape");
        await Expect(visit.Page.Locator("#shortcuts")).ToBeHiddenAsync();
    }

    [Fact]
    public async Task Single_letters_can_be_switched_off_outside_of_lists()
    {
        await using var visit = await hub.VisitAsync(Look.Desk);
        await visit.OpenAsync("/parts");
        await visit.Page.Keyboard.PressAsync("?");
        await visit.GoesOnAsync(() => visit.Page.GetByRole(AriaRole.Button, new() { Name = "Use letters only inside lists" }).ClickAsync());
        await Expect(visit.Page.Locator("html[data-keys=off]")).ToHaveCountAsync(1);
        await visit.Page.Keyboard.PressAsync("?");
        await Expect(visit.Page.Locator("#shortcuts")).ToBeHiddenAsync();
        await visit.Page.Locator("[data-key=a] a").FocusAsync();
        await visit.Page.Keyboard.PressAsync("j");
        await Expect(visit.Page.Locator(":focus")).ToHaveTextAsync("Testperson, Bruno");
    }
}
