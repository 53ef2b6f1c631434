using System.Xml;

namespace Tandem.Fhir.Xml;

/// <summary>
/// The names that elements can have in FHIR XML (R4 2.6.1): those of Namespaces in XML 1.0 (3), without a colon, of up to 64 characters as all elements of FHIR (R4 ElementDefinition,
/// eld-19). JSON may have others; XML has the name once for each item of an array, so that a long one would make a great answer of a small resource.
/// </summary>
internal static class XmlName
{
    private const int Longest = 64;

    /// <summary>The element that a property of JSON stands for, or whose id and extensions it has (<c>_birthDate</c>); null when XML has none of that name.</summary>
    internal static string? Of(string property)
    {
        var name = property.StartsWith('_') ? property[1..] : property;
        return name.Length <= Longest && XmlReader.IsName(name) && name[0] != '_' && !name.Contains(':', StringComparison.Ordinal) ? name : null;
    }
}
