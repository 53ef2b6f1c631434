using System.Collections.Frozen;
using System.Text.RegularExpressions;
using System.Xml;

namespace Tandem.Fhir.FhirPath.Model;

/// <summary>
/// The rules for narrative XHTML (FHIR R4 2.4.0): one <c>div</c> with content, and only what chapters 7 to 11 and 15 of HTML 4.0 format with, links, and
/// images with their maps.
/// </summary>
internal static class Narrative
{
    private const string Xhtml = "http://www.w3.org/1999/xhtml";

    private static readonly FrozenSet<string> Elements = (
        "a abbr acronym address area b bdo big blockquote br caption cite code col colgroup dd dfn div dl dt em h1 h2 h3 h4 h5 h6 hr i img kbd li map "
        + "ol p pre q samp small span strong sub sup table tbody td tfoot th thead tr tt ul var").Split(' ').ToFrozenSet(StringComparer.Ordinal);

    private static readonly FrozenSet<string> Attributes = (
        "abbr accesskey align alt axis bgcolor border cellhalign cellpadding cellspacing cellvalign char charoff charset cite class colspan compact "
        + "coords dir frame headers height href hreflang hspace id ismap lang longdesc name nohref nowrap rel rev rowspan rules scope shape span src start style "
        + "summary tabindex title type usemap valign value vspace width").Split(' ').ToFrozenSet(StringComparer.Ordinal);

    /// <summary>Entities that HTML knows and XML does not; each stands for some character.</summary>
    private static readonly Regex Entity = new("&(?!(?:lt|gt|amp|quot|apos);)[A-Za-z][A-Za-z0-9]*;", RegexOptions.CultureInvariant);

    /// <summary>Whether there is nothing but formatting (rule txt-1).</summary>
    internal static bool IsFormatting(string html) => Read(html).IsFormatting;

    /// <summary>Whether there is something to see (rule txt-2); true as well for what cannot be read, which is no fault of its content.</summary>
    internal static bool HasContent(string html) => Read(html).HasContent;

    /// <summary>The first entity that HTML knows and XML does not, as it is written (<c>&amp;nbsp;</c>); null where there is none.</summary>
    internal static string? NamedEntity(string html) => Entity.Match(html) is { Success: true } entity ? entity.Value : null;

    private static (bool IsFormatting, bool HasContent) Read(string html)
    {
        try
        {
            using var reader = XmlReader.Create(
                new StringReader(Entity.Replace(html, "\u00a0")),
                new XmlReaderSettings { DtdProcessing = DtdProcessing.Prohibit, XmlResolver = null, IgnoreComments = true });
            var isDiv = reader.MoveToContent() == XmlNodeType.Element && reader is { LocalName: "div", NamespaceURI: Xhtml };
            var (isFormatting, hasContent) = ReadContent(reader);
            return (isDiv && isFormatting, hasContent);
        }
        catch (XmlException)
        {
            return (false, true);
        }
    }

    private static (bool IsFormatting, bool HasContent) ReadContent(XmlReader reader)
    {
        var (isFormatting, hasContent) = (true, false);
        do
        {
            switch (reader.NodeType)
            {
                case XmlNodeType.Element:
                    isFormatting &= reader.NamespaceURI == Xhtml && Elements.Contains(reader.LocalName) && HasSoundAttributes(reader);
                    hasContent |= reader.LocalName == "img";
                    break;
                case XmlNodeType.Text or XmlNodeType.CDATA:
                    hasContent |= !string.IsNullOrWhiteSpace(reader.Value);
                    break;
                case XmlNodeType.ProcessingInstruction:
                    isFormatting = false;
                    break;
            }
        }
        while (reader.Read());
        return (isFormatting, hasContent);
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
