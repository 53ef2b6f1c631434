using System.Runtime.InteropServices;
using System.Text;
using Tandem.Hl7v2.Text;

namespace Tandem.Hl7v2;

/// <summary>Builds the index of a message in one pass over its bytes.</summary>
internal static class MessageReader
{
    private static readonly Hl7Location Msh = new("MSH");

    internal static Hl7Reading Read(ReadOnlyMemory<byte> bytes, Hl7ReadOptions options)
    {
        if (bytes.Length > options.MaxBytes)
            return Fault($"The message has {bytes.Length:N0} bytes; at most {options.MaxBytes:N0} are read.", Msh);
        var source = Unframe(bytes);
        var marked = Hl7CharacterSet.FromFirstBytes(source.Span);
        if (marked is { } mark)
            source = Trim(source[mark.Skip..]);
        var encoding = marked?.Encoding ?? Hl7CharacterSet.Choose(CharacterSetNames(source.Span), options.DefaultCharacterSet, source.Span);
        if (Transcode(source, encoding) is { } utf8)
            return Index(source, Trim(utf8), encoding, options);
        var header = HeaderOf(source, options);
        return new(new Hl7Fault($"The bytes are no valid {encoding.WebName}, which the message says it is written in.",
            new Hl7Location("MSH", 1, 18), 1, FirstInvalid(source.Span, encoding), header));
    }

    internal static Hl7Reading ReadUtf8(ReadOnlyMemory<byte> utf8, Hl7ReadOptions options)
    {
        var text = Unframe(utf8);
        return Index(text, text, Hl7CharacterSet.Utf8, options);
    }

    private static Hl7Reading Index(ReadOnlyMemory<byte> source, ReadOnlyMemory<byte> utf8, Encoding encoding, Hl7ReadOptions options)
    {
        var text = utf8.Span;
        if (!text.StartsWith("MSH"u8))
        {
            return text.StartsWith("FHS"u8) || text.StartsWith("BHS"u8)
                ? Fault("This is a batch; send its messages one by one.", new Hl7Location(text[0] == 'F' ? "FHS" : "BHS"))
                : Fault(text.Length == 0 ? "There is no message: the text is empty." : "A message begins with an MSH segment.", Msh);
        }

        if (SeparatorsOf(text, out var reason, out var at) is not { } separators)
            return new(new Hl7Fault(reason, new Hl7Location("MSH", 1, at), 1, 3, null));

        var rows = new List<SegmentRow>(16);
        var fields = new List<int>(256);
        var counts = new Dictionary<int, int>();
        for (int start = 0, line = 1; start < text.Length; line++)
        {
            var length = text[start..].IndexOfAny((byte)'\r', (byte)'\n');
            var end = length < 0 ? text.Length : start + length;
            if (!IsBlank(text[start..end]))
            {
                var row = Segment(text, start, end, separators.Field, fields, counts, out var wrong);
                if (wrong is null && rows.Count > 0 && row.Name == "MSH")
                    wrong = "A second message begins here; one is expected.";
                if (wrong is null && rows.Count == options.MaxSegments)
                    wrong = $"The message has more than {options.MaxSegments:N0} segments.";
                if (wrong is not null)
                    return Broken(source, utf8, encoding, separators, rows, fields, counts, (wrong, line, start));
                rows.Add(row);
            }

            start = end + (end + 1 < text.Length && text[end] == '\r' && text[end + 1] == '\n' ? 2 : 1);
        }

        return new(new Hl7Message(source, utf8, encoding, separators, [.. rows], [.. fields]));
    }

    private static SegmentRow Segment(
        ReadOnlySpan<byte> text, int start, int end, byte separator, List<int> fields, Dictionary<int, int> counts, out string? wrong)
    {
        wrong = null;
        var name = text[start..Math.Min(start + 3, end)];
        if (!SegmentNames.IsName(name) || (end - start > 3 && text[start + 3] != separator))
        {
            wrong = "A line must begin with a segment name of three characters and a field separator.";
            return default;
        }

        var key = SegmentNames.Key(name);
        ref var occurrence = ref CollectionsMarshal.GetValueRefOrAddDefault(counts, key, out _);
        occurrence++;
        var first = fields.Count;
        for (var at = start; ;)
        {
            fields.Add(at);
            var next = text[at..end].IndexOf(separator);
            if (next < 0)
                break;
            at += next + 1;
        }

        return new(key, SegmentNames.Of(name), occurrence, start, end, first, fields.Count - first);
    }

