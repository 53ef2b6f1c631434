using System.Buffers.Text;

namespace Tandem.Record.Files;

/// <summary>An object as it stands in a PDF.</summary>
/// <param name="Number">Its number.</param>
/// <param name="Body">Where what it is begins.</param>
/// <param name="End">Where its dictionary ends; the same as <paramref name="Body"/> for anything else.</param>
/// <param name="Stream">Where its stream begins; -1 without one.</param>
/// <param name="Length">The stream's bytes.</param>
internal readonly record struct PdfObject(int Number, int Body, int End, int Stream, int Length);

/// <summary>
/// Finds the objects of a PDF (ISO 32000-1, 7.3) by walking through it once, without its tables and without recursion: what it cannot read it passes over, and where too much of that comes it ends. Everything is bytes.
/// </summary>
internal static class PdfObjects
{
    private const int LargestDictionary = 256 * 1024;
    private const int MostObjects = 1_000_000;
    private const int MostBroken = 200;

    /// <summary>The objects that stand outside of streams, in their order.</summary>
    internal static List<PdfObject> Of(ReadOnlySpan<byte> file)
    {
        var found = new List<PdfObject>();
        var broken = 0;
        for (var at = 0; found.Count < MostObjects && broken < MostBroken && file[at..].IndexOf("obj"u8) is >= 0 and var next;)
        {
            var word = at + next;
            at = word + 3;
            if (NumberBefore(file, word) is not { } number)
                continue;
            var body = SkipBlanks(file, at);
            var end = EndOfDictionary(file, body);
            if (end < 0 && file[body..].StartsWith("<<"u8))
                broken++;
            var stream = end > body ? StreamAfter(file, end) : -1;
            var length = stream < 0 ? -1 : LengthOf(file, file[body..end], stream);
            if (stream >= 0 && length < 0)
                broken = MostBroken; // no stream ends from here on
            found.Add(new PdfObject(number, body, Math.Max(end, body), length < 0 ? -1 : stream, Math.Max(length, 0)));
            at = length >= 0 ? stream + length : Math.Max(at, end);
        }

        return found;
    }

    /// <summary>The numbers of the objects that a text refers to (<c>12 0 R</c>), behind each place of a key when one is said; not from within strings.</summary>
    internal static IReadOnlySet<int> References(ReadOnlySpan<byte> text, ReadOnlySpan<byte> key = default)
    {
        var numbers = new HashSet<int>();
        for (var at = 0; at < text.Length && numbers.Count < MostBroken; at++)
        {
            if (!key.IsEmpty)
            {
                var next = text[at..].IndexOf(key);
                if (next < 0)
                    break;
                at = SkipBlanks(text, at + next + key.Length);
            }
            else if (text[at] is (byte)'(' or (byte)'<' && EndOfString(text, at) is var end && end > at)
                at = end;
            if (ReferenceAt(text, at) is { } number)
                numbers.Add(number);
            else if (key.IsEmpty)
                at = SkipDigits(text, at);
        }

        return numbers;
    }

    /// <summary>Whether a dictionary has a key with a name as its value, such as <c>/Type /Metadata</c>.</summary>
    internal static bool Is(ReadOnlySpan<byte> dictionary, ReadOnlySpan<byte> key, ReadOnlySpan<byte> value)
    {
        if (BehindKey(dictionary, key) is not (>= 0 and var at))
            return false;
        at = SkipBlanks(dictionary, at);
        return dictionary[at..].StartsWith(value) && IsDelimiter(dictionary, at + value.Length);
    }

    /// <summary>Where a key's value begins, blanks before it included; -1 when there is no such key.</summary>
    internal static int BehindKey(ReadOnlySpan<byte> dictionary, ReadOnlySpan<byte> key)
    {
        for (var at = 0; dictionary[at..].IndexOf(key) is >= 0 and var next;)
        {
            at += next + key.Length;
            if (IsDelimiter(dictionary, at))
                return at;
        }

        return -1;
    }

    /// <summary>A key's number that stands in the dictionary itself; null when it is none or a reference.</summary>
    internal static int? Number(ReadOnlySpan<byte> dictionary, ReadOnlySpan<byte> key)
    {
        if (BehindKey(dictionary, key) is not (>= 0 and var at))
            return null;
        at = SkipBlanks(dictionary, at);
        return ReferenceAt(dictionary, at) is null && Utf8Parser.TryParse(dictionary[at..], out int number, out _) && number >= 0 ? number : null;
    }

