using Tandem.Record.Log;

namespace Tandem.Care.Loops;

/// <summary>The fact that opened a loop no longer holds, or a person says why it is not needed. Harmless when it has ended already.</summary>
public static class WithdrawLoop
{
    /// <summary>By hand a reason is enough.</summary>
    internal static readonly ReasonedAct ByReason = new("withdraw", StepKind.Withdraw, Decide);

    /// <summary>Withdraws a loop on behalf of a pathway.</summary>
    /// <param name="session">The write.</param>
    /// <param name="id">The loop.</param>
    /// <param name="reason">What was corrected, cancelled or superseded.</param>
    /// <param name="cause">The resource that says so (reference).</param>
    /// <returns>The loop as it then stands, or null when there is none.</returns>
    public static Loop? Apply(WriteSession session, string id, LocalizedText reason, string cause) =>
        ByReason.Apply(session, id, reason, cause);

    internal static LoopMove Decide(Loop loop, LocalizedText reason, string? cause, DateTimeOffset now) => loop.IsOpen
        ? new LoopMove(
            loop with { State = LoopState.Withdrawn, Ended = now, StateReason = reason, SnoozedUntil = null },
            new LoopStep(StepKind.Withdraw) { Reason = reason, RestsOn = cause is null ? [] : [cause] })
        : LoopMove.Already(loop);
}
