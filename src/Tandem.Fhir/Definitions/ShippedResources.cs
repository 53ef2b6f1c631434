using System.Collections.Concurrent;
using System.Text;
using Tandem.Fhir.Json;

namespace Tandem.Fhir.Definitions;

/// <summary>
/// The specification's own extensions, profiles, code systems, value sets and concept maps, without their prose; two resources of
/// one JSON line each. Lines are found at first use and parsed when asked for. Thread-safe.
/// </summary>
public static class ShippedResources
{
    private static readonly Lazy<Dictionary<(string Type, string Url), ReadOnlyMemory<byte>>> Lines = new(Index);
    private static readonly ConcurrentDictionary<(string Type, string Url), FhirNode> Parsed = new();

    /// <summary>The addresses of all shipped resources of a type.</summary>
    public static IEnumerable<string> Urls(string type) => Lines.Value.Keys.Where(key => key.Type == type).Select(key => key.Url);

    /// <summary>The shipped resource of this address; its version is not looked at, there is one of each.</summary>
    public static FhirNode Find(string type, string url) => Parsed.TryGetValue((type, url), out var known) ? known
        : Lines.Value.TryGetValue((type, url), out var line) ? Parsed.GetOrAdd((type, url), FhirJson.ParseStored(line).Root)
        : default;

    private static Dictionary<(string, string), ReadOnlyMemory<byte>> Index()
    {
        var found = new Dictionary<(string, string), ReadOnlyMemory<byte>>();
        foreach (var file in (string[])["profiles", "terminology"])
        {
            ReadOnlyMemory<byte> rest = Read($"Tandem.Fhir.{file}.ndjson");
            while (rest.Span.IndexOf((byte)'\n') is var end and >= 0)
            {
                found[(Value(rest.Span[..end], "{\"resourceType\":\""u8), Value(rest.Span[..end], "\"url\":\""u8))] = rest[..end];
                rest = rest[(end + 1)..];
            }
        }

        return found;
    }

    private static string Value(ReadOnlySpan<byte> line, ReadOnlySpan<byte> before)
    {
        var start = line.IndexOf(before) + before.Length;
        return Encoding.UTF8.GetString(line.Slice(start, line[start..].IndexOf((byte)'"')));
    }

    private static byte[] Read(string name)
    {
        using var stream = typeof(ShippedResources).Assembly.GetManifestResourceStream(name)
            ?? throw new InvalidDataException($"{name} is missing from the assembly.");
        var bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        return bytes;
    }
}
