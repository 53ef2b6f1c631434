using Tandem.Fhir.Views;
using Tandem.Kernel.Data;
using Tandem.Record.Log;

namespace Tandem.Care.Loops;

/// <summary>Reads versions joined to this module's rows: <c>l.seq, l.type, l.id, l.version, l.at, l.lane, l.body, l.patient</c>.</summary>
internal static class LoopRows
{
    internal static Func<DbRow, Loop> Loops(OwnAddresses own) => row => LoopReading.Read(Version(row), own)
        ?? throw new InvalidDataException($"The Task {row.Text(2)} is listed as a loop but is none; rebuild the projection \"loops\".");

    internal static ResourceVersion Version(DbRow row) => new()
    {
        Seq = row.Integer(0),
        Rid = 0,
        Type = row.Text(1),
        Id = row.Text(2),
        Version = (int)row.Integer(3),
        At = row.Instant(4),
        Actor = "",
        Lane = (int)row.Integer(5),
        Bytes = row.Bytes(6),
        Patient = row.TextOrNull(7),
    };
}
