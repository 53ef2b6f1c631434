using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Tandem.Care.Pathways;
using Tandem.Kernel.Actors;
using Tandem.Kernel.Data;
using Tandem.Kernel.Outcomes;
using Tandem.Kernel.Pages;
using Tandem.Record.Log;

namespace Tandem.Care.Intake;

/// <summary>
/// A clinician looked at a fact that no pathway could decide about, such as a result in words, and finds that nothing follows from it; or takes that back. It holds until the fact is
/// corrected. Doing either twice is harmless. Both are on the access log, with the reason.
/// </summary>
internal static class DismissUnsettled
{
    private const int LongestReason = 500;

    internal static void Map(IEndpointRouteBuilder routes)
    {
        var facts = routes.MapGroup("/feeds/unsettled/{id}").ExcludeFromDescription();
        facts.MapPost("/dismiss", async (string id, [FromForm] string? reason, HttpContext context, RecordStore record, FlashCarrier flashes, CancellationToken cancel) => Leave(
            context, flashes, await HandleAsync(id, reason ?? "", context.Scope(), record, cancel), new Flash(FeedsWords.FactDismissed, Tone.Done, $"/feeds/unsettled/{id}/restore"))).NeedsFormToken();
        facts.MapPost("/restore", async (string id, HttpContext context, RecordStore record, FlashCarrier flashes, CancellationToken cancel) => Leave(
            context, flashes, await UndoAsync(id, context.Scope(), record, cancel), new Flash(FeedsWords.FactWaits))).NeedsFormToken();
    }

    internal static Task<Outcome<WaitingFact>> HandleAsync(string id, string reason, AccessScope scope, RecordStore record, CancellationToken cancel) =>
        ChangeAsync(id, "undecided-dismissed", scope, record, (fact, now) => Decide(fact, reason, scope.Actor, now), cancel);

    internal static Task<Outcome<WaitingFact>> UndoAsync(string id, AccessScope scope, RecordStore record, CancellationToken cancel) =>
        ChangeAsync(id, "undecided-restored", scope, record, (fact, _) => fact with { Dismissal = null }, cancel);

    internal static Outcome<WaitingFact> Decide(WaitingFact fact, string reason, Actor actor, DateTimeOffset now) => reason.Trim() switch
    {
        { Length: 0 or > LongestReason } => Refusal.Unprocessable(FeedsWords.DismissalNeedsReason),
        _ when fact.Dismissal is not null => fact,
        var why => fact with { Dismissal = new(now, actor.Reference, actor.Display, why) },
    };

    private static async Task<Outcome<WaitingFact>> ChangeAsync(
        string id, string code, AccessScope scope, RecordStore record, Func<WaitingFact, DateTimeOffset, Outcome<WaitingFact>> decide, CancellationToken cancel)
    {
        if (!scope.May(Interactions.Read, HubParts.Feeds) || record.Database.Read(session => Find(session, id)) is not { } shown || FindUnsettled.Judged(record, shown.Fact, scope) is null)
            return Refusal.NotFound(FeedsWords.FactGone);
        return await record.WriteAsync<WaitingFact>(
            scope,
            session =>
            {
                if (session.Query(PathwaysModule.UndecidedOf, PathwaysModule.Waiting, shown.Fact.Patient).Find(one => one.Id == id) is not { } fact)
                    return Refusal.NotFound(FeedsWords.FactGone); // corrected or decided in between
                if (!decide(fact, session.Now).Succeeded(out var next, out var refusal))
                    return refusal;
                if (next == fact)
                    return fact;
                next.Write(session);
                session.Acted(new TrailAct(code, ActKind.Care, next.Dismissal is { } dismissal ? $"{fact.Fact.Cause}: {dismissal.Why}" : fact.Fact.Cause) { Patient = fact.Fact.Patient });
                return next;
            },
            cancel);
    }

    private static WaitingFact? Find(DbSession session, string id) =>
        PathwaysModule.ReadUndecided(session, int.MaxValue).Concat(PathwaysModule.ReadDismissed(session, int.MaxValue)).FirstOrDefault(one => one.Id == id);

    private static Microsoft.AspNetCore.Http.HttpResults.RedirectHttpResult Leave(HttpContext context, FlashCarrier flashes, Outcome<WaitingFact> outcome, Flash done)
    {
        flashes.Leave(context, outcome.Refusal is { } refusal ? new Flash(refusal.Text, Tone.Caution) : done);
        return TypedResults.LocalRedirect("/feeds");
    }
}
