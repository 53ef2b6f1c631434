using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Tandem.Kernel.Actors;
using Tandem.Kernel.Outcomes;
using Tandem.Record.Log;

namespace Tandem.Care.Loops;

/// <summary>An act for which a person gives a reason and nothing else (withdraw, reopen): its route, its checks, its run.</summary>
/// <param name="Word">The last part of its route.</param>
/// <param name="Kind">The step that it makes.</param>
/// <param name="Decide">The decision, from the loop, the reason, the resource that says so (null when a person does) and the time.</param>
internal sealed record ReasonedAct(string Word, StepKind Kind, Func<Loop, LocalizedText, string?, DateTimeOffset, LoopMove> Decide)
{
    internal void Map(IEndpointRouteBuilder routes) => routes.MapPost(
        "/loops/{id}/" + Word,
        async (
            HttpContext context, string id, [FromForm] int? version, [FromForm] string? reason, [FromForm] string? back,
            RecordStore record, LoopReply reply, CancellationToken cancel) =>
            reply.To(context, await HandleAsync(record, id, version, reason ?? "", context.Scope(), cancel), Kind, back));

    internal Task<Outcome<Loop>> HandleAsync(RecordStore record, string id, int? seen, string reason, AccessScope scope, CancellationToken cancel) =>
        LoopActs.RunAsync(record, id, seen, (session, loop) => DecideByHand(loop, reason.Trim(), session.Now), scope, cancel);

    internal Outcome<LoopMove> DecideByHand(Loop loop, string reason, DateTimeOffset now)
    {
        if (reason.Length == 0)
            return LoopActs.Missing("reason", LoopWords.SayWhy);
        return reason.Length > EvidenceForm.LongestNote
            ? LoopActs.Missing("reason", LoopWords.TooLong)
            : Decide(loop, LocalizedText.AsWritten(reason), null, now);
    }

    /// <summary>Does it on behalf of a pathway.</summary>
    /// <returns>The loop as it then stands, or null when there is none.</returns>
    internal Loop? Apply(WriteSession session, string id, LocalizedText reason, string cause) =>
        LoopMoves.Find(session, id) is { } loop ? LoopMoves.Keep(session, Decide(loop, reason, cause, session.Now)) : null;
}
