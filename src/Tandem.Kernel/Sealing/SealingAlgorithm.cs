using System.Security.Cryptography;

namespace Tandem.Kernel.Sealing;

/// <summary>A way to close bytes so that a change is found when they are opened (AEAD): a secret of 256 bits, a nonce of 96, a tag of 128. There are two. Immutable, thread-safe.</summary>
internal abstract class SealingAlgorithm
{
    /// <summary>AES-256-GCM.</summary>
    internal static readonly SealingAlgorithm Aes = new GaloisCounter();

    /// <summary>ChaCha20-Poly1305 (RFC 8439).</summary>
    internal static readonly SealingAlgorithm ChaCha = new Poly1305();

    /// <summary>As a line of a file of keys names it.</summary>
    internal abstract string Name { get; }

    /// <summary>What makes the number of a key with this algorithm another one than that of the same secret with AES, which has none.</summary>
    internal abstract byte[] Mark { get; }

    /// <summary>The one of a name in any case; null when there is none.</summary>
    internal static SealingAlgorithm? Named(string name) => new[] { Aes, ChaCha }.FirstOrDefault(one => one.Name.Equals(name, StringComparison.OrdinalIgnoreCase));

    internal abstract void Close(byte[] secret, ReadOnlySpan<byte> nonce, ReadOnlySpan<byte> text, Span<byte> closed, Span<byte> tag);

    internal abstract void Open(byte[] secret, ReadOnlySpan<byte> nonce, ReadOnlySpan<byte> closed, ReadOnlySpan<byte> tag, Span<byte> text);

    private sealed class GaloisCounter : SealingAlgorithm
    {
        internal override string Name => "aes-256-gcm";

        internal override byte[] Mark => [];

        internal override void Close(byte[] secret, ReadOnlySpan<byte> nonce, ReadOnlySpan<byte> text, Span<byte> closed, Span<byte> tag)
        {
            using var cipher = new AesGcm(secret, SealingKey.TagSize);
            cipher.Encrypt(nonce, text, closed, tag);
        }

        internal override void Open(byte[] secret, ReadOnlySpan<byte> nonce, ReadOnlySpan<byte> closed, ReadOnlySpan<byte> tag, Span<byte> text)
        {
            using var cipher = new AesGcm(secret, SealingKey.TagSize);
            cipher.Decrypt(nonce, closed, tag, text);
        }
    }

    private sealed class Poly1305 : SealingAlgorithm
    {
        internal override string Name => "chacha20-poly1305";

        internal override byte[] Mark => "chacha20-poly1305"u8.ToArray();

        internal override void Close(byte[] secret, ReadOnlySpan<byte> nonce, ReadOnlySpan<byte> text, Span<byte> closed, Span<byte> tag)
        {
            using var cipher = new ChaCha20Poly1305(secret);
            cipher.Encrypt(nonce, text, closed, tag);
        }

        internal override void Open(byte[] secret, ReadOnlySpan<byte> nonce, ReadOnlySpan<byte> closed, ReadOnlySpan<byte> tag, Span<byte> text)
        {
            using var cipher = new ChaCha20Poly1305(secret);
            cipher.Decrypt(nonce, closed, tag, text);
        }
    }
}
