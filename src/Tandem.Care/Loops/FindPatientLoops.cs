using Tandem.Kernel.Actors;
using Tandem.Kernel.Data;
using Tandem.Record.Access;
using Tandem.Record.Log;

namespace Tandem.Care.Loops;

/// <summary>The loops of one patient, and one loop with its whole chain.</summary>
public static class FindPatientLoops
{
    internal const string ReadAll =
        """
        SELECT l.seq, l.type, l.id, l.version, l.at, l.lane, l.body, l.patient FROM loops_of_patient p CROSS JOIN log l
        WHERE p.patient = $1 AND l.seq = p.seq /*reach Task:p.id*/ ORDER BY p.opened DESC, p.id DESC LIMIT 500
        """;

    internal const string ReadSteps =
        """
        SELECT l.seq, l.type, l.id, l.version, l.at, l.lane, l.body, l.patient FROM loops_steps s CROSS JOIN log l
        WHERE s.loop = $1 AND l.seq = s.seq /*reach Task:s.loop*/ ORDER BY s.version, s.id
        """;

    /// <summary>Open and ended loops of a patient, the latest first, at most 500.</summary>
    public static IReadOnlyList<Loop> Find(RecordStore record, string patient, AccessScope scope)
    {
        var loops = record.Database.Read(session => session.QueryWithin(scope, ReadAll, LoopRows.Loops(record.Own), patient));
        if (loops.Count > 0)
            scope.Trail.Shown(patient);
        return loops;
    }

    /// <summary>One loop, or null when there is none or the scope does not reach it.</summary>
    public static Loop? One(RecordStore record, string id, AccessScope scope) =>
        record.Read("Task", id, scope).Succeeded(out var version, out _) ? LoopReading.Read(version, record.Own) : null;

    /// <summary>The steps of a loop that the scope reaches, oldest first: who did what, when and why, and on what it rests.</summary>
    public static IReadOnlyList<LoopStep> Steps(RecordStore record, string id, AccessScope scope) =>
        record.Database.Read(session => session.QueryWithin(scope, ReadSteps, row => StepReading.Read(LoopRows.Version(row)), id)).OfType<LoopStep>().ToList();
}
