using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;

namespace Tandem.Tests.Record.Files;

/// <summary>Small files of many kinds, written by hand. What must not survive says "Lakeview".</summary>
internal static class FileSamples
{
    internal const string Told = "Lakeview";

    internal static byte[] Pdf => Encoding.ASCII.GetBytes("%PDF-1.4\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n");

    /// <summary>Tables, frame and scan of a JPEG with Exif (which way is up, and a place), XMP, a comment, and something behind its end.</summary>
    internal static byte[] Jpeg(byte turn, int width = 2) =>
    [
        0xFF, 0xD8, .. Segment(0xE0, [.. "JFIF\0"u8, 1, 1, 0, 0, 1, 0, 1, 0, 0]),
        .. Segment(0xE1, [.. "Exif\0\0"u8, .. "II*\0"u8, 8, 0, 0, 0, 2, 0, 0x12, 0x01, 3, 0, 1, 0, 0, 0, turn, 0, 0, 0, 0x0E, 0x01, 2, 0, 9, 0, 0, 0, 38, 0, 0, 0, 0, 0, 0, 0, .. "Lakeview\0"u8]),
        .. Segment(0xE1, [.. "http://ns.adobe.com/xap/1.0/\0<x>Lakeview</x>"u8]), .. Segment(0xFE, [.. "Lakeview"u8]), .. Segment(0xED, [.. "Photoshop 3.0\0Lakeview"u8]),
        .. Segment(0xE2, [.. "ICC_PROFILE\0\x01\x01profile"u8]), .. Segment(0xDB, new byte[65]), .. Segment(0xC0, [8, 0, 2, (byte)(width >> 8), (byte)width, 1, 1, 0x11, 0]), .. Segment(0xC4, new byte[17]),
        .. Segment(0xDA, [1, 1, 0, 0, 63, 0]), 0x12, 0xFF, 0x00, 0x34, 0xFF, 0xD0, 0x56, 0xFF, 0xD9, .. "Lakeview"u8,
    ];

    /// <summary>As a camera writes it, with a thumbnail of one pixel row in its JFIF head.</summary>
    internal static byte[] JpegWithThumbnail =>
    [
        0xFF, 0xD8, .. Segment(0xE0, [.. "JFIF\0"u8, 1, 1, 0, 0, 1, 0, 1, 3, 1, .. "Lakeview\0"u8]), .. Jpeg(1).AsSpan(20),
    ];

    /// <summary>A page with a further picture (SubIFDs), whose description lies behind it.</summary>
    internal static byte[] TiffWithFurther =>
    [
        .. "II*\0"u8, 8, 0, 0, 0, 1, 0, 0x4A, 0x01, 4, 0, 1, 0, 0, 0, 26, 0, 0, 0, 0, 0, 0, 0,
        1, 0, 0x0E, 0x01, 2, 0, 9, 0, 0, 0, 44, 0, 0, 0, 0, 0, 0, 0, .. "Lakeview\0"u8,
    ];

    internal static byte[] Png(uint width = 2) =>
    [
        0x89, .. "PNG\r\n"u8, 0x1A, 0x0A, .. Chunk("IHDR", [.. Four(width), .. Four(2), 8, 0, 0, 0, 0]), .. Chunk("tEXt", [.. "Author\0Lakeview"u8]), .. Chunk("eXIf", [.. "MM\0*Lakeview"u8]),
        .. Chunk("IDAT", Zlib(new byte[6])), .. Chunk("tIME", [7, 230, 1, 1, 1, 1, 1]), .. Chunk("IEND", []), .. "Lakeview"u8,
    ];

    internal static byte[] Gif =>
    [
        .. "GIF89a"u8, 1, 0, 1, 0, 0x80, 0, 0, 0, 0, 0, 255, 255, 255, 0x21, 0xFE, 8, .. "Lakeview"u8, 0, 0x21, 0xFF, 11, .. "XMP DataXMP"u8, 8, .. "Lakeview"u8, 0,
        0x21, 0xFF, 11, .. "NETSCAPE2.0"u8, 3, 1, 0, 0, 0, 0x2C, 0, 0, 0, 0, 1, 0, 1, 0, 0, 2, 2, 0x44, 1, 0, 0x3B, .. "Lakeview"u8,
    ];

