using Tandem.Fhir.Views;
using Tandem.Kernel.Actors;
using Tandem.Kernel.Data;
using Tandem.Kernel.Pages;
using Tandem.Record.Access;
using Tandem.Record.Log;
using Tandem.Trust.People;

namespace Tandem.Trust.Access;

/// <summary>Somebody who may look at a patient's record as its person, or for its person.</summary>
/// <param name="Id">The account's id: of the patient, or of the RelatedPerson.</param>
/// <param name="Name">As pages name them.</param>
/// <param name="Relationship">HL7 v3 RoleCode of a representative, empty when it is not told; null for the patient.</param>
/// <param name="Until">When a representative's time ends (exclusive), or null.</param>
/// <param name="State">Whether they may sign in.</param>
/// <param name="IsAgreed">False for the representative of an adult whom no consent names: they see nothing.</param>
public sealed record PortalAccount(string Id, string Name, string? Relationship, DateTimeOffset? Until, PortalState State, bool IsAgreed);

/// <summary>Whether somebody may sign in.</summary>
public enum PortalState
{
    /// <summary>There is no account yet.</summary>
    None,

    /// <summary>They may.</summary>
    Open,

    /// <summary>Not any more.</summary>
    Closed,
}

/// <summary>Finds who may look at a record as its person or for its person: the patient first, then the representatives whose time it is.</summary>
internal static class FindPortalAccounts
{
    internal const string ReadRepresentatives =
        "SELECT a.related, a.account, a.until, a.until_day, b.body FROM access_representatives a JOIN resources r ON r.type = 'RelatedPerson' AND r.id = a.related AND r.deleted = 0 JOIN log b ON b.seq = r.seq "
        + "WHERE a.patient = $1 AND a.until > $2 AND a.until_day > $3 ORDER BY a.related, a.account";

    internal const string ReadAgreed =
        "SELECT COUNT(*) FROM access_consents WHERE patient = $1 AND label = 'representative' AND party = $2 AND permit = 1 AND since <= $3 AND until > $3 AND since_day <= $4 AND until_day > $4";

    /// <param name="session">Reads.</param>
    /// <param name="patient">The patient, whom the reader reaches.</param>
    /// <param name="isAdult">Whether a representative needs the patient's consent.</param>
    /// <param name="moment">The moment.</param>
    /// <param name="site">Whose clock says when a day ends.</param>
    internal static IReadOnlyList<PortalAccount> Of(DbSession session, ResourceVersion patient, bool isAdult, DateTimeOffset moment, SiteSettings site)
    {
        var (now, clock) = (moment, AccessTables.ClockOf(site.At(moment)));
        var found = new List<PortalAccount> { new(patient.Id, HumanName.Of(patient.Root["name"u8].First).Words, null, null, StateOf(session, patient.Id), true) };
        var rows = session.Query(ReadRepresentatives, row => (Id: row.Text(0), Account: row.Text(1), Until: Validity.End(row.Integer(2), row.Integer(3), site), Body: row.Bytes(4)), patient.Id, now, clock);
        foreach (var accounts in rows.GroupBy(row => row.Id))
        {
            var (id, _, until, body) = accounts.First();
            var related = Fhir.Json.FhirJson.ParseStored(body).Root;
            var isAgreed = !isAdult || accounts.Select(row => row.Account).Append(id).Any(self => session.First(ReadAgreed, row => row.Integer(0), patient.Id, "RelatedPerson/" + self, now, clock) > 0);
            found.Add(new(
                id, HumanName.Of(related["name"u8].First).Words, related["relationship"u8].First["coding"u8].First["code"u8].Text ?? "",
                until, accounts.Max(row => Weight(StateOf(session, row.Account))).State, isAgreed));
        }

        return found;
    }

    /// <summary>Of several accounts by which somebody acts the open one counts, then one that was closed.</summary>
    private static (int Rank, PortalState State) Weight(PortalState state) => (state switch { PortalState.Open => 2, PortalState.Closed => 1, _ => 0 }, state);

    private static PortalState StateOf(DbSession session, string id) => session.First(FindPeople.ReadOne, Account.Read, id) switch
    {
        null => PortalState.None,
        { Active: true } => PortalState.Open,
        _ => PortalState.Closed,
    };
}
