using System.Collections.Frozen;
using System.Text.RegularExpressions;
using System.Xml;

namespace Tandem.Fhir.FhirPath.Model;

/// <summary>The rules for narrative XHTML: one <c>div</c> with content, and only basic formatting elements and attributes (FHIR R4 2.4.0).</summary>
internal static class Narrative
{
    private const string Xhtml = "http://www.w3.org/1999/xhtml";

    private static readonly FrozenSet<string> Elements = (
        "a abbr acronym b big blockquote br caption cite code col colgroup dd dfn div dl dt em h1 h2 h3 h4 h5 h6 hr i img li ol p pre q "
        + "samp small span strong sub sup table tbody td tfoot th thead tr tt ul var").Split(' ').ToFrozenSet(StringComparer.Ordinal);

    private static readonly FrozenSet<string> Attributes = (
        "abbr accesskey align alt axis border cellhalign cellpadding cellspacing cellvalign char charoff charset cite class colspan compact "
        + "coords dir frame headers height href hreflang id lang longdesc name nowrap rel rev rowspan rules scope shape span src start style "
        + "summary tabindex title type valign value width").Split(' ').ToFrozenSet(StringComparer.Ordinal);

    /// <summary>Entities that HTML knows and XML does not; each stands for some character.</summary>
    private static readonly Regex Entity = new("&(?!(?:lt|gt|amp|quot|apos);)[A-Za-z][A-Za-z0-9]*;", RegexOptions.CultureInvariant);

    internal static bool IsSound(string html)
    {
        try
        {
            using var reader = XmlReader.Create(
                new StringReader(Entity.Replace(html, "\u00a0")),
                new XmlReaderSettings { DtdProcessing = DtdProcessing.Prohibit, XmlResolver = null, IgnoreComments = true });
            return reader.MoveToContent() == XmlNodeType.Element && reader is { LocalName: "div", NamespaceURI: Xhtml } && ReadDiv(reader);
        }
        catch (XmlException)
        {
            return false;
        }
    }

    private static bool ReadDiv(XmlReader reader)
    {
        var hasContent = false;
        do
        {
            switch (reader.NodeType)
            {
                case XmlNodeType.Element when reader.NamespaceURI != Xhtml || !Elements.Contains(reader.LocalName) || !HasSoundAttributes(reader):
                    return false;
                case XmlNodeType.Element:
                    hasContent |= reader.LocalName == "img";
                    break;
                case XmlNodeType.Text or XmlNodeType.CDATA:
                    hasContent |= !string.IsNullOrWhiteSpace(reader.Value);
                    break;
                case XmlNodeType.ProcessingInstruction:
                    return false;
            }
        }
        while (reader.Read());
        return hasContent;
    }

    private static bool HasSoundAttributes(XmlReader reader)
    {
        var sound = true;
        while (reader.MoveToNextAttribute())
        {
            var isDeclared = reader.Prefix is "xmlns" or "xml" || reader.Name == "xmlns";
            sound &= isDeclared || Attributes.Contains(reader.LocalName);
            sound &= !reader.Value.AsSpan().TrimStart().StartsWith("javascript:", StringComparison.OrdinalIgnoreCase);
        }

        reader.MoveToElement();
        return sound;
    }
}
