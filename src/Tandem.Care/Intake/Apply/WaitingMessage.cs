using Tandem.Kernel.Data;

namespace Tandem.Care.Intake;

/// <summary>A transmission as the inbox holds it.</summary>
internal sealed record WaitingMessage(long Number, string Id, int Attempts, Arrival Arrival)
{
    private const string Columns = "m.number, m.id, m.received_at, m.remote, m.cut, m.edit_of, m.raw";

    internal const string ReadPending =
        $"SELECT {Columns}, p.attempts FROM intake_pending p JOIN intake_messages m ON m.number = p.number ORDER BY p.number LIMIT $1";

    internal const string ReadById =
        $"SELECT {Columns}, 0 FROM intake_receipts r JOIN intake_messages m ON m.number = r.number WHERE r.id = $1";

    internal static WaitingMessage Read(DbRow row) => new(
        row.Integer(0),
        row.Text(1),
        (int)row.Integer(7),
        new Arrival(row.Bytes(6), row.Instant(2), row.Text(3), (Extent)row.Integer(4)) { EditOf = row.TextOrNull(5) });
}
