using System.Net;
using System.Text.RegularExpressions;
using System.Xml;

namespace Tandem.Fhir.Xml;

/// <summary>The text of a narrative as XHTML (R4 2.4.0): one <c>div</c>, well formed.</summary>
internal static partial class Xhtml
{
    private const int MaxDepth = 128;

    private static readonly XmlReaderSettings Fragment = new() { DtdProcessing = DtdProcessing.Prohibit, XmlResolver = null, ConformanceLevel = ConformanceLevel.Fragment };

    /// <summary>The narrative with what JSON lets pass mended: HTML's own names of characters (<c>&amp;nbsp;</c>), which are no entities of XML, are the characters, and a <c>div</c> without a namespace gets it.</summary>
    /// <returns>Null for what is no well-formed <c>div</c>, or has more than 128 elements within each other.</returns>
    internal static string? Sound(string text)
    {
        var trimmed = (text.Contains('&', StringComparison.Ordinal) ? Entity().Replace(text, match => WebUtility.HtmlDecode(match.Value)) : text).Trim();
        return NamespaceOf(trimmed) switch
        {
            FhirXmlReader.Xhtml => trimmed,
            "" => $"<div xmlns=\"{FhirXmlReader.Xhtml}\"{trimmed["<div".Length..]}",
            _ => null,
        };
    }

    /// <summary>The namespace of the one <c>div</c> that a text is; null when it is something else, or cannot be read.</summary>
    private static string? NamespaceOf(string text)
    {
        try
        {
            using var reader = XmlReader.Create(new StringReader(text), Fragment);
            if (!text.StartsWith('<') || !reader.Read() || reader.NodeType != XmlNodeType.Element || reader.LocalName != "div" || (reader.NamespaceURI.Length == 0 && reader.GetAttribute("xmlns") is not null))
                return null; // what stands before the div would stand in the middle of another document
            var found = reader.NamespaceURI;
            while (reader.Read())
            {
                if (reader.Depth > MaxDepth || (reader.Depth == 0 && reader.NodeType is not (XmlNodeType.EndElement or XmlNodeType.Whitespace or XmlNodeType.Comment)))
                    return null;
            }

            return found;
        }
        catch (XmlException)
        {
            return null;
        }
    }

    [GeneratedRegex("&(?!amp;|lt;|gt;|quot;|apos;|#)[A-Za-z0-9]{2,32};")]
    private static partial Regex Entity();
}
