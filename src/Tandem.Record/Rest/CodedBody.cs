using System.Buffers;
using System.Buffers.Binary;
using System.IO.Compression;

namespace Tandem.Record.Rest;

/// <summary>
/// Takes the coding off a body (RFC 9110 8.4). It looks for the end that each coding has: the streams of .NET take what was cut short for the whole, and half a file would be kept as the file.
/// </summary>
internal static class CodedBody
{
    private const int Block = 16 * 1024;

    /// <summary>Writes the body without its coding, not much more of it than <paramref name="most"/> bytes.</summary>
    /// <param name="coding"><c>gzip</c>, <c>br</c> or <c>deflate</c>.</param>
    /// <param name="body">As it came.</param>
    /// <param name="into">Where to, empty.</param>
    /// <param name="most">So many bytes are wanted at most; with more it does not come to the end.</param>
    internal static BodyEnd Expand(string coding, ReadOnlyMemory<byte> body, MemoryStream into, int most)
    {
        try
        {
            return body.IsEmpty ? BodyEnd.Missing : coding switch
            {
                "gzip" => Gzip(body.Span, into, most),
                "br" => Brotli(body.Span, into, most),
                _ => Zlib(body, into, most),
            };
        }
        catch (Exception e) when (e is InvalidDataException or InvalidOperationException)
        {
            return BodyEnd.Missing;
        }
    }

    /// <summary>Zeros may follow, which fill up blocks (gzip(1) takes them so). The stream asks for the byte behind its last member, and no more when it is a zero: what asks for more than one is not whole.</summary>
    private static BodyEnd Gzip(ReadOnlySpan<byte> body, MemoryStream into, int most)
    {
        var zeros = body.TrimEnd((byte)0).Length;
        using var padded = new PaddedBytes([.. body, 0], zeros);
        using var expand = new GZipStream(padded, CompressionMode.Decompress);
        Copy(expand, into, most);
        return padded.IsAskedForMore ? BodyEnd.Missing : padded.Position > zeros ? BodyEnd.Found : BodyEnd.Followed;
    }

    private static BodyEnd Brotli(ReadOnlySpan<byte> body, MemoryStream into, int most)
    {
        var block = new byte[Block];
        var decoder = default(BrotliDecoder);
        try
        {
            var status = OperationStatus.DestinationTooSmall;
            while (status == OperationStatus.DestinationTooSmall && into.Length <= most)
            {
                status = decoder.Decompress(body, block, out var consumed, out var written);
                into.Write(block, 0, written);
                body = body[consumed..];
            }

            return status != OperationStatus.Done ? BodyEnd.Missing : body.IsEmpty ? BodyEnd.Found : BodyEnd.Followed;
        }
        finally
        {
            decoder.Dispose();
        }
    }

    private static BodyEnd Zlib(ReadOnlyMemory<byte> body, MemoryStream into, int most)
    {
        using var expand = new ZLibStream(new MemoryStream(body.ToArray(), writable: false), CompressionMode.Decompress);
        Copy(expand, into, most);
        var sum = new byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(sum, Adler(into.GetBuffer().AsSpan(0, (int)into.Length)));
        return body.Span.EndsWith(sum) ? BodyEnd.Found : body.Span.IndexOf(sum) >= 0 ? BodyEnd.Followed : BodyEnd.Missing;
    }

    private static void Copy(Stream expand, MemoryStream into, int most)
    {
        var block = new byte[Block];
        for (var read = expand.Read(block); read > 0 && into.Length <= most; read = expand.Read(block))
            into.Write(block, 0, read);
    }

    /// <summary>The sum at the end of a zlib stream (RFC 1950 8.2).</summary>
    private static uint Adler(ReadOnlySpan<byte> bytes)
    {
        const uint prime = 65521;
        const int withoutOverflow = 5552;
        var (a, b) = (1u, 0u);
        while (!bytes.IsEmpty)
        {
            var length = Math.Min(withoutOverflow, bytes.Length);
            foreach (var one in bytes[..length])
            {
                a += one;
                b += a;
            }

            (a, b) = (a % prime, b % prime);
            bytes = bytes[length..];
        }

        return (b << 16) | a;
    }

    /// <summary>Bytes that come one by one from where only zeros are left.</summary>
    private sealed class PaddedBytes(byte[] bytes, int zeros) : MemoryStream(bytes, writable: false)
    {
        internal bool IsAskedForMore { get; private set; }

        public override int Read(byte[] buffer, int offset, int count)
        {
            var read = base.Read(buffer, offset, Position < zeros ? Math.Min(count, zeros - (int)Position) : 1);
            IsAskedForMore |= read == 0;
            return read;
        }
    }
}

/// <summary>What was seen of the end of a coding.</summary>
internal enum BodyEnd
{
    /// <summary>The body is damaged or was cut short.</summary>
    Missing,

    /// <summary>The body is whole.</summary>
    Found,

    /// <summary>The body is whole, and something that is not of it follows.</summary>
    Followed,
}