    /// <summary>Where a dictionary that begins here ends (behind its brackets); -1 when none does.</summary>
    internal static int EndOfDictionary(ReadOnlySpan<byte> text, int start)
    {
        text = text[..Math.Min(text.Length, start + LargestDictionary)];
        if (!text[start..].StartsWith("<<"u8))
            return -1;
        var depth = 0;
        for (var at = start; at < text.Length; at++)
        {
            var rest = text[at..];
            if (rest.StartsWith("<<"u8))
                (depth, at) = (depth + 1, at + 1);
            else if (rest.StartsWith(">>"u8))
            {
                at++;
                if (--depth == 0)
                    return at + 1;
            }
            else if (text[at] == '%')
                at = rest.IndexOfAny((byte)'\r', (byte)'\n') is >= 0 and var line ? at + line : text.Length;
            else if (text[at] is (byte)'(' or (byte)'<')
            {
                var end = EndOfString(text, at);
                if (end == at)
                    return -1;
                at = end - 1;
            }
        }

        return -1;
    }

    /// <summary>Where a string that begins here ends (behind its bracket); the same place when none begins, or it has no end.</summary>
    internal static int EndOfString(ReadOnlySpan<byte> text, int start)
    {
        if (text[start] == '<' && !text[start..].StartsWith("<<"u8))
            return text[start..].IndexOf((byte)'>') is >= 0 and var hex ? start + hex + 1 : start;
        if (text[start] != '(')
            return start;
        var depth = 0;
        for (var at = start; at < text.Length; at++)
        {
            if (text[at] == '\\')
                at++;
            else if (text[at] == '(')
                depth++;
            else if (text[at] == ')' && --depth == 0)
                return at + 1;
        }

        return start;
    }

    internal static int SkipBlanks(ReadOnlySpan<byte> text, int at)
    {
        while (at < text.Length && IsBlank(text[at]))
            at++;
        return at;
    }

    private static int SkipDigits(ReadOnlySpan<byte> text, int at)
    {
        while (at + 1 < text.Length && char.IsAsciiDigit((char)text[at]) && char.IsAsciiDigit((char)text[at + 1]))
            at++;
        return at;
    }

    private static bool IsBlank(byte one) => one is 0 or 9 or 10 or 12 or 13 or 32;

    private static bool IsDelimiter(ReadOnlySpan<byte> text, int at) => at >= text.Length || IsBlank(text[at]) || "()<>[]{}/%"u8.Contains(text[at]);

    /// <summary>The number in <c>12 0 R</c> that begins here.</summary>
    private static int? ReferenceAt(ReadOnlySpan<byte> text, int at)
    {
        if (at >= text.Length || !char.IsAsciiDigit((char)text[at]) || !Utf8Parser.TryParse(text[at..], out int number, out var digits))
            return null;
        var generation = SkipBlanks(text, at + digits);
        if (generation == at + digits || generation >= text.Length || !Utf8Parser.TryParse(text[generation..], out int _, out digits))
            return null;
        var word = SkipBlanks(text, generation + digits);
        return word > generation + digits && word < text.Length && text[word] == 'R' && IsDelimiter(text, word + 1) ? number : null;
    }

    /// <summary>The object's number in <c>12 0 obj</c>.</summary>
    private static int? NumberBefore(ReadOnlySpan<byte> file, int word)
    {
        var at = word;
        if (!Back(file, ref at, IsBlank) || !Back(file, ref at, IsDigit) || !Back(file, ref at, IsBlank))
            return null;
        return Back(file, ref at, IsDigit) && Utf8Parser.TryParse(file[at..], out int number, out _) ? number : null;
    }

    private static bool IsDigit(byte one) => char.IsAsciiDigit((char)one);

    /// <summary>Goes back over one or more bytes of a kind, few of them.</summary>
    private static bool Back(ReadOnlySpan<byte> file, ref int at, Func<byte, bool> isKind)
    {
        var from = at;
        while (at > 0 && from - at < 12 && isKind(file[at - 1]))
            at--;
        return at < from;
    }

    /// <summary>Where the stream behind a dictionary begins; -1 when there is none.</summary>
    private static int StreamAfter(ReadOnlySpan<byte> file, int end)
    {
        var at = SkipBlanks(file, end);
        if (!file[at..].StartsWith("stream"u8))
            return -1;
        at += 6;
        return file[at..] switch
        {
            [13, 10, ..] => at + 2,
            [10 or 13, ..] => at + 1,
            _ => at,
        };
    }

    /// <summary>As many bytes as it says, when its end stands there; else up to the next word that ends one. -1 when there is none.</summary>
    private static int LengthOf(ReadOnlySpan<byte> file, ReadOnlySpan<byte> dictionary, int stream)
    {
        if (Number(dictionary, "/Length"u8) is { } said && (long)stream + said <= file.Length && file[SkipBlanks(file, stream + said)..].StartsWith("endstream"u8))
            return said;
        var length = file[stream..].IndexOf("endstream"u8);
        if (length > 0 && file[stream + length - 1] == 10)
            length--;
        if (length > 0 && file[stream + length - 1] == 13)
            length--;
        return length;
    }
}
