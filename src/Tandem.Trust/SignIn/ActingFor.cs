using Tandem.Kernel.Actors;
using Tandem.Record.Log;
using Tandem.Trust.Access;
using Tandem.Trust.People;
using Tandem.Trust.Teams;

namespace Tandem.Trust.SignIn;

/// <summary>What a person may do now, for an app that acts for them while they are away. Thread-safe.</summary>
public sealed class ActingFor(RecordStore record, AccessScopes scopes, TimeProvider clock)
{
    private const string ReadOpen = $"SELECT {Session.Columns} FROM signin_open s WHERE s.person = $1";

    /// <summary>A person's scope in one of their roles; null when they may not sign in any more or no longer have the role.</summary>
    /// <param name="reference">The person (<c>Practitioner/ana</c>).</param>
    /// <param name="role">The role in which they granted it.</param>
    /// <param name="organization">The organisation for which they did (reference), or null.</param>
    public AccessScope? ScopeOf(string reference, string role, string? organization)
    {
        var (id, now) = (reference.Split('/')[^1], clock.GetUtcNow());
        var person = record.Database.Read(session =>
            session.First(FindPeople.ReadOne, Account.Read, id) is { Active: true } account
            && session.Query(FindPeople.ReadRoles, RoleGrant.Read, id).Any(held => held.HoldsAt(now) && held.Role == role && held.Organization == organization?.Split('/')[^1])
                ? new Person(id, account.Display, role, organization, [.. FindTeams.Of(session, id).Select(team => "CareTeam/" + team)])
                : null);
        return person is null ? null : scopes.Of(person.Member);
    }

    /// <summary>Whether a person's session is still open, as a write sees it.</summary>
    /// <param name="write">The write.</param>
    /// <param name="reference">The person.</param>
    /// <param name="id">The session's public id.</param>
    public bool IsOpen(WriteSession write, string reference, string id) =>
        write.Query(ReadOpen, Session.Read, reference.Split('/')[^1]).Any(session => session.Id == id && session.IsOpenAt(clock.GetUtcNow()));
}
