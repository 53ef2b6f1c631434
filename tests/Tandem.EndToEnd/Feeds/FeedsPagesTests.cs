using System.Text;
using System.Text.RegularExpressions;
using Microsoft.Playwright;
using Tandem.EndToEnd.Support;
using Tandem.Hl7v2.Acknowledging;
using Tandem.Hl7v2.Mllp;
using Tandem.Hl7v2.Segments;
using static Microsoft.Playwright.Assertions;

namespace Tandem.EndToEnd.Feeds;

/// <summary>Feeds, quarantine and messages as an integration engineer sees them, and the pages that anyone may see.</summary>
[Collection<HubOfFeeds>]
public sealed class FeedsPagesTests(HubInBrowser hub)
{
    private const string Admission =
        "MSH|^~\\&|ADT|EASTWARD|HUB|REGION|20260302080000||ADT^A01|{0}|P|2.5.1\rEVN|A01|20260302080000\rPID|1||{1}^^^EASTWARD^MR||Testperson^Ada||19600203|F\r"
        + "PV1|1|I|2W^201^1||||||||||||||||{0}V\r";

    [Fact]
    public async Task Axe_finds_nothing_and_nothing_sticks_out_in_any_theme_language_and_width()
    {
        await SendAsync(Fill(Admission, "LOOK1", "E1"), "AA");
        await SendAsync(Fill(Admission, "LOOK2", ""), "AE");
        await SendAsync(Fill(Admission, "LOOK3", "E3").Replace("ADT^A01", "ZZZ^Z99", StringComparison.Ordinal), "AR");
        await SendAsync("MSH|^~\\&|LAB|EASTWARD\rno segment at all, and long: " + new string('x', 200) + "\r", "AE");
        await using var visit = await hub.VisitAsync(Look.Desk);

        await visit.OpenAsync("/feeds");
        await Expect(visit.Page.GetByRole(AriaRole.Link, new() { Name = "EASTWARD · ADT" })).ToBeVisibleAsync();
        await visit.ReadsWellInEveryLookAsync("intake-feeds");
        await visit.OpenAsync("/feeds/quarantine");
        await visit.ReadsWellInEveryLookAsync("intake-quarantine");
        foreach (var (source, message, name) in (IEnumerable<(string, string, string)>)[("eastward-adt", "LOOK2", "missing"), ("eastward-lab", "", "unreadable")])
        {
            await visit.OpenAsync($"/feeds/quarantine?source={source}");
            await visit.GoesOnAsync(() => visit.Page.Locator("[data-primary]").Filter(new() { HasText = message }).ClickAsync());
            await Expect(visit.Page.Locator(".message-raw mark")).ToBeVisibleAsync();
            await visit.ReadsWellInEveryLookAsync("intake-quarantine-" + name);
        }

        await visit.OpenAsync($"/feeds/messages/{await AppliedAsync()}");
        await visit.ReadsWellInEveryLookAsync("intake-message");
        await visit.OpenAsync("/feeds/sources/eastward-adt");
        await visit.ReadsWellInEveryLookAsync("intake-source");
        Assert.Empty(visit.Complaints);
    }

    [Fact]
    public async Task Pages_without_messages_pass_too()
    {
        await using var visit = await hub.VisitAsync(Look.Desk);
        foreach (var (path, name) in (IEnumerable<(string, string)>)[("/feeds/quarantine?reason=too-large", "quarantine-empty"), ("/api", "api"), ("/sign-in?expired=1", "sign-in"), ("/set-up/used", "set-up")])
        {
            await visit.OpenAsync(path);
            await visit.ReadsWellInEveryLookAsync("intake-" + name);
        }

        Assert.Empty(visit.Complaints);
    }

