using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Tandem.Kernel.Actors;
using Tandem.Kernel.Pages;
using Tandem.Record.Log;

namespace Tandem.Trust.Access;

/// <summary>What the page of reviews posts.</summary>
internal static class AccessRoutes
{
    internal static void Map(IEndpointRouteBuilder routes)
    {
        SealedFilters.Map(routes, "/access/try", ["person", "patient"], "role", "organization", "policy");
        MapReview(routes);
    }

    private static void MapReview(IEndpointRouteBuilder routes) => routes.MapPost(
        "/access/emergencies/{id}/review",
        async (string id, [FromForm] string? outcome, [FromForm] string? note, HttpContext context, RecordStore record, FlashCarrier flashes, CancellationToken cancel) =>
        {
            var reviewed = await EmergencyAccess.ReviewAsync(record, id, outcome ?? "", note ?? "", context.Scope(), cancel);
            flashes.Leave(context, reviewed.Succeeded(out var kept, out var refusal)
                ? new Flash(kept.Outcome == EmergencyAccess.NotJustified ? AccessWords.ReviewKeptAndClosed : AccessWords.ReviewKept) : new Flash(refusal.Text, Tone.Caution));
            return TypedResults.LocalRedirect("/access/emergencies");
        }).NeedsFormToken().ExcludeFromDescription();
}
