using Tandem.Kernel;
using Tandem.Kernel.Actors;
using Tandem.Kernel.Outcomes;

namespace Tandem.Trust.Smart;

/// <summary>A service that has proven itself is given a token for five minutes and no refresh token (RFC 6749 4.4; SMART App Launch 2.2, backend services).</summary>
internal static class GrantService
{
    private static readonly TimeSpan Lasts = TimeSpan.FromMinutes(5);

    internal static async Task<Outcome<TokenAnswer>> HandleAsync(SmartClient client, OAuthForm form, TokenDesk desk, CancellationToken cancel)
    {
        if (!ScopeSet.Parse(form.Required("scope")).Succeeded(out var scopes, out var refusal))
            return refusal;
        if (scopes.IsEmpty || !client.Metadata.Scopes.Covers(scopes))
            return OAuthError.InvalidScope("scope has to name system/ scopes that the service is registered for.");
        return await desk.Record.WriteAsync<TokenAnswer>(
            AccessScope.System,
            session =>
            {
                var grant = new AppGrant(Ids.New(desk.Clock), client.Id, scopes, session.ClockNow, session.ClockNow + Lasts);
                grant.Write(session);
                return IssueTokens.Stage(session, client, grant, scopes, "service", desk.Settings);
            },
            cancel);
    }
}
