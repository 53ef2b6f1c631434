using Tandem.Kernel.Actors;
using Tandem.Kernel.Outcomes;
using Tandem.Record.Log;

namespace Tandem.Care.Loops;

/// <summary>A loop is closed with the evidence its pathway names: by a fact in the record, or by what a person states.</summary>
public static class CloseLoop
{
    /// <summary>Closes a loop because the record holds its evidence. Harmless when it has ended already.</summary>
    /// <param name="session">The write.</param>
    /// <param name="id">The loop.</param>
    /// <param name="evidence">The resource that closes it (reference).</param>
    /// <param name="why">The evidence in words.</param>
    /// <param name="occurred">When what the evidence tells of happened; null means now.</param>
    /// <returns>The loop as it then stands, or null when there is none.</returns>
    public static Loop? Apply(WriteSession session, string id, string evidence, LocalizedText why, DateTimeOffset? occurred = null)
    {
        if (LoopMoves.Find(session, id) is not { } loop)
            return null;
        if (!loop.IsOpen)
            return loop;
        var outputs = loop.Outputs.Any(output => output.Kind == LoopOutput.Closing && output.Reference == evidence)
            ? loop.Outputs
            : [.. loop.Outputs, new LoopOutput(LoopOutput.Closing, evidence)];
        return LoopMoves.Keep(session, new LoopMove(
            Closed(loop, why, session.Now) with { Outputs = outputs },
            new LoopStep(StepKind.Close) { Occurred = occurred, Reason = why, RestsOn = [evidence] }));
    }

    internal static Outcome<LoopMove> Decide(Loop loop, EvidenceForm form, DateTimeOffset now)
    {
        if (!loop.IsOpen)
            return Refusal.Conflict("This has ended already. Reopen it first if it still needs something.");
        if (!loop.Evidence.MayCloseByHand)
            return Refusal.Unprocessable("Only the record can close this. If it is not needed any more, withdraw it and say why.");
        if (form.Fault(loop.Evidence.Kind, now) is { } fault)
            return fault;
        var why = LocalizedText.AsWritten(form.Note.Length > 0 ? form.Note : loop.ClosedBy.En);
        return new LoopMove(
            Closed(loop, form.Note.Length > 0 ? why : loop.ClosedBy, now),
            new LoopStep(StepKind.Close) { Occurred = form.Occurred, Reason = form.Note.Length > 0 ? why : null, Outcome = form.Outcome })
        { Evidence = form };
    }

    internal static Loop Closed(Loop loop, LocalizedText why, DateTimeOffset now) =>
        loop with { State = LoopState.Closed, Ended = now, StateReason = why, SnoozedUntil = null };
}
