using Tandem.Care.Loops;
using Tandem.Kernel.Outcomes;
using static Tandem.Tests.Care.Loops.LoopSamples;

namespace Tandem.Tests.Care.Loops;

public sealed class LoopDecisionTests
{
    [Theory]
    [InlineData(LoopState.Open, null, true)]
    [InlineData(LoopState.Claimed, "Practitioner/ana", true)]
    [InlineData(LoopState.Snoozed, "Practitioner/ana", true)]
    [InlineData(LoopState.Snoozed, null, true)]
    [InlineData(LoopState.Claimed, "Practitioner/ben", false)]
    [InlineData(LoopState.Snoozed, "Practitioner/ben", false)]
    [InlineData(LoopState.Closed, null, false)]
    [InlineData(LoopState.Withdrawn, null, false)]
    public void Who_may_claim(LoopState state, string? owner, bool may)
    {
        var outcome = ClaimLoop.Decide(Opened() with { State = state, Owner = owner }, Ana.Actor);

        if (may)
            Assert.Equal((LoopState.Claimed, "Practitioner/ana"), (outcome.Value.Loop.State, outcome.Value.Loop.Owner));
        else
            Assert.Equal(RefusalKind.Conflict, outcome.Refusal!.Kind);
    }

    [Fact]
    public void A_second_claim_by_the_same_person_changes_nothing()
    {
        var loop = Opened() with { State = LoopState.Claimed, Owner = Ana.Actor.Reference };

        Assert.Null(ClaimLoop.Decide(loop, Ana.Actor).Value.Step);
    }

    [Theory]
    [InlineData(LoopState.Open, null, "Nobody had taken it yet.")]
    [InlineData(LoopState.Open, "CareTeam/bay-leads", "It had escalated and waited for somebody.")]
    [InlineData(LoopState.Snoozed, null, "It is taken up before the time until which it was put off.")]
    public void A_claim_says_why_by_how_the_loop_stood(LoopState state, string? escalatedTo, string why)
    {
        var loop = Opened() with { State = state, EscalatedTo = escalatedTo };

        Assert.Equal(why, ClaimLoop.Decide(loop, Ana.Actor).Value.Step!.Reason!.En);
    }

    [Fact]
    public void A_conflict_says_who_has_taken_it()
    {
        var loop = Opened() with { State = LoopState.Claimed, Owner = Ben.Actor.Reference, OwnerName = "Ben Testperson" };

        Assert.Equal("Ben Testperson has already taken this.", ClaimLoop.Decide(loop, Ana.Actor).Refusal!.Text);
    }

    [Theory]
    [InlineData(20, true)]
    [InlineData(30, true)]
    [InlineData(31, false)]
    public void A_red_loop_is_not_put_off_past_its_next_step(int minutes, bool may)
    {
        var outcome = SnoozeLoop.Decide(Opened(ACriticalResult()), Noon + TimeSpan.FromMinutes(minutes), "calling back", Ana.Actor, Noon);

        Assert.Equal(may, outcome.Refusal is null);
    }

    [Theory]
    [InlineData(-1, "later", "until")]
    [InlineData(0, "later", "until")]
    [InlineData(32 * 24, "later", "until")]
    [InlineData(5, "", "reason")]
    public void A_snooze_needs_a_time_ahead_and_a_reason(int hours, string reason, string field)
    {
        var outcome = SnoozeLoop.Decide(Opened(), Noon + TimeSpan.FromHours(hours), reason, Ana.Actor, Noon);

        Assert.Equal(field, outcome.Refusal!.Details[0].Expression);
    }

    [Fact]
    public void The_ladder_runs_on_under_a_snooze_and_ends_it()
    {
        var snoozed = SnoozeLoop.Decide(Opened(), Noon + TimeSpan.FromHours(40), "asked to call on Wednesday", Ana.Actor, Noon).Value.Loop;
        Assert.Equal(Noon + TimeSpan.FromHours(24), LoopClock.Next(snoozed));

        var climbed = LoopClock.Decide(snoozed, Noon + TimeSpan.FromHours(24));

        Assert.Equal((LoopState.Open, 1, "CareTeam/bay-leads"), (climbed.Loop.State, climbed.Loop.Step, climbed.Loop.EscalatedTo));
    }

