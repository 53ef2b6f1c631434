using Tandem.EndToEnd.Support;

namespace Tandem.EndToEnd.Pages;

public sealed class PartsTests(HubInBrowser hub)
{
    public static TheoryData<Look> Looks => [.. Look.All];

    [Theory]
    [MemberData(nameof(Looks))]
    public async Task Axe_finds_nothing_and_nothing_sticks_out_in_any_theme_language_and_width(Look look)
    {
        await using var visit = await hub.VisitAsync(look);
        await visit.OpenAsync("/parts");
        await visit.PictureAsync("parts");

        await visit.AxeFindsNothingAsync();
        await visit.NothingSticksOutAsync();
        Assert.Empty(visit.Complaints);
    }
}
