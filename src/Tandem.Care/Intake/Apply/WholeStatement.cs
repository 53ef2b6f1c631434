using System.Globalization;
using System.Text;
using System.Text.Json;
using Tandem.Fhir.Json;

namespace Tandem.Care.Intake;

/// <summary>
/// The order among versions of one result or report, which are never mixed: an interpretation of an earlier value must not stay beside a later one.
/// A final one is never taken back by a preliminary one, whatever its time; else the later event holds.
/// </summary>
/// <param name="IsFinal">False for registered, preliminary, partial and unknown.</param>
/// <param name="At">Milliseconds since 1970 of the event.</param>
internal readonly record struct WholeStatement(bool IsFinal, long At)
{
    /// <summary>What others may have added to a result; it stays.</summary>
    private static readonly string[] OfOthers = ["extension", "hasMember", "derivedFrom"];

    internal static WholeStatement Of(FhirNode resource, long at) =>
        new(resource["status"u8].Text is not ("registered" or "preliminary" or "partial" or "unknown" or null), at);

    internal bool Replaces(WholeStatement other) => IsFinal != other.IsFinal ? IsFinal : At >= other.At;

    internal byte[] ToBytes() => Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{{\"final\":{(IsFinal ? "true" : "false")},\"at\":{At}}}"));

    internal static WholeStatement Read(byte[] bytes)
    {
        var root = FhirJson.ParseStored(bytes).Root;
        return new(root["final"u8].Boolean ?? false, long.Parse(root["at"u8].Text!, CultureInfo.InvariantCulture));
    }

    /// <summary>
    /// The resource that holds after <paramref name="said"/> came: itself or the one in the record, and of a report the results of both, because a
    /// laboratory may send them in parts.
    /// </summary>
    internal static byte[] Combine(FhirNode current, FhirNode said, bool replaces)
    {
        var (winner, other) = replaces ? (said, current) : (current, said);
        var results = Results(winner, other);
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer, new JsonWriterOptions { SkipValidation = true }))
        {
            json.WriteStartObject();
            foreach (var property in winner.Properties)
            {
                if (!property.NameUtf8.SequenceEqual("result"u8))
                    Raw(json, property.Name, property.RawMemory);
            }

            foreach (var name in replaces ? OfOthers : [])
            {
                if (other[name] is { Exists: true } kept && !winner[name].Exists)
                    Raw(json, name, kept.RawMemory);
            }

            if (!results.IsEmpty)
                Raw(json, "result", results);
            json.WriteEndObject();
        }

        return buffer.ToArray();
    }

    /// <summary>The winner's results in its order when it names all; otherwise all in the order of their references.</summary>
    private static ReadOnlyMemory<byte> Results(FhirNode winner, FhirNode other)
    {
        var own = winner["result"u8].Items.AsEnumerable().ToList();
        var all = own.Concat(other["result"u8].Items.AsEnumerable()).DistinctBy(item => item["reference"u8].Text).ToList();
        IEnumerable<FhirNode> ordered = all.Count == own.Count ? own : all.OrderBy(item => item["reference"u8].Text, StringComparer.Ordinal);
        return JsonList.Of(ordered.Select(item => item.RawMemory));
    }

    private static void Raw(Utf8JsonWriter json, string name, ReadOnlyMemory<byte> value)
    {
        json.WritePropertyName(name);
        json.WriteRawValue(value.Span, skipInputValidation: true);
    }
}