    private static Hl7Reading Broken(
        ReadOnlyMemory<byte> source, ReadOnlyMemory<byte> utf8, Encoding encoding, Hl7Separators separators, List<SegmentRow> rows, List<int> fields,
        Dictionary<int, int> counts, (string Reason, int Line, int Offset) wrong)
    {
        var header = rows.Count == 0 ? null
            : new Hl7Message(source, utf8, encoding, separators, [rows[0]], [.. fields.Take(rows[0].FieldCount)]);
        var last = rows.Count == 0 ? Msh : new Hl7Location(rows[^1].Name, rows[^1].Occurrence);
        var text = utf8.Span[wrong.Offset..];
        var location = text.Length >= 3 && SegmentNames.IsName(text[..3])
            ? new Hl7Location(SegmentNames.Of(text[..3]), counts.GetValueOrDefault(SegmentNames.Key(text[..3]), 1))
            : last;
        var reason = location == last ? $"{wrong.Reason} The last segment read was {last}." : wrong.Reason;
        return new(new Hl7Fault(reason, location, wrong.Line, wrong.Offset, header));
    }

    private static Hl7Separators? SeparatorsOf(ReadOnlySpan<byte> text, out string reason, out int field)
    {
        (reason, field) = ("MSH-1 and MSH-2, which name the delimiters, are missing.", 1);
        var end = text.IndexOfAny((byte)'\r', (byte)'\n');
        var line = end < 0 ? text : text[..end];
        if (line.Length < 5)
            return null;
        field = 2;
        var encoding = line[4..];
        var stop = encoding.IndexOf(line[3]);
        return Hl7Separators.Read(line[3], stop < 0 ? encoding : encoding[..stop], out reason);
    }

    /// <summary>MSH-18 before the encoding is known: every set that can be read so writes delimiters in ASCII.</summary>
    private static string[] CharacterSetNames(ReadOnlySpan<byte> source)
    {
        var end = source.IndexOfAny((byte)'\r', (byte)'\n');
        var line = end < 0 ? source : source[..end];
        if (line.Length < 8 || !line.StartsWith("MSH"u8))
            return [];
        var rest = line[4..];
        for (var field = 2; field < 18; field++)
        {
            var next = rest.IndexOf(line[3]);
            if (next < 0)
                return [];
            rest = rest[(next + 1)..];
        }

        var stop = rest.IndexOf(line[3]);
        return Encoding.ASCII.GetString(stop < 0 ? rest : rest[..stop]).Split((char)line[5]);
    }

    private static ReadOnlyMemory<byte>? Transcode(ReadOnlyMemory<byte> source, Encoding encoding)
    {
        if (Hl7CharacterSet.IsUtf8(encoding))
            return System.Text.Unicode.Utf8.IsValid(source.Span) ? source : default(ReadOnlyMemory<byte>?);
        if (encoding.CodePage == Encoding.Latin1.CodePage && Ascii.IsValid(source.Span))
            return source;
        try
        {
            return Encoding.UTF8.GetBytes(encoding.GetString(source.Span));
        }
        catch (DecoderFallbackException)
        {
            return null;
        }
    }

    private static int FirstInvalid(ReadOnlySpan<byte> source, Encoding encoding)
    {
        try
        {
            encoding.GetCharCount(source);
            return 0;
        }
        catch (DecoderFallbackException e)
        {
            return Math.Max(e.Index, 0);
        }
    }

    private static Hl7Message? HeaderOf(ReadOnlyMemory<byte> source, Hl7ReadOptions options)
    {
        var end = source.Span.IndexOfAny((byte)'\r', (byte)'\n');
        var line = end < 0 ? source : source[..end];
        var utf8 = Encoding.UTF8.GetBytes(Encoding.Latin1.GetString(line.Span));
        return Index(line, utf8, Encoding.Latin1, options).Message;
    }

    private static ReadOnlyMemory<byte> Unframe(ReadOnlyMemory<byte> bytes)
    {
        var last = bytes.Span.LastIndexOfAnyExcept((byte)'\r', (byte)'\n');
        if (last >= 0 && bytes.Span[last] == Mllp.MllpFraming.EndBlock)
            bytes = bytes[..last];
        var trimmed = Trim(bytes);
        return trimmed.Length > 0 && trimmed.Span[0] == Mllp.MllpFraming.StartBlock ? Trim(trimmed[1..]) : trimmed;
    }

    /// <summary>Without line ends and blanks in front; what stands behind costs nothing.</summary>
    private static ReadOnlyMemory<byte> Trim(ReadOnlyMemory<byte> bytes)
    {
        var first = bytes.Span.IndexOfAnyExcept("\r\n\t "u8);
        return first < 0 ? ReadOnlyMemory<byte>.Empty : bytes[first..];
    }

    private static bool IsBlank(ReadOnlySpan<byte> line) => line.IndexOfAnyExcept("\t "u8) < 0;

    private static Hl7Reading Fault(string reason, Hl7Location location) => new(new Hl7Fault(reason, location, 1, 0, null));
}
