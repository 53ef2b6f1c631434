using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Tandem.Kernel.Actors;
using Tandem.Kernel.Outcomes;
using Tandem.Record.Log;

namespace Tandem.Care.Loops;

/// <summary>A person takes charge of an open loop. Doing so twice is harmless; of two people exactly one succeeds.</summary>
public static class ClaimLoop
{
    internal static void Map(IEndpointRouteBuilder routes) => routes.MapPost(
        "/loops/{id}/claim",
        async (HttpContext context, string id, [FromForm] int? version, [FromForm] string? back, RecordStore record, LoopReply reply, CancellationToken cancel) =>
            reply.To(context, await HandleAsync(record, id, version, context.Scope(), cancel), StepKind.Claim, back));

    public static Task<Outcome<Loop>> HandleAsync(RecordStore record, string id, int? seen, AccessScope scope, CancellationToken cancel) =>
        LoopActs.RunAsync(record, id, seen, (session, loop) => Decide(loop, scope.Actor), scope, cancel);

    internal static Outcome<LoopMove> Decide(Loop loop, Actor actor) => loop switch
    {
        { IsOpen: false } => Refusal.Conflict(LoopWords.Ended),
        { Owner: { } owner } when owner == actor.Reference && loop.State == LoopState.Claimed => LoopMove.Already(loop),
        { Owner: { } owner } when owner != actor.Reference => Refusal.Conflict(LoopWords.TakenBy.With(loop.OwnerName ?? owner)),
        _ => new LoopMove(
            loop with { State = LoopState.Claimed, Owner = actor.Reference, OwnerName = actor.Display, SnoozedUntil = null, StateReason = null },
            new LoopStep(StepKind.Claim) { Reason = StepReasons.Claim(loop) }),
    };
}
