using System.Text;
using System.Xml;
using Tandem.Fhir.Definitions;
using Tandem.Fhir.Json;

namespace Tandem.Fhir.Xml;

/// <summary>
/// Reads FHIR XML into the JSON form (FHIR R4 2.6.1, 2.6.2): a primitive's digits and text stay as they are, the narrative stays XHTML, extensions of
/// primitives go beside their values. No document type, no entity but the five of XML, no processing instruction is followed.
/// </summary>
public static class FhirXmlReader
{
    internal const string Fhir = "http://hl7.org/fhir";
    internal const string Xhtml = "http://www.w3.org/1999/xhtml";
    private const int BytesForElement = 32; // about what one of FHIR has; <a/> has 4, and takes thirty times as much memory
    private static readonly UTF8Encoding Strict = new(false, true);

    /// <summary>Reads a resource.</summary>
    /// <param name="utf8">The text.</param>
    /// <param name="limits">How many bytes it may have, an element for each 32 of them, and how deep it may nest.</param>
    /// <param name="fault">Why not, when the result is null.</param>
    /// <returns>The JSON in UTF-8, or null with the <paramref name="fault"/>.</returns>
    public static byte[]? ToJson(ReadOnlyMemory<byte> utf8, JsonLimits limits, out FhirXmlFault? fault)
    {
        if (utf8.Length > limits.MaxBytes)
        {
            fault = new($"The text has {utf8.Length:N0} bytes; at most {limits.MaxBytes:N0} are read.", 1, 1);
            return null;
        }

        var settings = new XmlReaderSettings
        {
            DtdProcessing = DtdProcessing.Prohibit, XmlResolver = null, IgnoreComments = true, IgnoreProcessingInstructions = true, IgnoreWhitespace = false, CloseInput = false,
        };
        try
        {
            var text = Strict.GetString(utf8.Span.StartsWith("\uFEFF"u8) ? utf8.Span[3..] : utf8.Span);
            using var xml = XmlReader.Create(new StringReader(text), settings);
            xml.MoveToContent();
            var pass = new XmlPass(xml, text, limits.MaxDepth, limits.MaxBytes / BytesForElement);
            var root = pass.Resource();
            while (xml.Read())
            {
                // what follows the resource has to be sound too
            }

            fault = null;
            return XmlToJson.Write(root);
        }
        catch (XmlException e)
        {
            fault = new($"This cannot be read as FHIR XML: {Sentence(e)}", Math.Max(1, e.LineNumber), Math.Max(1, e.LinePosition));
            return null;
        }
        catch (DecoderFallbackException)
        {
            fault = new("The text is not UTF-8.", 1, 1);
            return null;
        }
    }

    private static string Sentence(XmlException e)
    {
        var text = e.Message;
        var cut = text.IndexOf(" Line ", StringComparison.Ordinal);
        return cut < 0 ? text : text[..cut];
    }
}

/// <summary>The walk over the XML, type by type.</summary>
internal sealed class XmlPass(XmlReader xml, string source, int maxDepth, int maxElements)
{
    private readonly SourceLines lines = new(source);
    private int elements;

    /// <summary>Reads the resource that the reader stands on.</summary>
    internal XmlElement Resource()
    {
        if (xml.NodeType != XmlNodeType.Element || xml.NamespaceURI != FhirXmlReader.Fhir)
            throw Fault("A resource has to be an element in the namespace http://hl7.org/fhir.");
        var resource = new XmlElement(xml.LocalName) { Type = R4.Types.Find(xml.LocalName) };
        if (resource.Type is not { IsResource: true })
            throw Fault("The element's name is no resource type of FHIR R4.");
        Attributes(resource, isResource: true);
        Children(resource);
        return resource;
    }

    private void Children(XmlElement parent)
    {
        if (xml.IsEmptyElement)
            return;
        if (xml.Depth >= maxDepth)
            throw Fault($"The text is nested more than {maxDepth} levels deep.");
        while (xml.Read() && xml.NodeType != XmlNodeType.EndElement)
        {
            if (xml.NodeType == XmlNodeType.Element)
                parent.Add(Child(parent));
            else if (xml.NodeType is XmlNodeType.Text or XmlNodeType.CDATA)
                throw Fault("An element of FHIR has no text of its own; values are attributes.");
        }
    }

    private XmlElement Child(XmlElement parent)
    {
        if (++elements > maxElements)
            throw Fault($"The text has more than {maxElements:N0} elements.");
        if (parent.HoldsResource)
            return Resource();
        if (xml.NamespaceURI == FhirXmlReader.Xhtml && xml.LocalName == "div")
            return Div(parent);
        if (xml.NamespaceURI != FhirXmlReader.Fhir)
            throw Fault("An element has to be in the namespace http://hl7.org/fhir.");
        var child = new XmlElement(xml.LocalName);
        if (TypeAround(parent, child.Name) is { } type && type.Elements.TryFind(Encoding.UTF8.GetBytes(child.Name), out var property))
            (child.Element, child.Type) = (property.Element, property.Type);
        Attributes(child, isResource: false);
        Children(child);
        if (child is { Type.IsPrimitive: true, Value: null, HasParts: false })
            throw Fault($"The element {child.Name} has neither a value nor an extension (ele-1).");
        if (child.HoldsResource && child.Children.Count != 1)
            throw Fault("There has to be exactly one resource in here.");
        return child;
    }

