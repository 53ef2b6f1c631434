using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;
using Tandem.Care.Loops;
using Tandem.Care.Loops.Pages;
using Tandem.Kernel.Actors;

namespace Tandem.Tests.Care.Loops.Pages;

public sealed class WorklistAddressTests
{
    private static readonly DateTimeOffset Evening = new(2026, 3, 3, 1, 30, 0, TimeSpan.Zero); // 20:30 on 2 March in New York

    [Fact]
    public void An_address_reads_back_what_it_writes()
    {
        var address = new WorklistAddress
        {
            View = "team", Team = "CareTeam/bay", State = "open", Tier = "red", Kind = "contact", Due = "2026-03-04", Find = "closed-words", After = "-17.abc", From = 51,
        };

        Assert.Equal(address, Read(address.Href));
        Assert.Equal(address with { After = null, Before = "17.abc" }, Read((address with { After = null, Before = "17.abc" }).Href));
    }

    [Fact]
    public void A_plain_list_has_a_plain_address() => Assert.Equal("/worklist", Read("/worklist?tier=&find=%20").Href);

    [Fact]
    public void Who_has_a_team_begins_with_its_list_and_who_has_none_with_everyones()
    {
        Assert.Equal(WorklistView.Team, new WorklistAddress().ViewFor(LoopSamples.Ana));
        Assert.Equal(WorklistView.All, new WorklistAddress().ViewFor(AccessScope.System));
    }

    [Fact]
    public void An_owner_asked_for_is_that_persons_list() =>
        Assert.Equal(WorklistView.Mine, Read("/worklist?view=all&owner=Practitioner/ben").ViewFor(LoopSamples.Ana));

    [Theory]
    [InlineData("overdue", "2026-03-03T01:30:00Z")]
    [InlineData("today", "2026-03-03T05:00:00Z")]
    [InlineData("week", "2026-03-10T04:00:00Z")] // the clocks go forward on 8 March
    [InlineData("2026-03-20", "2026-03-21T04:00:00Z")]
    public void Due_ends_with_the_day_of_the_site(string due, string before)
    {
        var filter = new WorklistAddress { Due = due }.Filter(LoopSamples.Ana, [], LoopSamples.Bay, Evening, "America/New_York");

        Assert.Equal(DateTimeOffset.Parse(before, System.Globalization.CultureInfo.InvariantCulture), filter.DueBefore);
    }

    [Fact]
    public void Words_that_mean_nothing_narrow_nothing()
    {
        var filter = Read("/worklist?tier=purple&state=lost&due=someday&from=-3").Filter(LoopSamples.Ana, [], LoopSamples.Bay, Evening, "America/New_York");

        Assert.Null(filter.Tier);
        Assert.Null(filter.State);
        Assert.Null(filter.DueBefore);
    }

    private static WorklistAddress Read(string href) =>
        WorklistAddress.Read(new QueryCollection(QueryHelpers.ParseQuery(href.Contains('?') ? href[href.IndexOf('?')..] : "")));
}
