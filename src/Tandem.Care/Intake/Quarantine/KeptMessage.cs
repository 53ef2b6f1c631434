using Tandem.Kernel.Actors;
using Tandem.Kernel.Data;
using Tandem.Kernel.Outcomes;
using Tandem.Record.Log;

namespace Tandem.Care.Intake;

/// <summary>A message of the inbox with what became of it.</summary>
/// <param name="Id">Its id, as in <c>urn:tandem:message:{id}</c>.</param>
/// <param name="Number">Its place in the order of arrival.</param>
/// <param name="Source">Id of its source, or <see cref="FeedSources.Unknown"/>.</param>
/// <param name="ReceivedAt">When it came.</param>
/// <param name="Remote">Where from.</param>
/// <param name="ControlId">MSH-10, or empty.</param>
/// <param name="Type">MSH-9 as <c>ADT^A01</c>, or empty.</param>
/// <param name="EditOf">The message it is a corrected copy of, or null.</param>
/// <param name="Raw">The bytes as they came.</param>
/// <param name="State">What became of it; null while it waits to be applied.</param>
public sealed record KeptMessage(
    string Id, long Number, string Source, DateTimeOffset ReceivedAt, string Remote, string ControlId, string Type, string? EditOf,
    ReadOnlyMemory<byte> Raw, MessageState? State)
{
    internal const string ReadById =
        $"SELECT m.number, m.source, m.received_at, m.remote, m.control_id, m.type, m.edit_of, m.raw, {MessageState.Columns} FROM intake_receipts r "
        + "JOIN intake_messages m ON m.number = r.number LEFT JOIN intake_states s ON s.id = r.id WHERE r.id = $1";

    /// <summary>Reads a message; NotFound when there is none or the scope reaches no one.</summary>
    public static Outcome<KeptMessage> Find(RecordStore record, string id, AccessScope scope)
    {
        var found = !scope.May(Interactions.Read, HubParts.Messages) ? null : record.Database.Read(session => session.First(ReadById, row => Read(id, row), id));
        scope.Trail.Touched("message", id, 0, found?.State?.Patient, found is null ? TouchKind.Denied : TouchKind.Read);
        return found is null ? Refusal.NotFound("There is no message with this id.") : found;
    }

    private static KeptMessage Read(string id, DbRow row)
    {
        var state = row.IsNull(8) ? null : new MessageState(
            row.Text(8), row.Integer(9), row.Text(10), row.Text(11), row.Instant(12),
            new MessageState.Cause(row.TextOrNull(13), row.TextOrNull(14), row.TextOrNull(15)), (int)row.Integer(16), row.TextOrNull(17), row.TextOrNull(18))
        {
            Note = row.TextOrNull(19),
        };
        return new(id, row.Integer(0), row.Text(1), row.Instant(2), row.Text(3), row.Text(4), row.Text(5), row.TextOrNull(6), row.Bytes(7), state);
    }
}
