using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Security.Cryptography;
using Tandem.Kernel.Sealing;

namespace Tandem.Record.Sealing;

/// <summary>
/// The keys that close what is too sensitive to lie open in a database (<see cref="SealingKey"/>): the first closes, all open, so that a key is rotated by putting a new one before it. What was
/// closed names its key, so any hub of this process that was given the key can open it. Thread-safe.
/// </summary>
public sealed class FieldKeys
{
    private const byte Mark = 1; // no JSON text begins so, and no key of 32 bytes is as long as the shortest closed text
    private const int Nonce = SealingKey.NonceSize;
    private const int Tag = SealingKey.TagSize;
    private const int Head = 1 + 4 + Nonce + Tag;

    private static readonly ConcurrentDictionary<uint, SealingKey> Known = new();
    private readonly uint first;
    private readonly HashSet<uint> own;

    /// <param name="keys">At least one; the first closes.</param>
    public FieldKeys(IReadOnlyList<SealingKey> keys)
    {
        foreach (var key in keys)
            Known[key.Number] = key;
        first = keys[0].Number;
        own = [.. keys.Select(key => key.Number)];
    }

    /// <summary>Closes a text with the first key.</summary>
    internal byte[] Close(ReadOnlySpan<byte> text)
    {
        var closed = new byte[Head + text.Length];
        closed[0] = Mark;
        BinaryPrimitives.WriteUInt32BigEndian(closed.AsSpan(1), first);
        RandomNumberGenerator.Fill(closed.AsSpan(5, Nonce));
        Known[first].Close(closed.AsSpan(5, Nonce), text, closed.AsSpan(Head), closed.AsSpan(5 + Nonce, Tag));
        return closed;
    }

    /// <summary>True when closed with the first key: nothing is to do for it after a rotation.</summary>
    internal bool IsOfFirst(ReadOnlySpan<byte> closed) => IsClosed(closed) && BinaryPrimitives.ReadUInt32BigEndian(closed[1..]) == first;

    /// <summary>True when closed with one of these keys.</summary>
    internal bool Opens(ReadOnlySpan<byte> closed) => IsClosed(closed) && own.Contains(BinaryPrimitives.ReadUInt32BigEndian(closed[1..]));

    /// <summary>True for what <see cref="Close"/> gave; false for JSON, nothing, and secrets of 32 bytes.</summary>
    internal static bool IsClosed(ReadOnlySpan<byte> body) => body.Length > Head && body[0] == Mark;

    /// <summary>Opens what was closed.</summary>
    /// <exception cref="CryptographicException">Its key is not among those given, or it was changed.</exception>
    internal static byte[] Open(ReadOnlySpan<byte> closed)
    {
        if (!Known.TryGetValue(BinaryPrimitives.ReadUInt32BigEndian(closed[1..]), out var key))
            throw new CryptographicException("The key that closed this part of the record is not in the file of field keys (Hub:FieldKeys).");
        var text = new byte[closed.Length - Head];
        key.Open(closed.Slice(5, Nonce), closed[Head..], closed.Slice(5 + Nonce, Tag), text);
        return text;
    }
}
