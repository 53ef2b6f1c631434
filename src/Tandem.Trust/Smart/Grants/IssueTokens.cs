using Tandem.Record.Log;

namespace Tandem.Trust.Smart;

/// <summary>Makes tokens for a grant, within the write that decided so.</summary>
internal static class IssueTokens
{
    private const string Expired = "SELECT token_hash FROM smart_tokens WHERE expires_at < $1 ORDER BY expires_at LIMIT 20";
    private const string ExpiredCodes = "SELECT code_hash FROM smart_codes WHERE expires_at < $1 ORDER BY expires_at LIMIT 20";
    private const string ExpiredAssertions = "SELECT issuer, jti_hash FROM smart_assertions WHERE expires_at < $1 ORDER BY expires_at LIMIT 20";
    private static readonly TimeSpan ServiceAccessLasts = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan Remembered = TimeSpan.FromDays(1);

    /// <summary>Stages an access token, and a refresh token where the grant has one, and drops some of those that ended long ago.</summary>
    /// <param name="session">The write.</param>
    /// <param name="client">The app.</param>
    /// <param name="grant">What it rests on.</param>
    /// <param name="scopes">What the access token is for.</param>
    /// <param name="by">What it is given for: <c>code</c>, <c>refresh</c> or <c>service</c>.</param>
    /// <param name="settings">How long it lasts.</param>
    internal static TokenAnswer Stage(WriteSession session, SmartClient client, AppGrant grant, ScopeSet scopes, string by, SmartSettings settings)
    {
        Sweep(session);
        session.Acted(grant.ActOf("token-issued", $"{by}: {scopes}"));
        var now = session.ClockNow;
        var lasts = client.Metadata.IsService ? ServiceAccessLasts : settings.AccessLasts;
        var access = Tokens.New();
        new Token(Tokens.Hash(access), Token.Access, grant.Id, scopes.ToString(), now, Earlier(now + lasts, grant.ExpiresAt)).Write(session);
        var answer = new TokenAnswer(access, (int)(Earlier(now + lasts, grant.ExpiresAt) - now).TotalSeconds, scopes.ToString())
        {
            Patient = grant.Patient,
            Encounter = grant.Encounter,
            NeedPatientBanner = grant.Patient is null ? null : true,
            FhirContext = grant.Context.Count == 0 ? null : [.. grant.Context.Select(reference => new ContextItem(reference))],
        };
        if (!IsRefreshed(client, grant))
            return answer;
        var refresh = Tokens.New();
        new Token(Tokens.Hash(refresh), Token.Refresh, grant.Id, grant.Scopes.ToString(), now, Earlier(now + settings.RefreshLasts, grant.ExpiresAt)).Write(session);
        return answer with { RefreshToken = refresh };
    }

    private static bool IsRefreshed(SmartClient client, AppGrant grant) =>
        client.Metadata.GrantTypes.Contains("refresh_token") && (grant.Scopes.Has("offline_access") || grant.Scopes.Has("online_access"));

    /// <summary>Used refresh tokens and codes are kept a day beyond their end, so that a late reuse is still known for what it is.</summary>
    private static void Sweep(WriteSession session)
    {
        foreach (var hash in session.Query(Expired, row => row.Text(0), session.ClockNow - Remembered))
            session.Remove(SmartTables.Tokens, hash);
        foreach (var hash in session.Query(ExpiredCodes, row => row.Text(0), session.ClockNow - Remembered))
            session.Remove(SmartTables.Codes, hash);
        foreach (var (issuer, id) in session.Query(ExpiredAssertions, row => (row.Text(0), row.Text(1)), session.ClockNow))
            session.Remove(SmartTables.Assertions, issuer, id);
    }

    private static DateTimeOffset Earlier(DateTimeOffset one, DateTimeOffset other) => one < other ? one : other;
}
