using Tandem.Kernel.Actors;
using Tandem.Kernel.Data;
using Tandem.Record.Log;

namespace Tandem.Care.Intake;

/// <summary>A message of a source in a list.</summary>
internal sealed record SourceMessage(string Id, DateTimeOffset ReceivedAt, string ControlId, string Type, string Answer, string? Status, string? Reason);

/// <summary>The latest messages of a source, whatever became of them.</summary>
internal static class FindSourceMessages
{
    internal const string ReadLatest =
        "SELECT m.id, m.received_at, m.control_id, m.type, m.answer, s.status, s.reason FROM intake_messages m LEFT JOIN intake_states s ON s.id = m.id "
        + "WHERE m.source = $1 ORDER BY m.number DESC LIMIT $2";

    /// <summary>The newest first.</summary>
    internal static IReadOnlyList<SourceMessage> Handle(RecordStore record, string source, int most, AccessScope scope) => !scope.May(Interactions.Read, HubParts.Messages)
        ? []
        : record.Database.Read(session => session.Query(
            ReadLatest,
            row => new SourceMessage(row.Text(0), row.Instant(1), row.Text(2), row.Text(3), row.Text(4), row.TextOrNull(5), row.TextOrNull(6)),
            source,
            most));
}
