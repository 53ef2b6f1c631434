using System.Diagnostics.CodeAnalysis;
using Tandem.Fhir.Definitions;
using Tandem.Kernel.Actors;
using Tandem.Kernel.Data;
using Tandem.Record.Log;
using Tandem.Record.Search;

namespace Tandem.Record.Access;

/// <summary>Whether a scope reaches a version that has been read, or one that is about to be written.</summary>
internal static class ReachedVersions
{
    /// <summary>
    /// True when the scope reaches a version: by the patient it names itself, and by the labels its resource bears now; where a query limits what is allowed, the version has to fulfil it as its resource does now. Of what was deleted a limited scope that was
    /// shown it sees that it is gone, but none of the versions before.
    /// </summary>
    internal static bool Reaches(this AccessScope scope, DbSession session, ResourceVersion version, Interactions interactions = Interactions.Read) =>
        scope.Reaches(session, version, version.Type, interactions);

    /// <summary>As the other, of what was looked for; null when there is none. As many questions are asked of what is not there as of what is not reached, so that the time tells neither.</summary>
    internal static bool Reaches(this AccessScope scope, DbSession session, [NotNullWhen(true)] ResourceVersion? version, string type, Interactions interactions = Interactions.Read)
    {
        if (!scope.Reach.IsLimited)
            return version is not null && scope.Reach == Reach.Everyone;
        if (!scope.May(interactions, type))
            return false;
        if (GrantQuery.IsAsked(scope.Reach, type) && session.First(ReadCurrent, row => row.Integer(0), version?.Rid ?? 0) is var current && version is not null && version.Seq != current)
            scope = scope with { Reach = GrantQuery.LeftFor(version, scope.Reach) };
        var rows = version is { Deleted: true } ? RowKind.MayBeGone : RowKind.There;
        return Holds(scope, session, (version?.Rid ?? 0, type, version?.Patient, version?.Seq ?? 0), interactions, rows, rows == RowKind.There ? IsThere : "") && version is not null
            && (!GroupMembers.IsOne(type) || session.First(ReadCurrent, row => row.Integer(0), version.Rid) == version.Seq); // a group of before may have named others
    }

    /// <summary>True when the scope may do this with a version; of one that is new only its patient and the grants' queries are asked.</summary>
    internal static bool Allows(this AccessScope scope, DbSession session, ResourceVersion version, Interactions interactions, bool isNewPatient) =>
        !scope.Reach.IsLimited ? scope.Reach == Reach.Everyone : scope.May(interactions, version.Type)
            && Holds(scope, session, (version.Rid, version.Type, version.Patient, version.Seq), interactions, isNewPatient ? RowKind.OfNewPatient : RowKind.There);

    /// <summary>
    /// True when the scope reaches every resource of a type that there may be, so that an id of its own choosing cannot tell it of one that it does not reach.
    /// </summary>
    internal static bool ReachesAll(this AccessScope scope, string type) => scope.Reach == Reach.Everyone
        || (scope.Reach.IsLimited && scope.Reach.Layers.All(layer => layer.Grants.Any(grant => grant.Allows(Interactions.Read | Interactions.Update, type)
            && grant is { Query.Length: 0, Withheld.Count: 0, Needs.Length: 0, AsksConsent: false }
            && (grant.Whose is Whose.Everybody || (grant.Whose is Whose.Nobody && type is not ("Subscription" or "Binary" or "Bundle" or "Group" or "Person") && !MayBeSomebodys(type))))));

    /// <summary>True for types that can belong to a patient, see <see cref="PatientOf"/>.</summary>
    private static bool MayBeSomebodys(string type) => type == "Patient"
        || R4.SearchParameters(type).Any(parameter => parameter.Code is "subject" or "patient" or "beneficiary" or "individual" or "participant" or "target" or "actor");

    internal const string ReadCurrent = "SELECT seq FROM resources WHERE rid = $1";

    private const string IsThere = " AND EXISTS (SELECT 1 FROM resources y WHERE y.rid = d.rid AND y.deleted = 0)";

    private static bool Holds(AccessScope scope, DbSession session, (long Rid, string Type, string? Patient, long Seq) version, Interactions interactions, RowKind rows, string besides = "")
    {
        var context = SearchContext.Plain(session, []);
        var row = $"SELECT {context.Add(version.Rid)} AS rid, {context.Add(version.Type)} AS type, {context.Add(version.Patient)} AS patient, {context.Add(version.Seq)} AS seq";
        var condition = ReachCondition.Of(scope.Reach, interactions, version.Type, context, rows);
        return session.First($"SELECT 1 FROM ({row}) d WHERE {condition}{besides}", found => found.Integer(0), context.Arguments.Values) == 1;
    }
}
