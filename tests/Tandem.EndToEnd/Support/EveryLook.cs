using System.Text.Json;

namespace Tandem.EndToEnd.Support;

/// <summary>The page that is open as every reader may see it: each theme, language and width; and as light as it must be.</summary>
internal static class EveryLook
{
    /// <summary>Bytes as they cross the line, document and assets of a first view together, that a page of staff may take.</summary>
    internal const int StaffBudget = 150_000;

    /// <summary>The same of a page for patients and families, and of every page before signing in.</summary>
    internal const int PortalBudget = 60_000;

    /// <summary>
    /// Reloads only to change the language: themes and widths are changed in place, as the style sheet does it. What axe looks at changes with the language and between a desk and a phone, its colours,
    /// which take it longer than all else, with the theme and between a desk and a phone: it is asked for those. Pictures are kept when asked for.
    /// </summary>
    /// <param name="visit">A page that can be reloaded.</param>
    /// <param name="name">What its pictures are called.</param>
    /// <param name="budget">Bytes that it may take.</param>
    internal static async Task ReadsWellInEveryLookAsync(this Visit visit, string name, int budget = StaffBudget)
    {
        var before = visit.Look;
        foreach (var look in Look.All)
        {
            await visit.SeeAsAsync(look);
            await visit.PictureAsync(name);
            if (look.Width is not 320)
                await visit.AxeFindsNothingAsync((look.Theme, look.Language) switch { ("light", "en") => Rules.All, ("light", _) => Rules.AllButOfColours, _ => Rules.OfColours });
            await visit.NothingSticksOutAsync();
            if (look.Theme is not "light")
                continue;
            await visit.NoTextIsCutOrCoveredAsync();
            Assert.DoesNotMatch(@"\b(if|foreach|else) \(|\) \{", await visit.Page.Locator("main").InnerTextAsync()); // source text that Razor took for words
        }

        await visit.IsLightAsync(budget);
        await visit.SeeAsAsync(before);
    }

    /// <summary>Fails when the page and its assets take more bytes than they may, as they are sent: compressed, assets counted also when the browser has them already.</summary>
    internal static async Task IsLightAsync(this Visit visit, int budget)
    {
        var sent = await visit.Page.EvaluateAsync<JsonElement>(
            """
            () => [...performance.getEntriesByType('navigation'), ...performance.getEntriesByType('resource').filter(e => /^(link|script|img|css)$/.test(e.initiatorType))]
              .map(e => ({ name: e.name, bytes: e.encodedBodySize, whole: e.decodedBodySize }))
            """);
        var parts = sent.EnumerateArray().Select(part => (Name: part.GetProperty("name").GetString(), Bytes: part.GetProperty("bytes").GetInt32())).ToList();
        var total = parts.Sum(part => part.Bytes);
        Assert.True(parts.Count >= 3 && parts.All(part => part.Bytes > 0), $"{visit.Page.Url}: document, style sheet and script were not all counted: {sent}");
        Assert.True(total <= budget, $"{visit.Page.Url} takes {total} bytes, more than {budget}: {sent}");
    }
}
