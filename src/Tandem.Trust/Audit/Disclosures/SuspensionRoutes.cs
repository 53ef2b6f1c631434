using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Tandem.Kernel.Actors;
using Tandem.Kernel.Pages;

namespace Tandem.Trust.Audit;

/// <summary>The posts about what agencies have held back.</summary>
internal static class SuspensionRoutes
{
    internal static void Map(IEndpointRouteBuilder routes)
    {
        var suspensions = routes.MapGroup("/patients/{id}/disclosures/suspensions").ExcludeFromDescription();
        suspensions.MapPost("/begin", BeginAsync).NeedsFormToken();
        suspensions.MapPost(
            "/{suspension}/end",
            async (string id, string suspension, SuspendDisclosures suspend, HttpContext context, FlashCarrier flashes, CancellationToken cancel) =>
                DisclosureRoutes.Leave(context, flashes, id, (await suspend.EndAsync(id, suspension, context.Scope(), cancel)).Refusal, SuspensionWords.Ended)).NeedsFormToken();
    }

    private static async Task<IResult> BeginAsync(
        string id, [FromForm] string? agency, [FromForm] string? official, [FromForm] string? purpose, [FromForm] string? form, [FromForm] string? stated, [FromForm] string? until, [FromForm] string? reason,
        SuspendDisclosures suspend, HttpContext context, FlashCarrier flashes, CancellationToken cancel)
    {
        var typed = new SuspensionForm(agency ?? "", official ?? "", purpose ?? "", form ?? "", stated ?? "", until ?? "", reason ?? "");
        return DisclosureRoutes.Leave(context, flashes, id, (await suspend.HandleAsync(id, typed, context.Scope(), cancel)).Refusal, SuspensionWords.Suspended);
    }
}
