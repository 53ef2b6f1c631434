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

    /// <summary>An archive of these entries.</summary>
    internal static byte[] ZipOf(params (string Name, string Content)[] entries)
    {
        var file = new MemoryStream();
        using (var archive = new ZipArchive(file, ZipArchiveMode.Create, leaveOpen: true))
        {
            foreach (var (name, content) in entries)
            {
                using var entry = archive.CreateEntry(name, name == "mimetype" ? CompressionLevel.NoCompression : CompressionLevel.Optimal).Open();
                entry.Write(Encoding.UTF8.GetBytes(content));
            }
        }

        return file.ToArray();
    }

    /// <summary>What stands in the entries of an archive, each after its name.</summary>
    internal static string Unzipped(byte[] file)
    {
        using var archive = new ZipArchive(new MemoryStream(file));
        return string.Concat(archive.Entries.Select(entry => $"[{entry.FullName}] {new StreamReader(entry.Open()).ReadToEnd()}\n"));
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

    /// <summary>A film as a telephone makes it: a time, a place, an author, a track of places with its samples, and something after its end; picture data says "picture".</summary>
    internal static byte[] Film(string brand, bool isLong)
    {
        byte[] head = Box("ftyp", [.. System.Text.Encoding.ASCII.GetBytes(brand), 0, 0, 0, 0]);
        byte[] data = Box("mdat", [.. "picture1"u8, .. "Lakeview"u8, .. "picture2"u8, .. "Lakeview"u8, .. "picture3"u8]);
        var first = (uint)(head.Length + 8);
        byte[] Track(string handler, params uint[] places) => Box("trak",
        [
            .. Box("tkhd", [0, 0, 0, 7, .. "Lake"u8, .. "view"u8, .. new byte[12]]), .. Box("udta", "Lakeview"u8.ToArray()),
            .. Box("mdia",
            [
                .. Box("mdhd", [1, 0, 0, 0, .. "Lakeview"u8, .. "Lakeview"u8, .. new byte[8]]), .. Box("hdlr", [.. new byte[8], .. System.Text.Encoding.ASCII.GetBytes(handler), .. new byte[12], .. "Lakeview\0"u8]),
                .. Box("minf", Box("stbl",
                [
                    .. Box("stsz", [.. Four(0), .. Four(0), .. Four((uint)places.Length * 2), .. places.SelectMany(_ => (byte[])[.. Four(5), .. Four(3)])]),
                    .. Box("stsc", [.. Four(0), .. Four(1), .. Four(1), .. Four(2), .. Four(1)]),
                    .. Box(isLong ? "co64" : "stco", [.. Four(0), .. Four((uint)places.Length), .. places.SelectMany(place => (byte[])[.. isLong ? Four(0) : [], .. Four(first + place)])]),
                ])),
            ]),
        ]);
        return
        [
            .. head, .. data,
            .. Box("moov", [.. Box("mvhd", [0, 0, 0, 0, .. "Lakeview"u8, .. new byte[8]]), .. Track("vide", 0, 16, 32), .. Track("meta", 8, 24), .. Box("udta", Box("\u00a9xyz", "Lakeview"u8.ToArray())), .. Box("meta", "Lakeview"u8.ToArray())]),
            .. Box("uuid", "Lakeview"u8.ToArray()), .. Box("free", "Lakeview"u8.ToArray()),
        ];
    }

    /// <summary>A HEIF picture with Exif, XMP in the picture's own data, and a picture that says "picture".</summary>
    internal static byte[] Heif(byte version)
    {
        byte[] Meta(uint data) => Box("meta",
        [
            .. Four(0), .. Box("hdlr", [.. new byte[8], .. "pict"u8, .. new byte[12], .. "Lakeview\0"u8]),
            .. Box("iinf", [0, 0, 0, 0, 0, 3, .. Item(1, "hvc1"), .. Item(2, "Exif"), .. Item(3, "mime")]),
            .. Box("iloc",
            [
                version, 0, 0, 0, 0x44, 0x40, 0, 3,
                0, 1, .. Method(0), 0, 0, .. Four(data), 0, 1, .. Four(0), .. Four(7),
                0, 2, .. Method(0), 0, 0, .. Four(data), 0, 2, .. Four(7), .. Four(4), .. Four(11), .. Four(4),
                0, 3, .. Method(version), 0, 0, .. Four(version == 0 ? data : 0), 0, 1, .. Four(version == 0 ? 7u : 0), .. Four(8),
            ]),
            .. Box("idat", version == 0 ? "picture"u8.ToArray() : "Lakeview"u8.ToArray()), .. Box("xml ", "Lakeview"u8.ToArray()),
        ]);
        byte[] Method(byte method) => version == 0 ? [] : [0, method];
        byte[] Item(byte id, string type) => Box("infe", [2, 0, 0, 0, 0, id, 0, 0, .. System.Text.Encoding.ASCII.GetBytes(type), 0]);
        byte[] head = Box("ftyp", [.. "heic"u8, 0, 0, 0, 0]);
        return [.. head, .. Meta((uint)(head.Length + Meta(0).Length + 8)), .. Box("mdat", [.. "picture"u8, .. "Lakeview"u8])];
    }

    private static byte[] Box(string type, byte[] content) => [.. Four((uint)content.Length + 8), .. System.Text.Encoding.Latin1.GetBytes(type), .. content];

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
