using System.Buffers.Text;
using System.Globalization;
using System.Text;

namespace Tandem.Fhir.Json;

/// <summary>Undoes the escapes of a JSON string into a buffer of the caller's.</summary>
internal static class JsonEscapes
{
    /// <summary>
    /// Writes the plain text of <paramref name="escaped"/> (without quotes) and returns its length, which is never longer than
    /// the escaped one. The text was accepted by the reader, so each escape is sound; half a surrogate pair becomes U+FFFD.
    /// </summary>
    internal static int Unescape(ReadOnlySpan<byte> escaped, Span<byte> into)
    {
        var written = 0;
        while (escaped.IndexOf((byte)'\\') is var slash and >= 0)
        {
            escaped[..slash].CopyTo(into[written..]);
            written += slash;
            var kind = escaped[slash + 1];
            if (kind == (byte)'u')
            {
                written += Unicode(ref escaped, slash, into[written..]);
                continue;
            }

            into[written++] = kind switch
            {
                (byte)'n' => (byte)'\n',
                (byte)'r' => (byte)'\r',
                (byte)'t' => (byte)'\t',
                (byte)'b' => (byte)'\b',
                (byte)'f' => (byte)'\f',
                _ => kind,
            };
            escaped = escaped[(slash + 2)..];
        }

        escaped.CopyTo(into[written..]);
        return written + escaped.Length;
    }

    /// <summary>False when an escape stands for half a surrogate pair, which is no character.</summary>
    internal static bool IsWhole(ReadOnlySpan<byte> escaped)
    {
        while (escaped.IndexOf((byte)'\\') is var slash and >= 0)
        {
            var isUnit = escaped[slash + 1] == (byte)'u';
            var first = isUnit ? Unit(escaped[(slash + 2)..]) : ' ';
            escaped = escaped[(slash + (isUnit ? 6 : 2))..];
            if (!char.IsSurrogate(first))
                continue;
            if (!char.IsHighSurrogate(first) || !escaped.StartsWith("\\u"u8) || !char.IsLowSurrogate(Unit(escaped[2..])))
                return false;
            escaped = escaped[6..];
        }

        return true;
    }

    private static int Unicode(ref ReadOnlySpan<byte> escaped, int slash, Span<byte> into)
    {
        var first = Unit(escaped[(slash + 2)..]);
        escaped = escaped[(slash + 6)..];
        var rune = Rune.ReplacementChar;
        if (char.IsHighSurrogate(first) && escaped.StartsWith("\\u"u8) && Unit(escaped[2..]) is var second && char.IsLowSurrogate(second))
        {
            rune = new Rune(first, second);
            escaped = escaped[6..];
        }
        else if (!char.IsSurrogate(first))
        {
            rune = new Rune(first);
        }

        return rune.EncodeToUtf8(into);
    }

    private static char Unit(ReadOnlySpan<byte> digits) =>
        Utf8Parser.TryParse(digits[..4], out int value, out var used, 'X') && used == 4 ? (char)value
            : throw new FormatException(string.Create(CultureInfo.InvariantCulture, $"No code unit: {Encoding.UTF8.GetString(digits[..4])}"));
}
