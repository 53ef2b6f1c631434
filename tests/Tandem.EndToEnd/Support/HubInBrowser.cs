using Microsoft.Playwright;
using Tandem.EndToEnd.Support;

[assembly: AssemblyFixture(typeof(HubInBrowser))]

namespace Tandem.EndToEnd.Support;

/// <summary>One hub and one browser for all tests of the run; each test opens visits of its own.</summary>
public sealed class HubInBrowser : IAsyncLifetime
{
    private HubProcess? hub;
    private IPlaywright? playwright;
    private IBrowser? browser;

    /// <summary>Where the hub answers.</summary>
    public Uri Address => hub!.Address;

    /// <summary>The loopback port on which it takes HL7 v2 messages.</summary>
    public int MllpPort => hub!.MllpPort;

    /// <summary>What the hub has written to its console.</summary>
    public string HubOutput => hub!.Output;

    /// <inheritdoc />
    public async ValueTask InitializeAsync()
    {
        Assert.True(File.Exists(Places.Chromium), $"These tests need Chromium at {Places.Chromium} (Debian: apt-get install chromium), or its path in TANDEM_CHROMIUM.");
        Assertions.SetDefaultExpectTimeout(30_000);
        hub = await HubProcess.StartAsync();
        playwright = await Playwright.CreateAsync();
        browser = await playwright.Chromium.LaunchAsync(new BrowserTypeLaunchOptions
        {
            ExecutablePath = Places.Chromium,
            Args = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"],
        });
    }

    /// <summary>Opens a visit: a browser context with its own cookies.</summary>
    /// <param name="look">How the reader sees pages.</param>
    /// <param name="javaScript">False for a browser that runs none.</param>
    /// <param name="cookies">False for a reader who has not chosen theme and language yet.</param>
    /// <param name="locale">The browser's own language, when it is not the look's.</param>
    /// <param name="at">Another hub than the one that serves all tests.</param>
    public async Task<Visit> VisitAsync(Look look, bool javaScript = true, bool cookies = true, string? locale = null, Uri? at = null)
    {
        var place = (at ?? Address).ToString();
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
        if (hub is not null)
            await hub.DisposeAsync();
    }
}
