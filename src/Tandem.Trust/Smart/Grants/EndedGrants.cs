using Tandem.Record.Log;

namespace Tandem.Trust.Smart;

/// <summary>What people granted apps ends with their account, and with the role in which they did: who comes back grants anew.</summary>
public static class EndedGrants
{
    internal const string ReadOpen = $"SELECT {AppGrant.Columns} FROM smart_grants g WHERE g.person IN ($1, $2, $3) AND g.revoked_at IS NULL";

    /// <summary>Stages the end of all that somebody granted.</summary>
    internal static void OfAccount(WriteSession session, string account) => End(session, account, _ => true);

    /// <summary>Stages the end of what somebody granted in a role.</summary>
    internal static void OfRole(WriteSession session, string account, string role, string? organization) =>
        End(session, account, grant => grant.Role == role && grant.Organization?.Split('/')[^1] == organization);

    private static void End(WriteSession session, string account, Func<AppGrant, bool> which)
    {
        foreach (var grant in session.Query(ReadOpen, AppGrant.Read, "Practitioner/" + account, "Patient/" + account, "RelatedPerson/" + account).Where(which))
            grant.Revoke(session, "account", session.Scope.Actor.Reference);
    }
}
