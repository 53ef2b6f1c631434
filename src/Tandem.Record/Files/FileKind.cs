using System.Text;
using System.Text.Unicode;

namespace Tandem.Record.Files;

/// <summary>What a file is by its first bytes, whatever its sender says.</summary>
internal enum FileKind
{
    Unknown,
    Text,
    Markup,
    Program,
    Pdf,
    Png,
    Jpeg,
    Gif,
    WebP,
    Tiff,
    Bmp,
    Heif,
    Zip,
    Gzip,
    OldOffice,
    Rtf,
    Dicom,
    Mp4,
    Matroska,
    Ogg,
    Wave,
    Mp3,
}

/// <summary>Recognises files by the numbers at their beginning, and says which of them a MIME type may be.</summary>
internal static class FileKinds
{
    private const int Head = 1024;

    private static readonly Dictionary<string, FileKind> ByType = new(StringComparer.Ordinal)
    {
        ["application/pdf"] = FileKind.Pdf, ["application/rtf"] = FileKind.Rtf, ["text/rtf"] = FileKind.Rtf, ["application/dicom"] = FileKind.Dicom,
        ["image/png"] = FileKind.Png, ["image/jpeg"] = FileKind.Jpeg, ["image/jpg"] = FileKind.Jpeg, ["image/gif"] = FileKind.Gif, ["image/webp"] = FileKind.WebP,
        ["image/tiff"] = FileKind.Tiff, ["image/bmp"] = FileKind.Bmp, ["image/heic"] = FileKind.Heif, ["image/heif"] = FileKind.Heif,
        ["application/zip"] = FileKind.Zip, ["application/gzip"] = FileKind.Gzip, ["application/msword"] = FileKind.OldOffice,
        ["application/vnd.ms-excel"] = FileKind.OldOffice, ["application/vnd.ms-powerpoint"] = FileKind.OldOffice,
        ["video/mp4"] = FileKind.Mp4, ["video/quicktime"] = FileKind.Mp4, ["audio/mp4"] = FileKind.Mp4, ["audio/aac"] = FileKind.Mp4,
        ["video/webm"] = FileKind.Matroska, ["audio/webm"] = FileKind.Matroska, ["audio/ogg"] = FileKind.Ogg, ["video/ogg"] = FileKind.Ogg,
        ["audio/wav"] = FileKind.Wave, ["audio/wave"] = FileKind.Wave, ["audio/x-wav"] = FileKind.Wave, ["audio/mpeg"] = FileKind.Mp3,
        ["text/html"] = FileKind.Markup, ["application/xhtml+xml"] = FileKind.Markup, ["image/svg+xml"] = FileKind.Markup,
        ["text/javascript"] = FileKind.Program, ["application/javascript"] = FileKind.Program, ["application/ecmascript"] = FileKind.Program,
    };

    private static readonly HashSet<string> Texts = new(StringComparer.Ordinal)
    {
        "application/xml", "application/json", "application/hl7-v2", "application/edi-x12", "application/jwt", "application/jose", "application/cql", "application/x-ndjson",
        "application/smart-health-card", "application/yaml",
    };

    /// <summary>The kind that a MIME type promises: null for a type that promises nothing (none at all, <c>application/octet-stream</c>), Unknown for one that is not taken.</summary>
    internal static FileKind? Promised(string? type)
    {
        var plain = (type ?? "").Split(';')[0].Trim().ToLowerInvariant();
        if (plain is "" or "application/octet-stream")
            return null;
        if (ByType.TryGetValue(plain, out var kind))
            return kind;
        if (plain.StartsWith("application/vnd.openxmlformats-officedocument.", StringComparison.Ordinal) || plain.StartsWith("application/vnd.oasis.opendocument.", StringComparison.Ordinal))
            return FileKind.Zip;
        var isText = plain.StartsWith("text/", StringComparison.Ordinal) || plain.EndsWith("+xml", StringComparison.Ordinal) || plain.EndsWith("+json", StringComparison.Ordinal) || Texts.Contains(plain);
        return isText ? FileKind.Text : FileKind.Unknown;
    }

    /// <summary>What the bytes are.</summary>
    internal static FileKind Of(ReadOnlySpan<byte> file)
    {
        if (IsProgram(file))
            return FileKind.Program;
        var found = ByNumber(file);
        return found != FileKind.Unknown ? found : !IsText(file) ? FileKind.Unknown : IsMarkup(file) ? FileKind.Markup : FileKind.Text;
    }

