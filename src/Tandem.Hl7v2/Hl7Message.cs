using System.Text;
using Tandem.Hl7v2.Text;

namespace Tandem.Hl7v2;

/// <summary>
/// One HL7 v2 message: the text in UTF-8 and an index of where each segment and field begins. Nothing is copied out until it is asked
/// for, what is not understood stays as it was sent, and asking for what is not there gives an empty value. Immutable, thread-safe.
/// </summary>
public sealed class Hl7Message
{
    internal readonly ReadOnlyMemory<byte> Utf8;
    internal readonly SegmentRow[] Rows;
    internal readonly int[] FieldStarts;

    internal Hl7Message(ReadOnlyMemory<byte> source, ReadOnlyMemory<byte> utf8, Encoding encoding, Hl7Separators separators, SegmentRow[] rows, int[] fieldStarts)
    {
        (Source, Utf8, Encoding, Separators) = (source, utf8, encoding, separators);
        (Rows, FieldStarts) = (rows, fieldStarts);
    }

    /// <summary>The bytes as they came, without MLLP frame characters and byte order mark.</summary>
    public ReadOnlyMemory<byte> Source { get; }

    /// <summary>The character encoding the bytes came in.</summary>
    public Encoding Encoding { get; }

    /// <summary>The delimiters of this message.</summary>
    public Hl7Separators Separators { get; }

    /// <summary>How many segments there are; at least the MSH.</summary>
    public int SegmentCount => Rows.Length;

    /// <summary>The segments in order.</summary>
    public Hl7SegmentList Segments => new(this, 0, Rows.Length, 0);

    /// <summary>The message header.</summary>
    public Hl7Segment Header => new(this, 0);

    /// <summary>
    /// Reads one message (HL7 v2.1 to v2.8). Frame characters of MLLP, a byte order mark and blank lines around and between segments
    /// are skipped, and any line end is taken. Never throws on bytes, whatever they are.
    /// </summary>
    public static Hl7Reading Parse(ReadOnlyMemory<byte> bytes, Hl7ReadOptions? options = null) => MessageReader.Read(bytes, options ?? Hl7ReadOptions.Default);

    /// <summary>As <see cref="Parse(ReadOnlyMemory{byte}, Hl7ReadOptions?)"/> for text, which is taken as it is, whatever MSH-18 says.</summary>
    public static Hl7Reading Parse(string text) => MessageReader.ReadUtf8(System.Text.Encoding.UTF8.GetBytes(text), Hl7ReadOptions.Default);

    /// <summary>The segment at an index, 0-based.</summary>
    public Hl7Segment this[int index] => new(this, index);

    /// <summary>The first segment of a name; an empty one when there is none.</summary>
    public Hl7Segment First(string name) => First(name, 0);

    /// <summary>The first segment of a name at or after an index, before the end index when one is given; an empty one when there is none.</summary>
    public Hl7Segment First(string name, int from, int? end = null)
    {
        var key = Key(name);
        for (var i = from; i < (end ?? Rows.Length); i++)
        {
            if (Rows[i].Key == key)
                return new(this, i);
        }

        return default;
    }

    /// <summary>All segments of a name in order.</summary>
    public Hl7SegmentList All(string name) => new(this, 0, Rows.Length, Key(name));

    /// <summary>All segments of a name from an index up to, not including, an end.</summary>
    public Hl7SegmentList All(string name, int from, int end) => new(this, from, end, Key(name));

    /// <summary>All segments from an index up to, not including, an end: for walking groups.</summary>
    public Hl7SegmentList Between(int from, int end) => new(this, from, end, 0);

    /// <summary>The value at a location; an empty value when there is none. Repetition 0 is the whole field.</summary>
    public Hl7Value At(Hl7Location location)
    {
        var count = 0;
        foreach (var segment in All(location.Segment))
        {
            if (++count != location.Occurrence)
                continue;
            var value = segment[location.Field];
            if (location.Repetition > 0)
                value = value.Repetition(location.Repetition);
            if (location.Component > 0)
                value = value.Component(location.Component);
            return location.SubComponent > 0 ? value.SubComponent(location.SubComponent) : value;
        }

        return default;
    }

    /// <summary>As <see cref="At(Hl7Location)"/> for a location written as text, such as <c>PID-3.4</c>.</summary>
    /// <exception cref="FormatException">It is no location.</exception>
    public Hl7Value At(string location) => At(Hl7Location.Parse(location));

    /// <summary>The unescaped text at a location written as text; null when there is none or it is an explicit null.</summary>
    /// <exception cref="FormatException">It is no location.</exception>
    public string? Text(string location) => At(location).Text;

    /// <summary>The bytes as they came with every line end made CR, as HL7 wants it, and no blank lines.</summary>
    public byte[] ToBytes() => Edit().ToBytes();

    /// <summary>A copy that can be changed.</summary>
    public Writing.Hl7Builder Edit() => new(this);

    /// <summary>The text with one segment on a line; for people to read.</summary>
    public override string ToString() => System.Text.Encoding.UTF8.GetString(Utf8.Span).ReplaceLineEndings("\n");

    internal int LineOf(int offset)
    {
        var line = 1;
        var text = Utf8.Span;
        for (var i = 0; i < offset; i++)
        {
            if (text[i] == '\n' || (text[i] == '\r' && (i + 1 == text.Length || text[i + 1] != '\n')))
                line++;
        }

        return line;
    }

    private static int Key(string name) =>
        name.Length == 3 ? (name[0] << 16) | (name[1] << 8) | name[2] : throw new ArgumentException($"'{name}' is no segment name.", nameof(name));
}

/// <summary>One segment: its name, which of that name it is, where it lies, and where its field starts are.</summary>
internal readonly record struct SegmentRow(int Key, string Name, int Occurrence, int Start, int End, int FirstField, int FieldCount);
