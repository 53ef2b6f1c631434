using System.Net;
using System.Text.RegularExpressions;
using Microsoft.Playwright;
using Tandem.EndToEnd.Patients;
using Tandem.EndToEnd.Support;
using Tandem.EndToEnd.Worklist;
using static Microsoft.Playwright.Assertions;

namespace Tandem.EndToEnd.Pages;

[Collection<HubOfFeeds>]
public sealed class FrameTests(HubInBrowser hub)
{
    [Fact]
    public async Task A_full_page_of_staff_and_all_its_assets_stay_within_150_kB_compressed_and_within_this_hub()
    {
        using var seed = new LoopSeed(hub.Address);
        await ChartSeed.AsUsualAsync(seed, "heavy", "Hedda", "Heavyward");
        for (var i = 0; i < 50; i++)
            await seed.OpenAsync(LoopSeed.ACall("heavy", TimeSpan.FromHours(i + 1), $"-{i}"));
        await using var visit = await hub.VisitAsync(Look.Desk);
        foreach (var path in (string[])["/parts", "/patients/heavy", "/worklist?q=heavyward"])
        {
            await visit.OpenAsync(path);
            await visit.IsLightAsync(EveryLook.StaffBudget);
        }

        await Expect(visit.Page.Locator("tr[data-row]")).ToHaveCountAsync(50);
        Assert.All(visit.Requests, request => Assert.Equal(hub.Address.Authority, new Uri(request.Url).Authority));
    }