    private static FileKind ByNumber(ReadOnlySpan<byte> file) => file switch
    {
        _ when file.StartsWith("%PDF-"u8) => FileKind.Pdf,
        [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A, ..] => FileKind.Png,
        [0xFF, 0xD8, 0xFF, ..] => FileKind.Jpeg,
        _ when file.StartsWith("GIF87a"u8) || file.StartsWith("GIF89a"u8) => FileKind.Gif,
        _ when file.StartsWith("RIFF"u8) && At(file, 8, "WEBP"u8) => FileKind.WebP,
        _ when file.StartsWith("RIFF"u8) && At(file, 8, "WAVE"u8) => FileKind.Wave,
        _ when file.StartsWith("II*\0"u8) || file.StartsWith("MM\0*"u8) => FileKind.Tiff,
        _ when file.StartsWith("BM"u8) && file.Length > 26 && file[14] is 12 or 40 or 108 or 124 => FileKind.Bmp,
        _ when At(file, 4, "ftyp"u8) => At(file, 8, "heic"u8) || At(file, 8, "heix"u8) || At(file, 8, "mif1"u8) || At(file, 8, "msf1"u8) ? FileKind.Heif : FileKind.Mp4,
        _ when file.StartsWith("PK\u0003\u0004"u8) || file.StartsWith("PK\u0005\u0006"u8) => FileKind.Zip,
        [0x1F, 0x8B, ..] => FileKind.Gzip,
        [0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1, ..] => FileKind.OldOffice,
        _ when file.StartsWith("{\\rtf"u8) => FileKind.Rtf,
        _ when At(file, 128, "DICM"u8) => FileKind.Dicom,
        [0x1A, 0x45, 0xDF, 0xA3, ..] => FileKind.Matroska,
        _ when file.StartsWith("OggS"u8) => FileKind.Ogg,
        _ when file.StartsWith("ID3"u8) => FileKind.Mp3,
        [0xFF, 0xFB or 0xF3 or 0xF2, ..] => FileKind.Mp3,
        [0xFF, 0xF1 or 0xF9, ..] => FileKind.Mp4,
        _ => FileKind.Unknown,
    };

    private static bool IsProgram(ReadOnlySpan<byte> file) => file switch
    {
        _ when file.StartsWith("MZ"u8) => file[..Math.Min(file.Length, 64)].Contains((byte)0),
        _ when file.StartsWith("\u007FELF"u8) || file.StartsWith("#!"u8) || file.StartsWith("\0asm"u8) || file.StartsWith("dex\n"u8) || file.StartsWith("ITSF"u8) => true,
        [0xCA, 0xFE, 0xBA, 0xBE, ..] or [0xFE, 0xED, 0xFA, 0xCE or 0xCF, ..] or [0xCE or 0xCF, 0xFA, 0xED, 0xFE, ..] => true,
        [0x4C, 0, 0, 0, 0x01, 0x14, 0x02, 0, ..] => true, // a Windows shortcut
        _ => false,
    };

    private static bool IsText(ReadOnlySpan<byte> file)
    {
        if (file is [0xFF, 0xFE, ..] or [0xFE, 0xFF, ..])
            return true; // UTF-16
        if (file.IndexOfAnyInRange((byte)0, (byte)8) >= 0)
            return false;
        return Utf8.IsValid(file) || file.IndexOfAnyInRange((byte)14, (byte)26) < 0; // else a text in a national character set
    }

    /// <summary>A page or drawing that a browser would run.</summary>
    private static bool IsMarkup(ReadOnlySpan<byte> file)
    {
        var head = Encoding.Latin1.GetString(file[..Math.Min(file.Length, Head)]).TrimStart('\u00EF', '\u00BB', '\u00BF', ' ', '\t', '\r', '\n').Replace("\0", "", StringComparison.Ordinal);
        return head.StartsWith('<') && (head.Contains("<html", StringComparison.OrdinalIgnoreCase) || head.Contains("<!doctype html", StringComparison.OrdinalIgnoreCase)
            || head.Contains("<svg", StringComparison.OrdinalIgnoreCase) || head.Contains("<script", StringComparison.OrdinalIgnoreCase));
    }

    private static bool At(ReadOnlySpan<byte> file, int place, ReadOnlySpan<byte> word) => file.Length >= place + word.Length && file.Slice(place, word.Length).SequenceEqual(word);
}
