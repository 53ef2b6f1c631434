using System.Collections.Concurrent;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.Playwright;

namespace Tandem.EndToEnd.Support;

/// <summary>One reader in the browser. Complaints of the console and requests are written down from the first page on.</summary>
public sealed partial class Visit : IAsyncDisposable
{
    private readonly IBrowserContext context;
    private readonly ConcurrentQueue<string> complaints = [];
    private readonly ConcurrentQueue<IRequest> requests = [];

    internal Visit(IBrowserContext context, IPage page, Look look)
    {
        (this.context, Page, Look) = (context, page, look);
        page.Console += (_, message) =>
        {
            if (message.Type is "error" or "warning")
                complaints.Enqueue($"{message.Type}: {message.Text}");
        };
        page.PageError += (_, error) => complaints.Enqueue("thrown: " + error);
        page.RequestFinished += (_, request) => requests.Enqueue(request);
    }

    /// <summary>The tab.</summary>
    public IPage Page { get; }

    /// <summary>How it is seen.</summary>
    public Look Look { get; private set; }

    /// <summary>Errors and warnings of the console, violations of the content security policy among them.</summary>
    public IReadOnlyList<string> Complaints => [.. complaints];

    /// <summary>Every request of the tab that has been answered whole; streams and workers are not among them.</summary>
    public IReadOnlyList<IRequest> Requests => [.. requests];

    /// <summary>Opens an address of the hub; with <c>q</c> a list, and searches it: what is typed is posted.</summary>
    public async Task<Visit> OpenAsync(string path)
    {
        var (address, typed) = Typed().Match(path) is { Success: true } match ? (path.Remove(match.Index, match.Length).Replace("worklist&", "worklist?", StringComparison.Ordinal), match.Groups[1].Value) : (path, null);
        await Page.GotoAsync(address, new PageGotoOptions { WaitUntil = WaitUntilState.Load });
        if (typed is not null)
        {
            await Page.Locator("#field-q").FillAsync(typed);
            await GoesOnAsync(() => Page.Locator("#field-q").PressAsync("Enter"));
        }

        return this;
    }

    /// <summary>Does what leads to another page, be it at the same address, and waits until that has loaded.</summary>
    /// <remarks>The browser tells: what asks the page again and again hangs where scripts are off, since no timer and no frame runs there.</remarks>
    /// <exception cref="TimeoutException">It did not within a minute; the message holds how the page stands.</exception>
    public async Task GoesOnAsync(Func<Task> act)
    {
        var loaded = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        void Tell(object? sender, IPage page) => loaded.TrySetResult();
        Page.Load += Tell;
        try
        {
            await act();
            await loaded.Task.WaitAsync(TimeSpan.FromMinutes(1));
        }
        catch (TimeoutException e)
        {
            throw new TimeoutException("No page was loaded. " + await StandingAsync(Page), e);
        }
        finally
        {
            Page.Load -= Tell;
        }
    }

    /// <summary>Where a page is, whether keys reach it, which of its elements do not run, and what it shows; or why it does not say so.</summary>
    internal static async Task<string> StandingAsync(IPage page)
    {
        try
        {
            return await page.EvaluateAsync<string>(
                """
                () => [location.href, document.readyState, document.hasFocus() ? 'has the focus' : 'has no focus', 'at ' + document.activeElement?.outerHTML.slice(0, 200),
                  'not running: ' + [...document.querySelectorAll(':not(:defined)')].map(e => e.localName), document.querySelector('main')?.innerText].join('\n')
                """).WaitAsync(TimeSpan.FromMinutes(1));
        }
        catch (Exception e) when (e is PlaywrightException or TimeoutException)
        {
            return $"The page cannot be asked: {e.Message}";
        }
    }

