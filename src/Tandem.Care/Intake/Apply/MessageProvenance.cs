using System.Text.Json;
using Tandem.Fhir.Json;
using Tandem.Kernel;
using Tandem.Record.Log;

namespace Tandem.Care.Intake;

/// <summary>Says of the resources that a message changed whose word it was and when (one Provenance per message and application).</summary>
public static class MessageProvenance
{
    /// <summary>The logical id of the Provenance of a message's first application.</summary>
    public static string IdOf(string messageId) => Ids.From("message-provenance", messageId);

    internal static void Put(WriteSession session, string messageId, FeedSource source, DateTimeOffset occurred, IReadOnlyList<string> changed)
    {
        PutDevice(session, source);
        var id = IdOf(messageId);
        if (session.Find("Provenance", id) is { Deleted: false })
            id = Ids.From("message-provenance", messageId, session.Now.ToUnixTimeMilliseconds().ToString(System.Globalization.CultureInfo.InvariantCulture));
        session.Put("Provenance", id, FhirJson.ParseStored(Write(session, messageId, source, occurred, changed)).Root, ApplyMessage.SourceOf(messageId));
    }

    /// <summary>The device that stands for the source; made with its first message.</summary>
    private static void PutDevice(WriteSession session, FeedSource source)
    {
        var id = source.DeviceId;
        if (session.Find("Device", id) is { Deleted: false })
            return;
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteString("resourceType", "Device");
            json.WriteString("status", "active");
            json.WriteStartArray("deviceName");
            json.WriteStartObject();
            json.WriteString("name", source.Display.Length > 0 ? source.Display : source.Id);
            json.WriteString("type", "user-friendly-name");
            json.WriteEndObject();
            json.WriteEndArray();
            if (source.Organization is { } organization)
                Reference(json, "owner", organization);
            json.WriteEndObject();
        }

        session.Put("Device", id, FhirJson.ParseStored(buffer.ToArray()).Root);
    }

    private static byte[] Write(WriteSession session, string messageId, FeedSource source, DateTimeOffset occurred, IReadOnlyList<string> changed)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteString("resourceType", "Provenance");
            json.WriteStartArray("target");
            foreach (var target in changed)
                Reference(json, null, target);
            json.WriteEndArray();
            json.WriteString("occurredDateTime", occurred.ToString("yyyy-MM-dd'T'HH:mm:ss.fffzzz", System.Globalization.CultureInfo.InvariantCulture));
            json.WriteString("recorded", session.Now.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", System.Globalization.CultureInfo.InvariantCulture));
            WriteAgent(json, source);
            WriteEntity(json, messageId);
            json.WriteEndObject();
        }

        return buffer.ToArray();
    }

    private static void WriteAgent(Utf8JsonWriter json, FeedSource source)
    {
        json.WriteStartArray("agent");
        json.WriteStartObject();
        json.WriteStartObject("type");
        json.WriteStartArray("coding");
        json.WriteStartObject();
        json.WriteString("system", "http://terminology.hl7.org/CodeSystem/provenance-participant-type");
        json.WriteString("code", "author");
        json.WriteEndObject();
        json.WriteEndArray();
        json.WriteEndObject();
        Reference(json, "who", source.Device);
        if (source.Organization is { } organization)
            Reference(json, "onBehalfOf", organization);
        json.WriteEndObject();
        json.WriteEndArray();
    }

    private static void WriteEntity(Utf8JsonWriter json, string messageId)
    {
        json.WriteStartArray("entity");
        json.WriteStartObject();
        json.WriteString("role", "source");
        json.WriteStartObject("what");
        json.WriteStartObject("identifier");
        json.WriteString("system", "urn:ietf:rfc:3986");
        json.WriteString("value", ApplyMessage.SourceOf(messageId));
        json.WriteEndObject();
        json.WriteEndObject();
        json.WriteEndObject();
        json.WriteEndArray();
    }

    private static void Reference(Utf8JsonWriter json, string? name, string reference)
    {
        if (name is null)
            json.WriteStartObject();
        else
            json.WriteStartObject(name);
        json.WriteString("reference", reference);
        json.WriteEndObject();
    }
}