    internal static byte[] WebP
    {
        get
        {
            byte[] chunks = [.. Riff("VP8X", [0x0C, 0, 0, 0, 1, 0, 0, 1, 0, 0]), .. Riff("VP8L", [0x2F, 1, 0x40, 0, 0]), .. Riff("EXIF", "Lakeview"u8.ToArray()), .. Riff("XMP ", "Lakeview"u8.ToArray())];
            var file = (byte[])[.. "RIFF"u8, 0, 0, 0, 0, .. "WEBP"u8, .. chunks];
            BinaryPrimitives.WriteInt32LittleEndian(file.AsSpan(4), file.Length - 8);
            return file;
        }
    }

    /// <summary>One page whose description lies behind the directory, and a GPS directory with a date.</summary>
    internal static byte[] Tiff =>
    [
        .. "II*\0"u8, 8, 0, 0, 0, 3, 0, 0x00, 0x01, 3, 0, 1, 0, 0, 0, 2, 0, 0, 0, 0x0E, 0x01, 2, 0, 9, 0, 0, 0, 50, 0, 0, 0, 0x25, 0x88, 4, 0, 1, 0, 0, 0, 60, 0, 0, 0, 0, 0, 0, 0,
        .. "Lakeview\0\0"u8, 1, 0, 0x1D, 0, 2, 0, 11, 0, 0, 0, 78, 0, 0, 0, 0, 0, 0, 0, .. "2026:01:01\0"u8,
    ];

    /// <summary>An archive of one entry of so many zeros.</summary>
    internal static byte[] Zip(int zeros, string name = "word/document.xml", byte[]? content = null)
    {
        var file = new MemoryStream();
        using (var archive = new ZipArchive(file, ZipArchiveMode.Create, leaveOpen: true))
        using (var entry = archive.CreateEntry(name, CompressionLevel.Optimal).Open())
            entry.Write(content ?? new byte[zeros]);
        return file.ToArray();
    }

    internal static byte[] Gzip(int zeros)
    {
        var file = new MemoryStream();
        using (var packed = new GZipStream(file, CompressionLevel.Optimal, leaveOpen: true))
            packed.Write(new byte[zeros]);
        return file.ToArray();
    }

    internal static byte[] PdfWith(int zeros) => [.. "%PDF-1.5\n1 0 obj\n<</Filter/FlateDecode>>\nstream\n"u8, .. Zlib(new byte[zeros]), .. "\nendstream\nendobj\n%%EOF\n"u8];

    /// <summary>Many beginnings of streams that all go through the same long body, in which almost nothing is.</summary>
    internal static byte[] PdfOfShared(int beginnings, int body)
    {
        var file = new MemoryStream();
        file.Write("%PDF-1.5\n"u8);
        const int Head = 14; // "stream\n", zlib's two, the head of a stored block over all that follow
        for (var left = beginnings - 1; left >= 0; left--)
        {
            var over = left * Head;
            file.Write([.. "stream\n"u8, 0x78, 0x01, 0, (byte)over, (byte)(over >> 8), (byte)~over, (byte)(~over >> 8)]);
        }

        for (var i = 0; i < body; i++)
            file.Write([0, 0, 0, 0xFF, 0xFF]);
        file.Write([1, 0, 0, 0xFF, 0xFF, 0, 0, 0, 1]);
        return file.ToArray();
    }

    private static byte[] Zlib(byte[] content)
    {
        var file = new MemoryStream();
        using (var packed = new ZLibStream(file, CompressionLevel.Optimal, leaveOpen: true))
            packed.Write(content);
        return file.ToArray();
    }

    private static byte[] Segment(byte marker, byte[] content) => [0xFF, marker, (byte)((content.Length + 2) >> 8), (byte)(content.Length + 2), .. content];

    private static byte[] Chunk(string type, byte[] content)
    {
        byte[] named = [.. Encoding.ASCII.GetBytes(type), .. content];
        return [.. Four((uint)content.Length), .. named, .. Four(0)]; // nobody checks the sum here
    }

    private static byte[] Riff(string type, byte[] content) =>
        [.. Encoding.ASCII.GetBytes(type), (byte)content.Length, 0, 0, 0, .. content, .. new byte[content.Length & 1]];

    private static byte[] Four(uint number) => [(byte)(number >> 24), (byte)(number >> 16), (byte)(number >> 8), (byte)number];
}
