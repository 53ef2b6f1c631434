using System.Text.RegularExpressions;
using Microsoft.Playwright;
using Tandem.EndToEnd.Support;

namespace Tandem.EndToEnd.Demo;

/// <summary>The demonstration as somebody sees it who tries Tandem for the first time: one command, a link, a list, and news on it.</summary>
public sealed class DemoTests(SharedBrowser browser)
{
    [Fact]
    public async Task A_small_region_is_ready_signed_in_to_by_link_lively_and_ends_with_Ctrl_C()
    {
        var cancel = TestContext.Current.CancellationToken;
        await using var demo = await HubProcess.StartDemoAsync(patients: 60, days: 10, cancel);
        await using var visit = await browser.VisitAsync(demo.Address, Look.Desk);

        await visit.OpenAsync(Regex.Match(demo.Output, @"coordinator .*(/sign-in/[A-Za-z0-9_-]+)").Groups[1].Value);
        await visit.Page.Locator("main form button").First.ClickAsync();
        await Assertions.Expect(visit.Page).ToHaveURLAsync(new Regex("/worklist$"));
        await visit.OpenAsync("/worklist?view=all");
        await Assertions.Expect(visit.Page.Locator("tr[data-row]").First).ToBeVisibleAsync();
        var before = await visit.Page.EvaluateAsync<string[]>("() => [...document.querySelectorAll('tr[data-key]')].map(row => row.dataset.key)");
        await visit.Page.WaitForFunctionAsync("before => [...document.querySelectorAll('tr[data-key]')].some(row => !before.includes(row.dataset.key))", before);

        Assert.Equal(0, await demo.InterruptAsync(cancel));
        Assert.DoesNotContain("xception", demo.Output, StringComparison.Ordinal);
        Assert.Empty(visit.Complaints);
    }
}
