using Tandem.Kernel.Data;

namespace Tandem.Care.Pathways;

/// <summary>What pathways keep beside the record: which facts are behind a loop, and what could not be decided.</summary>
internal static class PathwayTables
{
    internal static readonly Table Causes = new(
        "pathways_causes",
        TableKind.Append,
        [new("patient", DbKind.Text), new("loop", DbKind.Text), new("fact", DbKind.Text)],
        [new("noted_at", DbKind.Integer)],
        []);

    internal static readonly Table Undecided = new(
        "pathways_undecided",
        TableKind.Rows,
        [new("patient", DbKind.Text), new("pathway", DbKind.Text), new("action", DbKind.Text), new("cause", DbKind.Text)],
        [
            new("reason", DbKind.Text), new("noted_at", DbKind.Integer), new("seen", DbKind.Integer, Nullable: true), new("dismissed_at", DbKind.Integer, Nullable: true),
            new("dismissed_by", DbKind.Text, Nullable: true), new("dismissed_name", DbKind.Text, Nullable: true), new("dismissed_why", DbKind.Text, Nullable: true),
        ],
        []);

    internal const string ReadCauses = "SELECT DISTINCT fact FROM pathways_causes WHERE patient = $1";

    /// <summary>How many patients <see cref="ReadCausesOfMany"/> asks for.</summary>
    internal const int PatientsAtOnce = 16;

    internal const string ReadCausesOfMany =
        "SELECT DISTINCT patient, fact FROM pathways_causes WHERE patient IN ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)";

    private const string UndecidedColumns = "patient, pathway, action, cause, reason, seen, noted_at, dismissed_at, dismissed_by, dismissed_name, dismissed_why";

    internal const string ReadUndecidedOf = $"SELECT {UndecidedColumns} FROM pathways_undecided WHERE patient = $1";

    internal const string ReadUndecided =
        $"SELECT {UndecidedColumns} FROM pathways_undecided WHERE dismissed_at IS NULL ORDER BY noted_at, patient, pathway, action, cause LIMIT $1";

    internal const string ReadDismissed =
        $"SELECT {UndecidedColumns} FROM pathways_undecided WHERE dismissed_at IS NOT NULL ORDER BY dismissed_at DESC, patient, pathway, action, cause LIMIT $1";

    internal static UndecidedFact Undecidable(DbRow row) => new(row.Text(0), row.Text(1), row.Text(2), row.Text(3), row.Text(4)) { Seen = row.IntegerOrNull(5) };

    internal static WaitingFact Waiting(DbRow row) => new(
        Undecidable(row), row.Instant(6), row.IntegerOrNull(7) is null ? null : new(row.Instant(7), row.Text(8), row.Text(9), row.Text(10)));
}
