using System.Buffers;
using System.Text.Json;
using Tandem.Fhir.Json;
using Tandem.Record.Log;

namespace Tandem.Care.Intake;

/// <summary>
/// Brings a change in what the sources say into a resource. Only what changed in their words is touched: items and elements that somebody else wrote
/// stay. Of single elements the latest word of all sources holds; lists hold the items of all sources.
/// </summary>
internal static class MergeStatements
{
    /// <summary>The resource after the change; null when it stays as it is.</summary>
    /// <param name="type">Its type.</param>
    /// <param name="current">As it is in the record; missing when it is new.</param>
    /// <param name="before">What the sources said so far.</param>
    /// <param name="after">What they say now.</param>
    internal static byte[]? Apply(string type, FhirNode current, IReadOnlyCollection<Statement> before, IReadOnlyCollection<Statement> after)
    {
        var (old, now) = (Together(before), Together(after));
        var parts = new List<(string Path, string Name, ReadOnlyMemory<byte> Json)>(SaidElements.Of(current));
        var changed = false;
        foreach (var (path, said) in now)
        {
            if (old.TryGetValue(path, out var earlier) && earlier.Json.Span.SequenceEqual(said.Json.Span) && earlier.Name == said.Name)
                continue;
            changed |= Change(parts, path, earlier.Json, said);
        }

        return changed || !current.Exists ? Write(type, current, parts) : null;
    }

    private static bool Change(List<(string Path, string Name, ReadOnlyMemory<byte> Json)> parts, string path, ReadOnlyMemory<byte> earlier, Said said)
    {
        var at = parts.FindIndex(part => part.Path == path);
        var value = said.IsList || (at >= 0 && parts[at].Json.Span[0] == (byte)'[') ? ListWith(said.Json, earlier, at < 0 ? default : parts[at].Json) : said.Json;
        if (value.IsEmpty)
        {
            if (at >= 0)
                parts.RemoveAt(at);
            return at >= 0;
        }

        if (at < 0)
            parts.Add((path, said.Name, value));
        else
            parts[at] = (path, said.Name, value);
        return true;
    }

    /// <summary>The said items, then those in the record that no source said.</summary>
    private static ReadOnlyMemory<byte> ListWith(ReadOnlyMemory<byte> said, ReadOnlyMemory<byte> earlier, ReadOnlyMemory<byte> current)
    {
        var sourced = JsonList.Items(said).ToList();
        var gone = JsonList.Items(earlier).ToList();
        var foreign = JsonList.Items(current).Where(item => !Holds(sourced, item) && !Holds(gone, item));
        return JsonList.Of(sourced.Concat(foreign).Select(item => item.RawMemory));
    }

    private static bool Holds(List<FhirNode> items, FhirNode item) => items.Exists(other => SameContent.Equal(other, item));

    /// <summary>All sources' words as one.</summary>
    private static SortedDictionary<string, Said> Together(IReadOnlyCollection<Statement> statements)
    {
        var together = new SortedDictionary<string, Said>(StringComparer.Ordinal);
        foreach (var (path, said) in statements.OrderBy(statement => statement.Source, StringComparer.Ordinal).SelectMany(statement => statement.Parts))
        {
            if (!together.TryGetValue(path, out var other))
                together[path] = said;
            else if (path == "identifier" && said.IsList && other.IsList)
                together[path] = said with { At = Math.Max(said.At, other.At), Json = IdentifierList.Union(other, said) };
            else if (said.IsList && other.IsList)
                together[path] = Both(said, other);
            else if (said.At >= other.At)
                together[path] = said;
        }

        return together;
    }

    /// <summary>Items of two sources, the later word's first.</summary>
    private static Said Both(Said a, Said b)
    {
        var (first, second) = a.At >= b.At ? (a, b) : (b, a);
        var items = JsonList.Items(first.Json).ToList();
        var more = JsonList.Items(second.Json).Where(item => !Holds(items, item));
        return first with { Json = JsonList.Of(items.Concat(more).Select(item => item.RawMemory)) };
    }

    private static byte[] Write(string type, FhirNode current, List<(string Path, string Name, ReadOnlyMemory<byte> Json)> parts)
    {
        var buffer = new ArrayBufferWriter<byte>(1024);
        using var json = new Utf8JsonWriter(buffer, new JsonWriterOptions { SkipValidation = true });
        json.WriteStartObject();
        json.WriteString("resourceType", type);
        if (current["meta"u8].Exists)
            Raw(json, "meta", current["meta"u8].RawMemory);
        var nested = new HashSet<string>(StringComparer.Ordinal);
        foreach (var part in parts)
        {
            var point = part.Path.IndexOf('.', StringComparison.Ordinal);
            if (point < 0)
                Raw(json, part.Name, part.Json);
            else if (nested.Add(part.Path[..point]))
                WriteNested(json, part.Path[..(point + 1)], parts);
        }

        json.WriteEndObject();
        json.Flush();
        return buffer.WrittenSpan.ToArray();
    }

    private static void WriteNested(Utf8JsonWriter json, string prefix, List<(string Path, string Name, ReadOnlyMemory<byte> Json)> parts)
    {
        json.WriteStartObject(prefix[..^1]);
        foreach (var part in parts.Where(part => part.Path.StartsWith(prefix, StringComparison.Ordinal)))
            Raw(json, part.Name, part.Json);
        json.WriteEndObject();
    }

    private static void Raw(Utf8JsonWriter json, string name, ReadOnlyMemory<byte> value)
    {
        json.WritePropertyName(name);
        json.WriteRawValue(value.Span, skipInputValidation: true);
    }
}
