using System.Buffers;
using System.Buffers.Binary;

namespace Tandem.Record.Files;

/// <summary>What came of a picture.</summary>
/// <param name="Bytes">The picture, without what tells where, when, by whom and with what it was taken if its kind is cleaned.</param>
/// <param name="Pixels">All frames together; 0 when the kind does not say.</param>
internal readonly record struct CleanPicture(ReadOnlyMemory<byte> Bytes, long Pixels);

/// <summary>
/// Takes out of pictures whatever is not the picture: places, times, devices, authors, thumbnails, comments, and whatever follows its end. The picture itself is not
/// encoded again: every pixel stays, also the colour profile and which way is up. Films and HEIF pictures are cleaned where they stand, see <see cref="BoxCleaning"/>.
/// </summary>
internal static class PictureCleaning
{
    /// <returns>The picture or film, or null when its structure is broken. Other kinds come back as they are.</returns>
    internal static CleanPicture? Clean(ReadOnlyMemory<byte> file, FileKind kind)
    {
        try
        {
            return kind switch
            {
                FileKind.Jpeg => JpegCleaning.Clean(file),
                FileKind.Png => CleanPng(file),
                FileKind.Gif => CleanGif(file),
                FileKind.WebP => CleanWebP(file),
                FileKind.Tiff => new CleanPicture(TiffCleaning.Clean(file), 0),
                FileKind.Heif => new CleanPicture(BoxCleaning.Clean(file.Span), 0),
                FileKind.Mp4 when file.Span[0] != 0xFF => new CleanPicture(BoxCleaning.Clean(file.Span), 0), // not the bare sound of AAC
                FileKind.Matroska => new CleanPicture(MatroskaCleaning.Clean(file.Span), 0),
                FileKind.Wave => new CleanPicture(SoundCleaning.CleanWave(file), 0),
                FileKind.Mp3 => new CleanPicture(SoundCleaning.CleanMp3(file), 0),
                FileKind.Ogg => new CleanPicture(SoundCleaning.CleanOgg(file), 0),
                _ => new CleanPicture(file, 0),
            };
        }
        catch (Exception e) when (e is ArgumentOutOfRangeException or IndexOutOfRangeException or OverflowException)
        {
            return null; // something points behind the end
        }
    }

    /// <summary>Chunks of PNG 3rd edition section 11 that make up the picture, and those of animation.</summary>
    private static bool IsPicture(ReadOnlySpan<byte> chunk) => (chunk[0] & 0x20) == 0
        || chunk.SequenceEqual("tRNS"u8) || chunk.SequenceEqual("gAMA"u8) || chunk.SequenceEqual("cHRM"u8) || chunk.SequenceEqual("sRGB"u8) || chunk.SequenceEqual("iCCP"u8)
        || chunk.SequenceEqual("sBIT"u8) || chunk.SequenceEqual("bKGD"u8) || chunk.SequenceEqual("pHYs"u8) || chunk.SequenceEqual("hIST"u8) || chunk.SequenceEqual("sPLT"u8)
        || chunk.SequenceEqual("acTL"u8) || chunk.SequenceEqual("fcTL"u8) || chunk.SequenceEqual("fdAT"u8) || chunk.SequenceEqual("cICP"u8);

    private static CleanPicture? CleanPng(ReadOnlyMemory<byte> file)
    {
        var clean = new ArrayBufferWriter<byte>(file.Length);
        clean.Write(file.Span[..8]);
        var (pixels, frames) = (0L, 0L);
        for (var at = 8; at < file.Length;)
        {
            var length = BinaryPrimitives.ReadInt32BigEndian(file.Span.Slice(at, 4));
            var type = file.Span.Slice(at + 4, 4);
            if (length < 0)
                return null;
            var chunk = file.Span.Slice(at, length + 12);
            if (type.SequenceEqual("IHDR"u8))
                pixels = (long)BinaryPrimitives.ReadUInt32BigEndian(chunk[8..]) * BinaryPrimitives.ReadUInt32BigEndian(chunk[12..]);
            if (type.SequenceEqual("fcTL"u8))
                frames++;
            if (IsPicture(type))
                clean.Write(chunk);
            at += chunk.Length;
            if (type.SequenceEqual("IEND"u8))
                return new CleanPicture(clean.WrittenMemory, pixels * Math.Max(1, frames));
        }

        return null;
    }

