using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Tandem.Kernel.Pages;

namespace Tandem.Trust.SignIn;

/// <summary>The posts of the sign-in pages. A link is used up by a post, never by opening it: mail scanners open links too. The posts
/// have addresses of their own, because a page answers posts to its address itself.</summary>
internal static class SignInRoutes
{
    internal static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapPost("/sign-in/{token}/use", async (string token, SignInLinks links, HttpContext context, CancellationToken cancel) =>
        {
            if (!(await links.SignInAsync(token, Origin.Of(context), cancel)).Succeeded(out var secret, out _))
                return Results.Redirect("/sign-in?expired=1");
            SignInGate.Keep(context, secret);
            return Results.Redirect(SignInReturn.Take(context, "/worklist"));
        }).NeedsFormToken().ExcludeFromDescription();

        routes.MapPost("/set-up/{token}/use", async (
            string token, [FromForm] string? organization, [FromForm] string? timeZone, [FromForm] string? administrator,
            SignInLinks links, HttpContext context, CancellationToken cancel) =>
        {
            var start = new FirstStart(organization ?? "", timeZone ?? "", administrator ?? "");
            if (start.Problem is not null)
                return Results.Redirect($"/set-up/{token}?incomplete=1");
            if (!(await links.SetUpAsync(token, start, Origin.Of(context), cancel)).Succeeded(out var secret, out _))
                return Results.Redirect("/sign-in?expired=1");
            SignInGate.Keep(context, secret);
            return Results.Redirect("/");
        }).NeedsFormToken().ExcludeFromDescription();

        routes.MapPost("/sign-out", async (Sessions sessions, HttpContext context, CancellationToken cancel) =>
        {
            if (SignInGate.SecretOf(context) is { } secret)
                await sessions.EndAsync(secret, cancel);
            SignInGate.Forget(context);
            return Results.Redirect("/sign-in");
        }).NeedsFormToken().ExcludeFromDescription();
    }
}
