using Tandem.Kernel.Actors;
using Tandem.Record.Log;

namespace Tandem.Care.Patients;

/// <summary>The records that are a person's own, or of those they act for.</summary>
internal static class OwnRecords
{
    /// <summary>True for who has a record of their own here, or somebody's to look after.</summary>
    internal static bool IsFor(AccessScope scope) => scope.Role is "patient" or "proxy";

    /// <summary>Names by logical id, in the order of names; none for anybody else.</summary>
    internal static IReadOnlyDictionary<string, string> Of(RecordStore record, AccessScope scope)
    {
        if (!IsFor(scope) || scope.Reach.Layers is not [var own, ..])
            return new Dictionary<string, string>();
        var ids = own.Grants.Select(grant => grant.Whose).OfType<Whose.These>().SelectMany(these => these.Ids);
        return PatientSummaries.Find(record, ids, scope).Values.OrderBy(summary => summary.Name, StringComparer.CurrentCulture)
            .ToDictionary(summary => summary.Id, summary => summary.Name, StringComparer.Ordinal);
    }
}