    [Fact]
    public async Task Assets_are_sent_small_and_kept_by_the_browser_for_good()
    {
        using var client = new HttpClient { BaseAddress = hub.Address };
        var page = await client.GetStringAsync(new Uri("/parts", UriKind.Relative), TestContext.Current.CancellationToken);
        var assets = Regex.Matches(page, "/assets/tandem[^\"]+").Select(match => match.Value).Distinct().ToList();
        Assert.Equal(2, assets.Count);
        foreach (var asset in assets)
        {
            var whole = await client.GetByteArrayAsync(new Uri(asset, UriKind.Relative), TestContext.Current.CancellationToken);
            using var request = new HttpRequestMessage(HttpMethod.Get, asset);
            request.Headers.AcceptEncoding.ParseAdd("gzip, deflate, br, zstd"); // as browsers ask
            using var reply = await client.SendAsync(request, TestContext.Current.CancellationToken);
            Assert.True((await reply.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken)).Length < whole.Length / 2, asset + " is not packed");
            Assert.True(reply.Headers.CacheControl is { MaxAge.TotalDays: >= 365 }, asset + " is asked for again with every page");
        }
    }

    [Theory]
    [InlineData("en", "This page does not exist")]
    [InlineData("es", "Esta página no existe")]
    public async Task An_address_that_leads_nowhere_says_so_in_the_frame(string language, string said)
    {
        await using var visit = await hub.VisitAsync(Look.Desk with { Language = language });
        var reply = await visit.Page.GotoAsync("/nowhere/at/all");

        Assert.Equal(404, reply!.Status);
        await Expect(visit.Page.Locator("h1")).ToHaveTextAsync(said);
        await Expect(visit.Page.Locator("body")).ToHaveCSSAsync("display", "flex"); // the style sheet is there too
        await visit.ReadsWellInEveryLookAsync("missing");
    }

    [Fact]
    public async Task A_page_that_does_not_have_what_is_asked_for_says_so_in_the_frame()
    {
        await using var visit = await hub.VisitAsync(Look.Desk);
        var reply = await visit.Page.GotoAsync("/parts?tab=nonsense");

        Assert.Equal(404, reply!.Status);
        await Expect(visit.Page.Locator("h1")).ToHaveTextAsync("This page does not exist");
    }

    [Fact]
    public async Task Programs_get_a_bare_status_and_no_page()
    {
        using var client = new HttpClient { BaseAddress = hub.Address };
        using var reply = await client.GetAsync(new Uri("/nowhere", UriKind.Relative), TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.NotFound, reply.StatusCode);
        Assert.Empty(await reply.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Every_reply_carries_the_strict_policy_and_pages_are_not_stored()
    {
        using var client = new HttpClient { BaseAddress = hub.Address };
        using var reply = await client.GetAsync(new Uri("/parts", UriKind.Relative), TestContext.Current.CancellationToken);

        var policy = Assert.Single(reply.Headers.GetValues("Content-Security-Policy"));
        Assert.StartsWith("default-src 'none'; script-src 'self'; style-src 'self';", policy, StringComparison.Ordinal);
        Assert.DoesNotContain("unsafe", policy, StringComparison.Ordinal);
        Assert.Equal("nosniff", Assert.Single(reply.Headers.GetValues("X-Content-Type-Options")));
        Assert.True(reply.Headers.CacheControl!.NoStore);
        var page = await reply.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        Assert.DoesNotContain(" style=", page, StringComparison.Ordinal);
        Assert.DoesNotContain("<style", page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_browser_refuses_an_inline_script_and_another_origin()
    {
        await using var visit = await hub.VisitAsync(Look.Desk);
        await visit.OpenAsync("/parts");
        await visit.Page.EvaluateAsync(
            """
            () => {
              const script = document.createElement('script');
              script.textContent = 'window.ran = true';
              document.body.append(script);
              const picture = new Image();
              picture.src = 'https://elsewhere.invalid/pixel.png';
              document.body.append(picture);
            }
            """);

        await visit.UntilAsync(() => Task.FromResult(Complains("script-src") && Complains("img-src")));
        Assert.False(await visit.Page.EvaluateAsync<bool>("() => window.ran === true"));

        bool Complains(string of) => visit.Complaints.Any(complaint => complaint.Contains(of, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Language_goes_by_the_browser_until_the_reader_chooses()
    {
        await using var visit = await hub.VisitAsync(Look.Desk, cookies: false, locale: "es-MX");
        await visit.OpenAsync("/parts");
        await Expect(visit.Page.Locator("html")).ToHaveAttributeAsync("lang", "es");

        await visit.Page.GetByRole(AriaRole.Button, new() { Name = "English" }).ClickAsync();
        await Expect(visit.Page.Locator("html")).ToHaveAttributeAsync("lang", "en");
        await Expect(visit.Page).ToHaveURLAsync(new Regex("/parts$"));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Theme_and_language_can_be_chosen_with_and_without_JavaScript(bool javaScript)
    {
        await using var visit = await hub.VisitAsync(Look.Phone, javaScript);
        await visit.OpenAsync("/parts?tab=results");
        await visit.Page.Locator(".menu summary").ClickAsync();
        await visit.Page.GetByRole(AriaRole.Button, new() { Name = "High contrast" }).ClickAsync();
        await Expect(visit.Page.Locator("html")).ToHaveAttributeAsync("data-theme", "contrast");

        await visit.Page.GetByRole(AriaRole.Button, new() { Name = "Español" }).ClickAsync();
        await Expect(visit.Page.Locator("html")).ToHaveAttributeAsync("lang", "es");
        await Expect(visit.Page).ToHaveURLAsync(new Regex("/parts\\?tab=results$"));
    }

    [Fact]
    public async Task A_post_without_the_form_token_changes_nothing()
    {
        using var handler = new HttpClientHandler { AllowAutoRedirect = false };
        using var client = new HttpClient(handler) { BaseAddress = hub.Address };
        using var form = new FormUrlEncodedContent([new("theme", "dark"), new("back", "/")]);
        using var reply = await client.PostAsync(new Uri("/preferences/theme", UriKind.Relative), form, TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.BadRequest, reply.StatusCode);
        Assert.False(reply.Headers.Contains("Set-Cookie"));
    }

    [Fact]
    public async Task Without_JavaScript_the_page_reads_whole_and_the_help_sheet_opens()
    {
        await using var visit = await hub.VisitAsync(Look.Desk, javaScript: false);
        await visit.OpenAsync("/parts");

        await Expect(visit.Page.Locator("tr[data-row]")).ToHaveCountAsync(4);
        await Expect(visit.Page.Locator("tr[data-row] time").First).ToHaveTextAsync("overdue by 35 min");
        await visit.Page.GetByRole(AriaRole.Button, new() { Name = "Keyboard shortcuts" }).ClickAsync();
        await Expect(visit.Page.Locator("#shortcuts")).ToBeVisibleAsync();
    }

    [Fact]
    public async Task The_open_hub_says_so_on_every_page()
    {
        await using var visit = await hub.VisitAsync(Look.Desk);
        foreach (var path in (string[])["/parts", "/nowhere"])
        {
            await visit.OpenAsync(path);
            await Expect(visit.Page.Locator(".open-banner p")).ToHaveTextAsync("This hub is open: every request has system access.");
        }
    }

    [Fact]
    public async Task At_twice_the_text_and_half_the_width_nothing_sticks_out()
    {
        await using var visit = await hub.VisitAsync(new Look("light", "es", 640));
        await visit.OpenAsync("/parts");
        await visit.NothingSticksOutAsync();

        await using var phone = await hub.VisitAsync(new Look("light", "es", 320));
        await phone.OpenAsync("/parts");
        await phone.NothingSticksOutAsync();
        await phone.PictureAsync("narrow");
    }
}