    [Fact]
    public void A_snooze_ends_at_its_instant_and_gives_the_loop_back_to_who_had_it()
    {
        var claimed = ClaimLoop.Decide(Opened(), Ana.Actor).Value.Loop;
        var snoozed = SnoozeLoop.Decide(claimed, Noon + TimeSpan.FromHours(3), "later", Ana.Actor, Noon).Value.Loop;

        Assert.Null(LoopClock.Decide(snoozed, Noon + TimeSpan.FromHours(2.9)).Step);
        var woken = LoopClock.Decide(snoozed, Noon + TimeSpan.FromHours(3));
        Assert.Equal((StepKind.Wake, LoopState.Claimed, Ana.Actor.Reference), (woken.Step!.Kind, woken.Loop.State, woken.Loop.Owner));
    }

    [Fact]
    public void After_the_last_step_the_back_up_is_called_again_and_again()
    {
        var loop = Opened(ACriticalResult());
        var at = Noon + TimeSpan.FromMinutes(30);
        for (var call = 1; call <= 4; call++)
        {
            Assert.Null(LoopClock.Decide(loop, at - TimeSpan.FromMilliseconds(1)).Step);
            loop = LoopClock.Decide(loop, at).Loop;
            Assert.Equal((call, "Practitioner/lead"), (loop.Step, loop.EscalatedTo));
            at += TimeSpan.FromMinutes(15);
            Assert.Equal(at, LoopClock.Next(loop));
        }
    }

    [Theory]
    [InlineData(LoopState.Open)]
    [InlineData(LoopState.Claimed)]
    [InlineData(LoopState.Snoozed)]
    public void Every_open_loop_has_a_running_clock(LoopState state) =>
        Assert.NotNull(LoopClock.Next(Opened() with { State = state, Ladder = [], SnoozedUntil = state == LoopState.Snoozed ? Noon : null }));

    [Fact]
    public void An_ended_loop_has_no_clock_and_does_not_climb()
    {
        var closed = Opened() with { State = LoopState.Closed };

        Assert.Null(LoopClock.Next(closed));
        Assert.Null(LoopClock.Decide(closed, Noon + TimeSpan.FromDays(99)).Step);
    }

    [Theory]
    [InlineData("", true, "whom")]
    [InlineData("Dr. Testperson", false, "readBack")]
    [InlineData("Dr. Testperson", true, null)]
    public void A_critical_result_is_closed_by_who_was_told_and_read_back(string whom, bool readBack, string? missing)
    {
        var form = new EvidenceForm(EvidenceKind.CriticalResultTold, Noon) { Whom = whom, ReadBack = readBack };

        Assert.Equal(missing, CloseLoop.Decide(Opened(ACriticalResult()), form, Noon).Refusal?.Details[0].Expression);
    }

    [Theory]
    [InlineData(AttemptOutcome.Reached, LoopState.Closed, StepKind.Close)]
    [InlineData(AttemptOutcome.NoAnswer, LoopState.Open, StepKind.Attempt)]
    [InlineData(AttemptOutcome.LeftMessage, LoopState.Open, StepKind.Attempt)]
    [InlineData(AttemptOutcome.WrongNumber, LoopState.Open, StepKind.Attempt)]
    [InlineData(AttemptOutcome.Refused, LoopState.Open, StepKind.Attempt)]
    public void Only_reaching_somebody_closes_a_contact(AttemptOutcome outcome, LoopState state, StepKind step)
    {
        var move = RecordAttempt.Decide(Opened(), Reached(Noon) with { Outcome = outcome }, Noon).Value;

        Assert.Equal((state, step), (move.Loop.State, move.Step!.Kind));
    }

    [Fact]
    public void What_has_not_happened_yet_is_no_evidence()
    {
        var outcome = CloseLoop.Decide(Opened(), Reached(Noon + TimeSpan.FromMinutes(3)), Noon);

        Assert.Equal("occurred", outcome.Refusal!.Details[0].Expression);
    }

