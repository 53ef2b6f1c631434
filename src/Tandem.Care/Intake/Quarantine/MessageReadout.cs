using System.Globalization;
using System.Text;
using Tandem.Hl7v2;

namespace Tandem.Care.Intake;

/// <summary>A field as a page shows it.</summary>
public sealed record FieldReadout(string Name, string Text, bool IsMarked);

/// <summary>A segment as a page shows it: fields that were sent, and the faulty one even when it was not.</summary>
public sealed record SegmentReadout(string Name, IReadOnlyList<FieldReadout> Fields, bool IsMarked);

/// <summary>A message as a page shows it.</summary>
/// <param name="Text">As it came, a segment on a line; bytes that are no UTF-8 as ISO 8859-1.</param>
/// <param name="Lines">The same text in lines, with the faulty place marked.</param>
/// <param name="Segments">As it reads; none when it cannot be read, the first alone when the rest cannot.</param>
/// <param name="IsWhole">False when what follows the first segment cannot be read.</param>
/// <param name="Missing">The faulty segment when the message has none of that name; null otherwise.</param>
public sealed record MessageReadout(string Text, IReadOnlyList<RawLine> Lines, IReadOnlyList<SegmentReadout> Segments, bool IsWhole, string? Missing)
{
    private const int MostSegments = 500;

    internal static readonly MessageReadout Empty = new("", [], [], false, null);

    /// <summary>Reads it out and marks the place.</summary>
    internal static MessageReadout Of(ReadOnlyMemory<byte> raw, string? place)
    {
        var parsed = Hl7Message.Parse(raw);
        var message = parsed.Message ?? parsed.Fault?.Header;
        var text = parsed.Message is { } whole ? whole.ToString() : Decode(raw.Span);
        var mark = place is not null && Hl7Location.TryParse(place, out var location) ? location : default;
        // The place of a line that is no segment is the segment before it: the line is marked instead.
        var badLine = parsed.Fault is { Location.Field: 0 } fault ? fault.Line : 0;
        if (badLine > 0)
            mark = default;
        IReadOnlyList<SegmentReadout> segments =
            message is null ? [] : [.. message.Segments.AsEnumerable().Take(MostSegments).Select(segment => Read(segment, mark))];
        var isMissing = parsed.Message is { } all && mark.Segment is { } name && !all.Segments.AsEnumerable().Any(segment => IsAt(segment, mark));
        return new(text, Mark(text.TrimEnd('\n').Split('\n'), mark, badLine), segments, parsed.Message is not null, isMissing ? mark.Segment : null);
    }

    private static List<RawLine> Mark(string[] lines, Hl7Location mark, int badLine)
    {
        var (marked, seen) = (new List<RawLine>(lines.Length), 0);
        for (var i = 0; i < lines.Length; i++)
        {
            var isHere = mark.Segment is { } name && lines[i].StartsWith(name, StringComparison.Ordinal) && ++seen == Math.Max(mark.Occurrence, 1);
            marked.Add(isHere ? RawLine.At(lines[i], mark.Field) : i + 1 == badLine ? new("", lines[i], "") : new(lines[i], "", ""));
        }

        return marked;
    }

    private static SegmentReadout Read(Hl7Segment segment, Hl7Location mark)
    {
        var isHere = IsAt(segment, mark);
        var fields = new List<FieldReadout>();
        for (var number = 1; number <= Math.Max(segment.FieldCount, isHere ? mark.Field : 0); number++)
        {
            var isMarked = isHere && number == mark.Field;
            if (segment[number].Exists || isMarked)
                fields.Add(new(string.Create(CultureInfo.InvariantCulture, $"{segment.Name}-{number}"), segment[number].ToString(), isMarked));
        }

        return new(segment.Name, fields, isHere);
    }

    private static bool IsAt(Hl7Segment segment, Hl7Location mark) =>
        segment.Name == mark.Segment && segment.Occurrence == Math.Max(mark.Occurrence, 1);

    private static string Decode(ReadOnlySpan<byte> raw) =>
        (System.Text.Unicode.Utf8.IsValid(raw) ? Encoding.UTF8 : Encoding.Latin1).GetString(raw).ReplaceLineEndings("\n");
}
