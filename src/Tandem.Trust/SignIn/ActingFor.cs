using Tandem.Kernel.Actors;
using Tandem.Kernel.Data;
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
        var person = record.Database.Read(session => AccountOf(session, reference, role, organization) is { } account
            ? new Person(account.Id, account.Display, role, organization, [.. FindTeams.Of(session, account.Id).Select(team => "CareTeam/" + team)])
            : null);
        return person is null ? null : scopes.Of(person.Member);
    }

    /// <summary>True while a person may sign in and has the role; see <see cref="ScopeOf"/>.</summary>
    public bool MayAct(DbSession session, string reference, string role, string? organization) => AccountOf(session, reference, role, organization) is not null;

    /// <summary>Whether a person's session is still open.</summary>
    /// <param name="session">Where to look.</param>
    /// <param name="reference">The person.</param>
    /// <param name="id">The session's public id.</param>
    public bool IsOpen(DbSession session, string reference, string id) => SessionOf(session, reference, id)?.IsOpenAt(clock.GetUtcNow()) == true;

    /// <summary>Whether a person who began a session has not signed out of it since, though it may have rested too long for the browser.</summary>
    public bool IsSignedIn(DbSession session, string reference, string id) => SessionOf(session, reference, id) is { } begun && clock.GetUtcNow() < begun.EndsAt;

    private static Session? SessionOf(DbSession session, string reference, string id) =>
        session.Query(ReadOpen, Session.Read, reference.Split('/')[^1]).Find(one => one.Id == id);

    private Account? AccountOf(DbSession session, string reference, string role, string? organization)
    {
        var (id, now) = (reference.Split('/')[^1], clock.GetUtcNow());
        return session.First(FindPeople.ReadOne, Account.Read, id) is { Active: true } account
            && session.Query(FindPeople.ReadRoles, RoleGrant.Read, id).Exists(held => held.HoldsAt(now) && held.Role == role && held.Organization == organization?.Split('/')[^1])
                ? account
                : null;
    }
}
