using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Tandem.Kernel.Actors;
using Tandem.Kernel.Pages;
using Tandem.Trust.SignIn.Passwords;

namespace Tandem.Trust.SignIn.Providers;

/// <summary>The way to an organisation's own sign-in and back. The way out is a link and not a post: a form may lead to no other origin (content security policy).</summary>
internal static class ProviderRoutes
{
    internal static void Map(IEndpointRouteBuilder routes)
    {
        var door = routes.MapGroup("/sign-in").ExcludeFromDescription();
        door.MapGet("/with/{organization}", async (string organization, ProviderSignIn providers, SignInThrottle throttle, HttpContext context, CancellationToken cancel) =>
            !SignInRoutes.MayTry(context, throttle) ? SignInRoutes.TooMany
            : await providers.BeginAsync(context, organization, cancel) is { } there ? Results.Redirect(there.AbsoluteUri) : Results.LocalRedirect("/sign-in?unreachable=1"));
        door.MapGet("/answer", async (ProviderSignIn providers, SignInThrottle throttle, HttpContext context, CancellationToken cancel) =>
            !SignInRoutes.MayTry(context, throttle) ? SignInRoutes.TooMany
            : (await providers.AnswerAsync(context, cancel)).Succeeded(out var secret, out var refusal) ? SignInReply.In(context, secret)
            : Results.LocalRedirect(ReferenceEquals(refusal, ProviderSignIn.ShortKey) ? "/sign-in?refused=key" : "/sign-in?refused=1"));
        door.MapGet("/leave/{organization}", async (string organization, ProviderSignIn providers, HttpContext context, CancellationToken cancel) =>
            await providers.LeaveAsync(context, organization, cancel) is { } there ? Results.Redirect(there.AbsoluteUri) : Results.LocalRedirect("/sign-in"));
        routes.MapPost(ProviderLogout.Path, (HttpContext context, ProviderLogout logout, CancellationToken cancel) => logout.HandleAsync(context, cancel)).ExcludeFromDescription();
        routes.MapGroup("/organizations").ExcludeFromDescription().NeedsConfirmation().MapPost("/{id}/provider", SaveAsync).NeedsFormToken();
    }

    private static async Task<IResult> SaveAsync(
        string id, [FromForm] string? issuer, [FromForm] string? clientId, [FromForm] string? secret, [FromForm] string? loginClaim, [FromForm] string? roleClaim, [FromForm] string? roleMap,
        [FromForm] bool? makesAccounts, [FromForm] string? strengths, [FromForm] bool? takesShortKeys, SaveProvider save, FlashCarrier flash, HttpContext context, CancellationToken cancel)
    {
        var form = new ProviderForm(
            issuer?.Trim() ?? "", clientId?.Trim() ?? "", secret ?? "", loginClaim?.Trim() ?? "", roleClaim?.Trim() ?? "", roleMap ?? "", makesAccounts == true, strengths ?? "",
            takesShortKeys == true);
        var outcome = await save.HandleAsync(id, form, context.Scope(), cancel);
        return AdminReply.To(flash, context, outcome.Refusal, ProviderWords.Saved, $"/organizations/{id}");
    }
}
