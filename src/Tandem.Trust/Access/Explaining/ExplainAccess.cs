using Tandem.Kernel.Actors;
using Tandem.Kernel.Data;
using Tandem.Kernel.Pages;
using Tandem.Record.Access;
using Tandem.Record.Log;
using Tandem.Trust.Organizations;
using Tandem.Trust.People;

namespace Tandem.Trust.Access;

/// <summary>That a party has to do with a patient, with the resource that says so.</summary>
/// <param name="Party">FHIR reference.</param>
/// <param name="Name">As pages name it.</param>
/// <param name="Basis">See <see cref="Relation.Basis"/>.</param>
/// <param name="Source">FHIR reference of the resource.</param>
/// <param name="Until">When it ends or ended; null while it lasts.</param>
public sealed record KnownRelation(string Party, string Name, string Basis, string Source, DateTimeOffset? Until);

/// <summary>What a patient agreed to or refused.</summary>
/// <param name="IsPermit">False for a refusal.</param>
/// <param name="Party">Towards whom; null for anybody.</param>
/// <param name="Label">About which label; null for everything.</param>
/// <param name="Purpose">For which purpose of use; null for any.</param>
/// <param name="Source">FHIR reference of the Consent.</param>
/// <param name="Until">When it ends; null while it lasts.</param>
/// <param name="Part">What of it: null for all, a resource type, or empty for single codes, resources or days.</param>
/// <param name="IsOfLooking">True when it is about looking; false when only about writing.</param>
public sealed record KnownConsent(
    bool IsPermit, string? Party, string? Label, string? Purpose, string Source, DateTimeOffset? Until, string? Part = null, bool IsOfLooking = true);

/// <summary>Why somebody sees, or does not see, a patient's record.</summary>
/// <param name="Policy">The policy of the role; null when none is in force.</param>
/// <param name="IsReached">True when the patient is seen.</param>
/// <param name="Own">The relationships of the asker's own parties.</param>
/// <param name="All">All relationships; empty for who does not see the patient.</param>
/// <param name="Consents">What the patient agreed to and refused; empty for who does not see the patient.</param>
/// <param name="Withheld">Labels that the policy leaves out.</param>
/// <param name="Emergency">The opening that holds now, or null.</param>
public sealed record AccessExplanation(
    AccessPolicy? Policy, bool IsReached, IReadOnlyList<KnownRelation> Own, IReadOnlyList<KnownRelation> All, IReadOnlyList<KnownConsent> Consents,
    IReadOnlyList<string> Withheld, Emergency? Emergency);

/// <summary>
/// Answers "why can I (not) see this?" and "who can see this record?". Of a patient who is not seen it tells nothing: neither that there is one nor
/// that there is none.
/// </summary>
public sealed class ExplainAccess(RecordStore record, AccessScopes scopes, SiteSettings site, TimeProvider clock)
{
    internal const string ReadRelations =
        "SELECT a.party, a.basis, a.until, a.until_day, r.type, r.id FROM access_relations a JOIN resources r ON r.rid = a.rid WHERE a.patient = $1 ORDER BY a.until DESC, a.until_day DESC, a.party, r.type, r.id LIMIT 300";

    internal const string CountLabels = "SELECT COUNT(*) FROM resources r JOIN access_labels b ON b.rid = r.rid WHERE r.type = $1 AND r.id = $2";

    internal const string ReadConsents =
        "SELECT c.permit, c.party, c.label, c.purpose, c.until, r.id, c.limited, c.class, c.acts, c.until_day FROM access_consents c JOIN resources r ON r.rid = c.rid WHERE c.patient = $1 ORDER BY r.id, c.n LIMIT 300";

