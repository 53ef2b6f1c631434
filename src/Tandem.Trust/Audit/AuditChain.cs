using System.Buffers;
using System.Security.Cryptography;

namespace Tandem.Trust.Audit;

/// <summary>The end of a lane's chain.</summary>
/// <param name="Place">Events in the lane so far.</param>
/// <param name="Hash">The last one's seal; empty before the first.</param>
internal readonly record struct LaneHead(long Place, byte[] Hash)
{
    internal static readonly LaneHead Empty = new(0, []);
}

/// <summary>
/// Seals each event with its lane's event before it: HMAC-SHA-256 over the seal before and everything the event says, its places included. The key lies outside
/// of the database, so whoever can change the database can make no seal. Not thread-safe.
/// </summary>
internal sealed class AuditChain(byte[] key) : IDisposable
{
    internal const int Lanes = 256;

    private readonly IncrementalHash hash = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, key);
    private readonly ArrayBufferWriter<byte> text = new(1024);

    internal byte[] Seal(ReadOnlySpan<byte> before, long seq, long place, AuditDraft draft)
    {
        text.ResetWrittenCount();
        DraftBytes.Put(text, seq);
        DraftBytes.Put(text, place);
        DraftBytes.Write(text, draft);
        hash.AppendData(before);
        hash.AppendData(text.WrittenSpan);
        return hash.GetHashAndReset();
    }

    public void Dispose() => hash.Dispose();
}
