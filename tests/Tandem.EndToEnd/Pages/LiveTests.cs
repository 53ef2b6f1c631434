using Microsoft.Playwright;
using Tandem.EndToEnd.Support;

namespace Tandem.EndToEnd.Pages;

/// <summary>A list changes while two tabs look at it. The scenes of the page of parts: four rows; a fifth and an owner; one gone.</summary>
[Collection<HubOfFeeds>]
public sealed class LiveTests(HubInBrowser hub)
{
    [Fact]
    public async Task Rows_change_in_place_new_ones_are_offered_and_gone_ones_are_marked()
    {
        await using var other = await hub.VisitAsync(Look.Desk);
        await other.OpenAsync("/parts");
        while (!(await KeysAsync(other)).SequenceEqual(["a", "b", "c", "d"]))
            await ChangeAsync(other);
        await using var reader = await hub.VisitAsync(Look.Desk);
        await reader.OpenAsync("/parts");
        await reader.Page.Locator("[data-key=a] input").CheckAsync();
        await reader.Page.Locator("[data-key=b] a").FocusAsync();

        await ChangeAsync(other);
        await Assertions.Expect(reader.Page.GetByText("1 new item · show")).ToBeVisibleAsync();
        await Assertions.Expect(reader.Page.Locator("[data-key=a]")).ToContainTextAsync("Coordinator, Dan");
        Assert.Equal(["a", "b", "c", "d"], await KeysAsync(reader));
        await Assertions.Expect(reader.Page.Locator("[data-key=a] input")).ToBeCheckedAsync();
        await Assertions.Expect(reader.Page.Locator(":focus")).ToHaveTextAsync("Testperson, Bruno");
        await reader.PictureAsync("live");
        await reader.AxeFindsNothingAsync();

        await ChangeAsync(other);
        await Assertions.Expect(reader.Page.Locator("[data-key=b].gone")).ToBeVisibleAsync();
        await reader.PictureAsync("live-gone");
        await reader.Page.GetByText("1 new item · show").ClickAsync();
        Assert.Equal(["a", "e", "c", "d"], await KeysAsync(reader));

        await ChangeAsync(other);
        await Assertions.Expect(reader.Page.Locator("[data-key=e].gone")).ToBeVisibleAsync();
        Assert.Empty(reader.Complaints);
    }

    [Fact]
    public async Task A_change_right_behind_another_is_read_without_a_pause()
    {
        await using var other = await hub.VisitAsync(Look.Desk);
        await other.OpenAsync("/parts");
        await using var reader = await hub.VisitAsync(Look.Desk);
        await reader.Page.Clock.InstallAsync();
        await reader.OpenAsync("/parts");
        await reader.Page.Clock.PauseAtAsync(TimeProvider.System.GetUtcNow().UtcDateTime.AddHours(1)); // whatever waits for a time now waits for ever

        for (var i = 0; i < 3; i++)
        {
            using var read = new SemaphoreSlim(0);
            reader.Page.RequestFinished += Heard;
            await ChangeAsync(other);
            Assert.True(await read.WaitAsync(TimeSpan.FromSeconds(60), TestContext.Current.CancellationToken), $"change {i + 1} was not read");
            reader.Page.RequestFinished -= Heard;

            void Heard(object? sender, IRequest request)
            {
                if (request.Method == "GET" && request.ResourceType == "fetch")
                    read.Release();
            }
        }
    }

    [Fact]
    public async Task Eight_tabs_of_one_browser_share_one_stream()
    {
        await using var first = await hub.VisitAsync(Look.Desk);
        await first.OpenAsync("/parts");
        for (var i = 0; i < 7; i++)
            await (await first.AnotherTabAsync()).OpenAsync("/parts");

        var late = await first.AnotherTabAsync();
        await late.OpenAsync("/parts");
        for (var i = 0; i < 3; i++)
            await ChangeAsync(late);
        await Assertions.Expect(first.Page.Locator(".not-live")).ToHaveCountAsync(0);
        Assert.Empty(first.Complaints);
    }

    [Fact]
    public async Task An_act_answers_with_a_notice_that_can_be_dismissed_or_taken_back()
    {
        await using var visit = await hub.VisitAsync(Look.Desk);
        await visit.OpenAsync("/parts");
        await ChangeAsync(visit);
        var toast = visit.Page.Locator("main > tandem-toast");
        await Assertions.Expect(toast).ToContainTextAsync("The list has changed.");
        await visit.PictureAsync("toast");
        await visit.GoesOnAsync(() => visit.Page.Keyboard.PressAsync("z"));
        await ChangeAsync(visit);
        await toast.Locator("[data-dismiss]").ClickAsync();
        await Assertions.Expect(toast).ToHaveCountAsync(0);
        await visit.OpenAsync("/parts");
        await Assertions.Expect(toast).ToHaveCountAsync(0);
    }

    private static Task ChangeAsync(Visit visit) =>
        visit.GoesOnAsync(() => visit.Page.GetByRole(AriaRole.Button, new() { Name = "Change the list" }).ClickAsync());

    private static async Task<IReadOnlyList<string>> KeysAsync(Visit visit) =>
        await visit.Page.EvaluateAsync<string[]>("() => [...document.querySelectorAll('#parts-rows [data-key]')].map(row => row.dataset.key)");
}