    /// <summary>Explains the record of a patient (logical id) to whom a scope belongs.</summary>
    public AccessExplanation Handle(string patient, AccessScope scope)
    {
        var now = site.At(clock.GetUtcNow());
        var policy = scopes.PolicyOf(scope.Role);
        return record.Database.Snapshot(session =>
        {
            var reached = session.IsReached(scope, "Patient", patient);
            var all = reached ? Relations(session, patient, scope).Concat(Representatives(session, patient, now)).ToList() : [];
            var layer = scope.Reach.Layers is [var role, ..] ? role : null;
            return new AccessExplanation(
                policy,
                reached,
                [.. all.Where(relation => layer?.Parties.Contains(relation.Party) == true)],
                all,
                reached ? Consents(session, patient) : [],
                [.. (layer?.Grants ?? []).SelectMany(grant => grant.Withheld).Distinct().Order(StringComparer.Ordinal)],
                EmergencyAccess.Open(session, scope.Actor.Reference, now).FirstOrDefault(one => one.Patient == patient));
        });
    }

    private List<KnownRelation> Relations(DbSession session, string patient, AccessScope scope) =>
    [
        .. session.Query(ReadRelations, row => new KnownRelation(row.Text(0), "", row.Text(1), $"{row.Text(4)}/{row.Text(5)}", Validity.End(row.Integer(2), row.Integer(3), site)), patient)
            .Where(relation => IsTold(session, patient, relation.Source, scope))
            .OrderByDescending(relation => relation.Until ?? DateTimeOffset.MaxValue).DistinctBy(relation => (relation.Party, relation.Basis)).Select(relation => relation with { Name = NameOf(session, relation.Party) }),
    ];

    /// <summary>A visit that is kept from the reader is not told by whom it was to. Patients are told of everybody, and so are reviewers; who sees no visits at all, of those without a label.</summary>
    private static bool IsTold(DbSession session, string patient, string source, AccessScope scope)
    {
        if (scope.Actor.Reference == "Patient/" + patient || EmergencyAccess.IsReviewer(scope))
            return true;
        var (type, id) = (source.Split('/')[0], source.Split('/')[1]);
        return scope.May(Interactions.Read, type) ? session.IsReached(scope, type, id) : session.First(CountLabels, row => row.Integer(0), type, id) == 0;
    }

    /// <summary>Those who stand for the patient and see the record by it.</summary>
    private IEnumerable<KnownRelation> Representatives(DbSession session, string patient, DateTimeOffset now)
    {
        foreach (var id in Representation.AccountsOf(session, patient, now))
        {
            if (session.First(FindPeople.ReadOne, Account.Read, id) is not { Active: true } account || !session.Query(FindPeople.ReadRoles, RoleGrant.Read, id).Any(role => role.Role == "proxy" && role.HoldsAt(now)))
                continue;
            var theirs = scopes.Of(new Member("RelatedPerson/" + id, account.Display, "proxy", null, [], Roles.PurposeOf("proxy")));
            if (session.IsReached(theirs, "Patient", patient))
                yield return new KnownRelation("RelatedPerson/" + id, account.Display, "representative", "RelatedPerson/" + id, null);
        }
    }

    private List<KnownConsent> Consents(DbSession session, string patient) => session.Query(
        ReadConsents,
        row => new KnownConsent(
            row.Integer(0) != 0, Any(row.Text(1), "*") is { } party ? NameOf(session, party) : null, Any(row.Text(2), "*"), Any(row.Text(3), ""), $"Consent/{row.Text(5)}", Validity.End(row.Integer(4), row.Integer(9), site),
            row.Integer(6) == 0 ? null : row.Text(7), (row.Integer(8) & 1) != 0),
        patient);

    private static string NameOf(DbSession session, string party) => party.Split('/') switch
    {
        ["Organization", var id] => session.First(FindOrganizations.ReadOne, FindOrganizations.Read, id)?.Name ?? party,
        ["Practitioner", var id] => session.First(FindPeople.ReadOne, Account.Read, id)?.Display ?? party,
        _ => party,
    };

    private static string? Any(string text, string any) => text == any ? null : text;
}
