using System.Text;
using System.Text.Unicode;

namespace Tandem.Hl7v2.Text;

/// <summary>
/// From the names of table 0211 (MSH-18) to encodings, and from bytes to UTF-8. ASCII and an empty MSH-18 are read as UTF-8 when the
/// bytes allow it and as ISO 8859-1 otherwise, because senders that state ASCII often are not strict.
/// </summary>
internal static class Hl7CharacterSet
{
    internal static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>The encoding of a table 0211 name; null when it is none that can be read here.</summary>
    internal static Encoding? Find(string name) => name.Trim().ToUpperInvariant() switch
    {
        "UNICODE UTF-8" or "UNICODE" or "UTF-8" or "UTF8" or "ISO IR192" => Utf8,
        "UNICODE UTF-16" or "UTF-16" => new UnicodeEncoding(bigEndian: true, byteOrderMark: false, throwOnInvalidBytes: true),
        "UNICODE UTF-32" or "UTF-32" => new UTF32Encoding(bigEndian: true, byteOrderMark: false, throwOnInvalidCharacters: true),
        "8859/1" or "ISO IR100" or "ISO_8859-1" or "ISO-8859-1" => Encoding.Latin1,
        "ISO IR87" or "ISO IR13" or "ISO IR14" => Pages("iso-2022-jp"),
        "GB 18030-2000" or "GB18030" => Pages("gb18030"),
        "BIG-5" or "BIG5" => Pages("big5"),
        "KS X 1001" => Pages("euc-kr"),
        "WINDOWS-1252" => Pages("windows-1252"),
        var other when other.StartsWith("8859/", StringComparison.Ordinal) => Pages("iso-8859-" + other[5..]),
        _ => null,
    };

    /// <summary>
    /// The encoding a message is written in. <paramref name="names"/> are the repetitions of MSH-18: the first is the default set,
    /// further ones are reached by escape sequences of ISO 2022 (HL7 v2.8.2 ch. 2.15.9.18), which the Japanese encoding reads.
    /// </summary>
    internal static Encoding Choose(IReadOnlyList<string> names, string? fallback, ReadOnlySpan<byte> bytes)
    {
        if (names.Any(name => name.Trim().ToUpperInvariant() is "ISO IR87"))
            return Pages("iso-2022-jp")!;
        var first = names.Count > 0 ? names[0].Trim() : "";
        if (first.Length == 0 && fallback is not null)
            first = fallback;
        if (first.Length > 0 && !first.Equals("ASCII", StringComparison.OrdinalIgnoreCase) && Find(first) is { } found)
            return found;
        return System.Text.Unicode.Utf8.IsValid(bytes) ? Utf8 : Encoding.Latin1;
    }

    /// <summary>Whether bytes of this encoding can be searched for delimiters as they are, because they already are UTF-8.</summary>
    internal static bool IsUtf8(Encoding encoding) => encoding is UTF8Encoding;

    /// <summary>The encoding that a byte order mark or the spacing of <c>MSH</c> shows, with the length of the mark.</summary>
    internal static (Encoding Encoding, int Skip)? FromFirstBytes(ReadOnlySpan<byte> bytes)
    {
        if (bytes.StartsWith((ReadOnlySpan<byte>)[0xEF, 0xBB, 0xBF]))
            return (Utf8, 3);
        if (bytes.StartsWith((ReadOnlySpan<byte>)[0xFF, 0xFE]))
            return (Utf16(bigEndian: false), 2);
        if (bytes.StartsWith((ReadOnlySpan<byte>)[0xFE, 0xFF]))
            return (Utf16(bigEndian: true), 2);
        if (bytes.StartsWith("M\0S\0H\0"u8))
            return (Utf16(bigEndian: false), 0);
        if (bytes.StartsWith("\0M\0S\0H"u8))
            return (Utf16(bigEndian: true), 0);
        return null;
    }

    private static UnicodeEncoding Utf16(bool bigEndian) => new(bigEndian, byteOrderMark: false, throwOnInvalidBytes: true);

    private static Encoding? Pages(string name)
    {
        try
        {
            return CodePagesEncodingProvider.Instance.GetEncoding(name, EncoderFallback.ReplacementFallback, DecoderFallback.ExceptionFallback)
                ?? Encoding.GetEncoding(name, EncoderFallback.ReplacementFallback, DecoderFallback.ExceptionFallback);
        }
        catch (ArgumentException)
        {
            return null; // the platform has no such encoding
        }
    }
}