    /// <summary>What says which elements there are in another; one that the definitions do not know may have extensions still, as every element (R4 Element).</summary>
    private FhirType? TypeAround(XmlElement parent, string name) =>
        parent.Type ?? (name == "extension" && xml.GetAttribute("url") is not null ? R4.Types["Element"] : null);

    /// <summary>
    /// The narrative as it was written, from its first character to its last; written anew only when it leans on what stands around it, or when its elements have a prefix,
    /// which the narrative of FHIR has not (FHIR R4 2.4.0).
    /// </summary>
    private XmlElement Div(XmlElement parent)
    {
        var from = lines.Offset((IXmlLineInfo)xml) - 1;
        var isWhole = xml.GetAttribute("xmlns") is not null && !xml.IsEmptyElement;
        var (text, end) = (new StringBuilder(), from);
        using (var subtree = xml.ReadSubtree())
        using (var writer = XmlWriter.Create(text, new XmlWriterSettings { OmitXmlDeclaration = true, ConformanceLevel = ConformanceLevel.Fragment, NewLineHandling = NewLineHandling.None }))
        {
            while (subtree.Read())
            {
                isWhole &= subtree.Prefix.Length == 0;
                Copy(subtree, writer);
            }

            end = lines.Offset((IXmlLineInfo)xml);
        }

        var div = new XmlElement("div") { Xhtml = isWhole ? source[from..(source.IndexOf('>', end) + 1)] : text.ToString() };
        if (parent.Type is { } type && type.Elements.TryFind("div"u8, out var property))
            (div.Element, div.Type) = (property.Element, property.Type);
        return div;
    }

    /// <summary>Writes a node of the narrative, elements without their prefix.</summary>
    private void Copy(XmlReader from, XmlWriter into)
    {
        switch (from.NodeType)
        {
            case XmlNodeType.Element when from.Prefix.Length > 0 && from.NamespaceURI != FhirXmlReader.Xhtml:
                throw Fault("The narrative is plain XHTML; it has no elements of another namespace (FHIR R4 2.4.0).");
            case XmlNodeType.Element:
                into.WriteStartElement("", from.LocalName, from.NamespaceURI);
                while (from.MoveToNextAttribute())
                {
                    if (from.Name != "xmlns" && from.Prefix != "xmlns")
                        into.WriteAttributeString(from.Prefix, from.LocalName, from.NamespaceURI, from.Value);
                }

                from.MoveToElement();
                if (from.IsEmptyElement)
                    into.WriteEndElement();
                break;
            case XmlNodeType.EndElement:
                into.WriteFullEndElement();
                break;
            default:
                into.WriteString(from.Value);
                break;
        }
    }

    private void Attributes(XmlElement element, bool isResource)
    {
        while (xml.MoveToNextAttribute())
        {
            if (xml.Prefix == "xmlns" || xml.Name == "xmlns" || xml.NamespaceURI == "http://www.w3.org/2001/XMLSchema-instance")
                continue;
            if (isResource || xml.NamespaceURI.Length > 0)
                throw Fault($"The attribute {xml.Name} is none of FHIR here.");
            switch (xml.Name)
            {
                case "value" when element.Type is null or { IsPrimitive: true }: // of any other element it would be taken for its child
                    element.Value = xml.Value;
                    break;
                case "id":
                    element.Id = xml.Value;
                    break;
                case "url" when element.Type is null or { Name: "Extension" }:
                    element.Url = xml.Value;
                    break;
                default:
                    throw Fault($"The attribute {xml.Name} is none of FHIR here.");
            }
        }

        xml.MoveToElement();
    }

    private XmlException Fault(string reason)
    {
        var place = (IXmlLineInfo)xml;
        return new XmlException(reason, null, place.LineNumber, place.LinePosition);
    }
}

/// <summary>Finds the place of a line and column in a text.</summary>
internal sealed class SourceLines(string text)
{
    private readonly List<int> starts = [0];
    private int scanned;

    internal int Offset(IXmlLineInfo place)
    {
        while (starts.Count < place.LineNumber && scanned < text.Length)
        {
            var c = text[scanned++];
            if (c == '\n' || (c == '\r' && (scanned == text.Length || text[scanned] != '\n')))
                starts.Add(scanned);
        }

        return starts[place.LineNumber - 1] + place.LinePosition - 1;
    }
}
