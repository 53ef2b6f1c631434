using Tandem.EndToEnd.Support;

namespace Tandem.EndToEnd.Pages;

[Collection<HubOfFeeds>]
public sealed class PartsTests(HubInBrowser hub)
{
    [Fact]
    public async Task Axe_finds_nothing_and_nothing_sticks_out_in_any_theme_language_and_width()
    {
        await using var visit = await hub.VisitAsync(Look.Desk);
        await visit.OpenAsync("/parts");
        await visit.ReadsWellInEveryLookAsync("parts");
        Assert.Empty(visit.Complaints);
    }

    [Fact]
    public async Task A_picture_without_words_a_faint_text_and_what_sticks_out_are_found()
    {
        await using var visit = await hub.VisitAsync(Look.Phone);
        await visit.OpenAsync("/parts");
        await visit.Page.EvaluateAsync(
            """
            () => {
              document.querySelector('main').insertAdjacentHTML('beforeend', '<img src="/assets/icon.svg" width="900"><p class="faint">Faint</p>');
              document.querySelector('.faint').style.color = '#ddd';
            }
            """);

        var found = await Assert.ThrowsAnyAsync<Exception>(() => visit.AxeFindsNothingAsync());
        Assert.Contains("image-alt", found.Message, StringComparison.Ordinal);
        Assert.Contains("color-contrast", found.Message, StringComparison.Ordinal);
        var faint = await Assert.ThrowsAnyAsync<Exception>(() => visit.AxeFindsNothingAsync(Rules.OfColours));
        Assert.Contains("color-contrast", faint.Message, StringComparison.Ordinal);
        var wordless = await Assert.ThrowsAnyAsync<Exception>(() => visit.AxeFindsNothingAsync(Rules.AllButOfColours));
        Assert.Contains("image-alt", wordless.Message, StringComparison.Ordinal);
        var heavy = await Assert.ThrowsAnyAsync<Exception>(() => visit.IsLightAsync(10_000));
        Assert.Contains("more than 10000", heavy.Message, StringComparison.Ordinal);
        var wide = await Assert.ThrowsAnyAsync<Exception>(visit.NothingSticksOutAsync);
        Assert.Contains("icon.svg", wide.Message, StringComparison.Ordinal);
    }
}
