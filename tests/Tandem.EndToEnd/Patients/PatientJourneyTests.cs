using System.Text.RegularExpressions;
using Microsoft.Playwright;
using Tandem.EndToEnd.Support;
using Tandem.EndToEnd.Worklist;
using static Microsoft.Playwright.Assertions;

namespace Tandem.EndToEnd.Patients;

/// <summary>What a coordinator does with one patient: finds the person, watches the page live, prints it.</summary>
[Collection<HubOfWorklists>]
public sealed class PatientJourneyTests(HubInBrowser hub)
{
    [Theory]
    [InlineData("Letter", "en")]
    [InlineData("A4", "es")]
    public async Task On_paper_a_patient_of_ordinary_size_is_one_page(string format, string language)
    {
        using var seed = new LoopSeed(hub.Address);
        await ChartSeed.AsUsualAsync(seed, "paper", "Paz", "Paperward");
        await using var visit = await hub.VisitAsync(Look.Desk with { Language = language });
        await visit.OpenAsync("/patients/paper");

        var sheets = await visit.PrintedPagesAsync(format, "patient-paper-" + format);
        await visit.Page.EmulateMediaAsync(new() { Media = Media.Print });
        await visit.Page.SetViewportSizeAsync(720, 970);
        await visit.PictureAsync("patient-paper-" + format);

        Assert.Equal(1, sheets);
        foreach (var part in (string[])["h1", ".patient-facts", "#due .due-item", "#owners .owner-name", "#results tbody tr", "#allergies", "#timeline .timeline-item", ".printed"])
            await Expect(visit.Page.Locator(part).First).ToBeVisibleAsync();
        await Expect(visit.Page.Locator("#timeline .timeline-item >> visible=true").Nth(6)).ToHaveCountAsync(0);
        foreach (var control in (string[])["#timeline .tabs", ".bar", ".pager", ".choices-line", "#loops"])
            await Expect(visit.Page.Locator(control).First).ToBeHiddenAsync();
    }

    [Fact]
    public async Task New_entries_of_the_timeline_are_offered_to_who_reads_it_and_come_by_themselves_at_the_top()
    {
        using var seed = new LoopSeed(hub.Address);
        await ChartSeed.AsUsualAsync(seed, "timely", "Tim", "Timelyward", sinceStay: 35); // nothing comes that is not put in here
        await using var visit = await hub.VisitAsync(Look.Desk);
        await visit.OpenAsync("/patients/timely");
        var entries = visit.Page.Locator("#live-timeline [data-key]");
        await Expect(entries.Nth(4)).ToBeVisibleAsync();
        var keys = await entries.EvaluateAllAsync<string[]>("rows => rows.map(row => row.dataset.key)");
        await entries.Nth(4).ScrollIntoViewIfNeededAsync();

        await ChartSeed.ResultAsync(seed, "timely", "timely-new", "2823-3", "Potassium", 4.4, "mmol/L", TimeSpan.FromMinutes(5));

        var offer = visit.Page.Locator("#live-timeline .live-state button");
        await Expect(offer).ToHaveTextAsync("1 new item · show");
        await Expect(entries.First).ToHaveAttributeAsync("data-key", keys[0]);
        await offer.ClickAsync();
        await Expect(entries.Filter(new() { HasText = "4.4 mmol/L" })).ToHaveCountAsync(1);
        await Expect(offer).ToHaveCountAsync(0);

        await visit.Page.EvaluateAsync("() => { document.activeElement.blur(); scrollTo(0, 0); }");
        await visit.Page.Mouse.MoveAsync(2, 2);
        await ChartSeed.ResultAsync(seed, "timely", "timely-newer", "2951-2", "Sodium", 141, "mmol/L", TimeSpan.FromMinutes(2));
        await Expect(entries.Filter(new() { HasText = "141 mmol/L" })).ToHaveCountAsync(1);
        await Expect(offer).ToHaveCountAsync(0);
        await Expect(entries).ToHaveCountAsync(keys.Length + 2);
        Assert.Empty(visit.Complaints);
    }

    [Fact]
    public async Task The_keyboard_alone_finds_a_person_from_any_page()
    {
        using var seed = new LoopSeed(hub.Address);
        await seed.PatientAsync("found-a", "Fay", "Findward", "1951-03-04");
        await seed.PatientAsync("found-b", "Finn", "Findward", "1990-07-08", "he/him");
        await using var visit = await hub.VisitAsync(Look.Desk);
        await visit.OpenAsync("/feeds");
        var page = visit.Page;

        await page.Keyboard.PressAsync("p");
        await page.Keyboard.TypeAsync("findw");
        var options = page.GetByRole(AriaRole.Option);
        await Expect(options).ToHaveCountAsync(2);
        await Expect(options.First).ToContainTextAsync("Fay Findward");
        await Expect(options.First).ToContainTextAsync("MRN-found-a");
        await page.Keyboard.PressAsync("ArrowDown");
        await page.Keyboard.PressAsync("ArrowDown");
        await Expect(options.Nth(1)).ToHaveAttributeAsync("aria-selected", "true");
        await visit.PictureAsync("find");
        await visit.AxeFindsNothingAsync();
        await visit.GoesOnAsync(() => page.Keyboard.PressAsync("Enter"));
        await Expect(page).ToHaveURLAsync(new Regex("/patients/found-b$"));

        await page.Keyboard.PressAsync("p");
        await page.Keyboard.TypeAsync("1951-03-04 findward");
        await visit.GoesOnAsync(() => page.Keyboard.PressAsync("Enter"));
        await Expect(page).ToHaveURLAsync(new Regex("/patients/found-a$"));

        await page.Keyboard.PressAsync("p");
        await page.Keyboard.TypeAsync("findward");
        await Expect(options).ToHaveCountAsync(2);
        await page.Keyboard.PressAsync("Escape");
        await Expect(options).ToHaveCountAsync(0);
        await visit.GoesOnAsync(() => page.Keyboard.PressAsync("Enter"));
        await Expect(page).ToHaveURLAsync(new Regex("/patients\\?find="));
        Assert.DoesNotContain("findward", page.Url, StringComparison.OrdinalIgnoreCase);
        await Expect(page.Locator("#people [data-row]")).ToHaveCountAsync(2);
        await page.Keyboard.PressAsync("j");
        await page.Keyboard.PressAsync("Enter");
        await Expect(page).ToHaveURLAsync(new Regex("/patients/found-a$"));
        Assert.Empty(visit.Complaints);
    }

    [Fact]
    public async Task Without_scripts_the_bar_finds_a_person_too()
    {
        using var seed = new LoopSeed(hub.Address);
        await seed.PatientAsync("bare", "Bea", "Bareward");
        await using var visit = await hub.VisitAsync(Look.Desk, javaScript: false);
        await visit.OpenAsync("/worklist");
        await visit.Page.GetByRole(AriaRole.Searchbox, new() { Name = "Find a person" }).FillAsync("bareward");
        await visit.Page.Keyboard.PressAsync("Enter");
        await Expect(visit.Page).ToHaveURLAsync(new Regex("/patients/bare$"));
    }
}
