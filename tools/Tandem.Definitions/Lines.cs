using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Tandem.Definitions;

/// <summary>Resources as JSON, one a line.</summary>
internal static class Lines
{
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>For nodes, written as <see cref="Resource"/> writes.</summary>
    internal static readonly JsonSerializerOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>A resource with the named properties, url first, and below them only what <paramref name="isKept"/> lets through.</summary>
    internal static byte[] Resource(string type, JsonElement resource, string[] properties, Func<JsonElement, JsonProperty, bool> isKept)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer, Options))
        {
            json.WriteStartObject();
            json.WriteString("resourceType", type);
            foreach (var name in properties)
            {
                if (resource.TryGetProperty(name, out var value))
                {
                    json.WritePropertyName(name);
                    Value(json, value, isKept);
                }
            }

            json.WriteEndObject();
        }

        return buffer.WrittenSpan.ToArray();
    }

    internal static void Save(string file, IEnumerable<byte[]> lines)
    {
        using var stream = File.Create(file);
        foreach (var line in lines)
        {
            stream.Write(line);
            stream.WriteByte((byte)'\n');
        }
    }

    private static void Value(Utf8JsonWriter json, JsonElement value, Func<JsonElement, JsonProperty, bool> isKept)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.Object:
                json.WriteStartObject();
                foreach (var property in value.EnumerateObject().Where(property => isKept(value, property)))
                {
                    json.WritePropertyName(property.Name);
                    Value(json, property.Value, isKept);
                }

                json.WriteEndObject();
                break;
            case JsonValueKind.Array:
                json.WriteStartArray();
                foreach (var item in value.EnumerateArray())
                    Value(json, item, isKept);
                json.WriteEndArray();
                break;
            default:
                value.WriteTo(json);
                break;
        }
    }
}
