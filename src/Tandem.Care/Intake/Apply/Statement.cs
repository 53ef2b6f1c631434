using System.Buffers;
using System.Globalization;
using System.Text.Json;
using Tandem.Fhir.Json;

namespace Tandem.Care.Intake;

/// <summary>
/// What one source says of one resource: each part as it was said last by the time of its event, whatever the order in which the messages came.
/// That makes the record the same for every order of arrival, and lets a part be taken back without touching what others said.
/// </summary>
internal sealed class Statement(string source)
{
    /// <summary>A part that is only implied (the status in an update) gives way to any that is stated.</summary>
    internal const long Implied = -1_000_000_000_000_000;

    private readonly SortedDictionary<string, Said> parts = new(StringComparer.Ordinal);

    internal string Source => source;

    internal IReadOnlyDictionary<string, Said> Parts => parts;

    internal Statement Copy()
    {
        var copy = new Statement(source);
        foreach (var (path, said) in parts)
            copy.parts[path] = said;
        return copy;
    }

    /// <summary>Takes a message's word in. Later words win, equally late ones by the order of arrival; numbers are only ever added.</summary>
    /// <param name="resource">What it says.</param>
    /// <param name="cleared">Paths it wants deleted.</param>
    /// <param name="at">Milliseconds since 1970 of its event.</param>
    /// <param name="implied">Paths that it only implies.</param>
    internal void Take(FhirNode resource, IEnumerable<string> cleared, long at, params ReadOnlySpan<string> implied)
    {
        foreach (var path in cleared)
            Take(SaidElements.PathOf(path), new Said(at, default, SaidElements.NameOf(path)));
        foreach (var (path, name, json) in SaidElements.Of(resource))
            Take(path, new Said(implied.Contains(path) ? at + Implied : at, json, name));
    }

    internal byte[] ToBytes()
    {
        var buffer = new ArrayBufferWriter<byte>(512);
        using var json = new Utf8JsonWriter(buffer);
        json.WriteStartObject();
        foreach (var (path, said) in parts)
        {
            json.WriteStartArray(path);
            json.WriteNumberValue(said.At);
            if (!said.IsCleared)
                json.WriteRawValue(said.Json.Span, skipInputValidation: true);
            else
                json.WriteNullValue();
            json.WriteStringValue(said.Name);
            json.WriteEndArray();
        }

        json.WriteEndObject();
        json.Flush();
        return buffer.WrittenSpan.ToArray();
    }

    internal static Statement Read(string source, byte[] bytes)
    {
        var statement = new Statement(source);
        foreach (var part in FhirJson.ParseStored(bytes).Root.Properties)
        {
            var items = part.Items.AsEnumerable().ToList();
            var json = items[1].Kind == JsonKind.Null ? default : items[1].RawMemory;
            statement.parts[part.Name] = new(long.Parse(items[0].Text!, CultureInfo.InvariantCulture), json, items[2].Text!);
        }

        return statement;
    }

    private void Take(string path, Said said)
    {
        if (path == "identifier" && parts.TryGetValue(path, out var known) && !known.IsCleared && !said.IsCleared)
            parts[path] = new(Math.Max(known.At, said.At), IdentifierList.Union(known, said), "identifier");
        else if (!parts.TryGetValue(path, out var before) || said.At >= before.At)
            parts[path] = path == "identifier" && !said.IsCleared ? said with { Json = IdentifierList.Union(said, said) } : said;
    }
}
