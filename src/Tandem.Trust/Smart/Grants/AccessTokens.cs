using Tandem.Kernel.Actors;
using Tandem.Kernel.Data;
using Tandem.Record.Log;
using Tandem.Trust.Access;
using Tandem.Trust.SignIn;

namespace Tandem.Trust.Smart;

/// <summary>An access token that works now.</summary>
/// <param name="Client">The app.</param>
/// <param name="Grant">What it rests on.</param>
/// <param name="Scopes">What this token may be used for: never more than the grant.</param>
/// <param name="IssuedAt">When it was given.</param>
/// <param name="ExpiresAt">When it ends.</param>
public sealed record LiveToken(SmartClient Client, AppGrant Grant, ScopeSet Scopes, DateTimeOffset IssuedAt, DateTimeOffset ExpiresAt);

/// <summary>Who sends a request with an access token. Taking back a grant, disabling an app, or ending a person's right or, for online access, their session works with the next request. Thread-safe.</summary>
public sealed class AccessTokens(RecordStore record, ActingFor people, AccessScopes scopes, TimeProvider clock)
{
    /// <summary>The token behind a secret, or null when it does not work.</summary>
    public LiveToken? Find(string secret) => FindHashed(Tokens.Hash(secret));

    /// <summary>The token whose secret has a hash, or null when it does not work.</summary>
    internal LiveToken? FindHashed(string hash)
    {
        var now = clock.GetUtcNow();
        return record.Database.Read(session =>
        {
            if (session.First(Token.ReadOne, Token.Read, hash) is not { Kind: Token.Access } token || now >= token.ExpiresAt)
                return null;
            return session.First(AppGrant.ReadOne, AppGrant.Read, token.Grant) is { } grant && grant.HoldsAt(now) && (grant.Session is not { } online || people.IsSignedIn(session, grant.Person!, online))
                && session.First(SmartClient.ReadOne, SmartClient.Read, grant.Client) is { IsApproved: true } client
                ? new LiveToken(client, grant, ScopeSet.Parse(token.Scope).Value.Within(grant.Scopes), token.IssuedAt, token.ExpiresAt)
                : null;
        });
    }

    /// <summary>
    /// The scope of a request with this token: what the person may see now, and of that what the token allows; null when the person may see nothing any
    /// more. A service sees what its token allows, of the patients of the organisation for which it was approved; of all when it was approved for the region.
    /// </summary>
    public AccessScope? ScopeOf(LiveToken token) => OwnOf(token)?.Narrow(AppLayer.Of(token, clock.GetUtcNow())) is { } scope ? scope with { App = token.Client.Id } : null;

    private AccessScope? OwnOf(LiveToken token) => token.Grant.Person is { } person
        ? people.ScopeOf(person, token.Grant.Role ?? "", token.Grant.Organization)
        : scopes.OfService(token.Client);
}
