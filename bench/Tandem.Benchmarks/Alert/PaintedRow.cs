using Microsoft.Playwright;
using Tandem.Benchmarks.Mllp;

namespace Tandem.Benchmarks.Alert;

/// <summary>
/// The same in a real browser: the worklist, narrowed to a patient who has nothing open, stands open in headless Chromium; timed from
/// sending until the first frame with the row is painted, by the clock that the browser and this program share. A task posted from within
/// a frame's callback runs once that frame is painted; waiting for a second frame would add a whole one.
/// </summary>
internal static class PaintedRow
{
    private const string Chromium = "/usr/bin/chromium";

    private const string Painted =
        """
        () => new Promise(done => {
          const look = () => {
            if (!document.querySelector('tandem-live [data-key]')) return;
            watch.disconnect();
            requestAnimationFrame(() => {
              const { port1, port2 } = new MessageChannel();
              port1.onmessage = () => done(performance.timeOrigin + performance.now());
              port2.postMessage(0);
            });
          };
          const watch = new MutationObserver(look);
          watch.observe(document.body, { childList: true, subtree: true });
          look();
        })
        """;

    internal static bool IsPossible => File.Exists(Chromium);

    internal static async Task<Times> MeasureAsync(Uri hub, MllpLines line, int count)
    {
        using var playwright = await Playwright.CreateAsync();
        await using var browser = await playwright.Chromium.LaunchAsync(new BrowserTypeLaunchOptions
        {
            ExecutablePath = Chromium,
            Args = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"],
        });
        var page = await browser.NewPageAsync();
        var times = new List<double>();
        for (var i = 0; i < count + 2; i++)
        {
            var (message, name) = CriticalReports.Next();
            await page.GotoAsync(new Uri(hub, $"{CriticalReports.Worklist}&q={name}").ToString());
            await page.WaitForTimeoutAsync(300); // until its stream stands
            var painted = page.EvaluateAsync<double>(Painted);
            var sent = TimeProvider.System.GetUtcNow() - DateTimeOffset.UnixEpoch;
            await line.SendAsync(0, message);
            var at = await painted.WaitAsync(TimeSpan.FromSeconds(60));
            if (i >= 2)
                times.Add(at - sent.TotalMilliseconds);
        }

        return Times.Of(times);
    }
}
