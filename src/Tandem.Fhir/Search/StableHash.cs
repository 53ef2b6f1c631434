using System.Buffers.Binary;
using System.Numerics;
using System.Text;

namespace Tandem.Fhir.Search;

/// <summary>
/// A 64-bit hash that is the same on every machine and in every version, for keys of index tables. It is no cryptographic
/// hash: two texts may share one by design of an attacker, so whatever grants access or identity compares the text as well.
/// </summary>
public static class StableHash
{
    private const ulong A = 0x9E3779B97F4A7C15;
    private const ulong B = 0xE7037ED1A0B428DB;
    private const ulong C = 0x8EBC6AF09C88C6E3;

    /// <summary>Hash of the bytes. Nothing has a hash too.</summary>
    public static long Of(ReadOnlySpan<byte> utf8)
    {
        var hash = A ^ ((ulong)utf8.Length * C);
        var rest = utf8;
        for (; rest.Length >= 16; rest = rest[16..])
            hash = Fold(BinaryPrimitives.ReadUInt64LittleEndian(rest) ^ B ^ hash, BinaryPrimitives.ReadUInt64LittleEndian(rest[8..]) ^ C);
        ulong low = 0, high = 0;
        if (rest.Length >= 8)
        {
            low = BinaryPrimitives.ReadUInt64LittleEndian(rest);
            high = BinaryPrimitives.ReadUInt64LittleEndian(utf8[^8..]);
        }
        else
        {
            for (var at = 0; at < rest.Length; at++)
                low |= (ulong)rest[at] << (8 * at);
        }

        return (long)Fold(low ^ hash ^ A, high ^ BitOperations.RotateLeft(hash, 29) ^ B);
    }

    /// <summary>Hash of the text's UTF-8.</summary>
    public static long Of(string text) => Of(text.AsSpan());

    /// <summary>Hash of the text's UTF-8.</summary>
    public static long Of(ReadOnlySpan<char> text)
    {
        Span<byte> buffer = stackalloc byte[512];
        if (text.Length <= 170)
            return Of(buffer[..Encoding.UTF8.GetBytes(text, buffer)]);
        var whole = new byte[Encoding.UTF8.GetByteCount(text)];
        Encoding.UTF8.GetBytes(text, whole);
        return Of(whole);
    }

    /// <summary>Hash of an ordered pair, from the hashes of its parts: of system and code, of type and id.</summary>
    public static long Pair(long first, long second) => (long)Fold((ulong)first ^ B, BitOperations.RotateLeft((ulong)second, 17) ^ A);

    private static ulong Fold(ulong left, ulong right)
    {
        var high = Math.BigMul(left, right, out var low);
        return high ^ low ^ left;
    }
}
