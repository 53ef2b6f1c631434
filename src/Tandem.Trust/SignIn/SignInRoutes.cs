using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Tandem.Kernel.Pages;
using Tandem.Record.Log;
using Tandem.Trust.Organizations;
using Tandem.Trust.SignIn.Passwords;

namespace Tandem.Trust.SignIn;

/// <summary>The posts of the sign-in pages. A link is used up by a post, never by opening it: mail scanners open links too. The posts
/// have addresses of their own, because a page answers posts to its address itself.</summary>
internal static class SignInRoutes
{
    internal static void Map(IEndpointRouteBuilder routes)
    {
        var door = routes.MapGroup("").ExcludeFromDescription();
        door.MapPost("/sign-in/{token}/use", UseLinkAsync).NeedsFormToken();
        door.MapPost("/set-up/{token}/use", SetUpAsync).NeedsFormToken();
        door.MapPost("/sign-in/passkey/options", PasskeyOptionsAsync).NeedsFormToken();
        door.MapPost("/sign-in/passkey", PasskeyAsync).NeedsFormToken();
        door.MapPost("/sign-in/password", PasswordAsync).NeedsFormToken();
        door.MapPost("/sign-in/code", CodeAsync).NeedsFormToken();
        door.MapPost("/sign-out", SignOutAsync).NeedsFormToken();
    }

    /// <summary>Too many attempts from one address: the same for everybody, whatever they try.</summary>
    internal static IResult TooMany => Results.Text(
        SignInWords.TooManyFromHere, "text/plain; charset=utf-8", statusCode: StatusCodes.Status429TooManyRequests);

    internal static bool MayTry(HttpContext context, SignInThrottle throttle) => throttle.MayTry(context.Connection.RemoteIpAddress);

    private static async Task<IResult> UseLinkAsync(string token, SignInLinks links, SignInThrottle throttle, HttpContext context, CancellationToken cancel)
    {
        if (!MayTry(context, throttle))
            return TooMany;
        return (await links.SignInAsync(token, Origin.Of(context), cancel)).Succeeded(out var begun, out _)
            ? SignInReply.In(context, begun.Secret, begun.IsInvitation)
            : Results.Redirect("/sign-in?expired=1");
    }

    private static async Task<IResult> SetUpAsync(
        string token, [FromForm] string? organization, [FromForm] string? timeZone, [FromForm] string? language, [FromForm] string? administrator,
        SignInLinks links, SignInThrottle throttle, RecordStore record, SiteSettings site, HttpContext context, CancellationToken cancel)
    {
        if (!MayTry(context, throttle))
            return TooMany;
        var start = new FirstStart(organization ?? "", timeZone ?? "", administrator ?? "", language ?? "");
        if (start.Problem is not null)
            return Results.Redirect($"/set-up/{token}?incomplete=1");
        if (!(await links.SetUpAsync(token, start, Origin.Of(context), cancel)).Succeeded(out var secret, out _))
            return Results.Redirect("/sign-in?expired=1");
        RegionSite.Apply(record, site);
        return SignInReply.In(context, secret, isInvitation: true);
    }

    private static async Task<IResult> PasskeyOptionsAsync(Passkeys.Passkeys passkeys, SignInThrottle throttle, HttpContext context) =>
        MayTry(context, throttle) ? Results.Content(await passkeys.RequestOptionsAsync(context, null), "application/json") : TooMany;

    private static async Task<IResult> PasskeyAsync([FromForm] string? credential, Passkeys.Passkeys passkeys, HttpContext context, CancellationToken cancel) =>
        (await passkeys.SignInAsync(context, credential ?? "", cancel)).Succeeded(out var secret, out _)
            ? SignInReply.In(context, secret)
            : Results.Redirect("/sign-in?failed=1");

    private static async Task<IResult> PasswordAsync(
        [FromForm] string? login, [FromForm] string? password, PasswordSignIn passwords, SignInThrottle throttle, HttpContext context, CancellationToken cancel)
    {
        if (!MayTry(context, throttle))
            return TooMany;
        return await passwords.PasswordAsync(context, login ?? "", password ?? "", cancel) switch
        {
            (PasswordAnswer.CodeNext, _) => Results.Redirect("/sign-in/code"),
            (PasswordAnswer.SignedIn, { } secret) => SignInReply.In(context, secret),
            _ => Results.Redirect("/sign-in?failed=1"),
        };
    }

    private static async Task<IResult> CodeAsync(
        [FromForm] string? code, PasswordSignIn passwords, SignInThrottle throttle, HttpContext context, CancellationToken cancel)
    {
        if (!MayTry(context, throttle))
            return TooMany;
        if (!passwords.IsCodeNext(context))
            return Results.Redirect("/sign-in?failed=1");
        return await passwords.CodeAsync(context, code ?? "", cancel) is { } secret ? SignInReply.In(context, secret) : Results.Redirect("/sign-in/code?failed=1");
    }

    private static async Task<IResult> SignOutAsync(Sessions sessions, HttpContext context, CancellationToken cancel)
    {
        if (SignInGate.SecretOf(context) is { } secret)
            await sessions.EndAsync(secret, cancel);
        SignInGate.Forget(context);
        context.Response.Headers["Clear-Site-Data"] = "\"cache\", \"storage\"";
        return Results.LocalRedirect(context.SignedIn()?.Session.Provider is { } provider ? "/sign-in?leave=" + Uri.EscapeDataString(provider) : "/sign-in");
    }
}
