namespace Tandem.Kernel.Data;

/// <summary>The kinds of value that a column holds, on both engines.</summary>
public enum DbKind : byte
{
    Null,

    /// <summary>64-bit integer (BIGINT). Booleans are 0 and 1, instants are milliseconds since 1970 UTC.</summary>
    Integer,

    /// <summary>64-bit floating point (DOUBLE PRECISION).</summary>
    Real,

    /// <summary>UTF-8 text, compared by code point.</summary>
    Text,

    /// <summary>Bytes (BLOB, BYTEA).</summary>
    Bytes,
}

/// <summary>One value sent to a database, without boxing.</summary>
public readonly struct DbValue : IEquatable<DbValue>, IComparable<DbValue>
{
    private readonly long bits;
    private readonly object? reference;

    private DbValue(DbKind kind, long bits, object? reference) => (Kind, this.bits, this.reference) = (kind, bits, reference);

    /// <summary>SQL NULL.</summary>
    public static readonly DbValue Null;

    /// <summary>What kind of value.</summary>
    public DbKind Kind { get; }

    /// <summary>The integer.</summary>
    public long Integer => bits;

    /// <summary>The floating point number.</summary>
    public double Real => BitConverter.Int64BitsToDouble(bits);

    /// <summary>The text.</summary>
    public string Text => (string)reference!;

    /// <summary>The bytes.</summary>
    public ReadOnlyMemory<byte> Bytes => (ReadOnlyMemory<byte>)reference!;

    public static implicit operator DbValue(long value) => new(DbKind.Integer, value, null);

    public static implicit operator DbValue(long? value) => value is { } integer ? integer : Null;

    public static implicit operator DbValue(int value) => new(DbKind.Integer, value, null);

    public static implicit operator DbValue(bool value) => new(DbKind.Integer, value ? 1 : 0, null);

    public static implicit operator DbValue(double value) => new(DbKind.Real, BitConverter.DoubleToInt64Bits(value), null);

    public static implicit operator DbValue(string? value) => value is null ? Null : new(DbKind.Text, 0, value);

    public static implicit operator DbValue(ReadOnlyMemory<byte> value) => new(DbKind.Bytes, 0, value);

    public static implicit operator DbValue(byte[] value) => new(DbKind.Bytes, 0, (ReadOnlyMemory<byte>)value);

    public static implicit operator DbValue(DateTimeOffset value) => value.ToUnixTimeMilliseconds();

    public static implicit operator DbValue(DateTimeOffset? value) => value is { } instant ? instant : Null;

    public bool Equals(DbValue other) => Kind == other.Kind && CompareTo(other) == 0;

    public override bool Equals(object? obj) => obj is DbValue other && Equals(other);

    public override int GetHashCode() => Kind switch
    {
        DbKind.Text => Text.GetHashCode(StringComparison.Ordinal),
        DbKind.Bytes => Bytes.Length,
        DbKind.Real => Real.GetHashCode(), // 0 and -0 are equal
        _ => bits.GetHashCode(),
    };

    /// <summary>The order in which an index keeps the values: by kind, then by value, text by code unit.</summary>
    public int CompareTo(DbValue other)
    {
        if (Kind != other.Kind)
            return Kind.CompareTo(other.Kind);
        return Kind switch
        {
            DbKind.Integer => bits.CompareTo(other.bits),
            DbKind.Real => Real.CompareTo(other.Real),
            DbKind.Text => string.CompareOrdinal(Text, other.Text),
            DbKind.Bytes => Bytes.Span.SequenceCompareTo(other.Bytes.Span),
            _ => 0,
        };
    }

    public static bool operator ==(DbValue left, DbValue right) => left.Equals(right);

    public static bool operator !=(DbValue left, DbValue right) => !left.Equals(right);

    public static bool operator <(DbValue left, DbValue right) => left.CompareTo(right) < 0;

    public static bool operator >(DbValue left, DbValue right) => left.CompareTo(right) > 0;

    public static bool operator <=(DbValue left, DbValue right) => left.CompareTo(right) <= 0;

    public static bool operator >=(DbValue left, DbValue right) => left.CompareTo(right) >= 0;
}
