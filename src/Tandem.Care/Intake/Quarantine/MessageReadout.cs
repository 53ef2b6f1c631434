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
/// <param name="Segments">As it reads; none when it cannot be read.</param>
public sealed record MessageReadout(string Text, IReadOnlyList<SegmentReadout> Segments)
{
    private const int MostSegments = 500;

    internal static readonly MessageReadout Empty = new("", []);

    /// <summary>Reads it out and marks the place.</summary>
    internal static MessageReadout Of(ReadOnlyMemory<byte> raw, string? place)
    {
        var parsed = Hl7Message.Parse(raw);
        var message = parsed.Message ?? parsed.Fault?.Header;
        var text = parsed.Message is { } whole ? whole.ToString() : Decode(raw.Span);
        var mark = place is not null && Hl7Location.TryParse(place, out var location) ? location : default;
        return new(text, message is null ? [] : [.. message.Segments.AsEnumerable().Take(MostSegments).Select(segment => Read(segment, mark))]);
    }

    private static SegmentReadout Read(Hl7Segment segment, Hl7Location mark)
    {
        var isHere = segment.Name == mark.Segment && segment.Occurrence == Math.Max(mark.Occurrence, 1);
        var fields = new List<FieldReadout>();
        for (var number = 1; number <= Math.Max(segment.FieldCount, isHere ? mark.Field : 0); number++)
        {
            var isMarked = isHere && number == mark.Field;
            if (segment[number].Exists || isMarked)
                fields.Add(new(string.Create(CultureInfo.InvariantCulture, $"{segment.Name}-{number}"), segment[number].ToString(), isMarked));
        }

        return new(segment.Name, fields, isHere);
    }

    private static string Decode(ReadOnlySpan<byte> raw) =>
        (System.Text.Unicode.Utf8.IsValid(raw) ? Encoding.UTF8 : Encoding.Latin1).GetString(raw).ReplaceLineEndings("\n");
}
