namespace Tandem.Care.Loops;

/// <summary>The running clock of a loop. Every open loop has a next instant, always.</summary>
public static class LoopClock
{
    /// <summary>When something happens to the loop by itself: its next ladder step or the end of its snooze. Null when it has ended.</summary>
    public static DateTimeOffset? Next(Loop loop)
    {
        if (!loop.IsOpen)
            return null;
        var step = NextStep(loop);
        return loop.SnoozedUntil is { } wake && wake < step ? wake : step;
    }

    /// <summary>When the ladder climbs next; it does not stop for a snooze.</summary>
    public static DateTimeOffset NextStep(Loop loop)
    {
        if (loop.Step < loop.Ladder.Count)
            return loop.Ladder[loop.Step].At;
        return (loop.ClimbedAt ?? (loop.Ladder.Count > 0 ? loop.Ladder[^1].At : loop.Due)) + loop.RepeatEvery;
    }

    /// <summary>To whom the ladder goes with its next step, and how they are told.</summary>
    public static (string To, string How) NextTo(Loop loop)
    {
        if (loop.Step < loop.Ladder.Count)
            return (loop.Ladder[loop.Step].To, loop.Ladder[loop.Step].How);
        return (loop.BackUp, loop.Ladder.Count > 0 ? loop.Ladder[^1].How : "worklist");
    }

    /// <summary>What has come due by <paramref name="now"/>: one climb, or the end of a snooze; nothing to do when neither.</summary>
    internal static LoopMove Decide(Loop loop, DateTimeOffset now)
    {
        if (!loop.IsOpen)
            return LoopMove.Already(loop);
        var awake = loop.Owner is null ? LoopState.Open : LoopState.Claimed;
        var step = NextStep(loop);
        if (step <= now)
        {
            var (to, how) = NextTo(loop);
            return new LoopMove(
                loop with
                {
                    State = awake,
                    SnoozedUntil = null,
                    StateReason = loop.State == LoopState.Snoozed ? null : loop.StateReason,
                    Step = loop.Step + 1,
                    ClimbedAt = now,
                    EscalatedTo = to,
                },
                new LoopStep(StepKind.Escalate) { Occurred = now, To = to, How = how, Reason = StepReasons.Escalate });
        }

        return loop.SnoozedUntil is { } wake && wake <= now
            ? new LoopMove(loop with { State = awake, SnoozedUntil = null, StateReason = null }, new LoopStep(StepKind.Wake) { Occurred = wake, Reason = StepReasons.Wake })
            : LoopMove.Already(loop);
    }
}
