using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Tandem.Kernel.Outcomes;
using Tandem.Kernel.Pages;
using Tandem.Trust.SignIn.Passwords;

namespace Tandem.Trust.SignIn.MyAccount;

/// <summary>The posts of a person's own account. What changes how somebody signs in needs a proof of who they are that is at most a quarter of an hour old.</summary>
internal static class AccountRoutes
{
    internal static void Map(IEndpointRouteBuilder routes)
    {
        var means = routes.MapGroup("/sign-in/means").ExcludeFromDescription();
        means.MapPost("/passkey/options", CreationOptionsAsync).NeedsFormToken();
        means.MapPost("/passkey", AddPasskeyAsync).NeedsFormToken();
        var account = routes.MapGroup("/account").ExcludeFromDescription();
        account.MapPost("/role", ChooseRoleAsync).NeedsFormToken();
        account.MapPost("/passkeys/{id}/rename", RenamePasskeyAsync).NeedsFormToken();
        account.MapPost("/passkeys/{id}/remove", RemovePasskeyAsync).NeedsFormToken();
        account.MapPost("/password/remove", RemovePasswordAsync).NeedsFormToken();
        account.MapPost("/sessions/end", EndSessionsAsync).NeedsFormToken();
        account.MapPost("/confirm/passkey/options", ConfirmOptionsAsync).NeedsFormToken();
        account.MapPost("/confirm/passkey", ConfirmByPasskeyAsync).NeedsFormToken();
        account.MapPost("/confirm/password", ConfirmByPasswordAsync).NeedsFormToken();
    }

    private static IResult AskAgain(string back) => Results.LocalRedirect("/account/confirm?back=" + Uri.EscapeDataString(back));

    private static async Task<IResult> CreationOptionsAsync(Passkeys.Passkeys passkeys, Sessions sessions, HttpContext context) =>
        context.SignedIn() is { } who && sessions.IsConfirmed(who.Session)
            ? Results.Content(await passkeys.CreationOptionsAsync(context, who.Person), "application/json")
            : Results.StatusCode(StatusCodes.Status403Forbidden);

    private static async Task<IResult> AddPasskeyAsync(
        [FromForm] string? credential, [FromForm] string? name, [FromForm] string? back, Passkeys.Passkeys passkeys, Sessions sessions, FlashCarrier flash, HttpContext context, CancellationToken cancel)
    {
        var place = SignInReply.Local(back, "/");
        if (context.SignedIn() is not { } who)
            return Results.Redirect("/sign-in");
        if (!sessions.IsConfirmed(who.Session))
            return AskAgain(place);
        var outcome = await passkeys.AddAsync(context, who.Person, credential ?? "", name ?? "", cancel);
        if (who.Session.IsOnlyForSetUp)
        {
            if (outcome.Refusal is not null)
                return To(flash, context, outcome.Refusal, AccountWords.PasskeyAdded, "/sign-in/means");
            SignInGate.Keep(context, await sessions.ConfirmAsync(SignInGate.SecretOf(context)!, SignInMeans.Passkey, Origin.Of(context), cancel));
        }

        return To(flash, context, outcome.Refusal, AccountWords.PasskeyAdded, place);
    }

    private static async Task<IResult> ChooseRoleAsync([FromForm] string? role, [FromForm] string? organization, Sessions sessions, FlashCarrier flash, HttpContext context, CancellationToken cancel)
    {
        if (context.SignedIn() is null || SignInGate.SecretOf(context) is not { } secret)
            return Results.Redirect("/sign-in");
        var outcome = await sessions.ChooseRoleAsync(secret, role ?? "", string.IsNullOrEmpty(organization) ? null : organization, cancel);
        return To(flash, context, outcome.Refusal, AccountWords.RoleChosen, "/account");
    }

    private static async Task<IResult> RenamePasskeyAsync(string id, [FromForm] string? name, Passkeys.Passkeys passkeys, FlashCarrier flash, HttpContext context, CancellationToken cancel) =>
        context.SignedIn() is { } who
            ? To(flash, context, (await passkeys.RenameAsync(who.Person.Id, id, name ?? "", cancel)).Refusal, AccountWords.PasskeyRenamed, "/account")
            : Results.Redirect("/sign-in");

