using System.Buffers;
using System.Buffers.Binary;

namespace Tandem.Record.Files;

/// <summary>JPEG (ITU T.81 annex B): segments with a marker each, then scans.</summary>
internal static class JpegCleaning
{
    private const byte StartOfScan = 0xDA;
    private const byte EndOfImage = 0xD9;
    private const byte JfifHead = 16;

    /// <returns>The picture, or null when its structure is broken.</returns>
    internal static CleanPicture? Clean(ReadOnlyMemory<byte> file)
    {
        var clean = new ArrayBufferWriter<byte>(file.Length);
        var span = file.Span;
        clean.Write(span[..2]);
        var (pixels, isTurned) = (0L, false);
        for (var at = 2; at + 2 <= span.Length;)
        {
            if (span[at] != 0xFF)
                return null;
            var marker = span[at + 1];
            if (marker == 0xFF)
            {
                at++; // fill bytes
                continue;
            }

            if (marker == EndOfImage)
            {
                clean.Write(span.Slice(at, 2));
                return pixels > 0 ? new CleanPicture(clean.WrittenMemory, pixels) : null;
            }

            var length = BinaryPrimitives.ReadUInt16BigEndian(span.Slice(at + 2, 2));
            var segment = span.Slice(at, length + 2);
            at += segment.Length;
            if (marker is >= 0xC0 and <= 0xCF and not (0xC4 or 0xC8 or 0xCC))
                pixels = (long)BinaryPrimitives.ReadUInt16BigEndian(segment[5..]) * BinaryPrimitives.ReadUInt16BigEndian(segment[7..]);
            if (marker == 0xE1 && !isTurned && Turn(segment) is { } turn)
                (isTurned, _) = (true, WriteTurn(clean, turn));
            if (marker == 0xE0 && IsPicture(marker, segment) && segment.Length > JfifHead + 2)
                WriteJfif(clean, segment);
            else if (IsPicture(marker, segment))
                clean.Write(segment);
            if (marker == StartOfScan)
            {
                var end = AfterScan(span, at);
                clean.Write(span[at..end]);
                at = end;
            }
        }

        return null;
    }

    private static bool IsPicture(byte marker, ReadOnlySpan<byte> segment) => marker switch
    {
        0xE0 => segment[4..].StartsWith("JFIF\0"u8),
        0xE2 => segment[4..].StartsWith("ICC_PROFILE\0"u8),
        0xEE => segment[4..].StartsWith("Adobe"u8),
        0xFE or (>= 0xE1 and <= 0xEF) => false,
        _ => true,
    };

    private static int AfterScan(ReadOnlySpan<byte> span, int at)
    {
        while (true)
        {
            var found = span[at..].IndexOf((byte)0xFF);
            if (found < 0 || at + found + 1 >= span.Length)
                return span.Length;
            at += found;
            if (span[at + 1] is not (0 or (>= 0xD0 and <= 0xD7)))
                return at;
            at += 2;
        }
    }

    /// <summary>Which way is up (Exif 3.0, tag 0x0112), when that is not the usual way.</summary>
    private static byte? Turn(ReadOnlySpan<byte> segment)
    {
        if (!segment[4..].StartsWith("Exif\0\0"u8))
            return null;
        var tiff = segment[10..];
        var isLittle = tiff.StartsWith("II"u8);
        var first = (int)Math.Min(Number(tiff[4..], 4, isLittle), int.MaxValue - 2);
        if (first + 2 > tiff.Length)
            return null;
        var count = (int)Number(tiff[first..], 2, isLittle);
        for (var i = 0; i < count && first + 14 + (i * 12) <= tiff.Length; i++)
        {
            var entry = tiff.Slice(first + 2 + (i * 12), 12);
            if (Number(entry, 2, isLittle) == 0x0112 && Number(entry[8..], 2, isLittle) is >= 2 and <= 8 and var turn)
                return (byte)turn;
        }

        return null;
    }

    /// <summary>An Exif segment that says nothing but which way is up.</summary>
    private static bool WriteTurn(ArrayBufferWriter<byte> clean, byte turn)
    {
        clean.Write<byte>([0xFF, 0xE1, 0, 34, .. "Exif\0\0"u8, .. "MM\0*"u8, 0, 0, 0, 8, 0, 1, 0x01, 0x12, 0, 3, 0, 0, 0, 1, 0, turn, 0, 0, 0, 0, 0, 0]);
        return true;
    }

    /// <summary>The head of JFIF (ITU T.871 10.1) without its thumbnail, which may show what was cut away.</summary>
    private static void WriteJfif(ArrayBufferWriter<byte> clean, ReadOnlySpan<byte> segment)
    {
        clean.Write<byte>([0xFF, 0xE0, 0, JfifHead]);
        clean.Write(segment.Slice(4, JfifHead - 4));
        clean.Write<byte>([0, 0]);
    }

    private static long Number(ReadOnlySpan<byte> bytes, int size, bool isLittle) => (size, isLittle) switch
    {
        (2, true) => BinaryPrimitives.ReadUInt16LittleEndian(bytes),
        (2, false) => BinaryPrimitives.ReadUInt16BigEndian(bytes),
        (_, true) => BinaryPrimitives.ReadUInt32LittleEndian(bytes),
        _ => BinaryPrimitives.ReadUInt32BigEndian(bytes),
    };
}
