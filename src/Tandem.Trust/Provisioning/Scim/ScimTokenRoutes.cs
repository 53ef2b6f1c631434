using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Tandem.Kernel.Actors;
using Tandem.Kernel.Pages;
using Tandem.Trust.SignIn;

namespace Tandem.Trust.Provisioning.Scim;

/// <summary>Tokens are made and revoked by administrators who proved lately who they are. A new secret is shown once, on the page after.</summary>
internal static class ScimTokenRoutes
{
    internal static void Map(IEndpointRouteBuilder routes)
    {
        var tokens = routes.MapGroup("/organizations").ExcludeFromDescription().NeedsConfirmation();
        tokens.MapPost("/{id}/tokens/make", async (string id, [FromForm] string? name, ScimTokens all, FlashCarrier flash, HttpContext context, CancellationToken cancel) =>
        {
            var outcome = await all.MakeAsync(id, name ?? "", context.Scope(), cancel);
            flash.Leave(context, outcome.Succeeded(out var secret, out var refusal) ? new Flash(ProvisioningWords.TokenMade.With(secret)) : new Flash(refusal.Text, Tone.Urgent));
            return Results.LocalRedirect($"/organizations/{id}");
        }).NeedsFormToken();
        tokens.MapPost("/{id}/tokens/{token}/revoke", async (string id, string token, ScimTokens all, FlashCarrier flash, HttpContext context, CancellationToken cancel) =>
            AdminReply.To(flash, context, (await all.RevokeAsync(id, token, context.Scope(), cancel)).Refusal, ProvisioningWords.TokenRevoked, $"/organizations/{id}")).NeedsFormToken();
    }
}
