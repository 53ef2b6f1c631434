using System.Text;
using System.Text.Json;

namespace Tandem.Fhir.Json;

/// <summary>What a JSON text may at most be; a text beyond it is refused before it costs anything.</summary>
/// <param name="MaxBytes">Largest text, in bytes.</param>
/// <param name="MaxDepth">Deepest nesting of objects and arrays.</param>
public sealed record JsonLimits(int MaxBytes, int MaxDepth)
{
    /// <summary>One resource: 32 MiB, 128 levels.</summary>
    public static readonly JsonLimits Resource = new(32 * 1024 * 1024, 128);

    /// <summary>A bundle: 256 MiB, 136 levels (the bundle's own levels come on top of the resource's).</summary>
    public static readonly JsonLimits Bundle = new(256 * 1024 * 1024, 136);

    /// <summary>What is in the record: let in once within the limits above, it is read again whatever these have become.</summary>
    internal static readonly JsonLimits Stored = new(int.MaxValue, 256);
}

/// <summary>Why a text is not JSON that can be read, and where.</summary>
/// <param name="Reason">A whole sentence.</param>
/// <param name="Line">1-based.</param>
/// <param name="Column">1-based, in bytes.</param>
public sealed record JsonFault(string Reason, int Line, int Column);

/// <summary>
/// A JSON text read once into a flat index over its own UTF-8 bytes (a tape): nothing is copied, every node knows its place
/// in the text, and what is not understood stays as it was sent. Immutable and thread-safe.
/// </summary>
public sealed class FhirJson
{
    internal readonly ReadOnlyMemory<byte> Utf8;
    internal readonly TapeRow[] Rows;

    internal FhirJson(ReadOnlyMemory<byte> utf8, TapeRow[] rows) => (Utf8, Rows) = (utf8, rows);

    /// <summary>The text as it was sent.</summary>
    public ReadOnlyMemory<byte> Bytes => Utf8;

    /// <summary>The outermost value.</summary>
    public FhirNode Root => new(this, 0);

    /// <summary>
    /// Reads <paramref name="utf8"/>; refuses what is no JSON, no UTF-8 or half a character, repeats a property, or goes beyond the limits (RFC 8259; FHIR R4 2.6.2).
    /// Names of properties, and the resource type, are kept without their escapes; all else as it was sent.
    /// </summary>
    /// <returns>The document, or null with the <paramref name="fault"/>.</returns>
    public static FhirJson? Parse(ReadOnlyMemory<byte> utf8, JsonLimits limits, out JsonFault? fault)
    {
        if (Read(utf8, limits, isStored: false, out fault) is not { } json)
            return null;
        return SentText.Plain(json) is { } plain ? Read(plain, limits with { MaxBytes = int.MaxValue }, isStored: false, out fault) : json;
    }

    private static FhirJson? Read(ReadOnlyMemory<byte> utf8, JsonLimits limits, bool isStored, out JsonFault? fault)
    {
        if (utf8.Span.StartsWith("\uFEFF"u8))
            utf8 = utf8[3..];
        if (utf8.Length > limits.MaxBytes)
        {
            fault = new($"The text has {utf8.Length:N0} bytes; at most {limits.MaxBytes:N0} are read.", 1, 1);
            return null;
        }

        fault = isStored ? null : SentText.Fault(utf8.Span);
        if (fault is not null)
            return null;
        var tape = new TapeWriter(utf8);
        try
        {
            fault = tape.Read(limits.MaxDepth, isStored);
            return fault is null ? new FhirJson(utf8, tape.ToRows()) : null;
        }
        catch (JsonException e)
        {
            fault = new(Reason(e), (int)(e.LineNumber ?? 0) + 1, (int)(e.BytePositionInLine ?? 0) + 1);
            return null;
        }
    }

    /// <summary>Reads a text known to be sound (one that was stored after <see cref="Parse"/>).</summary>
    /// <exception cref="InvalidDataException">The text is not sound after all.</exception>
    public static FhirJson ParseStored(ReadOnlyMemory<byte> utf8) =>
        Read(utf8, JsonLimits.Stored, isStored: true, out var fault)
        ?? throw new InvalidDataException($"A stored resource cannot be read: {fault!.Reason} (line {fault.Line}, column {fault.Column})");

    /// <summary>Line and column (1-based, in bytes) of an offset in the text.</summary>
    public (int Line, int Column) Position(int offset)
    {
        var before = Utf8.Span[..Math.Min(offset, Utf8.Length)];
        return (before.Count((byte)'\n') + 1, offset - before.LastIndexOf((byte)'\n'));
    }

    private static string Reason(JsonException e)
    {
        var text = e.Message;
        var cut = text.IndexOf(" LineNumber:", StringComparison.Ordinal);
        return "This is not valid JSON: " + (cut < 0 ? text : text[..cut]);
    }
}

