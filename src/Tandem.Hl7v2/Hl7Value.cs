using System.Text;
using Tandem.Hl7v2.Text;

namespace Tandem.Hl7v2;

/// <summary>How deep a value lies. A literal is text without structure (MSH-1 and MSH-2).</summary>
internal enum ValueLevel : byte
{
    Field,
    Repetition,
    Component,
    SubComponent,
    Literal,
}

/// <summary>
/// A field, repetition, component or sub-component: a range of the message's bytes that knows its place. A value that is not there is
/// empty, and so are its parts, so a path can be followed without tests on the way. Pass by value.
/// </summary>
public readonly struct Hl7Value : IEquatable<Hl7Value>
{
    private readonly Hl7Message? message;
    private readonly int segment;
    private readonly int start;
    private readonly int length;
    private readonly short number;
    private readonly short repetition;
    private readonly short component;
    private readonly short sub;
    private readonly ValueLevel level;

    internal Hl7Value(Hl7Message message, int segment, short number, int start, int length, ValueLevel level, short repetition = 0, short component = 0, short sub = 0)
    {
        (this.message, this.segment, this.number, this.start, this.length, this.level) = (message, segment, number, start, length, level);
        (this.repetition, this.component, this.sub) = (repetition, component, sub);
    }

    /// <summary>True when anything was sent here, explicit null included.</summary>
    public bool Exists => length > 0;

    /// <summary>True for the explicit null <c>""</c>, which asks the receiver to delete what it has (HL7 v2.8.2 ch. 2.5.3).</summary>
    public bool IsNull => length == 2 && Raw.SequenceEqual("\"\""u8);

    /// <summary>True when there is a value and it is not the explicit null.</summary>
    public bool HasValue => Exists && !IsNull && Innermost() is var inner && inner.length > 0
        && (!inner.HasEscapes ? !inner.IsNull : inner.Decode() is { Length: > 0 });

    /// <summary>The bytes in UTF-8, delimiters and escape sequences as sent.</summary>
    public ReadOnlySpan<byte> Raw => message is null ? default : message.Utf8.Span.Slice(start, length);

    /// <summary>
    /// The unescaped text of the first sub-component of the first component of the first repetition, which is what a reader of an
    /// earlier, simpler data type is to take (HL7 v2.8.2 ch. 2.8.4); null when nothing was sent or it is an explicit null.
    /// </summary>
    public string? Text => Innermost().Decode();

    /// <summary>All of it as text, with the delimiters between its parts, for text that was sent with bare delimiters; null when empty or explicit null.</summary>
    public string? WholeText => Decode();

    /// <summary>Where it is.</summary>
    public Hl7Location Location =>
        message is null ? default : new(message.Rows[segment].Name, message.Rows[segment].Occurrence, number, repetition, component, sub);

    /// <summary>Byte offset in the text and line, both of the value's first byte.</summary>
    public (int Line, int Offset) Position => message is null ? (0, 0) : (message.LineOf(start), start);

    /// <summary>The repetitions of a field; a deeper value is its own only one, an empty value has none.</summary>
    public RepetitionList Repetitions => new(this);

    /// <summary>A repetition of a field, 1-based.</summary>
    public Hl7Value Repetition(int number) =>
        level == ValueLevel.Field ? Part(message?.Separators.Repetition ?? 0, number, ValueLevel.Repetition) : number == 1 ? this : default;

    /// <summary>A component, 1-based; of the first repetition when this is a whole field.</summary>
    public Hl7Value Component(int number) => level switch
    {
        _ when message is null => default,
        ValueLevel.Field => Repetition(1).Component(number),
        ValueLevel.Repetition => Part(message?.Separators.Component ?? 0, number, ValueLevel.Component),
        _ => number == 1 ? this : default,
    };

    /// <summary>A sub-component, 1-based; of the first component when this is a field or repetition.</summary>
    public Hl7Value SubComponent(int number) => level switch
    {
        _ when message is null => default,
        ValueLevel.Field or ValueLevel.Repetition => Component(1).SubComponent(number),
        ValueLevel.Component => Part(message?.Separators.SubComponent ?? 0, number, ValueLevel.SubComponent),
        _ => number == 1 ? this : default,
    };

    /// <summary>A component of a field or repetition, a sub-component of a component: what a data type's n-th part is at its depth.</summary>
    public Hl7Value this[int part] => level is ValueLevel.Field or ValueLevel.Repetition ? Component(part) : SubComponent(part);

    /// <inheritdoc/>
    public bool Equals(Hl7Value other) =>
        ReferenceEquals(message, other.message) && (start, length, level) == (other.start, other.length, other.level);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is Hl7Value other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(message, start, length, level);

    /// <summary>The same place in the same message.</summary>
    public static bool operator ==(Hl7Value left, Hl7Value right) => left.Equals(right);

    /// <summary>Not the same place.</summary>
    public static bool operator !=(Hl7Value left, Hl7Value right) => !left.Equals(right);

    /// <summary>The text as sent, with escapes and delimiters.</summary>
    public override string ToString() => Encoding.UTF8.GetString(Raw);

    internal bool IsField => level == ValueLevel.Field;

    internal byte RepetitionSeparator => message?.Separators.Repetition ?? 0;

    internal Hl7Value Slice(int from, int count, int repetitionNumber) =>
        new(message!, segment, this.number, start + from, count, ValueLevel.Repetition, (short)repetitionNumber);

    private bool HasEscapes => message!.Separators.Escape is var escape and not 0 && Raw.Contains(escape);

    private Hl7Value Innermost() => level is ValueLevel.SubComponent or ValueLevel.Literal || message is null ? this : SubComponent(1);

    private string? Decode()
    {
        if (message is null || length == 0 || IsNull)
            return null;
        return level == ValueLevel.Literal ? Encoding.UTF8.GetString(Raw) : Hl7Escapes.Unescape(Raw, message.Separators, message.Encoding);
    }

    private Hl7Value Part(byte separator, int number, ValueLevel deeper)
    {
        if (message is null || number < 1 || number > short.MaxValue)
            return default;
        var text = Raw;
        var from = 0;
        for (var n = 1; n < number; n++)
        {
            var next = separator == 0 ? -1 : text[from..].IndexOf(separator);
            if (next < 0)
                return default;
            from += next + 1;
        }

        var end = separator == 0 ? -1 : text[from..].IndexOf(separator);
        var size = end < 0 ? text.Length - from : end;
        var n2 = (short)number;
        return deeper switch
        {
            ValueLevel.Repetition => new(message, segment, this.number, start + from, size, deeper, n2),
            ValueLevel.Component => new(message, segment, this.number, start + from, size, deeper, repetition, n2),
            _ => new(message, segment, this.number, start + from, size, deeper, repetition, component, n2),
        };
    }
}

