using Tandem.Kernel.Data;

namespace Tandem.Record.Retention;

/// <summary>What a nightly removal did to one kind.</summary>
/// <param name="Kind">Its code.</param>
/// <param name="At">When the removal began.</param>
/// <param name="Removed">How many rows went.</param>
/// <param name="Before">Those from before then.</param>
/// <param name="IsWhole">False when it was cut off before the end of the kind: the rest goes the next night.</param>
public sealed record RetentionRun(string Kind, DateTimeOffset At, long Removed, DateTimeOffset Before, bool IsWhole)
{
    internal static readonly Table Table = new(
        "retention_runs",
        TableKind.Rows,
        [new("kind", DbKind.Text), new("at", DbKind.Integer)],
        [new("removed", DbKind.Integer), new("before_at", DbKind.Integer), new("whole", DbKind.Integer)],
        [new("at", "at")]);

    internal const string ReadLast =
        "SELECT r.kind, r.at, r.removed, r.before_at, r.whole FROM retention_runs r WHERE r.at = (SELECT MAX(m.at) FROM retention_runs m WHERE m.kind = r.kind)";

    internal const string FindOld = "SELECT kind, at FROM retention_runs WHERE at < $1 LIMIT $2";

    internal static RetentionRun Read(DbRow row) => new(row.Text(0), row.Instant(1), row.Integer(2), row.Instant(3), row.Integer(4) != 0);

    internal void Write(Log.WriteSession session) => session.Write(Table, Kind, At, Removed, Before, IsWhole);
}
