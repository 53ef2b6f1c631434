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

    private const string ChaCha = "chacha20-poly1305";
    private const string Aes = "aes-256-gcm";
    private readonly byte[] secret;

    private SealingKey(byte[] secret, bool isChaCha)
    {
        (this.secret, IsChaCha) = (secret, isChaCha);
        Number = BinaryPrimitives.ReadUInt32BigEndian(SHA256.HashData(isChaCha ? [.. secret, .. Encoding.ASCII.GetBytes(ChaCha)] : secret));
    }

    /// <summary>Stands beside what was closed and tells of nothing else.</summary>
    public uint Number { get; }

    /// <summary>True when it closes with ChaCha20-Poly1305.</summary>
    public bool IsChaCha { get; }

    /// <summary>A new key.</summary>
    /// <returns>Its line: the secret in base64.</returns>
    public static string NewLine() => Convert.ToBase64String(RandomNumberGenerator.GetBytes(32));

    /// <summary>Reads a line of a file: a secret of 32 bytes in base64, with the algorithm and a blank before it unless that is AES-256-GCM.</summary>
    /// <exception cref="FormatException">It is neither.</exception>
    public static SealingKey Parse(string line)
    {
        var (algorithm, text) = line.Trim().Split(' ', StringSplitOptions.RemoveEmptyEntries) switch
        {
            [var only] => (Aes, only),
            [var named, var rest] => (named.ToLowerInvariant(), rest),
            _ => ("", ""),
        };
        if (algorithm is not (Aes or ChaCha))
            throw new FormatException($"A key closes with {Aes} or {ChaCha}.");
        return Convert.FromBase64String(text) is { Length: 32 } secret ? new SealingKey(secret, algorithm == ChaCha) : throw new FormatException("A key has 32 bytes.");
    }

    /// <summary>A key for one purpose, with the same algorithm (HKDF, RFC 5869).</summary>
    public SealingKey Derive(byte[] salt, string purpose) =>
        new(HKDF.DeriveKey(HashAlgorithmName.SHA256, secret, 32, salt, Encoding.ASCII.GetBytes(purpose)), IsChaCha);

    /// <summary>The same secret with the algorithm by which something was closed.</summary>
    public SealingKey With(bool chaCha) => chaCha == IsChaCha ? this : new(secret, chaCha);

    /// <summary>Closes a text into as many bytes and a tag.</summary>
    public void Close(ReadOnlySpan<byte> nonce, ReadOnlySpan<byte> text, Span<byte> closed, Span<byte> tag)
    {
        if (IsChaCha)
        {
            using var cipher = new ChaCha20Poly1305(secret);
            cipher.Encrypt(nonce, text, closed, tag);
        }
        else
        {
            using var cipher = new AesGcm(secret, TagSize);
            cipher.Encrypt(nonce, text, closed, tag);
        }
    }

    /// <summary>Opens what was closed.</summary>
    /// <exception cref="AuthenticationTagMismatchException">It was changed, or closed with another key.</exception>
    public void Open(ReadOnlySpan<byte> nonce, ReadOnlySpan<byte> closed, ReadOnlySpan<byte> tag, Span<byte> text)
    {
        if (IsChaCha)
        {
            using var cipher = new ChaCha20Poly1305(secret);
            cipher.Decrypt(nonce, closed, tag, text);
        }
        else
        {
            using var cipher = new AesGcm(secret, TagSize);
            cipher.Decrypt(nonce, closed, tag, text);
        }
    }
}
