using Tandem.Kernel.Actors;
using Tandem.Kernel.Data;
using Tandem.Record.Log;

namespace Tandem.Trust.Smart;

/// <summary>An app that a person connected.</summary>
/// <param name="Grant">What it may do.</param>
/// <param name="Name">The app's name.</param>
/// <param name="UsedAt">When it was last given a token.</param>
internal sealed record ConnectedApp(AppGrant Grant, string Name, DateTimeOffset UsedAt);

/// <summary>The apps that act for a person now.</summary>
internal static class FindConnectedApps
{
    internal const string OfPerson =
        $"""
        SELECT {AppGrant.Columns}, c.metadata, COALESCE((SELECT MAX(t.issued_at) FROM smart_tokens t WHERE t.grant_id = g.id), g.created_at)
        FROM smart_grants g JOIN smart_clients c ON c.id = g.client
        WHERE g.person = $1 AND g.revoked_at IS NULL AND g.expires_at > $2
          AND EXISTS (SELECT 1 FROM smart_tokens t WHERE t.grant_id = g.id AND t.used_at IS NULL AND t.expires_at > $2)
        ORDER BY g.created_at DESC, g.id LIMIT 200
        """;

    internal static IReadOnlyList<ConnectedApp> Find(RecordStore record, AccessScope scope, DateTimeOffset now) =>
        record.Database.Read(session => session.Query(OfPerson, Read, scope.Actor.Reference, now));

    private static ConnectedApp Read(DbRow row) => new(
        AppGrant.Read(row), System.Text.Json.JsonSerializer.Deserialize<ClientMetadata>(row.Text(14), SmartJson.Options)!.ClientName, row.Instant(15));
}
