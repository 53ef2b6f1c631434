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
    private static readonly byte[] Mark = "\0end of the body\0"u8.ToArray();

    /// <summary>A member of gzip (RFC 1952 2.2) with the mark. Behind a body it is read when the body's own members are whole, and only then.</summary>
    private static readonly byte[] MarkedEnd = Packed(Mark);

    /// <summary>Writes the body without its coding, not much more of it than <paramref name="most"/> bytes.</summary>
    /// <param name="coding"><c>gzip</c>, <c>br</c> or <c>deflate</c>.</param>
    /// <param name="body">As it came.</param>
    /// <param name="into">Where to, empty.</param>
    /// <param name="most">So many bytes are wanted at most.</param>
    /// <returns>False when it is damaged, cut short or too large.</returns>
    internal static bool Expand(string coding, ReadOnlyMemory<byte> body, MemoryStream into, int most)
    {
        try
        {
            return !body.IsEmpty && coding switch
            {
                "gzip" => Gzip(body, into, most),
                "br" => Brotli(body.Span, into, most),
                _ => Zlib(body, into, most),
            };
        }
        catch (Exception e) when (e is InvalidDataException or InvalidOperationException)
        {
            return false;
        }
    }

    private static bool Gzip(ReadOnlyMemory<byte> body, MemoryStream into, int most)
    {
        using var expand = new GZipStream(new MemoryStream([.. body.Span, .. MarkedEnd], writable: false), CompressionMode.Decompress);
        Copy(expand, into, most + Mark.Length);
        var length = (int)into.Length - Mark.Length;
        if (length < 0 || length > most || !into.GetBuffer().AsSpan(length, Mark.Length).SequenceEqual(Mark))
            return false;
        into.SetLength(length);
        return true;
    }

    private static bool Brotli(ReadOnlySpan<byte> body, MemoryStream into, int most)
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

            return status == OperationStatus.Done && body.IsEmpty;
        }
        finally
        {
            decoder.Dispose();
        }
    }

    private static bool Zlib(ReadOnlyMemory<byte> body, MemoryStream into, int most)
    {
        using var expand = new ZLibStream(new MemoryStream(body.ToArray(), writable: false), CompressionMode.Decompress);
        Copy(expand, into, most);
        return into.Length <= most && body.Length > 4 && BinaryPrimitives.ReadUInt32BigEndian(body.Span[^4..]) == Adler(into.GetBuffer().AsSpan(0, (int)into.Length));
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

    private static byte[] Packed(byte[] bytes)
    {
        using var into = new MemoryStream();
        using (var gzip = new GZipStream(into, CompressionLevel.Fastest, leaveOpen: true))
            gzip.Write(bytes);
        return into.ToArray();
    }
}
