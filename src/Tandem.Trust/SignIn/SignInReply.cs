using Microsoft.AspNetCore.Http;

namespace Tandem.Trust.SignIn;

/// <summary>Where people go after they signed in.</summary>
public static class SignInReply
{
    /// <summary>Only an address of this hub; the account's page for anything else.</summary>
    internal static string Local(string? back, string otherwise = "/account") =>
        back is ['/', ..] and not ['/', '/' or '\\', ..] && !back.Any(char.IsControl) ? back : otherwise;

    /// <summary>Keeps the session with the browser and leads on: to setting up a means of signing in, to where the person wanted to go, or to where their role begins.</summary>
    internal static IResult In(HttpContext context, string secret, bool isInvitation = false)
    {
        SignInGate.Keep(context, secret);
        return Results.LocalRedirect(isInvitation ? "/sign-in/means" : SignInReturn.Take(context, "/"));
    }
}