    [Fact]
    public async Task Without_JavaScript_the_settings_of_a_source_are_put_right_and_what_waits_is_tried_again()
    {
        await SendAsync(Fill(Admission, "SET1", "S1").Replace("EASTWARD", "SETWARD", StringComparison.Ordinal), "AA");
        await SendAsync(Fill(Admission, "SET2", "").Replace("EASTWARD", "SETWARD", StringComparison.Ordinal), "AE");
        await using var visit = await hub.VisitAsync(Look.Phone, javaScript: false);
        var page = visit.Page;
        await visit.OpenAsync("/feeds");
        await page.GetByRole(AriaRole.Link, new() { Name = "SETWARD · ADT" }).ClickAsync();
        await Expect(page.GetByText("registered itself")).ToBeVisibleAsync();
        await Expect(page.Locator("#latest tbody tr")).ToHaveCountAsync(2);
        await Expect(page.Locator("#latest tbody tr").First).ToContainTextAsync("AE");

        await page.Locator("[name=zone]").FillAsync("America/Nowhere");
        await page.Locator("[name=systems]").FillAsync("SETWARD");
        await page.Locator("[name=display]").FillAsync("Setward admissions");
        await page.GetByRole(AriaRole.Button, new() { Name = "Save settings" }).ClickAsync();
        await Expect(page.Locator(".error-summary")).ToContainTextAsync("This time zone is not known.");
        await Expect(page.Locator(".error-summary")).ToContainTextAsync("one name and its URI on each line");
        await Expect(page.Locator("[name=display]")).ToHaveValueAsync("Setward admissions");
        await page.Locator("[name=zone]").FillAsync("America/Denver");
        await page.Locator("[name=systems]").FillAsync("SETWARD = urn:oid:1.2.3.77");
        await page.GetByRole(AriaRole.Button, new() { Name = "Save settings" }).ClickAsync();
        await Expect(page.GetByText("The settings are saved and hold from now on.")).ToBeVisibleAsync();
        await Expect(page.Locator("h1")).ToHaveTextAsync("Setward admissions");
        await Expect(page.Locator("[name=zone]")).ToHaveValueAsync("America/Denver");
        await Expect(page.GetByText("registered itself")).ToHaveCountAsync(0);

        await page.GetByRole(AriaRole.Button, new() { Name = "Try all waiting again" }).ClickAsync();
        await Expect(page.GetByText("0 applied, 1 still wait.")).ToBeVisibleAsync();
    }

    [Fact]
    public async Task A_huge_message_is_folded_and_can_be_fetched_whole()
    {
        var huge = Fill(Admission, "HUGE1", "") + string.Concat(Enumerable.Range(1, 600).Select(i => $"OBX|{i}|ED|1^Document||{new string('Q', 3_000)}\r"));
        await SendAsync(huge, "AE");
        await using var visit = await hub.VisitAsync(Look.Desk);
        await visit.OpenAsync("/feeds/quarantine");
        await visit.GoesOnAsync(() => visit.Page.GetByRole(AriaRole.Link, new() { Name = "ADT^A01 HUGE1" }).ClickAsync());

        await Expect(visit.Page.GetByText("too long to be corrected here")).ToBeVisibleAsync();
        Assert.InRange((await visit.Page.ContentAsync()).Length, 10_000, 3_000_000);
        Assert.InRange((await visit.Page.Locator(".message-raw").InnerTextAsync()).Length, 100_000, 900_000);
        var whole = await visit.Page.APIRequest.GetAsync(await visit.Page.Locator("#raw a").GetAttributeAsync("href") ?? "");
        Assert.Equal(huge, Encoding.UTF8.GetString(await whole.BodyAsync()));
        await visit.AxeFindsNothingAsync();
        foreach (var look in Look.All.Where(look => look.Theme is "light"))
        {
            await visit.SeeAsAsync(look);
            await visit.NothingSticksOutAsync();
            await visit.NoTextIsCutOrCoveredAsync();
        }
    }

    [Fact]
    public async Task A_correction_that_is_no_longer_held_is_told()
    {
        await SendAsync(Fill(Admission, "GONE1", ""), "AE");
        await using var visit = await hub.VisitAsync(Look.Desk);
        await visit.OpenAsync("/feeds/quarantine");
        await visit.GoesOnAsync(() => visit.Page.GetByRole(AriaRole.Link, new() { Name = "ADT^A01 GONE1" }).ClickAsync());
        await visit.OpenAsync(visit.Page.Url + "?edit=long-gone");
        await Expect(visit.Page.Locator(".error-summary")).ToContainTextAsync("no longer held");
    }

    [Fact]
    public async Task Without_JavaScript_a_message_is_tried_again_and_corrected_until_it_is_applied()
    {
        await SendAsync(Fill(Admission, "MEND1", ""), "AE");
        await using var visit = await hub.VisitAsync(Look.Phone, javaScript: false);
        var page = visit.Page;
        await visit.OpenAsync("/feeds/quarantine");
        await page.GetByRole(AriaRole.Link, new() { Name = "ADT^A01 MEND1" }).ClickAsync();
        await Expect(page.Locator(".message-raw mark")).ToHaveTextAsync("^^^EASTWARD^MR");
        await Expect(page.Locator(".message-segment mark")).ToHaveTextAsync("^^^EASTWARD^MR");

        await page.GetByRole(AriaRole.Button, new() { Name = "Try again" }).ClickAsync();
        await Expect(page.GetByText("The message still cannot be applied.")).ToBeVisibleAsync();

        var text = page.GetByRole(AriaRole.Textbox, new() { Name = "Message text" });
        var wrong = await text.InputValueAsync();
        await text.FillAsync(wrong.Replace("Ada", "Adele", StringComparison.Ordinal));
        await page.GetByRole(AriaRole.Button, new() { Name = "Apply the corrected copy" }).ClickAsync();
        await Expect(page.Locator(".error-summary")).ToContainTextAsync("PID-3: The patient has no number that identifies one person.");
        await Expect(text).ToHaveValueAsync(new Regex("Adele"));

        await text.FillAsync(wrong.Replace("PID|1||^^^", "PID|1||E7^^^", StringComparison.Ordinal));
        await page.GetByRole(AriaRole.Button, new() { Name = "Apply the corrected copy" }).ClickAsync();
        await Expect(page.GetByText("The corrected copy was taken.")).ToBeVisibleAsync();
        await visit.OpenAsync($"/feeds/messages/{await AppliedAsync(new Uri(page.Url).Segments[^1])}");
        await Expect(page.Locator("#made li").First).ToBeVisibleAsync();
        await page.GetByText("Corrected copy of").Locator("xpath=..").GetByRole(AriaRole.Link).ClickAsync();
        await Expect(page.Locator(".message-facts")).ToContainTextAsync("Replaced by");
        await visit.OpenAsync("/feeds/quarantine");
        await Expect(page.GetByRole(AriaRole.Link, new() { Name = "ADT^A01 MEND1" })).ToHaveCountAsync(0);
    }

