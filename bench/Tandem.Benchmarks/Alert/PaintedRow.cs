using System.Diagnostics;
using Microsoft.Playwright;
using Tandem.Benchmarks.Mllp;

namespace Tandem.Benchmarks.Alert;

/// <summary>
/// The same in a real browser: the worklist, narrowed to a patient who has nothing open, stands open in headless Chromium; timed from
/// sending until two frames after the row is there. It includes the way of the answer from the browser to this program.
/// </summary>
internal static class PaintedRow
{
    private const string Chromium = "/usr/bin/chromium";

    private const string Painted =
        """
        () => new Promise(done => {
          const look = () => document.querySelector('tandem-live [data-key]') ? requestAnimationFrame(() => requestAnimationFrame(done)) : requestAnimationFrame(look);
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
            var painted = page.EvaluateAsync(Painted);
            var sent = Stopwatch.GetTimestamp();
            await line.SendAsync(0, message);
            await painted.WaitAsync(TimeSpan.FromSeconds(60));
            if (i >= 2)
                times.Add(Stopwatch.GetElapsedTime(sent).TotalMilliseconds);
        }

        return Times.Of(times);
    }
}
