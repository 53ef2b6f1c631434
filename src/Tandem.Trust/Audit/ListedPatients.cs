using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using Tandem.Kernel.Data;

namespace Tandem.Trust.Audit;

/// <summary>
/// Holds the list of who is told of in events of several patients against these events themselves. Sums of keyed hashes are compared, so that a sound log
/// is gone through once, however long it is. For one run of <see cref="AuditVerification"/>.
/// </summary>
internal sealed class ListedPatients(DbSession session, byte[] key)
{
    private const int Page = 2_000;
    private readonly HashSet<long> unsound = [];
    private ulong told;
    private long count;

    /// <summary>An event whose seal fits.</summary>
    internal void Add(AuditRow row)
    {
        foreach (var patient in row.Listed)
        {
            told += HashOf(patient, row.Seq);
            count++;
        }
    }

    /// <summary>An event that is told of as it is: its patients cannot be known.</summary>
    internal void Skip(long seq) => unsound.Add(seq);

    /// <summary>Compares, and tells each difference.</summary>
    internal void Compare(Action<string, long, string> tell)
    {
        var (listed, rows) = (0UL, 0L);
        session.ForEach(AuditTables.ReadPatients, row =>
        {
            listed += HashOf(row.Text(0), row.Integer(1));
            rows++;
        });
        if (listed != told || rows != count)
            Explain(tell);
    }

    private void Explain(Action<string, long, string> tell)
    {
        var there = new HashSet<ulong>();
        session.ForEach(AuditTables.ReadPatients, row => there.Add(HashOf(row.Text(0), row.Integer(1))));
        for (long after = 0, read = Page; read == Page;)
        {
            var page = session.Query(AuditTables.ReadAfter, AuditRow.Read, after, Page);
            foreach (var row in page.Where(row => !unsound.Contains(row.Seq)))
            {
                foreach (var patient in row.Listed.Where(patient => !there.Remove(HashOf(patient, row.Seq))))
                    tell("missing", row.Seq, $"Event {row.Seq} tells of the patient {patient} and is not listed for them.");
            }

            read = page.Count;
            after = read == 0 ? after : page[^1].Seq;
        }

        session.ForEach(AuditTables.ReadPatients, row =>
        {
            if (there.Contains(HashOf(row.Text(0), row.Integer(1))) && !unsound.Contains(row.Integer(1)))
                tell("added", row.Integer(1), $"Event {row.Integer(1)} is listed for the patient {row.Text(0)} and does not tell of them.");
        });
    }

    private ulong HashOf(string patient, long seq)
    {
        Span<byte> hash = stackalloc byte[HMACSHA256.HashSizeInBytes];
        var text = new byte[8 + Encoding.UTF8.GetByteCount(patient)];
        BinaryPrimitives.WriteInt64LittleEndian(text, seq);
        Encoding.UTF8.GetBytes(patient, text.AsSpan(8));
        HMACSHA256.HashData(key, text, hash);
        return BinaryPrimitives.ReadUInt64LittleEndian(hash);
    }
}
