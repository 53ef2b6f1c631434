using Microsoft.Playwright;
using Tandem.EndToEnd.Support;
using Tandem.EndToEnd.Trust;
using Tandem.Trust.SignIn;
using static Microsoft.Playwright.Assertions;

namespace Tandem.EndToEnd.Feeds;

/// <summary>A result in words: a clinician reads it, finds that nothing follows from it, takes that back, and hears of it again when it is corrected.</summary>
public sealed class DismissTests(SharedBrowser browser)
{
    [Fact]
    public async Task A_clinician_dismisses_a_result_in_words_and_it_waits_again_once_it_is_corrected()
    {
        await using var hub = await GuardedHub.StartAsync();
        await hub.PutAsync("Patient", "pia", """{"resourceType":"Patient","name":[{"family":"Sampleton","given":["Sample"]}],"birthDate":"1951-03-04","gender":"female"}""");
        await hub.PutAsync("CareTeam", "team", """{"resourceType":"CareTeam","status":"active","subject":{"reference":"Patient/pia"},"participant":[{"member":{"reference":"Practitioner/nora"}}]}""");
        await hub.PutAsync("Observation", "words", Words("see note of the pathologist", "2026-03-01T11:00:00Z"));
        await using var nora = await hub.SignedInAsync(browser, new Person("nora", "Nora Testperson", "nurse-lead", null, []), Look.Phone);
        var page = nora.Page;
        await ShownAsync(page, hub, "#unsettled");
        await Expect(page.Locator("#unsettled")).ToContainTextAsync("see note of the pathologist");
        await Expect(page.Locator("#unsettled a", new() { HasText = "Open the record" })).ToHaveAttributeAsync("href", "/patients/pia");

        await page.Locator("#unsettled summary").ClickAsync();
        await nora.ReadsWellInEveryLookAsync("feeds-undecided");
        await page.Locator("#unsettled summary").ClickAsync();
        await page.Locator("#unsettled input[name=reason]").FillAsync("The note says 4.1.");
        await page.Locator("#unsettled form[action$='/dismiss'] button").ClickAsync();
        await Expect(page.Locator("#unsettled")).ToHaveCountAsync(0);
        await Expect(page.Locator("#dismissed")).ToContainTextAsync("Dismissed by Nora Testperson");
        await Expect(page.Locator("#dismissed")).ToContainTextAsync("The note says 4.1.");
        await page.GotoAsync(hub.Address + "/feeds"); // without what the page says once of the act, which lies over it
        await nora.ReadsWellInEveryLookAsync("feeds-dismissed");
        await page.Locator("#dismissed form[action$='/restore'] button").ClickAsync();
        await Expect(page.GetByText("It waits again.")).ToBeVisibleAsync();
        await page.Locator("#unsettled summary").ClickAsync();
        await page.Locator("#unsettled input[name=reason]").FillAsync("The note says 4.1.");
        await page.Locator("#unsettled form[action$='/dismiss'] button").ClickAsync();
        await Expect(page.Locator("#dismissed")).ToHaveCountAsync(1);

        await hub.PutAsync("Observation", "words", Words("critically high, phoned", "2026-03-01T12:00:00Z"));
        await ShownAsync(page, hub, "#unsettled");
        await Expect(page.Locator("#unsettled")).ToContainTextAsync("critically high, phoned");
        await Expect(page.Locator("#dismissed")).ToHaveCountAsync(0);
        Assert.Empty(nora.Complaints);
    }

    private static string Words(string words, string issued) =>
        $$$"""{"resourceType":"Observation","status":"final","category":[{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/observation-category","code":"laboratory"}]}],"code":{"coding":[{"system":"http://loinc.org","code":"2823-3"}],"text":"Potassium"},"subject":{"reference":"Patient/pia"},"effectiveDateTime":"2026-03-01T10:00:00Z","issued":"{{{issued}}}","valueString":"{{{words}}}"}""";

    /// <summary>Opens the page until a part is there: the pathways follow what is written.</summary>
    private static async Task ShownAsync(IPage page, GuardedHub hub, string part)
    {
        for (var end = Environment.TickCount64 + 60_000; Environment.TickCount64 < end;)
        {
            await page.GotoAsync(hub.Address + "/feeds");
            if (await page.EvaluateAsync<bool>("part => document.querySelector(part) !== null", part))
                return;
        }

        Assert.Fail($"{part} does not come.");
    }
}