    /// <summary>Waits until something holds that the page itself does not show.</summary>
    /// <exception cref="TimeoutException">It did not within a minute.</exception>
    public async Task UntilAsync(Func<Task<bool>> holds)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(1));
        while (!await holds())
        {
            if (patience.IsCancellationRequested)
                throw new TimeoutException($"It did not come true within a minute. {Page.Url} said: {string.Join("; ", Complaints)}");
            await Task.Delay(50, CancellationToken.None);
        }
    }

    /// <summary>Takes the network away from the reader, or gives it back.</summary>
    public Task GoOfflineAsync(bool offline) => context.SetOfflineAsync(offline);

    /// <summary>Sees the open page another way: width and theme are changed in place; a language takes a reload.</summary>
    public async Task SeeAsAsync(Look look)
    {
        var origin = new Uri(Page.Url).GetLeftPart(UriPartial.Authority);
        await context.AddCookiesAsync(
        [
            new Cookie { Name = "tandem-theme", Value = look.Theme, Url = origin },
            new Cookie { Name = "tandem-language", Value = look.Language, Url = origin },
        ]);
        if (look.Width != Look.Width)
            await Page.SetViewportSizeAsync(look.Width, look.Height);
        if (look.Language != Look.Language)
            await Page.ReloadAsync();
        else
            await Page.EvaluateAsync("theme => { document.documentElement.dataset.theme = theme; }", look.Theme);
        Look = look;
    }

    /// <summary>A second tab of the same reader.</summary>
    public async Task<Visit> AnotherTabAsync() => new(context, await context.NewPageAsync(), Look);

    /// <summary>Fails with rule, element and reason of everything that axe finds against WCAG 2.2 A and AA and its own best practices.</summary>
    /// <param name="asked">Which rules, where the others have been asked before.</param>
    public async Task AxeFindsNothingAsync(Rules asked = Rules.All)
    {
        if (!await Page.EvaluateAsync<bool>("() => 'axe' in window"))
            await Page.EvaluateAsync(await File.ReadAllTextAsync(Places.Axe));
        var found = await Page.EvaluateAsync<JsonElement>(
            """
            async asked => {
              const colours = ['color-contrast', 'link-in-text-block'];
              const which = { All: {}, OfColours: { runOnly: colours }, AllButOfColours: { rules: Object.fromEntries(colours.map(rule => [rule, { enabled: false }])) } }[asked];
              const { violations } = await axe.run(document, { resultTypes: ['violations'], ...which });
              return violations.flatMap(v => v.nodes.map(n => `${v.id}: ${n.html.slice(0, 160)} — ${n.failureSummary}`));
            }
            """,
            asked.ToString());
        var findings = found.EnumerateArray().Select(finding => finding.GetString()).ToList();
        Assert.True(findings.Count is 0, $"{Page.Url} as {Look}:\n{string.Join("\n", findings)}");
    }

    /// <summary>Fails when the page is wider than the window, or a table of cards wider than its frame on a phone, and names what sticks out.</summary>
    public async Task NothingSticksOutAsync()
    {
        var wide = await Page.EvaluateAsync<string[]>(
            """
            () => {
              const width = document.documentElement.clientWidth;
              const frame = width < 600 && [...document.querySelectorAll('.table-frame:has(.rows-cards)')].find(f => f.scrollWidth > f.clientWidth + 1);
              if (frame) {
                const edge = frame.getBoundingClientRect().left + frame.clientLeft + frame.clientWidth;
                return ['cards are wider than their frame', ...[...frame.querySelectorAll('*')].filter(e => e.getBoundingClientRect().right > edge + 1).map(e => e.outerHTML.slice(0, 160))];
              }
              if (document.documentElement.scrollWidth <= width + 1) return []; // a pixel comes of rounding
              const scrolls = e => e && (getComputedStyle(e).overflowX === 'auto' || scrolls(e.parentElement));
              return [`${document.documentElement.scrollWidth} px instead of ${width}`,
                ...[...document.querySelectorAll('body *')]
                  .filter(e => e.getBoundingClientRect().right > width + 1 && !scrolls(e.parentElement))
                  .map(e => e.outerHTML.slice(0, 160))];
            }
            """);
        Assert.True(wide.Length is 0, $"{Page.Url} as {Look} scrolls sideways:\n{string.Join("\n", wide.Take(6))}");
    }

    /// <summary>Fails when a text is cut off by its own box or lies over another text, and names both.</summary>
    public async Task NoTextIsCutOrCoveredAsync()
    {
        var found = await Page.EvaluateAsync<string[]>(
            """
            () => {
              const name = e => `${e.tagName.toLowerCase()}.${e.className?.baseVal ?? e.className}: ${e.textContent.trim().slice(0, 60)}`;
              const unseen = e => e && ((e.clientWidth <= 1 && getComputedStyle(e).overflow === 'hidden') || unseen(e.parentElement));
              const shown = [...document.querySelectorAll('body *')].filter(e =>
                !e.closest('svg, .unseen, .skip, pre, [popover], [hidden], select, option') && e.checkVisibility({ visibilityProperty: true, contentVisibilityAuto: true }) && !unseen(e));
              const cut = shown.filter(e => {
                const style = getComputedStyle(e);
                const clips = style.overflowX === 'hidden' || style.overflowX === 'clip' || style.overflowY === 'hidden' || style.overflowY === 'clip';
                return clips && e.clientWidth > 1 && (e.scrollWidth > e.clientWidth + 1 || e.scrollHeight > e.clientHeight + 1);
              }).map(e => 'cut off ' + name(e));
              const boxes = shown.flatMap(e => [...e.childNodes]
                .filter(n => n.nodeType === 3 && n.data.trim())
                .flatMap(n => { const range = document.createRange(); range.selectNodeContents(n); return [...range.getClientRects()].map(r => ({ e, r })); }))
                .filter(({ r }) => r.width > 1 && r.height > 1).sort((a, b) => a.r.top - b.r.top);
              const covered = [];
              boxes.forEach((one, i) => {
                for (let j = i + 1; j < boxes.length && boxes[j].r.top < one.r.bottom; j++) {
                  const other = boxes[j];
                  const wide = Math.min(one.r.right, other.r.right) - Math.max(one.r.left, other.r.left);
                  const high = Math.min(one.r.bottom, other.r.bottom) - other.r.top;
                  if (wide > 2 && high > Math.min(one.r.height, other.r.height) / 2 && one.e !== other.e) covered.push(`${name(one.e)} lies over ${name(other.e)}`);
                }
              });
              return [...cut, ...covered];
            }
            """);
        Assert.True(found.Length is 0, $"{Page.Url} as {Look}:\n{string.Join("\n", found.Take(8))}");
    }

    /// <summary>How many sheets of paper the page takes; the print is kept beside the pictures.</summary>
    /// <param name="format">Letter or A4.</param>
    /// <param name="name">The name of the kept print.</param>
    public async Task<int> PrintedPagesAsync(string format, string name)
    {
        var printed = await Page.PdfAsync(new PagePdfOptions { Format = format, PreferCSSPageSize = false });
        if (Environment.GetEnvironmentVariable("TANDEM_PICTURES") is { Length: > 0 } folder)
            await File.WriteAllBytesAsync(Path.Combine(folder, $"{name}-{Look}.pdf"), printed);
        return Regex.Count(Encoding.Latin1.GetString(printed), @"/Type\s*/Page\b");
    }

    /// <summary>Keeps a picture of the whole page in the folder named by TANDEM_PICTURES, when it is set.</summary>
    public async Task PictureAsync(string name)
    {
        if (Environment.GetEnvironmentVariable("TANDEM_PICTURES") is { Length: > 0 } folder)
            await Page.ScreenshotAsync(new PageScreenshotOptions { FullPage = true, Path = Path.Combine(folder, $"{name}-{Look}.png") });
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync() => await context.DisposeAsync();

    [GeneratedRegex(@"[?&]q=(\w+)")]
    private static partial Regex Typed();
}

/// <summary>Which of axe's rules are asked.</summary>
public enum Rules
{
    /// <summary>Every one.</summary>
    All,

    /// <summary>Those whose answer changes with the theme.</summary>
    OfColours,

    /// <summary>Those whose answer changes with the language.</summary>
    AllButOfColours,
}
