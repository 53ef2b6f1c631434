using Tandem.EndToEnd.Patients;
using Tandem.EndToEnd.Support;
using Tandem.EndToEnd.Worklist;

namespace Tandem.EndToEnd.Pages;

/// <summary>
/// Pages for those who need larger text or more room between it: 200 % zoom (WCAG 1.4.4), a window of 320 px (1.4.10) and the text
/// spacing of 1.4.12. Nothing sticks out, no text is cut off, no text lies over other text, and axe finds nothing.
/// </summary>
[Collection<HubOfFeeds>]
public sealed class ZoomTests(HubInBrowser hub)
{
    private const string Spacing = "* { line-height: 1.5 !important; letter-spacing: 0.12em !important; word-spacing: 0.16em !important; } p { margin-block-end: 2em !important; }";

    private static readonly IReadOnlyList<string> Pages =
    [
        "/worklist?q=zoomward", "/worklist?q=nobodyofthisname", "/patients/zoom", "/patients", "/feeds", "/feeds/quarantine", "/sign-in?expired=1", "/set-up/used",
        "/error/400", "/error/401", "/error/403", "/error/404", "/error/410", "/error/500", "/api",
    ];

    [Theory]
    [InlineData("en", "light")]
    [InlineData("es", "dark")]
    public async Task At_twice_the_size_nothing_is_lost_or_covered(string language, string theme)
    {
        await SeedAsync();
        await using var visit = await hub.VisitAsync(new Look(theme, language, 640));
        foreach (var path in Pages)
        {
            await visit.OpenAsync(path);
            await CheckAsync(visit, "zoom" + path.Replace('/', '-').Split('?')[0]);
            await visit.AxeFindsNothingAsync();
        }
    }

    [Theory]
    [InlineData("en", 1280)]
    [InlineData("es", 1280)]
    [InlineData("es", 320)]
    public async Task With_wide_text_spacing_nothing_is_lost_or_covered(string language, int width)
    {
        await SeedAsync();
        await using var visit = await hub.VisitAsync(new Look("light", language, width));
        foreach (var path in Pages)
        {
            await visit.OpenAsync(path);
            await visit.Page.EvaluateAsync("css => { const sheet = new CSSStyleSheet(); sheet.replaceSync(css); document.adoptedStyleSheets = [sheet]; }", Spacing);
            await CheckAsync(visit, "spacing" + path.Replace('/', '-').Split('?')[0]);
        }
    }

    [Fact]
    public async Task Text_of_twice_the_size_alone_grows_the_page_and_loses_nothing()
    {
        await SeedAsync();
        await using var visit = await hub.VisitAsync(Look.Desk);
        foreach (var path in Pages)
        {
            await visit.OpenAsync(path);
            await visit.Page.EvaluateAsync("css => { const sheet = new CSSStyleSheet(); sheet.replaceSync(css); document.adoptedStyleSheets = [sheet]; }", ":root { font-size: 200% !important; }");
            await CheckAsync(visit, "text" + path.Replace('/', '-').Split('?')[0]);
        }
    }

    private static async Task CheckAsync(Visit visit, string name)
    {
        await visit.PictureAsync(name);
        await visit.NothingSticksOutAsync();
        await visit.NoTextIsCutOrCoveredAsync();
    }

    private async Task SeedAsync()
    {
        using var seed = new LoopSeed(hub.Address);
        await ChartSeed.AsUsualAsync(seed, "zoom", "Zoe", "Zoomward");
    }
}
