using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Tandem.Kernel.Actors;
using Tandem.Kernel.Pages;
using Tandem.Trust.SignIn;

namespace Tandem.Trust.Access;

/// <summary>What the page of a record's accounts posts.</summary>
internal static class PortalRoutes
{
    internal static void Map(IEndpointRouteBuilder routes) => routes.MapGroup("/access/patients").ExcludeFromDescription().NeedsConfirmation().MapPost(
        "/{id}/accounts/{account}/end",
        async (string id, string account, OpenPortal portal, FlashCarrier flash, HttpContext context, CancellationToken cancel) =>
        {
            var outcome = await portal.EndAsync(id, account, context.Scope(), cancel);
            return AdminReply.To(flash, context, outcome.Refusal, PortalWords.Ended, $"/access/patients/{Uri.EscapeDataString(id)}/accounts");
        }).NeedsFormToken();
}
