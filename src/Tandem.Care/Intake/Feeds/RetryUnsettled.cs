using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Tandem.Care.Pathways;
using Tandem.Kernel.Actors;
using Tandem.Kernel.Outcomes;
using Tandem.Kernel.Pages;
using Tandem.Record.Log;
using Tandem.Record.Reactions;

namespace Tandem.Care.Intake;

/// <summary>Tries again what could not be taken in, after its cause was put right. Doing so twice is harmless.</summary>
internal static class RetryUnsettled
{
    internal static void Map(IEndpointRouteBuilder routes) => routes.MapPost(
        "/feeds/unsettled/retry",
        async (HttpContext context, RecordStore record, ReactionRunner reactions, PathwayVerification pathways, FlashCarrier flashes, CancellationToken cancel) =>
        {
            var tried = await HandleAsync(record, reactions, pathways, context.Scope(), cancel);
            flashes.Leave(context, tried.Succeeded(out var left, out var refusal)
                ? left == 0 ? new Flash(FeedsWords.AllTakenIn) : new Flash(FeedsWords.StillUnsettled.For(left), Tone.Caution)
                : new Flash(refusal.Text, Tone.Urgent));
            return TypedResults.LocalRedirect("/feeds");
        }).NeedsFormToken().ExcludeFromDescription();

    /// <returns>How many still wait.</returns>
    internal static async Task<Outcome<int>> HandleAsync(
        RecordStore record, ReactionRunner reactions, PathwayVerification pathways, AccessScope scope, CancellationToken cancel)
    {
        if (!scope.May(Interactions.Update, HubParts.Feeds))
            return Refusal.Forbidden(FeedsWords.RetryNotYours);
        foreach (var parked in reactions.Parked(FindUnsettled.Most))
            await reactions.RetryAsync(parked, cancel);
        foreach (var patient in FindUnsettled.Undecided(record).Select(one => one.Fact.Patient).Distinct())
            await pathways.RepairAsync(patient, cancel);
        return FindUnsettled.Handle(record, reactions, AccessScope.System).Count;
    }
}
