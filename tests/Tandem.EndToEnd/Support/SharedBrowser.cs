using Microsoft.Playwright;
using Tandem.EndToEnd.Support;

[assembly: AssemblyFixture(typeof(SharedBrowser))]

namespace Tandem.EndToEnd.Support;

/// <summary>One browser for all tests of the run, those that run at the same time too; each test opens visits of its own.</summary>
public sealed class SharedBrowser : IAsyncLifetime
{
    private IPlaywright? playwright;
    private IBrowser? browser;

    /// <inheritdoc />
    public async ValueTask InitializeAsync()
    {
        Assert.True(File.Exists(Places.Chromium), $"These tests need Chromium at {Places.Chromium} (Debian: apt-get install chromium), or its path in TANDEM_CHROMIUM.");
        Assertions.SetDefaultExpectTimeout(60_000);
        playwright = await Playwright.CreateAsync();
        browser = await playwright.Chromium.LaunchAsync(new BrowserTypeLaunchOptions
        {
            ExecutablePath = Places.Chromium,
            Args = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"],
        });
    }

    /// <summary>Opens a visit: a browser context with its own cookies.</summary>
    /// <param name="at">Where the hub answers.</param>
    /// <param name="look">How the reader sees pages.</param>
    /// <param name="javaScript">False for a browser that runs none.</param>
    /// <param name="cookies">False for a reader who has not chosen theme and language yet.</param>
    /// <param name="locale">The browser's own language, when it is not the look's.</param>
    public async Task<Visit> VisitAsync(Uri at, Look look, bool javaScript = true, bool cookies = true, string? locale = null)
    {
        var place = at.ToString();
        var context = await browser!.NewContextAsync(new BrowserNewContextOptions
        {
            BaseURL = place,
            ViewportSize = new ViewportSize { Width = look.Width, Height = look.Height },
            Locale = locale ?? look.Language,
            JavaScriptEnabled = javaScript,
            ReducedMotion = ReducedMotion.Reduce,
        });
        context.SetDefaultTimeout(60_000);
        context.SetDefaultNavigationTimeout(60_000);
        if (cookies)
        {
            await context.AddCookiesAsync(
            [
                new Cookie { Name = "tandem-theme", Value = look.Theme, Url = place },
                new Cookie { Name = "tandem-language", Value = look.Language, Url = place },
            ]);
        }

        return new Visit(context, await context.NewPageAsync(), look);
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        if (browser is not null)
            await browser.DisposeAsync();
        playwright?.Dispose();
    }
}
