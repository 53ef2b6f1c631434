using System.Buffers.Binary;
using System.Security.Cryptography;
using Tandem.Kernel;
using Tandem.Kernel.Sealing;

namespace Tandem.Hub.Backup;

/// <summary>
/// Encrypts what is written in blocks of 1 MiB (<see cref="SealingKey"/>), each bound to its number and to whether it is the last, under a key that is derived from the secret
/// for this file alone: nothing can be changed, cut, exchanged or taken from another backup without being found.
/// </summary>
internal sealed class SealingStream : Stream
{
    internal const int BlockSize = 1024 * 1024;
    internal const int SaltSize = 32;
    internal const int TagSize = SealingKey.TagSize;

    /// <summary>How a backup begins that was closed with AES-256-GCM, and one with ChaCha20-Poly1305.</summary>
    internal static readonly byte[] Magic = "TANDEMB1"u8.ToArray(), OfChaCha = "TANDEMC1"u8.ToArray();

    private readonly Stream inner;
    private readonly SealingKey key;
    private readonly byte[] block = new byte[BlockSize];
    private int length;
    private long number;
    private bool isClosed;

    internal SealingStream(Stream inner, SealingKey secret)
    {
        this.inner = inner;
        var salt = RandomNumberGenerator.GetBytes(SaltSize);
        key = KeyOf(secret, salt);
        inner.Write(key.IsChaCha ? OfChaCha : Magic);
        inner.Write(salt);
    }

    internal static SealingKey KeyOf(SealingKey secret, byte[] salt) => secret.Derive(salt, "tandem backup");

    /// <summary>The nonce of a block: its number; and whether it is the last.</summary>
    internal static byte[] NonceOf(long number, bool isLast)
    {
        var nonce = new byte[12];
        BinaryPrimitives.WriteInt64LittleEndian(nonce, number);
        nonce[8] = isLast ? (byte)1 : (byte)0;
        return nonce;
    }

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        while (buffer.Length > 0)
        {
            if (length == BlockSize)
                Flush(isLast: false);
            var part = buffer[..Math.Min(buffer.Length, BlockSize - length)];
            part.CopyTo(block.AsSpan(length));
            length += part.Length;
            buffer = buffer[part.Length..];
        }
    }

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    protected override void Dispose(bool disposing)
    {
        if (disposing && !isClosed)
        {
            isClosed = true;
            Flush(isLast: true);
            inner.Flush();
        }

        base.Dispose(disposing);
    }

    private void Flush(bool isLast)
    {
        var text = new byte[length];
        var tag = new byte[TagSize];
        key.Close(NonceOf(number++, isLast), block.AsSpan(0, length), text, tag);
        Span<byte> head = stackalloc byte[5];
        BinaryPrimitives.WriteInt32LittleEndian(head, length);
        head[4] = isLast ? (byte)1 : (byte)0;
        inner.Write(head);
        inner.Write(tag);
        inner.Write(text);
        length = 0;
    }

    public override void Flush()
    {
        // blocks go out when they are full
    }

    public override bool CanRead => false;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();
}

/// <summary>Reads what a <see cref="SealingStream"/> wrote.</summary>
internal sealed class OpeningStream : ReadOnlyStream
{
    private readonly Stream inner;
    private readonly SealingKey key;
    private byte[] block = [];
    private int at;
    private long number;
    private bool isLast;

    /// <exception cref="BackupException">It is no backup.</exception>
    internal OpeningStream(Stream inner, SealingKey secret)
    {
        this.inner = inner;
        var head = Exactly(SealingStream.Magic.Length + SealingStream.SaltSize);
        var isChaCha = head.AsSpan().StartsWith(SealingStream.OfChaCha);
        if (!isChaCha && !head.AsSpan().StartsWith(SealingStream.Magic))
            throw new BackupException("This file is no backup of Tandem's.");
        key = SealingStream.KeyOf(secret.With(isChaCha), head[SealingStream.Magic.Length..]);
    }

    public override int Read(Span<byte> buffer)
    {
        while (at == block.Length)
        {
            if (isLast)
                return 0;
            Next();
        }

        var count = Math.Min(buffer.Length, block.Length - at);
        block.AsSpan(at, count).CopyTo(buffer);
        at += count;
        return count;
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    private void Next()
    {
        var head = Exactly(5 + SealingStream.TagSize);
        var length = BinaryPrimitives.ReadInt32LittleEndian(head);
        if (length is < 0 or > SealingStream.BlockSize)
            throw new BackupException("The backup was changed.");
        isLast = head[4] == 1;
        var text = Exactly(length);
        var open = new byte[length];
        try
        {
            key.Open(SealingStream.NonceOf(number++, isLast), text, head.AsSpan(5), open);
        }
        catch (AuthenticationTagMismatchException e)
        {
            throw new BackupException("The backup was changed, or the key is another one.", e);
        }

        (block, at) = (open, 0);
    }

    private byte[] Exactly(int count)
    {
        var bytes = new byte[count];
        return inner.ReadAtLeast(bytes, count, throwOnEndOfStream: false) == count ? bytes : throw new BackupException("The backup is not whole: its end is missing.");
    }
}

/// <summary>Why a backup cannot be made, read or restored, as a sentence.</summary>
internal sealed class BackupException : Exception
{
    internal BackupException(string message)
        : base(message)
    {
    }

    internal BackupException(string message, Exception inner)
        : base(message, inner)
    {
    }
}
