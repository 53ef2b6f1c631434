using Tandem.Kernel.Data;

namespace Tandem.Trust.Audit;

/// <summary>A patient whose events are not removed.</summary>
/// <param name="Patient">The patient's id.</param>
/// <param name="Reason">Why, such as the number of a case; no health information.</param>
/// <param name="At">Since when.</param>
public sealed record LegalHold(string Patient, string Reason, DateTimeOffset At);

/// <summary>
/// Legal holds: while a patient is on hold, no event of theirs is removed from the access log. The record itself removes nothing ever, so a hold concerns the log alone.
/// </summary>
public static class LegalHolds
{
    /// <summary>All holds, the oldest first.</summary>
    public static IReadOnlyList<LegalHold> All(Database audit) =>
        audit.Read(session => session.Query(AuditTables.ReadHolds, row => new LegalHold(row.Text(0), row.Text(1), row.Instant(2))));

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
