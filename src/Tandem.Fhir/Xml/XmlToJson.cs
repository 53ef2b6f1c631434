using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Tandem.Fhir.Definitions;

namespace Tandem.Fhir.Xml;

/// <summary>Writes what was read of XML as FHIR JSON (R4 2.6.2).</summary>
internal static class XmlToJson
{
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true };

    internal static byte[] Write(XmlElement resource)
    {
        var buffer = new ArrayBufferWriter<byte>(4096);
        using (var json = new Utf8JsonWriter(buffer, Options))
            Resource(json, resource);
        return buffer.WrittenSpan.ToArray();
    }

    private static void Resource(Utf8JsonWriter json, XmlElement resource)
    {
        json.WriteStartObject();
        json.WriteString("resourceType"u8, resource.Name);
        Members(json, resource);
        json.WriteEndObject();
    }

    private static void Object(Utf8JsonWriter json, XmlElement element)
    {
        json.WriteStartObject();
        if (element.Id is not null)
            json.WriteString("id"u8, element.Id);
        if (element.Url is not null)
            json.WriteString("url"u8, element.Url);
        if (element.Value is not null) // not one of a primitive: kept, so that the check can say what is wrong
            json.WriteString("value"u8, element.Value);
        Members(json, element);
        json.WriteEndObject();
    }

    /// <summary>The children by name, in the order in which each name first came.</summary>
    private static void Members(Utf8JsonWriter json, XmlElement element)
    {
        foreach (var same in element.Children.GroupBy(child => child.Name, StringComparer.Ordinal))
        {
            var items = same.ToList();
            var isList = items[0].Element?.IsList ?? items.Count > 1;
            if (!isList && items.Count == 1)
                Single(json, same.Key, items[0]);
            else
                List(json, same.Key, items);
        }
    }

    private static void Single(Utf8JsonWriter json, string name, XmlElement item)
    {
        if (!IsPrimitive(item))
        {
            json.WritePropertyName(name);
            Complex(json, item);
            return;
        }

        if (item.Value is not null || item.Xhtml is not null)
        {
            json.WritePropertyName(name);
            Value(json, item);
        }

        if (item.HasParts)
        {
            json.WritePropertyName("_" + name);
            Parts(json, item);
        }
    }

    private static void List(Utf8JsonWriter json, string name, List<XmlElement> items)
    {
        var isPrimitive = IsPrimitive(items[0]);
        if (!isPrimitive || items.Exists(item => item.Value is not null || item.Xhtml is not null))
        {
            json.WriteStartArray(name);
            foreach (var item in items)
            {
                if (!isPrimitive)
                    Complex(json, item);
                else if (item.Value is not null || item.Xhtml is not null)
                    Value(json, item);
                else
                    json.WriteNullValue();
            }

            json.WriteEndArray();
        }

        if (!isPrimitive || !items.Exists(item => item.HasParts))
            return;
        json.WriteStartArray("_" + name);
        foreach (var item in items)
        {
            if (item.HasParts)
                Parts(json, item);
            else
                json.WriteNullValue();
        }

        json.WriteEndArray();
    }

    private static void Complex(Utf8JsonWriter json, XmlElement item)
    {
        if (item.HoldsResource)
            Resource(json, item.Children[0]);
        else
            Object(json, item);
    }

    private static void Parts(Utf8JsonWriter json, XmlElement item)
    {
        json.WriteStartObject();
        if (item.Id is not null)
            json.WriteString("id"u8, item.Id);
        Members(json, item);
        json.WriteEndObject();
    }

    private static void Value(Utf8JsonWriter json, XmlElement item)
    {
        var text = item.Xhtml ?? item.Value!;
        if (item.Type is { } type && IsLiteral(type.Primitive, text))
            json.WriteRawValue(text, skipInputValidation: true);
        else
            json.WriteStringValue(text);
    }

    /// <summary>Numbers and booleans are no strings in JSON; what is none of them stays a string, and the check says so.</summary>
    private static bool IsLiteral(PrimitiveKind kind, string text) => kind switch
    {
        PrimitiveKind.Boolean => text is "true" or "false",
        PrimitiveKind.Decimal or PrimitiveKind.Integer or PrimitiveKind.PositiveInt or PrimitiveKind.UnsignedInt => IsNumber(text),
        _ => false,
    };

    private static bool IsNumber(string text)
    {
        if (text.Length is 0 or > 512 || (text[0] != '-' && !char.IsAsciiDigit(text[0])))
            return false;
        var reader = new Utf8JsonReader(Encoding.UTF8.GetBytes(text));
        try
        {
            return reader.Read() && reader.TokenType == JsonTokenType.Number && reader.BytesConsumed == text.Length && !reader.Read();
        }
        catch (JsonException)
        {
            return false; // such as 01 or 1.: digits that JSON does not have
        }
    }

    /// <summary>Of an element that the definitions do not know, its own value decides.</summary>
    private static bool IsPrimitive(XmlElement item) =>
        item.Type is { } type ? type.IsPrimitive : item.Xhtml is not null || (item.Value is not null && item.Url is null && item.Children.All(child => child.Name == "extension"));
}