    [Fact]
    public async Task A_dismissed_message_leaves_the_quarantine_and_comes_back_with_undo()
    {
        await SendAsync(Fill(Admission, "DROP1", ""), "AE");
        await using var visit = await hub.VisitAsync(Look.Desk);
        var row = visit.Page.GetByRole(AriaRole.Link, new() { Name = "ADT^A01 DROP1" });
        await visit.OpenAsync("/feeds/quarantine");
        await visit.GoesOnAsync(() => row.ClickAsync());
        await visit.Page.GetByLabel("Why is it not to be applied?").FillAsync("A test of the sender");
        await visit.GoesOnAsync(() => visit.Page.GetByRole(AriaRole.Button, new() { Name = "Dismiss the message" }).ClickAsync());
        await Expect(row).ToHaveCountAsync(0);
        var other = await visit.AnotherTabAsync();
        await other.OpenAsync("/feeds/quarantine?state=dismissed");
        await Expect(other.Page.GetByRole(AriaRole.Link, new() { Name = "ADT^A01 DROP1" })).ToBeVisibleAsync();

        await visit.GoesOnAsync(() => visit.Page.GetByRole(AriaRole.Button, new() { Name = "Undo" }).ClickAsync());
        await Expect(visit.Page.GetByText("The message waits in quarantine again.")).ToBeVisibleAsync();
        await visit.OpenAsync("/feeds/quarantine");
        await Expect(row).ToBeVisibleAsync();
        Assert.Empty(visit.Complaints);
    }

    [Fact]
    public async Task What_is_wrong_is_said_in_Spanish_too()
    {
        await SendAsync(Fill(Admission, "HABLA1", ""), "AE");
        await using var visit = await hub.VisitAsync(Look.Desk with { Language = "es" });
        await visit.OpenAsync("/feeds/quarantine");
        await visit.GoesOnAsync(() => visit.Page.GetByRole(AriaRole.Link, new() { Name = "ADT^A01 HABLA1" }).ClickAsync());

        await Expect(visit.Page.Locator(".notice")).ToContainTextAsync("El paciente no tiene un número que identifique a una sola persona.");
        await Expect(visit.Page.Locator(".notice [lang=en]")).ToHaveCountAsync(0);
    }

    private static string Fill(string message, string control, string patient) =>
        message.Replace("{0}", control, StringComparison.Ordinal).Replace("{1}", patient, StringComparison.Ordinal);

    private async Task SendAsync(string message, string expected)
    {
        var cancel = TestContext.Current.CancellationToken;
        await using var line = await MllpClient.ConnectAsync("127.0.0.1", hub.MllpPort, cancel);
        Assert.True((await line.SendAsync(Encoding.UTF8.GetBytes(message), cancel)).Succeeded(out var answer, out _));
        Assert.Equal(expected, Msa.In(answer).Code);
    }

    /// <summary>Waits until that message, or any, has been applied, and gives its id.</summary>
    private async Task<string> AppliedAsync(string? id = null)
    {
        using var client = new HttpClient { BaseAddress = hub.Address };
        var pattern = $"urn:tandem:message:({id ?? "[0-9a-z-]+"})\"";
        for (var tries = 0; tries < 600; tries++)
        {
            var found = Regex.Match(await client.GetStringAsync(new Uri("/fhir/Provenance?_count=1000", UriKind.Relative), TestContext.Current.CancellationToken), pattern);
            if (found.Success)
                return found.Groups[1].Value;
            await Task.Delay(100, TestContext.Current.CancellationToken);
        }

        throw new InvalidOperationException("The message was not applied.\n" + hub.HubOutput);
    }
}
