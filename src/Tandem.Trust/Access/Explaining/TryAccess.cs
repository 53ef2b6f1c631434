using Tandem.Kernel.Actors;
using Tandem.Kernel.Data;
using Tandem.Record.Access;
using Tandem.Record.Log;

namespace Tandem.Trust.Access;

/// <summary>What somebody in a role would see of a patient.</summary>
/// <param name="Policy">By which policy; null when there is none.</param>
/// <param name="Seen">Resources seen, by type.</param>
/// <param name="Withheld">Resources not seen, by type.</param>
/// <param name="Relations">The relationships that count.</param>
public sealed record TriedAccess(AccessPolicy? Policy, IReadOnlyList<(string Type, long Count)> Seen, IReadOnlyList<(string Type, long Count)> Withheld, IReadOnlyList<KnownRelation> Relations);

/// <summary>Tries a policy, also a draft: "what could Ana see, and why?". For privacy officers, of the patients whom they see themselves.</summary>
public sealed class TryAccess(RecordStore record, PoliciesInForce policies, AccessScopes scopes, ExplainAccess explain)
{
    internal const string CountSeen = "SELECT r.type, COUNT(*) FROM resources r WHERE r.patient = $1 AND r.deleted = 0 /*reach rid:r.rid*/ GROUP BY r.type ORDER BY r.type";

    /// <summary>True for who may try policies.</summary>
    public static bool IsOffered(AccessScope scope) => scope.Role is "privacy-officer" or "system";

    /// <summary>What the member would see of a patient; null when the asker may not try it, or does not see the patient.</summary>
    /// <param name="member">Who would look.</param>
    /// <param name="status">By the policy in force, or by a draft.</param>
    /// <param name="patient">Logical id.</param>
    /// <param name="asker">Who asks.</param>
    public TriedAccess? Handle(Member member, PolicyStatus status, string patient, AccessScope asker)
    {
        if (!IsOffered(asker) || !record.Database.Read(session => session.IsReached(asker, "Patient", patient)))
            return null;
        var policy = policies.All().Where(one => one.Role == member.Role && one.Status == status).MaxBy(one => (one.From, one.Version));
        var scope = scopes.With(member, policy);
        var seen = Count(patient, scope).ToDictionary();
        var all = Count(patient, AccessScope.System);
        var parties = scope.Reach.Layers is [var layer, ..] ? layer.Parties : [];
        return new TriedAccess(
            policy,
            [.. seen.Select(pair => (pair.Key, pair.Value))],
            [.. all.Select(pair => (pair.Key, pair.Value - seen.GetValueOrDefault(pair.Key))).Where(pair => pair.Item2 > 0)],
            [.. explain.Handle(patient, AccessScope.System).All.Where(relation => parties.Contains(relation.Party))]);
    }

    private List<KeyValuePair<string, long>> Count(string patient, AccessScope scope) => record.Database.Read(session =>
        session.QueryWithin(scope, CountSeen, row => new KeyValuePair<string, long>(row.Text(0), row.Integer(1)), patient));
}
