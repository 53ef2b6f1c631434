using Tandem.Kernel.Actors;
using Tandem.Kernel.Data;
using Tandem.Record.Log;

namespace Tandem.Trust.SignIn;

/// <summary>Somebody who may sign in.</summary>
/// <param name="Id">The id of their Practitioner resource.</param>
/// <param name="Display">How pages name them.</param>
/// <param name="Role">Such as <c>coordinator</c> or <c>administrator</c>.</param>
/// <param name="Organization">FHIR reference of the organisation they act for.</param>
/// <param name="Teams">FHIR references of the teams whose work they share.</param>
/// <param name="Active">False when they may no longer sign in; their sessions end at once.</param>
public sealed record Person(string Id, string Display, string Role, string? Organization, IReadOnlyList<string> Teams, bool Active = true)
{
    internal const string ReadOne = "SELECT id, display, role, organization, teams, active FROM signin_people WHERE id = $1";

    internal const string ReadAll = "SELECT id, display, role, organization, teams, active FROM signin_people WHERE active = 1 ORDER BY role, display";

    /// <summary>The scope of their work. An administrator of the hub sees no patient.</summary>
    public AccessScope Scope => new(
        new Actor($"Practitioner/{Id}", Display), Organization, Role, "TREAT", Role == "administrator" ? Reach.NoOne : Reach.Everyone) { Teams = Teams };

    /// <summary>Stages this person: new or changed.</summary>
    public void Write(WriteSession session) =>
        session.Write(SignInTables.People, Id, Display, Role, Organization, string.Join(' ', Teams), Active);

    internal static Person Read(DbRow row) => new(
        row.Text(0), row.Text(1), row.Text(2), row.TextOrNull(3), row.Text(4).Split(' ', StringSplitOptions.RemoveEmptyEntries), row.Integer(5) != 0);
}
