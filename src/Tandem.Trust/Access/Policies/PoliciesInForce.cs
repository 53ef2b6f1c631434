using Tandem.Kernel.Actors;
using Tandem.Kernel.Data;
using Tandem.Record.Log;

namespace Tandem.Trust.Access;

/// <summary>
/// The policies as the record has them, read again when a <c>Basic</c> was written since: a policy that is activated, changed or retired holds for the next
/// request. What is in a patient's record is no policy, whatever it says. Thread-safe.
/// </summary>
public sealed class PoliciesInForce(RecordStore record)
{
    internal const string ReadLast = "SELECT COALESCE(MAX(seq), 0) FROM log WHERE type = 'Basic'";

    internal const string ReadAll =
        "SELECT l.seq, l.rid, l.type, l.id, l.version, l.at, l.actor, l.source, l.patient, l.lane, l.deleted, l.previous, l.body FROM resources r "
        + "JOIN log l ON l.seq = r.seq WHERE r.type = 'Basic' AND r.deleted = 0 AND r.patient IS NULL ORDER BY r.id";

    private volatile Read known = new(-1, []);

    /// <summary>All policies, whatever their status.</summary>
    public IReadOnlyList<AccessPolicy> All()
    {
        var last = record.Database.Read(session => session.First(ReadLast, row => row.Integer(0)));
        if (known.Seq == last)
            return known.Policies;
        var policies = record.Database.Read(session => session.Query(ReadAll, row => row.Bytes(12)))
            .Select(bytes => Fhir.Json.FhirJson.ParseStored(bytes).Root)
            .Where(basic => PolicyReading.IsPolicy(basic) && PolicyReading.Fault(basic) is null)
            .Select(PolicyReading.Read).ToList();
        known = new Read(last, policies);
        return policies;
    }

    /// <summary>The policy of a role on a day: of several active ones the latest; null when none is in force, and then nothing is allowed.</summary>
    public AccessPolicy? Of(string role, DateOnly day) =>
        All().Where(policy => policy.Role == role && policy.Status == PolicyStatus.Active && policy.From <= day).MaxBy(policy => (policy.From, policy.Version));

    private sealed record Read(long Seq, IReadOnlyList<AccessPolicy> Policies);
}