/// <summary>The repetitions of a field, walked without allocation. A field that was not sent has none.</summary>
public readonly struct RepetitionList
{
    private readonly Hl7Value whole;

    internal RepetitionList(Hl7Value whole) => this.whole = whole;

    /// <summary>How many there are; empty ones between others count.</summary>
    public int Count => !whole.Exists ? 0 : !whole.IsField || whole.RepetitionSeparator == 0 ? 1 : whole.Raw.Count(whole.RepetitionSeparator) + 1;

    /// <summary>For <c>foreach</c>.</summary>
    public Enumerator GetEnumerator() => new(whole);

    /// <summary>For LINQ, off the hot path.</summary>
    public IEnumerable<Hl7Value> AsEnumerable()
    {
        var count = Count;
        for (var n = 1; n <= count; n++)
            yield return whole.Repetition(n);
    }

    /// <summary>Walks a <see cref="RepetitionList"/>.</summary>
    public struct Enumerator
    {
        private readonly Hl7Value whole;
        private int next;
        private int number;

        internal Enumerator(Hl7Value whole) => (this.whole, next) = (whole, whole.Exists ? 0 : -1);

        /// <summary>The repetition the walk stands on.</summary>
        public Hl7Value Current { get; private set; }

        /// <summary>Goes on; false at the end.</summary>
        public bool MoveNext()
        {
            if (next < 0)
                return false;
            if (!whole.IsField)
            {
                (Current, next) = (whole, -1);
                return true;
            }

            var rest = whole.Raw[next..];
            var end = whole.RepetitionSeparator == 0 ? -1 : rest.IndexOf(whole.RepetitionSeparator);
            Current = whole.Slice(next, end < 0 ? rest.Length : end, ++number);
            next = end < 0 ? -1 : next + end + 1;
            return true;
        }
    }
}
