using System.Text;
using System.Xml;
using Tandem.Fhir.Definitions;
using Tandem.Fhir.Json;

namespace Tandem.Fhir.Xml;

/// <summary>
/// Writes a resource as FHIR XML (FHIR R4 2.6.1): elements in the order of the definitions, values with the digits they have. What the definitions
/// do not know follows what they do.
/// </summary>
public static class FhirXmlWriter
{
    /// <summary>The resource as UTF-8 without a byte order mark.</summary>
    /// <param name="resource">A resource.</param>
    /// <param name="indent">True to lay it out over lines; the narrative is left as it is.</param>
    public static byte[] ToXml(FhirNode resource, bool indent = false) => ToXmlWithin(int.MaxValue, resource, indent)!;

    /// <summary>As the other, but null when there are more bytes than these. It ends soon after it has come so far.</summary>
    public static byte[]? ToXmlWithin(int most, FhirNode resource, bool indent)
    {
        using var stream = new MemoryStream((int)Math.Min(most, 1024 + (resource.Raw.Length * 2L)));
        var settings = new XmlWriterSettings { Encoding = new UTF8Encoding(false), Indent = indent, NewLineChars = "\n", CheckCharacters = false, NewLineHandling = NewLineHandling.Entitize };
        using (var xml = XmlWriter.Create(stream, settings))
            new XmlOut(xml, stream, most).Resource(resource);
        return stream.Length > most ? null : stream.ToArray();
    }
}

/// <summary>The walk over the JSON, type by type.</summary>
internal sealed class XmlOut(XmlWriter xml, Stream into, int most)
{
    internal void Resource(FhirNode node)
    {
        var name = node["resourceType"u8].Text ?? "Resource";
        xml.WriteStartElement(XmlName.Of(name) ?? "Resource", FhirXmlReader.Fhir);
        Members(node, R4.Types.Find(name));
        xml.WriteEndElement();
    }

    private void Members(FhirNode node, FhirType? type, bool hasId = false)
    {
        var written = new HashSet<string>(StringComparer.Ordinal);
        if (hasId)
            written.Add("id");
        foreach (var element in type?.Elements ?? Enumerable.Empty<FhirElement>())
        {
            if (IsAttribute(element, type!))
            {
                written.Add(element.Name);
                continue;
            }

            foreach (var of in element.Types)
            {
                var name = element.JsonName(of.Type);
                written.Add(name);
                Element(name, node[name], of.Type.IsPrimitive ? node["_" + name] : default, of.Type);
            }
        }

        foreach (var (name, (value, companion)) in Unknown(node, written))
            Element(name, value, companion, name == "extension" && value.Exists && value.Items.AsEnumerable().All(item => item["url"u8].Kind == JsonKind.String) ? R4.Types["Extension"] : null);
    }

    /// <summary>The members that the definitions do not know, each with its companion, found in one walk: a look for each among all would take the square of their number.</summary>
    private static OrderedDictionary<string, (FhirNode Value, FhirNode Companion)> Unknown(FhirNode node, HashSet<string> written)
    {
        var unknown = new OrderedDictionary<string, (FhirNode Value, FhirNode Companion)>(StringComparer.Ordinal);
        foreach (var member in node.Properties)
        {
            var sent = member.Name;
            if (XmlName.Of(sent) is not { } name || name == "resourceType" || written.Contains(name))
                continue; // names that XML does not have are refused; some may have been stored before they were
            var (value, companion) = unknown.GetValueOrDefault(name);
            unknown[name] = sent[0] == '_' ? (value, member) : (member, companion);
        }

        return unknown;
    }

    private void Element(string name, FhirNode value, FhirNode companion, FhirType? type)
    {
        if (!value.Exists && !companion.Exists)
            return;
        if (value.Kind != JsonKind.Array && companion.Kind != JsonKind.Array)
        {
            One(name, value, companion, type);
            return;
        }

        var (values, parts) = (value.Items.AsEnumerable().ToList(), companion.Items.AsEnumerable().ToList());
        for (var i = 0; i < Math.Max(values.Count, parts.Count); i++)
            One(name, i < values.Count ? values[i] : default, i < parts.Count ? parts[i] : default, type);
    }

    private void One(string name, FhirNode value, FhirNode companion, FhirType? type)
    {
        if (into.Length > most || (value.Kind is JsonKind.Missing or JsonKind.Null && !companion.IsObject))
            return;
        if (type?.Primitive == PrimitiveKind.Xhtml)
        {
            Div(value.Text ?? "");
            return;
        }

        xml.WriteStartElement(name, FhirXmlReader.Fhir);
        if (value.IsObject && (type is { Name: "Resource" } or { IsResource: true } || (type is null && value["resourceType"u8].Exists)))
            Resource(value);
        else if (value.IsObject)
            Complex(value, type);
        else
            Primitive(value, companion);
        xml.WriteEndElement();
    }

    private void Complex(FhirNode value, FhirType? type)
    {
        var id = value["id"u8].Text;
        Attribute("id", id);
        if (type?.Name == "Extension")
            Attribute("url", value["url"u8].Text);
        Members(value, type, hasId: id is not null);
    }

    private void Primitive(FhirNode value, FhirNode companion)
    {
        Attribute("id", companion["id"u8].Text);
        Attribute("value", value.Text);
        foreach (var extension in companion["extension"u8].Items)
            One("extension", extension, default, R4.Types["Extension"]);
    }

    private void Attribute(string name, string? value)
    {
        if (value is not null)
            xml.WriteAttributeString(name, Sound(value));
    }

    /// <summary>The narrative: XHTML as it is, or its text where it was stored before it had to be well formed, so that the answer always is.</summary>
    private void Div(string text)
    {
        if (Xhtml.Sound(text) is { } sound)
        {
            xml.WriteRaw(sound);
            return;
        }

        xml.WriteStartElement("div", FhirXmlReader.Xhtml);
        xml.WriteString(Sound(text));
        xml.WriteEndElement();
    }

    private static bool IsAttribute(FhirElement element, FhirType type) => element.Name switch
    {
        "id" => !type.IsResource && type.Parent?.Name != "Resource",
        "url" => type.Name == "Extension",
        _ => false,
    };

    private static string Sound(string text) => XmlText.Has(text) ? text : string.Concat(text.Select(c => XmlText.Has(c) ? c : '\uFFFD'));
}
