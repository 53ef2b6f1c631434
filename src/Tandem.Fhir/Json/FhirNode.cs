using System.Globalization;
using System.Text;

namespace Tandem.Fhir.Json;

/// <summary>What a JSON value is; <see cref="Missing"/> stands for a value that is not there.</summary>
public enum JsonKind : byte
{
    Missing,
    Object,
    Array,
    String,
    Number,
    True,
    False,
    Null,
}

/// <summary>
/// One value of a <see cref="FhirJson"/>. Asking a missing value for anything gives a missing value, nothing or null, so a path
/// can be followed without tests on the way. A small struct: pass it by value.
/// </summary>
public readonly struct FhirNode : IEquatable<FhirNode>
{
    private readonly FhirJson? document;
    private readonly int index;

    internal FhirNode(FhirJson document, int index) => (this.document, this.index) = (document, index);

    /// <summary>The kind of value; <see cref="JsonKind.Missing"/> when there is none.</summary>
    public JsonKind Kind => document is null ? JsonKind.Missing : document.Rows[index].Kind;

    /// <summary>True when the value is there (a JSON null is there).</summary>
    public bool Exists => document is not null;

    /// <summary>True for an object.</summary>
    public bool IsObject => Kind == JsonKind.Object;

    /// <summary>The document this value lies in.</summary>
    /// <exception cref="InvalidOperationException">The value is missing.</exception>
    public FhirJson Document => document ?? throw new InvalidOperationException("A missing value lies in no document.");

    /// <summary>First byte of the value in the text.</summary>
    public int Offset => document is null ? 0 : document.Rows[index].Start;

    /// <summary>The value's own text in UTF-8: strings with their quotes and escapes.</summary>
    public ReadOnlySpan<byte> Raw => document is null ? default : document.Utf8.Span.Slice(Row.Start, Row.Length);

    /// <summary>As <see cref="Raw"/>, as memory.</summary>
    public ReadOnlyMemory<byte> RawMemory => document is null ? default : document.Utf8.Slice(Row.Start, Row.Length);

    /// <summary>The property's name in UTF-8; empty for items of arrays and the outermost value.</summary>
    public ReadOnlySpan<byte> NameUtf8 => document is null ? default : document.Utf8.Span.Slice(Row.NameStart, Row.NameLength);

    /// <summary>The property's name.</summary>
    public string Name => Row.NameEscaped ? Unescape(NameUtf8) : Encoding.UTF8.GetString(NameUtf8);

    /// <summary>Its place on the tape.</summary>
    internal int Index => index;

    private TapeRow Row => document!.Rows[index];

    /// <summary>The named property of an object; missing when this is no object or has none of that name.</summary>
    public FhirNode this[ReadOnlySpan<byte> name]
    {
        get
        {
            if (document is null || document.Rows[index].Kind != JsonKind.Object)
                return default;
            var rows = document.Rows;
            var end = rows[index].Next;
            var text = document.Utf8.Span;
            for (var at = index + 1; at < end; at = rows[at].Next)
            {
                ref readonly var row = ref rows[at];
                if (row.NameLength == name.Length && text.Slice(row.NameStart, row.NameLength).SequenceEqual(name))
                    return new(document, at);
            }

            return default;
        }
    }

    /// <summary>As the UTF-8 form: <c>node["status"]</c>.</summary>
    public FhirNode this[string name]
    {
        get
        {
            Span<byte> utf8 = stackalloc byte[Encoding.UTF8.GetMaxByteCount(Math.Min(name.Length, 128))];
            return name.Length > 128 ? this[Encoding.UTF8.GetBytes(name)] : this[utf8[..Encoding.UTF8.GetBytes(name, utf8)]];
        }
    }

    /// <summary>
    /// The items of an array, the value itself when it is no array, nothing when it is missing: repeating and single elements
    /// are walked alike.
    /// </summary>
    public NodeList Items => document is null ? default
        : Kind == JsonKind.Array ? new(document, index + 1, Row.Next)
        : new(document, index, Row.Next);

    /// <summary>The properties of an object in the order sent; nothing for any other kind.</summary>
    public NodeList Properties => Kind == JsonKind.Object ? new(document!, index + 1, Row.Next) : default;

    /// <summary>The first item (see <see cref="Items"/>), or missing.</summary>
    public FhirNode First
    {
        get
        {
            foreach (var item in Items)
                return item;
            return default;
        }
    }

    /// <summary>A string's text, a number's or boolean's literal; null for anything else.</summary>
    public string? Text => Kind switch
    {
        JsonKind.String => Row.Escaped ? Unescape(Raw[1..^1]) : Encoding.UTF8.GetString(Raw[1..^1]),
        JsonKind.Number or JsonKind.True or JsonKind.False => Encoding.UTF8.GetString(Raw),
        _ => null,
    };

    /// <summary>True or false; null when this is no boolean.</summary>
    public bool? Boolean => Kind switch { JsonKind.True => true, JsonKind.False => false, _ => null };

    /// <summary>A number's value; null when this is no number or lies outside <see cref="decimal"/>.</summary>
    public decimal? Number =>
        Kind == JsonKind.Number && decimal.TryParse(Raw, NumberStyles.Float, CultureInfo.InvariantCulture, out var value) ? value : null;

    /// <summary>True when this is a string with exactly this text.</summary>
    public bool Is(ReadOnlySpan<byte> text)
    {
        if (Kind != JsonKind.String)
            return false;
        return Row.Escaped ? Encoding.UTF8.GetBytes(Text!).AsSpan().SequenceEqual(text) : Raw[1..^1].SequenceEqual(text);
    }

    /// <summary>
    /// The bytes of a string without quotes and escapes: the text itself where nothing is escaped, else undone into
    /// <paramref name="buffer"/> or, when that is too short, into a new array. For any other kind as <see cref="Raw"/>.
    /// </summary>
    internal ReadOnlySpan<byte> Plain(Span<byte> buffer)
    {
        var raw = Raw;
        if (Kind != JsonKind.String)
            return raw;
        raw = raw[1..^1];
        if (!Row.Escaped)
            return raw;
        if (buffer.Length < raw.Length)
            buffer = new byte[raw.Length];
        return buffer[..JsonEscapes.Unescape(raw, buffer)];
    }

    /// <summary>Line and column (1-based) of the value.</summary>
    public (int Line, int Column) Position => document?.Position(Offset) ?? (0, 0);

    /// <inheritdoc/>
    public bool Equals(FhirNode other) => ReferenceEquals(document, other.document) && index == other.index;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is FhirNode other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(document, index);

    /// <summary>Same value in the same document.</summary>
    public static bool operator ==(FhirNode left, FhirNode right) => left.Equals(right);

    /// <summary>Not the same value.</summary>
    public static bool operator !=(FhirNode left, FhirNode right) => !left.Equals(right);

    /// <summary>The value's text.</summary>
    public override string ToString() => Encoding.UTF8.GetString(Raw);

    private static string Unescape(ReadOnlySpan<byte> escaped)
    {
        Span<byte> buffer = escaped.Length <= 512 ? stackalloc byte[512] : new byte[escaped.Length];
        return Encoding.UTF8.GetString(buffer[..JsonEscapes.Unescape(escaped, buffer)]);
    }
}

