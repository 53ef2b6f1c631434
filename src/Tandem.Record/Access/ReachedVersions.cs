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
    /// True when the scope reaches a version: by the patient it names itself, and by the labels its resource bears now. Of what was deleted nobody
    /// knows the labels any more, so a limited scope sees that it is gone, but none of the versions before.
    /// </summary>
    internal static bool Reaches(this AccessScope scope, DbSession session, ResourceVersion version, Interactions interactions = Interactions.Read)
    {
        if (!scope.Reach.IsLimited)
            return scope.Reach == Reach.Everyone;
        return scope.May(interactions, version.Type) && Holds(scope, session, version, interactions, isNewPatient: false) && (version.Deleted || IsThere(session, version.Rid));
    }

    /// <summary>True when the scope may do this with a version; of one that is new only its patient and the grants' queries are asked.</summary>
    internal static bool Allows(this AccessScope scope, DbSession session, ResourceVersion version, Interactions interactions, bool isNewPatient) =>
        !scope.Reach.IsLimited ? scope.Reach == Reach.Everyone : scope.May(interactions, version.Type) && Holds(scope, session, version, interactions, isNewPatient);

    /// <summary>
    /// True when the scope reaches every resource of a type that there may be, so that an id of its own choosing cannot tell it of one that it does not reach.
    /// </summary>
    internal static bool ReachesAll(this AccessScope scope, string type) => scope.Reach == Reach.Everyone
        || (scope.Reach.IsLimited && scope.Reach.Layers.All(layer => layer.Grants.Any(grant => grant.Allows(Interactions.Read | Interactions.Update, type)
            && grant is { Query.Length: 0, Withheld.Count: 0, Needs.Length: 0, AsksConsent: false }
            && (grant.Whose is Whose.Everybody || (grant.Whose is Whose.Nobody && !MayBeSomebodys(type))))));

    /// <summary>True for types that can belong to a patient, see <see cref="PatientOf"/>.</summary>
    private static bool MayBeSomebodys(string type) => type == "Patient"
        || R4.SearchParameters(type).Any(parameter => parameter.Code is "subject" or "patient" or "beneficiary" or "individual" or "participant" or "target" or "actor");

    private const string ReadIsThere = "SELECT 1 FROM resources WHERE rid = $1 AND deleted = 0";

    private static bool IsThere(DbSession session, long rid) => session.First(ReadIsThere, row => row.Integer(0), rid) == 1;

    private static bool Holds(AccessScope scope, DbSession session, ResourceVersion version, Interactions interactions, bool isNewPatient)
    {
        var context = SearchContext.Plain(session, []);
        var row = $"SELECT {context.Add(version.Rid)} AS rid, {context.Add(version.Type)} AS type, {context.Add(version.Patient)} AS patient";
        var condition = ReachCondition.Of(scope.Reach, interactions, version.Type, context, isNewPatient);
        return session.First($"SELECT 1 FROM ({row}) d WHERE {condition}", found => found.Integer(0), context.Arguments.Values) == 1;
    }
}
