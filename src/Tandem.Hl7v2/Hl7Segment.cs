namespace Tandem.Hl7v2;

/// <summary>One segment of a message. An empty one stands for a segment that is not there: its fields are empty values. Pass by value.</summary>
public readonly struct Hl7Segment : IEquatable<Hl7Segment>
{
    private readonly Hl7Message? message;

    internal Hl7Segment(Hl7Message message, int index)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)index, (uint)message.Rows.Length);
        (this.message, Index) = (message, index);
    }

    /// <summary>True when the segment is there.</summary>
    public bool Exists => message is not null;

    /// <summary>Place in the message, 0-based; for walking groups.</summary>
    public int Index { get; }

    /// <summary>The message it lies in.</summary>
    /// <exception cref="InvalidOperationException">The segment is not there.</exception>
    public Hl7Message Message => message ?? throw new InvalidOperationException("A segment that is not there lies in no message.");

    /// <summary>Three characters, such as <c>PID</c>; empty when it is not there.</summary>
    public string Name => message is null ? "" : Row.Name;

    /// <summary>Which segment of that name in the message, 1-based.</summary>
    public int Occurrence => message is null ? 0 : Row.Occurrence;

    /// <summary>The number of the last field.</summary>
    public int FieldCount => message is null ? 0 : Row.FieldCount - (IsHeader ? 0 : 1);

    /// <summary>Where it is.</summary>
    public Hl7Location Location => new(Name, Occurrence);

    /// <summary>The segment's bytes in UTF-8.</summary>
    public ReadOnlySpan<byte> Raw => message is null ? default : message.Utf8.Span[Row.Start..Row.End];

    internal Hl7Message? MessageOrNull => message;

    private SegmentRow Row => message!.Rows[Index];

    /// <summary>MSH, FHS and BHS carry their own separator as field 1, so that everything after it counts one higher.</summary>
    private bool IsHeader => Row.Name is "MSH" or "FHS" or "BHS";

    /// <summary>A field by its number in the standard, 1-based; an empty value when it is not there.</summary>
    public Hl7Value this[int field]
    {
        get
        {
            if (message is null || field < 1)
                return default;
            var row = Row;
            if (!IsHeader)
                return field < row.FieldCount ? Value(row, field, field) : default;
            if (field == 1)
                return new(message, Index, (short)1, row.Start + 3, row.FieldCount > 1 ? 1 : 0, ValueLevel.Literal);
            return field - 1 < row.FieldCount ? Value(row, field - 1, field) : default;
        }
    }

    /// <summary>True for a segment of this name.</summary>
    public bool Is(string name) => Name == name;

    /// <inheritdoc/>
    public bool Equals(Hl7Segment other) => ReferenceEquals(message, other.message) && Index == other.Index;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is Hl7Segment other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(message, Index);

    /// <summary>The same segment of the same message.</summary>
    public static bool operator ==(Hl7Segment left, Hl7Segment right) => left.Equals(right);

    /// <summary>Not the same segment.</summary>
    public static bool operator !=(Hl7Segment left, Hl7Segment right) => !left.Equals(right);

    /// <summary>The segment's text.</summary>
    public override string ToString() => System.Text.Encoding.UTF8.GetString(Raw);

    private Hl7Value Value(SegmentRow row, int at, int number)
    {
        var start = message!.FieldStarts[row.FirstField + at];
        var end = at + 1 < row.FieldCount ? message.FieldStarts[row.FirstField + at + 1] - 1 : row.End;
        var level = number == 2 && IsHeader ? ValueLevel.Literal : ValueLevel.Field;
        return new(message, Index, (short)Math.Min(number, short.MaxValue), start, end - start, level);
    }
}

/// <summary>Segments of a message, walked without allocation.</summary>
public readonly struct Hl7SegmentList
{
    private readonly Hl7Message message;
    private readonly int from;
    private readonly int end;
    private readonly int key;

    internal Hl7SegmentList(Hl7Message message, int from, int end, int key)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(from);
        (this.message, this.from, this.end, this.key) = (message, from, Math.Min(end, message.Rows.Length), key);
    }

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
    public Enumerator GetEnumerator() => new(message, from, end, key);

    /// <summary>For LINQ, off the hot path.</summary>
    public IEnumerable<Hl7Segment> AsEnumerable()
    {
        for (var i = from; i < end; i++)
        {
            if (key == 0 || message.Rows[i].Key == key)
                yield return new(message, i);
        }
    }

    /// <summary>Walks a <see cref="Hl7SegmentList"/>.</summary>
    public struct Enumerator
    {
        private readonly Hl7Message message;
        private readonly int end;
        private readonly int key;
        private int at;

        internal Enumerator(Hl7Message message, int from, int end, int key) => (this.message, at, this.end, this.key) = (message, from - 1, end, key);

        /// <summary>The segment the walk stands on.</summary>
        public readonly Hl7Segment Current => new(message, at);

        /// <summary>Goes on; false at the end.</summary>
        public bool MoveNext()
        {
            while (++at < end)
            {
                if (key == 0 || message.Rows[at].Key == key)
                    return true;
            }

            return false;
        }
    }
}
