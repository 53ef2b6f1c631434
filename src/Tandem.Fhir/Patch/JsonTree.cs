using System.Buffers;
using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using Tandem.Fhir.Json;

namespace Tandem.Fhir.Patch;

/// <summary>
/// A JSON value that can be changed. What is not touched is never taken apart and is written with the bytes it came with, so that
/// digits, escapes and white space stay. Not thread-safe.
/// </summary>
internal sealed class JsonTree
{
    private readonly FhirNode source;
    private List<(string Name, JsonTree Value)>? members;
    private List<JsonTree>? items;

    private JsonTree(JsonKind kind, FhirNode source) => (Kind, this.source) = (kind, source);

    internal JsonKind Kind { get; }

    /// <summary>The items of an array, to read and to change.</summary>
    /// <exception cref="InvalidOperationException">This is no array.</exception>
    internal List<JsonTree> Items => items ??= Kind == JsonKind.Array
        ? [.. source.Exists ? source.Items.AsEnumerable().Select(Of) : []]
        : throw new InvalidOperationException("This is no array.");

    internal IReadOnlyList<(string Name, JsonTree Value)> Members => Opened;

    private List<(string Name, JsonTree Value)> Opened => members ??= Kind == JsonKind.Object
        ? [.. source.Properties.AsEnumerable().Select(property => (property.Name, Of(property)))]
        : throw new InvalidOperationException("This is no object.");

    internal static JsonTree Of(FhirNode node) => new(node.Kind, node);

    internal static JsonTree NewObject() => new(JsonKind.Object, default);

    internal static JsonTree NewArray() => new(JsonKind.Array, default);

    internal static JsonTree Null() => new(JsonKind.Null, default);

    internal JsonTree? Find(string name)
    {
        foreach (var member in Kind == JsonKind.Object ? Opened : [])
        {
            if (member.Name == name)
                return member.Value;
        }

        return null;
    }

    /// <summary>Puts a member in its place, or behind the others.</summary>
    internal void Set(string name, JsonTree value)
    {
        var at = Opened.FindIndex(member => member.Name == name);
        if (at < 0)
            Opened.Add((name, value));
        else
            Opened[at] = (name, value);
    }

    internal bool Remove(string name) => Opened.RemoveAll(member => member.Name == name) > 0;

    /// <summary>A value of its own that says the same.</summary>
    internal JsonTree Clone()
    {
        var copy = new JsonTree(Kind, source);
        if (members is not null)
            copy.members = members.ConvertAll(member => (member.Name, member.Value.Clone()));
        if (items is not null)
            copy.items = items.ConvertAll(item => item.Clone());
        return copy;
    }

    /// <summary>About how many bytes it has.</summary>
    internal long Size() => members is not null ? members.Sum(member => member.Name.Length + 4 + member.Value.Size())
        : items is not null ? items.Sum(item => 1 + item.Size()) : source.Raw.Length;

    /// <summary>How deep it nests: 1 for a value without others.</summary>
    internal int Depth() => Kind switch
    {
        JsonKind.Object => 1 + Opened.Select(member => member.Value.Depth()).DefaultIfEmpty(0).Max(),
        JsonKind.Array => 1 + Items.Select(item => item.Depth()).DefaultIfEmpty(0).Max(),
        _ => 1,
    };

    /// <summary>Same value by RFC 6902 4.6: numbers by their value, objects whatever the order of their members.</summary>
    internal bool Says(JsonTree other) => Kind == other.Kind && Kind switch
    {
        JsonKind.Object => HasSame(other),
        JsonKind.Array => Items.Count == other.Items.Count && Items.Zip(other.Items).All(pair => pair.First.Says(pair.Second)),
        JsonKind.String => source.Text == other.source.Text,
        JsonKind.Number => SameNumber(source, other.source),
        _ => true,
    };

    private bool HasSame(JsonTree other)
    {
        if (Opened.Count != other.Opened.Count)
            return false;
        var theirs = new Dictionary<string, JsonTree>(StringComparer.Ordinal); // each looked for among all would take the square of their number
        foreach (var (name, value) in other.Opened)
            theirs.TryAdd(name, value);
        return Opened.TrueForAll(member => theirs.TryGetValue(member.Name, out var twin) && member.Value.Says(twin));
    }

    internal byte[] ToBytes()
    {
        var buffer = new ArrayBufferWriter<byte>(1024);
        Write(buffer);
        return buffer.WrittenSpan.ToArray();
    }

    private void Write(ArrayBufferWriter<byte> into)
    {
        if (members is null && items is null)
        {
            into.Write(source.Exists ? source.Raw : Kind switch { JsonKind.Object => "{}"u8, JsonKind.Array => "[]"u8, _ => "null"u8 });
            return;
        }

        into.Write(members is null ? "["u8 : "{"u8);
        var first = true;
        foreach (var (name, value) in members ?? items!.ConvertAll(item => ("", item)))
        {
            if (!first)
                into.Write(","u8);
            first = false;
            if (members is not null)
                WriteName(into, name);
            value.Write(into);
        }

        into.Write(members is null ? "]"u8 : "}"u8);
    }

    private static void WriteName(ArrayBufferWriter<byte> into, string name)
    {
        into.Write("\""u8);
        into.Write(JsonEncodedText.Encode(name, JavaScriptEncoder.UnsafeRelaxedJsonEscaping).EncodedUtf8Bytes);
        into.Write("\":"u8);
    }

    private static bool SameNumber(FhirNode a, FhirNode b) =>
        a.Raw.SequenceEqual(b.Raw)
        || (a.Number is { } left && b.Number is { } right ? left == right
            : double.TryParse(a.Raw, CultureInfo.InvariantCulture, out var x) && double.TryParse(b.Raw, CultureInfo.InvariantCulture, out var y) && x.Equals(y));
}