/// <summary>One value on the tape: where it lies in the text, its name, and where the value after it begins.</summary>
internal struct TapeRow
{
    internal int Start;
    internal int Length;
    internal int NameStart;
    internal int NameLength;
    internal int Next;
    internal JsonKind Kind;
    internal bool Escaped;
    internal bool NameEscaped;
}

/// <summary>Writes the tape in one pass of the reader.</summary>
internal sealed class TapeWriter(ReadOnlyMemory<byte> utf8)
{
    private TapeRow[] rows = new TapeRow[Math.Clamp(utf8.Length / 24, 16, 1 << 20)];
    private int count;

    internal TapeRow[] ToRows() => rows.AsSpan(0, count).ToArray();

    /// <param name="maxDepth">Deepest nesting.</param>
    /// <param name="isStored">True for what was read before, so that its text need not be looked at again.</param>
    internal JsonFault? Read(int maxDepth, bool isStored)
    {
        var reader = new Utf8JsonReader(utf8.Span, new JsonReaderOptions { MaxDepth = maxDepth + 1 });
        var open = new Stack<int>();
        int nameStart = 0, nameLength = 0;
        var nameEscaped = false;

        while (reader.Read())
        {
            if (!isStored && reader.ValueIsEscaped && !JsonEscapes.IsWhole(reader.ValueSpan))
                return Fault((int)reader.TokenStartIndex, "This text holds half a character: a surrogate without the other that belongs to it (RFC 8259 8.2).");
            switch (reader.TokenType)
            {
                case JsonTokenType.PropertyName:
                    nameStart = (int)reader.TokenStartIndex + 1;
                    nameLength = reader.ValueSpan.Length;
                    nameEscaped = reader.ValueIsEscaped;
                    continue;
                case JsonTokenType.EndObject or JsonTokenType.EndArray:
                    var opened = open.Pop();
                    rows[opened].Length = (int)reader.BytesConsumed - rows[opened].Start;
                    rows[opened].Next = count;
                    if (rows[opened].Kind == JsonKind.Object && Repeated(opened) is { } twice)
                        return Fault(rows[twice].NameStart, $"The property \"{Name(twice)}\" occurs twice in one object.");
                    continue;
            }

            ref var row = ref Append();
            row.NameStart = nameStart;
            row.NameLength = nameLength;
            row.NameEscaped = nameEscaped;
            row.Start = (int)reader.TokenStartIndex;
            (row.Kind, row.Escaped) = (KindOf(reader.TokenType), reader.ValueIsEscaped);
            if (row.Kind is JsonKind.Object or JsonKind.Array)
            {
                open.Push(count - 1);
                if (open.Count > maxDepth)
                    return Fault(row.Start, $"The text is nested more than {maxDepth} levels deep; objects and arrays count as one each.");
            }
            else
            {
                row.Length = (int)reader.BytesConsumed - row.Start;
            }

            row.Next = count;
            (nameLength, nameEscaped) = (0, false);
        }

        return count == 0 ? new("The text is empty.", 1, 1) : null;
    }

    private ref TapeRow Append()
    {
        if (count == rows.Length)
            Array.Resize(ref rows, rows.Length * 2);
        return ref rows[count++];
    }

    private int? Repeated(int opened)
    {
        HashSet<string>? seen = null;
        var members = 0;
        for (var a = opened + 1; a < rows[opened].Next; a = rows[a].Next)
        {
            if (++members > 24)
            {
                seen ??= NamesBefore(opened, a);
                if (!seen.Add(Name(a)))
                    return a;
                continue;
            }

            for (var b = opened + 1; b < a; b = rows[b].Next)
            {
                if (rows[a].NameLength == rows[b].NameLength && NameBytes(a).SequenceEqual(NameBytes(b)))
                    return a;
            }
        }

        return null;
    }

    private HashSet<string> NamesBefore(int opened, int end)
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        for (var row = opened + 1; row < end; row = rows[row].Next)
            names.Add(Name(row));
        return names;
    }

    private ReadOnlySpan<byte> NameBytes(int row) => utf8.Span.Slice(rows[row].NameStart, rows[row].NameLength);

    private string Name(int row) => Encoding.UTF8.GetString(NameBytes(row));

    private JsonFault Fault(int offset, string reason)
    {
        var before = utf8.Span[..offset];
        return new(reason, before.Count((byte)'\n') + 1, offset - before.LastIndexOf((byte)'\n'));
    }

    private static JsonKind KindOf(JsonTokenType token) => token switch
    {
        JsonTokenType.StartObject => JsonKind.Object,
        JsonTokenType.StartArray => JsonKind.Array,
        JsonTokenType.String => JsonKind.String,
        JsonTokenType.Number => JsonKind.Number,
        JsonTokenType.True => JsonKind.True,
        JsonTokenType.False => JsonKind.False,
        _ => JsonKind.Null,
    };
}
