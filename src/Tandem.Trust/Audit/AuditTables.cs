using Tandem.Kernel.Data;

namespace Tandem.Trust.Audit;

/// <summary>The audit's own tables: on SQLite in a file of their own, so that no commit of the record waits for them.</summary>
internal static class AuditTables
{
    internal static readonly Table Events = new(
        "audit_events",
        TableKind.Ledger,
        [new("seq", DbKind.Integer)],
        [
            new("place", DbKind.Integer), new("at", DbKind.Integer), new("lane", DbKind.Integer), new("patient", DbKind.Text, Nullable: true),
            new("actor", DbKind.Text), new("interaction", DbKind.Text), new("outcome", DbKind.Integer), new("marks", DbKind.Integer),
            new("body", DbKind.Bytes), new("hash", DbKind.Bytes),
        ],
        [
            new("patient", "patient, seq", "patient IS NOT NULL"), new("actor", "actor, seq"), new("marked", "seq, marks", "marks <> 0"),
        ]) { Heap = true };

    /// <summary>The end of each lane's chain.</summary>
    internal static readonly Table Heads = new(
        "audit_heads", TableKind.Rows, [new("lane", DbKind.Integer)], [new("place", DbKind.Integer), new("seq", DbKind.Integer), new("hash", DbKind.Bytes)], []);

    /// <summary>Signed roots, as lines; the same lines are in the second place.</summary>
    internal static readonly Table Roots = new(
        "audit_roots", TableKind.Ledger, [new("number", DbKind.Integer)], [new("line", DbKind.Text)], []) { Heap = true };

    /// <summary>Patients whose data may not be removed; * for the whole hub.</summary>
    internal static readonly Table Holds = new(
        "audit_holds", TableKind.Rows, [new("patient", DbKind.Text)], [new("reason", DbKind.Text), new("at", DbKind.Integer), new("actor", DbKind.Text)], []);

    /// <summary>The patients of events that tell of several.</summary>
    internal static readonly Table Patients = new("audit_patients", TableKind.Rows, [new("patient", DbKind.Text), new("seq", DbKind.Integer)], [], []);

    /// <summary>How far each journal's entries are in the tables; written with them in one transaction, so that each is there once.</summary>
    internal static readonly Table Journals = new("audit_journals", TableKind.Rows, [new("journal", DbKind.Text)], [new("number", DbKind.Integer)], []);

    internal static readonly IReadOnlyList<Table> All = [Events, Patients, Heads, Roots, Holds, Journals];

    /// <summary>In one statement, so that the ends and the last number are of one state.</summary>
    internal const string ReadHeads = "SELECT lane, place, seq, hash FROM audit_heads";

    internal const string ReadFilled = "SELECT number FROM audit_journals WHERE journal = $1";

    internal const string ReadRoots = "SELECT line FROM audit_roots ORDER BY number";

    internal const string ReadRootsAfter = "SELECT line FROM audit_roots WHERE number > $1 ORDER BY number";

    internal const string LastRoot = "SELECT number, line FROM audit_roots ORDER BY number DESC LIMIT 1";

    internal const string RemoveUpTo = "DELETE FROM audit_events WHERE seq <= $1";

    internal const string RemovePatientsUpTo = "DELETE FROM audit_patients WHERE seq <= $1";

    internal const string ReadHolds = "SELECT patient, reason, at, actor FROM audit_holds ORDER BY at, patient";

    internal const string PutHold =
        "INSERT INTO audit_holds (patient, reason, at, actor) VALUES ($1, $2, $3, $4) ON CONFLICT (patient) DO UPDATE SET reason = excluded.reason, at = excluded.at, actor = excluded.actor";

    internal const string HasPatient = "SELECT CAST(1 AS BIGINT) FROM audit_events WHERE patient = $1 UNION ALL SELECT CAST(1 AS BIGINT) FROM audit_patients WHERE patient = $1 LIMIT 1";

    internal const string RemoveHold = "DELETE FROM audit_holds WHERE patient = $1";

    internal const string CountHeld =
        "SELECT (SELECT COUNT(*) FROM audit_events e JOIN audit_holds h ON h.patient = e.patient WHERE e.seq <= $1) "
        + "+ (SELECT COUNT(*) FROM audit_holds h JOIN audit_patients p ON p.patient = h.patient WHERE p.seq <= $1) "
        + "+ (SELECT COUNT(*) FROM audit_holds WHERE patient = '*')";

    internal const string ReadPatients = "SELECT patient, seq FROM audit_patients";

    internal const string ReadAfter = $"SELECT {AuditRow.Columns} FROM audit_events WHERE seq > $1 ORDER BY seq LIMIT $2";
}
