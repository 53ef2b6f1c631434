using Microsoft.AspNetCore.Http;
using Tandem.Kernel.Actors;
using Tandem.Kernel.Outcomes;
using Tandem.Record.Log;

namespace Tandem.Trust.Smart;

/// <summary>
/// A refresh token becomes a new one with a new access token (RFC 6749 6). Each works once: a second use means that somebody else has a copy, and the
/// whole family ends (RFC 9700 4.14.2).
/// </summary>
internal static class RefreshTokens
{
    private static Refusal Wrong => OAuthError.InvalidGrant("The refresh token does not work: it is unknown, used, too old, taken back, or was given to somebody else.");

    internal static async Task<Outcome<TokenAnswer>> HandleAsync(HttpRequest request, SmartClient client, OAuthForm form, TokenDesk desk, CancellationToken cancel)
    {
        if (form["refresh_token"] is not { } refresh)
            return OAuthError.InvalidRequest("refresh_token is needed.");
        var asked = ScopeSet.None;
        if (form["scope"] is { } text)
        {
            if (!ScopeSet.Parse(text).Succeeded(out asked, out var wrong))
                return wrong;
        }

        var outcome = await desk.Record.WriteAsync<Renewal>(AccessScope.System, session => Decide(session, client, Tokens.Hash(refresh), asked, desk), cancel);
        if (!outcome.Succeeded(out var renewal, out var refusal))
            return refusal;
        return renewal.Answer is not { } answer ? Wrong
            : renewal.Grant!.Scopes.Has("openid") ? answer with { IdToken = await desk.IdTokens.MakeAsync(request, renewal.Grant, null, renewal.Grant.CreatedAt, cancel) }
            : answer;
    }

    private static Outcome<Renewal> Decide(WriteSession session, SmartClient client, string hash, ScopeSet asked, TokenDesk desk)
    {
        if (session.Query(Token.ReadOne, Token.Read, hash) is not [{ Kind: Token.Refresh } token] || session.Query(AppGrant.ReadOne, AppGrant.Read, token.Grant) is not [var grant]
            || grant.Client != client.Id)
            return Wrong;
        if (token.UsedAt is not null)
        {
            session.Acted(grant.ActOf("token-reused", "refresh token") with { IsRefused = true });
            grant.Revoke(session, "reuse");
            return new Renewal(null);
        }

        var now = desk.Clock.GetUtcNow();
        if (now >= token.ExpiresAt || !grant.HoldsAt(now) || (grant.Session is { } online && !desk.People.IsOpen(session.Reading, grant.Person!, online)))
            return Wrong;
        if (grant.Person is { } person && !desk.People.MayAct(session.Reading, person, grant.Role ?? "", grant.Organization))
        {
            grant.Revoke(session, "account"); // a role that ended by itself
            return new Renewal(null);
        }

        if (!grant.Scopes.Covers(asked))
            return OAuthError.InvalidScope("The scope goes beyond what was granted.");
        (token with { UsedAt = now }).Write(session);
        return new Renewal(IssueTokens.Stage(session, client, grant, asked.IsEmpty ? grant.Scopes : asked, "refresh", desk.Settings), grant);
    }

    private sealed record Renewal(TokenAnswer? Answer, AppGrant? Grant = null);
}
