using System.Text;
using Tandem.Fhir.Json;

namespace Tandem.Care.Intake;

/// <summary>Puts references in the place of the names that a message's resources have for each other.</summary>
internal static class Placeholders
{
    private static readonly byte[] Begin = Encoding.UTF8.GetBytes("\"reference\":\"urn:tandem:");

    /// <summary>The resource with real references. A text of the sender cannot look like a placeholder: its quotes are escaped.</summary>
    internal static FhirNode Resolve(byte[] json, IReadOnlyDictionary<string, string> references)
    {
        var span = json.AsSpan();
        var at = span.IndexOf(Begin);
        if (at < 0)
            return FhirJson.ParseStored(json).Root;
        using var resolved = new MemoryStream(json.Length + 64);
        while (at >= 0)
        {
            var start = at + "\"reference\":\"".Length;
            resolved.Write(span[..start]);
            var end = span[start..].IndexOf((byte)'"');
            resolved.Write(Encoding.UTF8.GetBytes(references[Encoding.UTF8.GetString(span.Slice(start, end))]));
            span = span[(start + end)..];
            at = span.IndexOf(Begin);
        }

        resolved.Write(span);
        return FhirJson.ParseStored(resolved.ToArray()).Root;
    }
}
