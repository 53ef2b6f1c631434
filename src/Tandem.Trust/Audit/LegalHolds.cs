using Tandem.Kernel.Data;
using Tandem.Record.Retention;

namespace Tandem.Trust.Audit;

/// <summary>A patient of whom nothing is removed.</summary>
/// <param name="Patient">The patient's id, or <see cref="LegalHolds.WholeHub"/>.</param>
/// <param name="Reason">Why, such as the number of a case; no health information.</param>
/// <param name="At">Since when.</param>
/// <param name="Actor">Who placed it: a FHIR reference, or a user of the machine.</param>
public sealed record LegalHold(string Patient, string Reason, DateTimeOffset At, string Actor);

/// <summary>
/// Legal holds: while a patient is on hold, nothing of theirs is removed: no event of the access log and nothing else that is kept for a time (<see cref="RetainedKind"/>). While the whole
/// hub is on hold, nothing at all is. Resources are never removed, held or not.
/// </summary>
public static class LegalHolds
{
    /// <summary>Stands for every patient and everything; no id of a patient can be that.</summary>
    public const string WholeHub = "*";

    /// <summary>Who is on hold now.</summary>
    internal static HeldPatients Held(Database audit)
    {
        var all = All(audit).Select(hold => hold.Patient).ToList();
        return new(all.Contains(WholeHub), [.. all.Where(patient => patient != WholeHub)]);
    }

    /// <summary>All holds, the oldest first.</summary>
    public static IReadOnlyList<LegalHold> All(Database audit) =>
        audit.Read(session => session.Query(AuditTables.ReadHolds, row => new LegalHold(row.Text(0), row.Text(1), row.Instant(2), row.Text(3))));

    /// <summary>Puts a patient on hold, or changes the reason.</summary>
    public static void Put(Database audit, string patient, string reason, string actor, TimeProvider clock) =>
        Change(audit, session => session.Execute(AuditTables.PutHold, patient, reason, clock.GetUtcNow(), actor));

    /// <returns>False when there was no hold.</returns>
    public static bool End(Database audit, string patient)
    {
        var gone = 0;
        Change(audit, session => gone = session.Execute(AuditTables.RemoveHold, patient));
        return gone > 0;
    }

    private static void Change(Database audit, Action<DbSession> change)
    {
        using var session = audit.OpenWriter();
        session.Begin();
        change(session);
        session.Commit();
    }
}
