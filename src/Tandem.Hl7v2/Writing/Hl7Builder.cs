using System.Text;
using Tandem.Hl7v2.Text;

namespace Tandem.Hl7v2.Writing;

/// <summary>
/// A message that is being written: a new one, or a copy of one that was read. What is not changed is written as it was read, byte for
/// byte but for line ends, which become CR. Not thread-safe.
/// </summary>
public sealed class Hl7Builder
{
    private readonly List<Hl7SegmentBuilder> segments = [];
    private readonly Hl7Message? original;
    private readonly Encoding encoding;
    private bool changed;

    /// <summary>A new message with an MSH of nothing but delimiters, in UTF-8.</summary>
    public Hl7Builder(Hl7Separators? separators = null, Encoding? encoding = null)
    {
        (Separators, this.encoding) = (separators ?? Hl7Separators.Standard, encoding ?? Hl7CharacterSet.Utf8);
        Add("MSH");
    }

    internal Hl7Builder(Hl7Message message)
    {
        (Separators, encoding, original) = (message.Separators, message.Encoding, message);
        foreach (var segment in message.Segments)
        {
            var fields = segment.ToString().Split((char)Separators.Field);
            segments.Add(new(this, fields[0], [.. fields.Skip(1)]));
        }
    }

    /// <summary>The delimiters.</summary>
    public Hl7Separators Separators { get; }

    /// <summary>The segments in order.</summary>
    public IReadOnlyList<Hl7SegmentBuilder> Segments => segments;

    /// <summary>The MSH.</summary>
    public Hl7SegmentBuilder Header => segments[0];

    /// <summary>Appends a segment.</summary>
    public Hl7SegmentBuilder Add(string name) => Insert(segments.Count, name);

    /// <summary>Puts a segment at an index, 0-based.</summary>
    public Hl7SegmentBuilder Insert(int index, string name)
    {
        if (!SegmentNames.IsName(name.AsSpan()))
            throw new ArgumentException($"'{name}' is no segment name.", nameof(name));
        var segment = new Hl7SegmentBuilder(this, name, name is "MSH" or "FHS" or "BHS" ? [""] : []);
        segments.Insert(index, segment);
        changed = true;
        return segment;
    }

    /// <summary>Takes a segment away.</summary>
    public void Remove(Hl7SegmentBuilder segment) => changed |= segments.Remove(segment);

    /// <summary>The n-th segment of a name; null when there is none.</summary>
    public Hl7SegmentBuilder? Find(string name, int occurrence = 1) => segments.Where(s => s.Name == name).ElementAtOrDefault(occurrence - 1);

    /// <summary>Sets what stands at a location, such as <c>PID-3(2).4</c>; a segment that is missing is appended.</summary>
    /// <returns>This.</returns>
    /// <exception cref="FormatException">It is no location of a field.</exception>
    public Hl7Builder Set(string location, string? text)
    {
        var at = Hl7Location.Parse(location);
        if (at.Field == 0)
            throw new FormatException($"'{location}' names no field.");
        var segment = Find(at.Segment, at.Occurrence);
        while (segment is null)
        {
            Add(at.Segment);
            segment = Find(at.Segment, at.Occurrence);
        }

        segment.Set(at.Field, text, Math.Max(at.Repetition, 1), at.Component, at.SubComponent);
        return this;
    }

    /// <summary>
    /// The message in its character set, each segment ended by CR. When a text cannot be written in that set, the message becomes UTF-8 and
    /// MSH-18 says so.
    /// </summary>
    public byte[] ToBytes()
    {
        if (!changed && original is not null && encoding is not (UnicodeEncoding or UTF32Encoding))
            return WithCarriageReturns(original.Source.Span);
        var strict = (Encoding)encoding.Clone();
        strict.EncoderFallback = EncoderFallback.ExceptionFallback;
        try
        {
            return strict.GetBytes(ToString());
        }
        catch (EncoderFallbackException)
        {
            Header.Set(18, "UNICODE UTF-8");
            return Hl7CharacterSet.Utf8.GetBytes(ToString());
        }
    }

    /// <summary>The message read back.</summary>
    public Hl7Message ToMessage() =>
        Hl7Message.Parse(ToString()) is { Message: { } message } ? message : throw new InvalidOperationException("What was written cannot be read.");

    /// <summary>The message as text, each segment ended by CR.</summary>
    public override string ToString()
    {
        var text = new StringBuilder();
        foreach (var segment in segments)
        {
            segment.Write(text);
            text.Append('\r');
        }

        return text.ToString();
    }

    internal void Changed() => changed = true;

    private static byte[] WithCarriageReturns(ReadOnlySpan<byte> source)
    {
        var bytes = new byte[source.Length + 1];
        var length = 0;
        while (source.Length > 0)
        {
            var end = source.IndexOfAny((byte)'\r', (byte)'\n');
            var line = end < 0 ? source : source[..end];
            if (line.IndexOfAnyExcept("\t "u8) >= 0)
            {
                line.CopyTo(bytes.AsSpan(length));
                length += line.Length;
                bytes[length++] = (byte)'\r';
            }

            source = end < 0 ? default : source[(end + 1)..];
        }

        return bytes[..length];
    }
}
