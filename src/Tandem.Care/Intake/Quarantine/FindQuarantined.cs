using Tandem.Kernel.Actors;
using Tandem.Kernel.Data;
using Tandem.Record.Log;

namespace Tandem.Care.Intake;

/// <summary>A row of the quarantine.</summary>
public sealed record QuarantinedRow(
    string Id, long Number, string Source, DateTimeOffset ReceivedAt, string ControlId, string Type, string Reason, string? Detail, string? Place, int Attempts);

/// <summary>Which rows: empty texts for any.</summary>
/// <param name="Status">See <see cref="MessageStatus"/>.</param>
/// <param name="Source">Id of a source.</param>
/// <param name="Reason">See <see cref="Intake.Reason"/>.</param>
/// <param name="Before">Only messages that came before this number; null from the newest on.</param>
public sealed record QuarantineFilter(string Status = MessageStatus.Quarantined, string Source = "", string Reason = "", long? Before = null);

/// <summary>Lists messages that wait for a person, the newest first.</summary>
public static class FindQuarantined
{
    internal const string Read =
        "SELECT s.id, s.number, s.source, m.received_at, m.control_id, m.type, s.reason, s.detail, s.place, s.attempts FROM intake_states s "
        + "JOIN intake_messages m ON m.number = s.number WHERE s.status = $1 AND s.number < $2 AND ($3 = '' OR s.source = $3) "
        + "AND ($4 = '' OR s.reason = $4) ORDER BY s.number DESC LIMIT $5";

    internal const string CountBySource = "SELECT source, COUNT(*) FROM intake_states WHERE status = 'quarantined' GROUP BY source";

    /// <summary>At most <paramref name="limit"/> rows.</summary>
    public static IReadOnlyList<QuarantinedRow> Handle(RecordStore record, QuarantineFilter filter, int limit, AccessScope scope) =>
        !scope.May(Interactions.Read, HubParts.Messages) ? [] : record.Database.Read(session => session.Query(
            Read, Row, filter.Status, filter.Before ?? long.MaxValue, filter.Source, filter.Reason, limit));

    private static QuarantinedRow Row(DbRow row) => new(
        row.Text(0), row.Integer(1), row.Text(2), row.Instant(3), row.Text(4), row.Text(5), row.TextOrNull(6) ?? "", row.TextOrNull(7), row.TextOrNull(8),
        (int)row.Integer(9));
}
