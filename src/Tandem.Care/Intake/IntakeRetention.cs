using Tandem.Record.Retention;

namespace Tandem.Care.Intake;

/// <summary>What feeds leave behind, and for how long. What waits for a person (quarantine) or for the hub (spool) is never removed.</summary>
public static class IntakeRetention
{
    /// <summary>Numbers begin with the time of arrival (<see cref="MessageNumbers"/>: milliseconds, then 14 bits), so that old messages are found by the key.</summary>
    private const string FindMessages =
        "SELECT number FROM (SELECT m.number, s.patient FROM intake_messages m JOIN intake_states s ON s.id = m.id WHERE m.number < CAST($1 AS BIGINT) * 16384 AND s.at < $1 "
        + "AND s.status <> 'quarantined' AND NOT EXISTS (SELECT 1 FROM intake_pending p WHERE p.number = m.number)) AS done "
        + $"WHERE {RetentionModule.NotHeld} ORDER BY number LIMIT $2";

    private const string FindCounts = "SELECT source, minute FROM intake_counts WHERE minute < CAST($1 AS BIGINT) / 60000 LIMIT $2";

    /// <summary>All of them. What became of a message, and that it came, is kept on, so that a repetition is known for one.</summary>
    public static IReadOnlyList<RetainedKind> Kinds { get; } =
    [
        new("messages", IntakeTables.Messages, FindMessages, RetainedKind.SixYears, RetainedKind.SixYears, "45 CFR 164.316(b)(2)") { IsOfPatients = true },
        new("feed-counts", IntakeTables.Counts, FindCounts, Days: 400, LeastDays: 7),
    ];
}
