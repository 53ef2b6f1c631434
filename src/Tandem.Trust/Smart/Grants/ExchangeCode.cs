using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http;
using Tandem.Kernel.Actors;
using Tandem.Kernel.Outcomes;
using Tandem.Record.Log;

namespace Tandem.Trust.Smart;

/// <summary>An authorization code becomes tokens, once (RFC 6749 4.1.3, RFC 7636 4.6). A second use takes everything back that came of the first.</summary>
internal static class ExchangeCode
{
    private static Refusal Wrong => OAuthError.InvalidGrant("The code does not work: it is unknown, used, too old, or was given to somebody else.");

    internal static async Task<Outcome<TokenAnswer>> HandleAsync(HttpRequest request, SmartClient client, OAuthForm form, TokenDesk desk, CancellationToken cancel)
    {
        if (form["code"] is not { } code || form["redirect_uri"] is not { } redirect || form["code_verifier"] is not { } verifier)
            return OAuthError.InvalidRequest("code, redirect_uri and code_verifier are needed.");
        if (verifier.Length is < 43 or > 128 || !verifier.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '.' or '_' or '~'))
            return OAuthError.InvalidRequest("code_verifier has to be 43 to 128 unreserved characters (RFC 7636 4.1).");
        var outcome = await desk.Record.WriteAsync<Exchange>(
            AccessScope.System, session => Decide(session, client, Tokens.Hash(code), redirect, ChallengeOf(verifier), desk), cancel);
        if (!outcome.Succeeded(out var exchange, out var refusal))
            return refusal;
        return exchange.Answer is not { } answer ? Wrong
            : exchange.Grant!.Scopes.Has("openid") ? answer with { IdToken = await desk.IdTokens.MakeAsync(request, exchange.Grant, exchange.Code!.Nonce, exchange.Code.SignedInAt, cancel) }
            : answer;
    }

    private static Outcome<Exchange> Decide(WriteSession session, SmartClient client, string hash, string redirect, string challenge, TokenDesk desk)
    {
        if (session.Query(Code.ReadOne, Code.Read, hash) is not [var code] || session.Query(AppGrant.ReadOne, AppGrant.Read, code.Grant) is not [var grant])
            return Wrong;
        if (code.UsedAt is not null)
        {
            session.Acted(grant.ActOf("token-reused", "code") with { IsRefused = true });
            grant.Revoke(session, "reuse"); // RFC 6749 4.1.2; kept, so this is no refusal of the write
            return new Exchange(null);
        }

        var now = desk.Clock.GetUtcNow();
        if (grant.Client != client.Id || code.RedirectUri != redirect || now >= code.ExpiresAt || !grant.HoldsAt(now))
            return Wrong;
        (code with { UsedAt = now }).Write(session); // also by a wrong verifier: nobody tries twice
        if (!ClientAuthentication.IsSame(code.Challenge, challenge))
            return new Exchange(null);
        return new Exchange(IssueTokens.Stage(session, client, grant, grant.Scopes, "code", desk.Settings), grant, code);
    }

    internal static string ChallengeOf(string verifier) => Base64Url.EncodeToString(SHA256.HashData(Encoding.ASCII.GetBytes(verifier)));

    private sealed record Exchange(TokenAnswer? Answer, AppGrant? Grant = null, Code? Code = null);
}
