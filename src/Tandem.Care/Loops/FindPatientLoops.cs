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

    internal const string ReadOpen =
        """
        SELECT l.seq, l.type, l.id, l.version, l.at, l.lane, l.body, l.patient FROM loops_of_patient p CROSS JOIN log l
        WHERE p.patient = $1 AND p.state <= 2 AND l.seq = p.seq ORDER BY p.opened DESC, p.id DESC
        """;

    internal const string ReadSteps =
        """
        SELECT l.seq, l.type, l.id, l.version, l.at, l.lane, l.body, l.patient FROM loops_steps s CROSS JOIN log l
        WHERE s.loop = $1 AND l.seq = s.seq /*reach Task:s.loop*/ ORDER BY s.version, s.id
        """;

    /// <summary>Open and ended loops of a patient, the latest first, at most 500.</summary>
    public static IReadOnlyList<Loop> Find(RecordStore record, string patient, AccessScope scope)
    {
        var loops = record.Database.Read(session => session.QueryWithin(scope, ReadAll, LoopRows.Read, patient));
        if (loops.Count > 0)
            scope.Trail.Shown(patient);
        return loops;
    }

    /// <summary>The open loops of a patient as a session sees them, for pathways that decide within a write or a reaction.</summary>
    public static IReadOnlyList<Loop> Open(DbSession session, string patient) => session.Query(ReadOpen, LoopRows.Read, patient);

    /// <summary>All loops of a patient as a session sees them, the latest first, at most 500.</summary>
    public static IReadOnlyList<Loop> All(DbSession session, string patient) => session.Query(ReadAll, LoopRows.Read, patient);

    /// <summary>One loop, or null when there is none or the scope does not reach it.</summary>
    public static Loop? One(RecordStore record, string id, AccessScope scope) =>
        record.Read("Task", id, scope).Succeeded(out var version, out _) ? LoopReading.Read(version) : null;

    /// <summary>The steps of a loop that the scope reaches, oldest first: who did what, when and why, and on what it rests.</summary>
    public static IReadOnlyList<LoopStep> Steps(RecordStore record, string id, AccessScope scope) =>
        record.Database.Read(session => session.QueryWithin(scope, ReadSteps, row => StepReading.Read(LoopRows.Version(row)), id)).OfType<LoopStep>().ToList();
}
