using System.Xml;

namespace Tandem.Fhir.Xml;

/// <summary>The names that elements can have in FHIR XML (R4 2.6.1): those of Namespaces in XML 1.0 (3), without a colon. JSON may have others.</summary>
internal static class XmlName
{
    /// <summary>The element that a property of JSON stands for, or whose id and extensions it has (<c>_birthDate</c>); null when XML has none of that name.</summary>
    internal static string? Of(string property)
    {
        var name = property.StartsWith('_') ? property[1..] : property;
        return XmlReader.IsName(name) && name[0] != '_' && !name.Contains(':', StringComparison.Ordinal) ? name : null;
    }
}
