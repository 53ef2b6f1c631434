using System.Xml;

namespace Tandem.Fhir.Xml;

/// <summary>The names that elements can have in FHIR XML (R4 2.6.1): those of Namespaces in XML 1.0 (3), without a colon. JSON may have others.</summary>
internal static class XmlName
{
    /// <summary>
    /// So many characters has the name of an element at most (R4 ElementDefinition, eld-19). XML has it once for each item of an array, so that a long one makes a great answer of a small resource; what was stored with one
    /// before is written all the same.
    /// </summary>
    internal const int Longest = 64;

    /// <summary>The element that a property of JSON stands for, or whose id and extensions it has (<c>_birthDate</c>); null when XML has none of that name.</summary>
    internal static string? Of(string property)
    {
        var name = property.StartsWith('_') ? property[1..] : property;
        return XmlReader.IsName(name) && name[0] != '_' && !name.Contains(':', StringComparison.Ordinal) ? name : null;
    }
}