    private static async Task<IResult> RemovePasskeyAsync(
        string id, Passkeys.Passkeys passkeys, PasswordSignIn passwords, Sessions sessions, FlashCarrier flash, HttpContext context, CancellationToken cancel)
    {
        if (context.SignedIn() is not { } who)
            return Results.Redirect("/sign-in");
        if (!sessions.IsConfirmed(who.Session))
            return AskAgain("/account");
        var outcome = await passkeys.RemoveAsync(who.Person.Id, id, passwords.SecretsOf(who.Person.Id) is { HasCodes: true }, who.Person.Scope.Actor, cancel);
        return To(flash, context, outcome.Refusal, AccountWords.PasskeyRemoved, "/account");
    }

    private static async Task<IResult> RemovePasswordAsync(
        SetUpPassword setUp, Passkeys.Passkeys passkeys, Sessions sessions, FlashCarrier flash, HttpContext context, CancellationToken cancel)
    {
        if (context.SignedIn() is not { } who)
            return Results.Redirect("/sign-in");
        if (!sessions.IsConfirmed(who.Session))
            return AskAgain("/account");
        var outcome = await setUp.RemoveAsync(who, passkeys.Of(who.Person.Id).Count > 0, cancel);
        return To(flash, context, outcome.Refusal, AccountWords.PasswordRemoved, "/account");
    }

    private static async Task<IResult> EndSessionsAsync([FromForm] string? session, Sessions sessions, FlashCarrier flash, HttpContext context, CancellationToken cancel)
    {
        if (context.SignedIn() is not { } who)
            return Results.Redirect("/sign-in");
        var outcome = await sessions.RevokeAsync(who.Person.Id, string.IsNullOrEmpty(session) ? null : session, who.Session.Id, who.Person.Scope.Actor, cancel);
        return To(flash, context, outcome.Refusal, AccountWords.SessionsEnded, "/account");
    }

    private static async Task<IResult> ConfirmOptionsAsync(Passkeys.Passkeys passkeys, HttpContext context) => context.SignedIn() is { } who
        ? Results.Content(await passkeys.RequestOptionsAsync(context, who.Person), "application/json")
        : Results.StatusCode(StatusCodes.Status401Unauthorized);

    private static async Task<IResult> ConfirmByPasskeyAsync(
        [FromForm] string? credential, [FromForm] string? back, Passkeys.Passkeys passkeys, Sessions sessions, HttpContext context, CancellationToken cancel)
    {
        if (context.SignedIn() is not { } who)
            return Results.Redirect("/sign-in");
        return await passkeys.ConfirmAsync(context, who.Person, credential ?? "", cancel)
            ? await ConfirmedAsync(SignInMeans.Passkey, back, sessions, context, cancel)
            : FailedAgain(back);
    }

    private static async Task<IResult> ConfirmByPasswordAsync(
        [FromForm] string? password, [FromForm] string? code, [FromForm] string? back, PasswordSignIn passwords, SignInThrottle throttle, Sessions sessions,
        HttpContext context, CancellationToken cancel)
    {
        if (context.SignedIn() is not { } who)
            return Results.Redirect("/sign-in");
        if (!SignInRoutes.MayTry(context, throttle))
            return SignInRoutes.TooMany;
        return await passwords.ConfirmAsync(context, who.Person, password ?? "", code ?? "", cancel)
            ? await ConfirmedAsync(SignInMeans.PasswordAndCode, back, sessions, context, cancel)
            : FailedAgain(back);
    }

    private static async Task<IResult> ConfirmedAsync(SignInMeans means, string? back, Sessions sessions, HttpContext context, CancellationToken cancel)
    {
        SignInGate.Keep(context, await sessions.ConfirmAsync(SignInGate.SecretOf(context)!, means, Origin.Of(context), cancel));
        return Results.LocalRedirect(SignInReply.Local(back));
    }

    private static IResult FailedAgain(string? back) => Results.LocalRedirect("/account/confirm?failed=1&back=" + Uri.EscapeDataString(SignInReply.Local(back)));

    private static IResult To(FlashCarrier flash, HttpContext context, Refusal? refusal, Phrase done, string place)
    {
        flash.Leave(context, refusal is null ? new Flash(done) : new Flash(refusal.Text, Tone.Urgent));
        return Results.LocalRedirect(place);
    }
}
