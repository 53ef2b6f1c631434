using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace Tandem.Kernel.Sealing;

/// <summary>
/// A secret of 32 bytes and the algorithm that it closes with, both of 256 bits with a tag of 128: AES-256-GCM, or ChaCha20-Poly1305 (RFC 8439). An algorithm belongs to a key, so a site goes
/// over to another one as it goes over to another key: by a new line in a file. Immutable, thread-safe.
/// </summary>
public sealed class SealingKey
{
    /// <summary>Bytes that must not be used twice with a key.</summary>
    public const int NonceSize = 12;

    /// <summary>Bytes that tell whether something was changed.</summary>
    public const int TagSize = 16;

    private readonly byte[] secret;
    private readonly SealingAlgorithm algorithm;

    private SealingKey(byte[] secret, SealingAlgorithm algorithm)
    {
        (this.secret, this.algorithm) = (secret, algorithm);
        Number = BinaryPrimitives.ReadUInt32BigEndian(SHA256.HashData([.. secret, .. algorithm.Mark]));
    }

    /// <summary>Stands beside what was closed and tells of nothing else.</summary>
    public uint Number { get; }

    /// <summary>True when it closes with ChaCha20-Poly1305.</summary>
    public bool IsChaCha => algorithm == SealingAlgorithm.ChaCha;

    /// <summary>A new key.</summary>
    /// <returns>Its line: the secret in base64.</returns>
    public static string NewLine() => Convert.ToBase64String(RandomNumberGenerator.GetBytes(32));

    /// <summary>Reads a line of a file: a secret of 32 bytes in base64, with the algorithm and a blank before it unless that is AES-256-GCM.</summary>
    /// <exception cref="FormatException">It is neither.</exception>
    public static SealingKey Parse(string line)
    {
        var (algorithm, text) = line.Trim().Split(' ', StringSplitOptions.RemoveEmptyEntries) switch
        {
            [var only] => (SealingAlgorithm.Aes, only),
            [var named, var rest] => (SealingAlgorithm.Named(named), rest),
            _ => (null, ""),
        };
        if (algorithm is null)
            throw new FormatException($"A key closes with {SealingAlgorithm.Aes.Name} or {SealingAlgorithm.ChaCha.Name}.");
        return Convert.FromBase64String(text) is { Length: 32 } secret ? new SealingKey(secret, algorithm) : throw new FormatException("A key has 32 bytes.");
    }

    /// <summary>A key for one purpose, with the same algorithm (HKDF, RFC 5869).</summary>
    public SealingKey Derive(byte[] salt, string purpose) =>
        new(HKDF.DeriveKey(HashAlgorithmName.SHA256, secret, 32, salt, Encoding.ASCII.GetBytes(purpose)), algorithm);

    /// <summary>The same secret with the algorithm by which something was closed.</summary>
    public SealingKey With(bool chaCha) => chaCha == IsChaCha ? this : new(secret, chaCha ? SealingAlgorithm.ChaCha : SealingAlgorithm.Aes);

    /// <summary>Closes a text into as many bytes and a tag.</summary>
    public void Close(ReadOnlySpan<byte> nonce, ReadOnlySpan<byte> text, Span<byte> closed, Span<byte> tag) => algorithm.Close(secret, nonce, text, closed, tag);

    /// <summary>Opens what was closed.</summary>
    /// <exception cref="AuthenticationTagMismatchException">It was changed, or closed with another key.</exception>
    public void Open(ReadOnlySpan<byte> nonce, ReadOnlySpan<byte> closed, ReadOnlySpan<byte> tag, Span<byte> text) => algorithm.Open(secret, nonce, closed, tag, text);
}
