using Tandem.Kernel.Actors;
using Tandem.Record.Access;
using Tandem.Record.Log;

namespace Tandem.Trust.Access;

/// <summary>Whether what somebody is shown of a patient holds records of substance use treatment, which bear a notice (42 CFR 2.32).</summary>
internal static class ProtectedContent
{
    internal const string ReadAny =
        "SELECT 1 FROM resources r JOIN access_labels b ON b.rid = r.rid WHERE r.patient = $1 AND b.label = 'ETH' AND r.deleted = 0 /*reach rid:r.rid*/ LIMIT 1";

    /// <summary>True when the scope reaches such a record of the patient. The hub's own work discloses nothing.</summary>
    internal static bool IsShown(RecordStore record, string patient, AccessScope scope) =>
        scope.Reach.IsLimited && record.Database.Read(session => session.FirstWithin(scope, ReadAny, row => row.Integer(0), patient) == 1);
}
