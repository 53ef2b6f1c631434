using Tandem.Kernel.Actors;
using Tandem.Kernel.Outcomes;
using Tandem.Record.Log;
using Tandem.Trust.SignIn;

namespace Tandem.Trust.People;

/// <summary>A person gets a role in an organisation, or loses it. Doing either twice is harmless. A role that is taken ends what is done in it with the next request.</summary>
public sealed class GiveRole(RecordStore record, SignInJournal journal)
{
    /// <param name="person">Whose role.</param>
    /// <param name="role">A word of <see cref="Roles.OfStaff"/>.</param>
    /// <param name="organization">The organisation's id; null for the region itself.</param>
    /// <param name="until">When it ends by itself, or null.</param>
    /// <param name="scope">Who does it: an administrator of that organisation.</param>
    /// <param name="cancel">Gives up.</param>
    public async Task<Outcome<RoleGrant>> HandleAsync(
        string person, string role, string? organization, DateTimeOffset? until, AccessScope scope, CancellationToken cancel) =>
        Administration.Refuse(scope) is { } refusal
            ? refusal
            : await record.WriteAsync<RoleGrant>(Administration.Writing(scope), session => Stage(session, person, role, organization, until, scope), cancel);

    /// <summary>Takes a role away; null when there was none.</summary>
    public async Task<Outcome<RoleGrant?>> TakeAsync(string person, string role, string? organization, AccessScope scope, CancellationToken cancel) =>
        Administration.Refuse(scope) is { } refusal
            ? refusal
            : await record.WriteAsync<RoleGrant?>(Administration.Writing(scope), session => StageEnd(session, person, role, organization, scope), cancel);

    /// <summary>Decides and stages within another write.</summary>
    internal Outcome<RoleGrant> Stage(WriteSession session, string person, string role, string? organization, DateTimeOffset? until, AccessScope scope, string? display = null)
    {
        if (Roles.All.Contains(role) && !Roles.IsStaff(role))
            return Refusal.Invalid("Administrators do not give this role.", new RefusalDetail("value", PeopleWords.OnlyFromRecord, "role"));
        if (!Roles.OfStaff.Contains(role))
            return Refusal.Invalid("There is no such role.", new RefusalDetail("value", PeopleWords.RoleUnknown.With(string.Join(", ", Roles.OfStaff)), "role"));
        if (Administration.RefuseFor(organization, Administration.Within(session, scope)) is { } notYours)
            return notYours;
        if (organization is not null && session.Find("Organization", organization) is not { Deleted: false })
            return Refusal.Invalid("There is no such organisation.", new RefusalDetail("value", PeopleWords.HomeUnknown, "organization"));
        if (until <= session.ClockNow)
            return Refusal.Invalid("The end lies in the past.", new RefusalDetail("value", PeopleWords.EndInPast, "until"));
        display ??= session.Query(FindPeople.ReadOne, Account.Read, person).FirstOrDefault()?.Display;
        if (display is null)
            return Refusal.NotFound("This account does not exist.");
        var held = session.Query(FindPeople.ReadRoles, RoleGrant.Read, person).FirstOrDefault(one => one.Role == role && one.Organization == organization);
        if (held is not null && held.HoldsAt(session.ClockNow) && held.Until == until)
            return held;
        var grant = new RoleGrant(person, organization, role, held is not null && held.HoldsAt(session.ClockNow) ? held.Since : session.ClockNow, until);
        StagePerson.Role(session, grant, display);
        journal.Note(session, new SignInEvent(SignInAct.RoleGiven, person, $"{role} in {organization ?? "the region"}", By: scope.Actor.Reference));
        return grant;
    }

    /// <summary>Decides and stages within another write.</summary>
    internal Outcome<RoleGrant?> StageEnd(WriteSession session, string person, string role, string? organization, AccessScope scope)
    {
        if (Administration.RefuseFor(organization, Administration.Within(session, scope)) is { } notYours)
            return notYours;
        var held = session.Query(FindPeople.ReadRoles, RoleGrant.Read, person).FirstOrDefault(one => one.Role == role && one.Organization == organization && one.HoldsAt(session.ClockNow));
        if (held is null)
            return (RoleGrant?)null;
        if (role == Administration.Role && organization is null or "region" && IsLastAdministrator(session, held))
            return Refusal.Conflict("This is the last administrator of the region. Make somebody else one first.");
        var ended = held with { Until = session.ClockNow };
        StagePerson.Role(session, ended, session.Query(FindPeople.ReadOne, Account.Read, person).FirstOrDefault()?.Display ?? person);
        journal.Note(session, new SignInEvent(SignInAct.RoleTaken, person, $"{role} in {organization ?? "the region"}", By: scope.Actor.Reference));
        return ended;
    }

    private static bool IsLastAdministrator(WriteSession session, RoleGrant held)
    {
        var active = session.Query(FindPeople.ReadAll, Account.Read).Where(account => account.Active).Select(account => account.Id).ToHashSet(StringComparer.Ordinal);
        return session.Query(FindPeople.ReadAllRoles, RoleGrant.Read).Count(one =>
            one.Role == Administration.Role && one.Organization == held.Organization && one.HoldsAt(session.ClockNow) && active.Contains(one.Person)) <= 1;
    }
}
