using Tandem.Kernel.Actors;
using Tandem.Record.Log;
using Tandem.Trust.Access;
using Tandem.Trust.People;
using Tandem.Trust.Teams;

namespace Tandem.Trust.SignIn;

/// <summary>Somebody who is signed in (or may sign in), in one of their roles.</summary>
/// <param name="Id">The id of their Practitioner resource.</param>
/// <param name="Display">How pages name them.</param>
/// <param name="Role">Such as <c>coordinator</c> or <c>administrator</c>.</param>
/// <param name="Organization">FHIR reference of the organisation they act for.</param>
/// <param name="Teams">FHIR references of the teams whose work they share.</param>
/// <param name="Active">False when they may no longer sign in; their sessions end at once.</param>
public sealed record Person(string Id, string Display, string Role, string? Organization, IReadOnlyList<string> Teams, bool Active = true)
{
    /// <summary>What they read the record for: HL7 v3 PurposeOfUse, by their role.</summary>
    public string Purpose => Roles.PurposeOf(Role);

    /// <summary>
    /// Who they are to the record. The account of a patient bears the patient's id, that of a representative the id of the RelatedPerson.
    /// </summary>
    public Member Member => new(ReferenceOf(Id, Role), Display, Role, Organization, Teams, Purpose);

    /// <summary>Who the account of an id is to the record in a role (FHIR reference).</summary>
    internal static string ReferenceOf(string id, string role) => role switch { "patient" => $"Patient/{id}", "proxy" => $"RelatedPerson/{id}", _ => $"Practitioner/{id}" };

    /// <summary>Who the account of an id is to the record by the roles it was given: a Practitioner where one of them is of staff, or there is none.</summary>
    internal static string ReferenceOf(WriteSession session, string id)
    {
        var roles = session.Query(FindPeople.ReadRoles, RoleGrant.Read, id);
        return ReferenceOf(id, StagePerson.WorksHere(roles) ? "" : roles[0].Role);
    }

    /// <summary>Who they are, in which role and for whom, reaching no record: what they reach is for <see cref="AccessScopes"/> to say, with each request.</summary>
    public AccessScope Scope => new(new Actor(Member.Reference, Display), Organization, Role, Purpose, Reach.NoOne) { Teams = Teams };

    /// <summary>Stages this person, new or changed, with this one role and these teams; other roles and teams stay as they are.</summary>
    public void Write(WriteSession session)
    {
        var known = session.Query(FindPeople.ReadOne, Account.Read, Id).FirstOrDefault();
        var organization = Organization?.Split('/')[^1];
        StagePerson.Account(session, known is null
            ? new Account(Id, Display, null, organization, Active, null, null, null, session.Now)
            : known with { Display = Display, Active = Active }, isPublished: Roles.IsStaff(Role));
        var grant = new RoleGrant(Id, organization, Role, session.ClockNow, null);
        if (session.Query(FindPeople.ReadRoles, RoleGrant.Read, Id).All(held => held.Id != grant.Id))
            StagePerson.Role(session, grant, Display);
        foreach (var team in Teams)
            session.Write(TeamTables.Members, team.Split('/')[^1], Id, session.Now);
    }
}