    [Fact]
    public void A_correction_keeps_the_owner_and_starts_a_new_ladder()
    {
        var claimed = ClaimLoop.Decide(Opened(), Ana.Actor).Value.Loop with { Step = 1, ClimbedAt = Noon, EscalatedTo = "CareTeam/bay-leads" };
        var proposal = ACall() with { Due = Noon + TimeSpan.FromDays(3), Ladder = [new LadderStep(Noon + TimeSpan.FromDays(3), "Practitioner/lead", "page")] };

        var renewed = RenewLoop.Decide(claimed, proposal, LocalizedText.AsWritten("corrected"), "Encounter/e1", reopen: false, Noon).Loop;

        Assert.Equal((LoopState.Claimed, Ana.Actor.Reference, 0, Noon + TimeSpan.FromDays(3)), (renewed.State, renewed.Owner, renewed.Step, LoopClock.Next(renewed)));
    }

    [Fact]
    public void The_same_proposal_again_changes_nothing() => Assert.Null(
        RenewLoop.Decide(Opened(), ACall(), LocalizedText.AsWritten("again"), "Encounter/e1", reopen: true, Noon).Step);

    [Theory]
    [InlineData(false, LoopState.Closed)]
    [InlineData(true, LoopState.Open)]
    public void A_correction_reopens_only_when_told_to(bool reopen, LoopState state)
    {
        var closed = Opened() with { State = LoopState.Closed, Ended = Noon };

        var renewed = RenewLoop.Decide(
            closed, ACall() with { Due = Noon }, LocalizedText.AsWritten("corrected"), "Encounter/e1", reopen, Noon).Loop;

        Assert.Equal(state, renewed.State);
    }

    [Fact]
    public void A_reopened_loop_goes_to_the_last_step_passed_and_its_clock_runs_from_now()
    {
        var closed = Opened() with { State = LoopState.Closed, Ended = Noon };
        var now = Noon + TimeSpan.FromDays(5);

        var reopened = ReopenLoop.Decide(closed, LocalizedText.AsWritten("struck"), "Communication/c", now).Loop;

        Assert.Equal((LoopState.Open, 2, "Practitioner/lead", now + TimeSpan.FromDays(1)), (reopened.State, reopened.Step, reopened.EscalatedTo, LoopClock.Next(reopened)));
    }

    [Fact]
    public void The_order_of_scores_does_not_change_with_time()
    {
        var loops = new[] { Opened(), Opened(ACriticalResult()), Opened(ACall("e2") with { Tier = LoopTier.Orange, Due = Noon + TimeSpan.FromDays(9) }) };
        foreach (var hours in new[] { 0, 7, 1_000 })
        {
            var now = Noon + TimeSpan.FromHours(hours);
            Assert.Equal(loops.OrderBy(LoopScore.RankAt).Select(loop => loop.Id), loops.OrderByDescending(loop => LoopScore.At(loop, now)).Select(loop => loop.Id));
        }

        Assert.Equal(10 - 48, LoopScore.At(loops[0], Noon));
        Assert.Equal(-48, LoopScore.OfTime(loops[0], Noon));
    }

    [Theory]
    [InlineData("2026-07-01T09:30", "2026-07-01T13:30:00+00:00")]
    [InlineData("2026-07-01T09:30:15", "2026-07-01T13:30:15+00:00")]
    [InlineData("2026-07-01T09:30:00+02:00", "2026-07-01T07:30:00+00:00")]
    [InlineData("2026-03-08T02:30", "2026-03-08T07:30:00+00:00")]
    [InlineData("tomorrow", null)]
    [InlineData("", null)]
    public void Times_of_forms_are_read_on_the_sites_clock(string text, string? instant) =>
        Assert.Equal(instant is null ? null : DateTimeOffset.Parse(instant, System.Globalization.CultureInfo.InvariantCulture), FormTime.Read(text, "America/New_York"));

    [Theory]
    [InlineData("/worklist?team=a", "/worklist?team=a")]
    [InlineData("//evil.example", "/worklist")]
    [InlineData("/\\evil.example", "/worklist")]
    [InlineData("https://evil.example", "/worklist")]
    [InlineData("/a\r\nb", "/worklist")]
    [InlineData(null, "/worklist")]
    public void An_act_leads_back_to_this_hub_only(string? back, string place) => Assert.Equal(place, LoopReply.Local(back));
}