/// <summary>Consecutive values on the tape, walked without allocation.</summary>
public readonly struct NodeList
{
    private readonly FhirJson? document;
    private readonly int start;
    private readonly int end;

    internal NodeList(FhirJson document, int start, int end) => (this.document, this.start, this.end) = (document, start, end);

    /// <summary>How many there are.</summary>
    public int Count
    {
        get
        {
            var count = 0;
            foreach (var _ in this)
                count++;
            return count;
        }
    }

    /// <summary>For <c>foreach</c>.</summary>
    public Enumerator GetEnumerator() => new(document, start, end);

    /// <summary>For LINQ, off the hot path.</summary>
    public IEnumerable<FhirNode> AsEnumerable()
    {
        for (var at = start; document is not null && at < end; at = document.Rows[at].Next)
            yield return new(document, at);
    }

    /// <summary>Walks a <see cref="NodeList"/>.</summary>
    public struct Enumerator
    {
        private readonly FhirJson? document;
        private readonly int end;
        private int at;
        private int next;

        internal Enumerator(FhirJson? document, int start, int end) => (this.document, next, this.end, at) = (document, start, end, -1);

        /// <summary>The value the walk stands on.</summary>
        public readonly FhirNode Current => new(document!, at);

        /// <summary>Goes to the next value; false at the end.</summary>
        public bool MoveNext()
        {
            if (document is null || next >= end)
                return false;
            at = next;
            next = document.Rows[at].Next;
            return true;
        }
    }
}
