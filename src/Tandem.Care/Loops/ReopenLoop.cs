using Tandem.Record.Log;

namespace Tandem.Care.Loops;

/// <summary>A loop that had ended is an obligation again: its evidence was struck, or a person says why. Harmless when it is open.</summary>
public static class ReopenLoop
{
    /// <summary>By hand a reason is enough.</summary>
    internal static readonly ReasonedAct ByReason = new("reopen", StepKind.Reopen, Decide);

    /// <summary>Reopens a loop on behalf of a pathway.</summary>
    /// <param name="session">The write.</param>
    /// <param name="id">The loop.</param>
    /// <param name="reason">Why it is open again.</param>
    /// <param name="cause">The resource that says so (reference).</param>
    /// <returns>The loop as it then stands, or null when there is none.</returns>
    public static Loop? Apply(WriteSession session, string id, LocalizedText reason, string cause) =>
        ByReason.Apply(session, id, reason, cause);

    /// <summary>
    /// Ladder steps whose time passed while it was closed are not called one after the other: it goes to the last of them at once and the
    /// clock runs on from now.
    /// </summary>
    internal static LoopMove Decide(Loop loop, LocalizedText reason, string? cause, DateTimeOffset now)
    {
        if (loop.IsOpen)
            return LoopMove.Already(loop);
        var passed = loop.Ladder.Count(step => step.At <= now);
        var reopened = loop with
        {
            State = loop.Owner is null ? LoopState.Open : LoopState.Claimed,
            Ended = null,
            StateReason = reason,
            Step = Math.Max(loop.Step, passed),
            ClimbedAt = passed > 0 ? now : loop.ClimbedAt,
            EscalatedTo = passed > loop.Step ? loop.Ladder[passed - 1].To : loop.EscalatedTo,
            IsAnswered = passed <= loop.Step && loop.IsAnswered,
        };
        return new LoopMove(reopened, new LoopStep(StepKind.Reopen) { Reason = reason, RestsOn = cause is null ? [] : [cause] });
    }
}
