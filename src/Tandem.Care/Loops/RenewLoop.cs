using Tandem.Fhir.Json;
using Tandem.Record.Log;

namespace Tandem.Care.Loops;

/// <summary>
/// The fact behind a loop was corrected and still needs an answer: other words, points, clock or ladder. Saying the same again is
/// harmless. Who has taken it keeps it.
/// </summary>
public static class RenewLoop
{
    /// <summary>Brings a loop to what the proposal now says; opens it when there was none.</summary>
    /// <param name="session">The write.</param>
    /// <param name="proposal">The proposal after the correction, under the same key.</param>
    /// <param name="reason">What was corrected.</param>
    /// <param name="cause">The resource that corrected it (reference).</param>
    /// <param name="reopen">True when a closed or withdrawn loop must be answered again because of it.</param>
    public static Loop Apply(WriteSession session, LoopProposal proposal, LocalizedText reason, string cause, bool reopen)
    {
        if (LoopMoves.Find(session, proposal.Id) is not { } loop)
            return OpenLoop.Apply(session, proposal);
        return LoopMoves.Keep(session, Decide(loop, proposal, reason, cause, reopen, session.Now));
    }

    internal static LoopMove Decide(Loop loop, LoopProposal proposal, LocalizedText reason, string cause, bool reopen, DateTimeOffset now)
    {
        var fresh = OpenLoop.From(proposal);
        var renewed = fresh with
        {
            Version = loop.Version,
            State = loop.State,
            Owner = loop.Owner,
            OwnerName = loop.OwnerName,
            SnoozedUntil = loop.SnoozedUntil,
            Outputs = loop.Outputs,
            Ended = loop.Ended,
            StateReason = loop.StateReason,
            Step = loop.Step,
            ClimbedAt = loop.ClimbedAt,
            EscalatedTo = loop.EscalatedTo,
            IsAnswered = loop.IsAnswered,
        };
        if (Same(renewed, loop) || (!loop.IsOpen && !reopen))
            return LoopMove.Already(loop);

        var awake = loop.Owner is null ? LoopState.Open : LoopState.Claimed;
        return new LoopMove(
            renewed with
            {
                State = awake,
                SnoozedUntil = null,
                Ended = null,
                StateReason = reason,
                Step = loop.Ladder.SequenceEqual(fresh.Ladder) ? loop.Step : 0,
                ClimbedAt = loop.Ladder.SequenceEqual(fresh.Ladder) ? loop.ClimbedAt : null,
            },
            new LoopStep(StepKind.Renew) { Occurred = now, Reason = reason, RestsOn = [cause] });
    }

    private static bool Same(Loop a, Loop b) => LoopWriting.Task(a, default(FhirNode), a.Opened).AsSpan()
        .SequenceEqual(LoopWriting.Task(b, default(FhirNode), a.Opened));
}