    private static CleanPicture? CleanGif(ReadOnlyMemory<byte> file)
    {
        var clean = new ArrayBufferWriter<byte>(file.Length);
        var span = file.Span;
        var at = 13 + ((span[10] & 0x80) != 0 ? 3 << ((span[10] & 7) + 1) : 0);
        clean.Write(span[..at]);
        var pixels = 0L;
        while (at < span.Length)
        {
            var begin = at;
            switch (span[at])
            {
                case 0x3B:
                    clean.Write(span.Slice(at, 1));
                    return new CleanPicture(clean.WrittenMemory, pixels);
                case 0x2C:
                    var head = span.Slice(at, 11);
                    pixels += (long)BinaryPrimitives.ReadUInt16LittleEndian(head[5..]) * BinaryPrimitives.ReadUInt16LittleEndian(head[7..]);
                    at = AfterBlocks(span, at + 11 + ((head[9] & 0x80) != 0 ? 3 << ((head[9] & 7) + 1) : 0));
                    clean.Write(span[begin..at]);
                    break;
                case 0x21:
                    var isKept = span[at + 1] == 0xF9 || (span[at + 1] == 0xFF && (span.Slice(at + 3, 11).SequenceEqual("NETSCAPE2.0"u8) || span.Slice(at + 3, 11).SequenceEqual("ANIMEXTS1.0"u8)));
                    at = AfterBlocks(span, at + 2);
                    if (isKept)
                        clean.Write(span[begin..at]);
                    break;
                default:
                    return null;
            }
        }

        return null;
    }

    private static int AfterBlocks(ReadOnlySpan<byte> span, int at)
    {
        while (span.Slice(at, 1)[0] is var length and not 0)
            at += length + 1;
        return at + 1;
    }

    private static CleanPicture? CleanWebP(ReadOnlyMemory<byte> file)
    {
        var clean = new ArrayBufferWriter<byte>(file.Length);
        var span = file.Span;
        clean.Write(span[..12]);
        var (pixels, frames) = (0L, 0L);
        var end = Math.Min(span.Length, 8L + BinaryPrimitives.ReadUInt32LittleEndian(span[4..]));
        for (var at = 12; at + 8 <= end;)
        {
            var length = BinaryPrimitives.ReadUInt32LittleEndian(span[(at + 4)..]);
            if (length > int.MaxValue - 16)
                return null;
            var chunk = span.Slice(at, 8 + (int)length);
            at += (int)(8 + length + (length & 1));
            if (chunk.StartsWith("EXIF"u8) || chunk.StartsWith("XMP "u8) || !IsWebPPicture(chunk))
                continue;
            var from = clean.WrittenCount;
            clean.Write(chunk);
            if ((length & 1) != 0)
                clean.Write<byte>([0]);
            if (chunk.StartsWith("VP8X"u8))
            {
                pixels = (1L + (chunk[12] | (chunk[13] << 8) | (chunk[14] << 16))) * (1L + (chunk[15] | (chunk[16] << 8) | (chunk[17] << 16)));
                System.Runtime.InteropServices.MemoryMarshal.AsMemory(clean.WrittenMemory).Span[from + 8] &= 0xF3; // holds neither Exif nor XMP any more
            }

            if (chunk.StartsWith("ANMF"u8))
                frames++;
        }

        BinaryPrimitives.WriteInt32LittleEndian(System.Runtime.InteropServices.MemoryMarshal.AsMemory(clean.WrittenMemory).Span[4..], clean.WrittenCount - 8);
        return clean.WrittenCount > 20 ? new CleanPicture(clean.WrittenMemory, pixels * Math.Max(1, frames)) : null;
    }

    private static bool IsWebPPicture(ReadOnlySpan<byte> chunk) =>
        chunk.StartsWith("VP8"u8) || chunk.StartsWith("ALPH"u8) || chunk.StartsWith("ANIM"u8) || chunk.StartsWith("ANMF"u8) || chunk.StartsWith("ICCP"u8);
}
