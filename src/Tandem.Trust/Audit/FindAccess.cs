using Tandem.Kernel.Actors;
using Tandem.Kernel.Data;

namespace Tandem.Trust.Audit;

/// <summary>Which events a list shows; all of it can stand in an address.</summary>
/// <param name="Patient">Only of this patient (id), or empty.</param>
/// <param name="Actor">Only by this actor (reference), or empty.</param>
/// <param name="Marks">Only with one of these marks; none for all.</param>
/// <param name="Before">Only events with a smaller number; null from the newest on.</param>
internal sealed record AccessFilter(string Patient = "", string Actor = "", AuditMarks Marks = AuditMarks.None, long? Before = null);

/// <summary>A page of events, the newest first.</summary>
/// <param name="Rows">At most <see cref="FindAccess.PageSize"/>; without a patient, some may tell of several.</param>
/// <param name="Next">Where the next page begins, or null at the end.</param>
internal sealed record AccessPage(IReadOnlyList<AuditRow> Rows, long? Next);

/// <summary>Lists events of the audit. Who may see them is for the page to decide.</summary>
internal static class FindAccess
{
    internal const int PageSize = 50;

    internal const string ReadAll =
        $"SELECT {AuditRow.Columns} FROM audit_events WHERE seq < $1 AND ($2 = 0 OR (marks & $2) <> 0) ORDER BY seq DESC LIMIT 51";

    /// <summary>The newest events of a patient, alone and among others.</summary>
    internal const string ReadOfPatient =
        $"SELECT {AuditRow.Columns} FROM audit_events WHERE seq IN ("
        + "SELECT seq FROM (SELECT seq FROM audit_events WHERE patient = $3 AND seq < $1 AND ($2 = 0 OR (marks & $2) <> 0) ORDER BY seq DESC LIMIT 51) AS alone UNION ALL "
        + "SELECT seq FROM (SELECT e.seq FROM audit_patients p JOIN audit_events e ON e.seq = p.seq WHERE p.patient = $3 AND p.seq < $1 AND ($2 = 0 OR (e.marks & $2) <> 0) "
        + "ORDER BY p.seq DESC LIMIT 51) AS among) ORDER BY seq DESC LIMIT 51";

    internal const string ReadOfActor =
        $"SELECT {AuditRow.Columns} FROM audit_events WHERE actor = $3 AND seq < $1 AND ($2 = 0 OR (marks & $2) <> 0) ORDER BY seq DESC LIMIT 51";

    internal const string ReadOfBoth =
        $"SELECT {AuditRow.Columns} FROM audit_events WHERE seq IN ("
        + "SELECT seq FROM (SELECT seq FROM audit_events WHERE patient = $3 AND actor = $4 AND seq < $1 AND ($2 = 0 OR (marks & $2) <> 0) ORDER BY seq DESC LIMIT 51) AS alone UNION ALL "
        + "SELECT seq FROM (SELECT e.seq FROM audit_patients p JOIN audit_events e ON e.seq = p.seq WHERE p.patient = $3 AND e.actor = $4 AND p.seq < $1 AND ($2 = 0 OR (e.marks & $2) <> 0) "
        + "ORDER BY p.seq DESC LIMIT 51) AS among) ORDER BY seq DESC LIMIT 51";

    /// <summary>True for who answers for privacy, and on an open hub.</summary>
    internal static bool IsFor(AccessScope scope) => scope.Role is "privacy-officer" or "system";

    internal static AccessPage Page(Database database, AccessFilter filter)
    {
        var (before, marks) = (filter.Before ?? long.MaxValue, (int)filter.Marks);
        var rows = database.Read(session => (filter.Patient.Length > 0, filter.Actor.Length > 0) switch
        {
            (true, true) => session.Query(ReadOfBoth, AuditRow.Read, before, marks, filter.Patient, filter.Actor),
            (true, false) => session.Query(ReadOfPatient, AuditRow.Read, before, marks, filter.Patient),
            (false, true) => session.Query(ReadOfActor, AuditRow.Read, before, marks, filter.Actor),
            _ => session.Query(ReadAll, AuditRow.Read, before, marks),
        });
        long? next = rows.Count > PageSize ? rows[PageSize - 1].Seq : null;
        return new AccessPage([.. rows.Take(PageSize).SelectMany(row => OfPatient(row, filter.Patient))], next);
    }

    /// <summary>Of an event of several patients only what it says of the one who was asked for.</summary>
    private static IEnumerable<AuditRow> OfPatient(AuditRow row, string patient) => patient.Length == 0 ? [row] : row.Each().Where(one => one.Event.Patient == patient);
}
