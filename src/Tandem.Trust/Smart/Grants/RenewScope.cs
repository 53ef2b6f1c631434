using Tandem.Kernel.Actors;
using Tandem.Kernel.Data;
using Tandem.Record.Access;
using Tandem.Record.Log;
using Tandem.Trust.Access;
using Tandem.Trust.SignIn;

namespace Tandem.Trust.Smart;

/// <summary>
/// Renews a scope that was kept for later. Of an app it reaches nothing once the grant was taken back or has ended, no token of it works any more, or the
/// app is not approved. A service rests on its approval: its tokens last minutes, what it asked for goes on. Thread-safe.
/// </summary>
internal sealed class RenewScope(RecordStore record, AccessScopes people, ActingFor acting, TimeProvider clock) : IScopeRenewal
{
    private const string ReadWorking =
        "SELECT 1 FROM smart_tokens WHERE grant_id = $1 AND expires_at > $2 AND (kind = 'access' OR (used_at IS NULL AND $3 = 1)) LIMIT 1";

    /// <inheritdoc/>
    public AccessScope Renew(AccessScope kept)
    {
        if (kept.Reach.Layers.FirstOrDefault(layer => layer.Authorization is not null) is not { Authorization: { } id })
            return people.Renew(kept);
        return record.Database.Read(session => Holds(session, id)) switch
        {
            null => kept with { Reach = Reach.NoOne },
            ({ Person: null }, var client) => kept.Reach.Layers.Where(layer => layer.Authorization is not null).Aggregate(people.OfService(client), (scope, layer) => scope.Narrow(layer)) with { App = client.Id },
            (var grant, var client) => people.Renew(kept).Narrow(AppLayer.Of(client, grant, clock.GetUtcNow())) with { App = client.Id }, // what the person took back meanwhile is gone
        };
    }

    /// <summary>The grant with its app while it lets it in; null when it does not any more.</summary>
    private (AppGrant Grant, SmartClient Client)? Holds(DbSession session, string id)
    {
        var now = clock.GetUtcNow();
        if (session.First(AppGrant.ReadOne, AppGrant.Read, id) is not { RevokedAt: null } grant
            || session.First(SmartClient.ReadOne, SmartClient.Read, grant.Client) is not { IsApproved: true } client)
            return null;
        return grant.Person is null || Works(session, grant, now) ? (grant, client) : null;
    }

    /// <summary>True while a token of the grant works; one of online access works as long as its session lasts (<see cref="AccessTokens"/>, <see cref="RefreshTokens"/>).</summary>
    private bool Works(DbSession session, AppGrant grant, DateTimeOffset now)
    {
        if (!grant.HoldsAt(now) || (grant.Session is { } begun && !acting.IsSignedIn(session, grant.Person!, begun)))
            return false;
        var isRefreshed = grant.Session is not { } online || acting.IsOpen(session, grant.Person!, online);
        return session.Query(ReadWorking, row => row.Integer(0), grant.Id, now, isRefreshed).Count > 0;
    }
}
