using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Tandem.Kernel.Actors;
using Tandem.Kernel.Outcomes;
using Tandem.Kernel.Pages;
using Tandem.Record.Log;

namespace Tandem.Care.Loops;

/// <summary>
/// A loop is put out of sight until an instant, with a reason. Its ladder keeps running: a step that comes due brings it back, and a red
/// loop cannot be put off past its next step at all (decision 0007).
/// </summary>
public static class SnoozeLoop
{
    private static readonly TimeSpan Longest = TimeSpan.FromDays(31);

    internal static void Map(IEndpointRouteBuilder routes) => routes.MapPost(
        "/loops/{id}/snooze",
        async (
            HttpContext context, string id, [FromForm] int? version, [FromForm] string? until, [FromForm] string? reason, [FromForm] string? back,
            RecordStore record, SiteSettings site, LoopReply reply, CancellationToken cancel) =>
            reply.To(
                context,
                await HandleAsync(record, id, version, FormTime.Read(until, site.TimeZone), reason ?? "", context.Scope(), cancel),
                StepKind.Snooze,
                back));

    public static Task<Outcome<Loop>> HandleAsync(
        RecordStore record, string id, int? seen, DateTimeOffset? until, string reason, AccessScope scope, CancellationToken cancel) =>
        LoopActs.RunAsync(record, id, seen, (session, loop) => Decide(loop, until, reason.Trim(), scope.Actor, session.Now), scope, cancel);

    internal static Outcome<LoopMove> Decide(Loop loop, DateTimeOffset? until, string reason, Actor actor, DateTimeOffset now)
    {
        if (!loop.IsOpen)
            return Refusal.Conflict(LoopWords.Ended);
        if (loop.Owner is { } owner && owner != actor.Reference)
            return Refusal.Conflict(LoopWords.TakenBy.With(loop.OwnerName ?? owner));
        if (until is not { } instant)
            return LoopActs.Missing("until", LoopWords.NoTime);
        if (instant <= now)
            return LoopActs.Missing("until", LoopWords.InThePast);
        if (loop.Tier == LoopTier.Red && instant > LoopClock.NextStep(loop))
            return LoopActs.Missing("until", LoopWords.SnoozeTooLong);
        if (instant > now + Longest)
            return LoopActs.Missing("until", LoopWords.SnoozeMonth);
        if (reason.Length == 0)
            return LoopActs.Missing("reason", LoopWords.SayWhy);
        if (reason.Length > EvidenceForm.LongestNote)
            return LoopActs.Missing("reason", LoopWords.TooLong);
        var why = LocalizedText.AsWritten(reason);
        return new LoopMove(
            loop with { State = LoopState.Snoozed, SnoozedUntil = instant, StateReason = why },
            new LoopStep(StepKind.Snooze) { Until = instant, Reason = why });
    }
}
