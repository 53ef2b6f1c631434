using System.Globalization;
using Tandem.Care.Loops;
using Tandem.Care.Loops.Pages;
using Tandem.Kernel.Actors;
using Tandem.Kernel.Pages;

namespace Tandem.Tests.Care.Loops.Pages;

/// <summary>The sum, the times offered, and the answers of forms.</summary>
public sealed class LoopPartsTests
{
    private const string NewYork = "America/New_York";

    [Fact]
    public void The_lines_add_up_to_the_total()
    {
        CultureInfo.CurrentCulture = CultureInfo.CurrentUICulture = Languages.Culture("en");
        var loop = LoopSamples.Opened(LoopSamples.ACriticalResult());
        var now = loop.Due + TimeSpan.FromMinutes(38);

        var lines = LoopSum.Lines(loop, now, "en");

        Assert.Equal(["+500", "+10", "+0.6"], lines.Select(line => line.Points));
        Assert.Equal("Overdue by 38 min, one point an hour", lines[^1].Text);
        Assert.Equal("510.6", LoopSum.Total(loop, now));
        Assert.Equal("−2.5", LoopSum.Lines(loop, loop.Due - TimeSpan.FromHours(2.5), "en")[^1].Points);
    }

    [Fact]
    public void A_critical_loop_is_offered_no_time_after_its_next_step()
    {
        var loop = LoopSamples.Opened(LoopSamples.ACriticalResult());

        Assert.Equal([LoopSamples.Noon + TimeSpan.FromMinutes(30)], SnoozeTimes.For(loop, LoopSamples.Noon, NewYork));
    }

    [Fact]
    public void Others_are_offered_the_mornings_of_the_next_two_working_days()
    {
        var friday = new DateTimeOffset(2026, 3, 6, 15, 20, 40, TimeSpan.Zero);

        var times = SnoozeTimes.For(LoopSamples.Opened(), friday, NewYork).Select(time => SnoozeTimes.Local(time, NewYork));

        Assert.Equal(["2026-03-06T10:50", "2026-03-06T11:20", "2026-03-06T14:20", "2026-03-09T08:00", "2026-03-10T08:00"], times);
    }

    [Fact]
    public void Only_what_a_loop_allows_is_offered()
    {
        var taken = LoopSamples.Opened() with { State = LoopState.Claimed, Owner = LoopSamples.Ben.Actor.Reference };

        Assert.Equal([LoopAct.Close, LoopAct.Attempt, LoopAct.HandOver, LoopAct.Snooze, LoopAct.Withdraw], LoopEntry.Allowed(LoopSamples.Opened(), LoopSamples.Ana));
        Assert.DoesNotContain(LoopAct.Snooze, LoopEntry.Allowed(taken, LoopSamples.Ana));
        Assert.DoesNotContain(LoopAct.Close, LoopEntry.Allowed(taken with { Evidence = new(EvidenceKind.Visit, MayCloseByHand: false) }, LoopSamples.Ana));
        Assert.Equal([LoopAct.Reopen], LoopEntry.Allowed(taken with { State = LoopState.Closed }, LoopSamples.Ana));
    }

    [Fact]
    public void Telling_a_critical_result_asks_for_person_role_and_read_back_at_once()
    {
        var loop = LoopSamples.Opened(LoopSamples.ACriticalResult());
        var entry = new LoopEntry(new Dictionary<string, string> { ["whom"] = " ", ["readBack"] = "no" });

        Assert.Equal(["whom", "role", "readBack"], entry.Missing(LoopAct.Close, loop).All.Select(error => error.Field));
        Assert.False(entry.Missing(LoopAct.Attempt, loop).Any);
    }

    [Theory]
    [InlineData("1961-03-04", "64 y")]
    [InlineData("1961-03-02", "65 y")]
    [InlineData("2025-09", "18 mo")]
    [InlineData("1950", "76 y")]
    [InlineData("", null)]
    [InlineData("2031-01-01", null)]
    public void Age_is_told_in_years_or_for_the_youngest_in_months(string birthDate, string? age)
    {
        CultureInfo.CurrentUICulture = Languages.Culture("en");

        Assert.Equal(age, WorklistWords.Age(birthDate, new DateTimeOffset(2026, 3, 3, 12, 0, 0, TimeSpan.Zero) + (birthDate == "2025-09" ? TimeSpan.FromDays(365) : TimeSpan.Zero)));
    }

    [Fact]
    public void Someone_whose_name_is_not_known_is_named_by_their_id()
    {
        Assert.Equal("bay", LoopNames.Of("CareTeam/bay", new Dictionary<string, string>()));
        Assert.Equal("Tandem", LoopNames.Of(Actor.Hub.Reference, new Dictionary<string, string>()));
    }
}
