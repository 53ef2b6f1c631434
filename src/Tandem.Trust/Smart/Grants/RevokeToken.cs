using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Tandem.Kernel.Actors;
using Tandem.Kernel.Outcomes;
using Tandem.Record.Log;

namespace Tandem.Trust.Smart;

/// <summary>An app gives a token back (RFC 7009): a refresh token with its whole family, an access token alone. What is not its own stays, and it is not told.</summary>
internal static class RevokeToken
{
    internal static void Map(IEndpointRouteBuilder routes) => routes.MapPost("/oauth/revoke", async (HttpContext context, TokenDesk desk, CancellationToken cancel) =>
    {
        context.Response.Headers.CacheControl = "no-store";
        return await HandleAsync(context.Request, desk, cancel) is { } refusal ? OAuthError.Reply(refusal, context) : Results.Ok();
    }).ExcludeFromDescription();

    private static async Task<Refusal?> HandleAsync(HttpRequest request, TokenDesk desk, CancellationToken cancel)
    {
        if (!(await OAuthForm.ReadAsync(request, cancel)).Succeeded(out var form, out var refusal))
            return refusal;
        if (!(await desk.Authentication.FindAsync(request, form, cancel)).Succeeded(out var client, out refusal))
            return refusal;
        if (form["token"] is not { } text)
            return OAuthError.InvalidRequest("token is needed.");
        return (await desk.Record.WriteAsync<bool>(AccessScope.System, session => Take(session, client, Tokens.Hash(text)), cancel)).Refusal;
    }

    private static Outcome<bool> Take(WriteSession session, SmartClient client, string hash)
    {
        if (session.Query(Token.ReadOne, Token.Read, hash) is not [var token] || session.Query(AppGrant.ReadOne, AppGrant.Read, token.Grant) is not [var grant]
            || grant.Client != client.Id)
            return false;
        if (token.Kind == Token.Refresh)
        {
            grant.Revoke(session, "app");
        }
        else
        {
            session.Remove(SmartTables.Tokens, hash);
            session.Acted(grant.ActOf("token-ended", "app"));
        }

        return true;
    }
}
