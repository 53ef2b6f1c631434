using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Tandem.Kernel.Actors;
using Tandem.Kernel.Outcomes;
using Tandem.Record.Log;

namespace Tandem.Care.Loops;

/// <summary>The fact that opened a loop no longer holds, or a person says why it is not needed. Harmless when it has ended already.</summary>
public static class WithdrawLoop
{
    /// <summary>Withdraws a loop on behalf of a pathway.</summary>
    /// <param name="session">The write.</param>
    /// <param name="id">The loop.</param>
    /// <param name="reason">What was corrected, cancelled or superseded.</param>
    /// <param name="cause">The resource that says so (reference).</param>
    /// <returns>The loop as it then stands, or null when there is none.</returns>
    public static Loop? Apply(WriteSession session, string id, LocalizedText reason, string cause) =>
        LoopMoves.Find(session, id) is { } loop ? LoopMoves.Keep(session, Decide(loop, reason, cause, session.Now)) : null;

    internal static void Map(IEndpointRouteBuilder routes) => routes.MapPost(
        "/loops/{id}/withdraw",
        async (
            HttpContext context, string id, [FromForm] int? version, [FromForm] string? reason, [FromForm] string? back,
            RecordStore record, LoopReply reply, CancellationToken cancel) =>
            reply.To(context, await HandleAsync(record, id, version, reason ?? "", context.Scope(), cancel), StepKind.Withdraw, back));

    internal static Task<Outcome<Loop>> HandleAsync(
        RecordStore record, string id, int? seen, string reason, AccessScope scope, CancellationToken cancel) =>
        LoopActs.RunAsync(record, id, seen, (session, loop) => DecideByHand(loop, reason.Trim(), session.Now), scope, cancel);

    internal static Outcome<LoopMove> DecideByHand(Loop loop, string reason, DateTimeOffset now)
    {
        if (reason.Length == 0)
            return LoopActs.Missing("reason", LoopWords.SayWhy);
        return reason.Length > EvidenceForm.LongestNote
            ? LoopActs.Missing("reason", LoopWords.TooLong)
            : Decide(loop, LocalizedText.AsWritten(reason), cause: null, now);
    }

    internal static LoopMove Decide(Loop loop, LocalizedText reason, string? cause, DateTimeOffset now) => loop.IsOpen
        ? new LoopMove(
            loop with { State = LoopState.Withdrawn, Ended = now, StateReason = reason, SnoozedUntil = null },
            new LoopStep(StepKind.Withdraw) { Reason = reason, RestsOn = cause is null ? [] : [cause] })
        : LoopMove.Already(loop);
}
