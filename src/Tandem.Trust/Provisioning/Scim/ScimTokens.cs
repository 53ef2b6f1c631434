using Microsoft.AspNetCore.Http;
using Tandem.Kernel;
using Tandem.Kernel.Actors;
using Tandem.Kernel.Data;
using Tandem.Kernel.Outcomes;
using Tandem.Record.Log;
using Tandem.Trust.SignIn;

namespace Tandem.Trust.Provisioning.Scim;

/// <summary>A token with which an organisation's directory provisions people; the secret is shown once and kept as a hash.</summary>
internal sealed record ScimToken(string Id, string Organization, string Name, DateTimeOffset CreatedAt);

/// <summary>Makes, finds and revokes tokens. A token acts as an administrator of its organisation.</summary>
internal sealed class ScimTokens(RecordStore record, TimeProvider clock, SignInJournal journal)
{
    private const string ReadOfOrganization = "SELECT id, organization, name, created_at FROM provisioning_tokens WHERE organization = $1 ORDER BY created_at, id";
    private const string ReadByHash = "SELECT id, organization, name, created_at FROM provisioning_tokens WHERE token_hash = $1";
    private const string ReadHash = "SELECT token_hash FROM provisioning_tokens WHERE id = $1 AND organization = $2";

    internal static readonly Table Kept = new(
        "provisioning_tokens",
        TableKind.Rows,
        [new("token_hash", DbKind.Text)],
        [new("id", DbKind.Text), new("organization", DbKind.Text), new("name", DbKind.Text), new("created_at", DbKind.Integer)],
        [new("organization", "organization")]);

    internal IReadOnlyList<ScimToken> Of(string organization) => record.Database.Read(session => session.Query(ReadOfOrganization, Read, organization));

    /// <returns>The secret.</returns>
    internal async Task<Outcome<string>> MakeAsync(string organization, string name, AccessScope scope, CancellationToken cancel)
    {
        if (Administration.Refuse(scope) is { } refusal)
            return refusal;
        var secret = "scim-" + Tokens.New();
        return (await record.WriteAsync<int>(
            Administration.Writing(scope),
            session =>
            {
                if (Administration.RefuseFor(organization, Administration.Within(session, scope)) is { } notYours)
                    return notYours;
                session.Write(Kept, Tokens.Hash(secret), Ids.New(clock), organization, name.Trim() is { Length: > 0 and <= 100 } given ? given : "SCIM", session.Now);
                journal.Note(session, new SignInEvent(SignInAct.ProvisioningChanged, null, $"token of {organization}", By: scope.Actor.Reference));
                return 0;
            },
            cancel)).Then<string>(_ => secret);
    }

    internal async Task<Outcome<int>> RevokeAsync(string organization, string id, AccessScope scope, CancellationToken cancel)
    {
        if (Administration.Refuse(scope) is { } refusal)
            return refusal;
        return await record.WriteAsync<int>(
            Administration.Writing(scope),
            session =>
            {
                if (Administration.RefuseFor(organization, Administration.Within(session, scope)) is { } notYours)
                    return notYours;
                if (session.Query(ReadHash, row => row.Text(0), id, organization) is not [var hash])
                    return 0;
                session.Remove(Kept, hash);
                journal.Note(session, new SignInEvent(SignInAct.ProvisioningChanged, null, $"token of {organization} revoked", By: scope.Actor.Reference));
                return 1;
            },
            cancel);
    }

    /// <summary>The scope of a request's bearer token with its organisation, or null.</summary>
    internal (AccessScope Scope, string Organization)? Find(HttpContext context)
    {
        var header = context.Request.Headers.Authorization.ToString();
        if (!header.StartsWith("Bearer ", StringComparison.OrdinalIgnoreCase))
            return null;
        var hash = Tokens.Hash(header[7..].Trim());
        return record.Database.Read(session => session.First(ReadByHash, Read, hash)) is { } token
            ? (new AccessScope(new Actor("Device/scim-" + token.Id, token.Name), "Organization/" + token.Organization, Administration.Role, "HSYSADMIN", Reach.NoOne), token.Organization)
            : null;
    }

    private static ScimToken Read(DbRow row) => new(row.Text(0), row.Text(1), row.Text(2), row.Instant(3));
}
