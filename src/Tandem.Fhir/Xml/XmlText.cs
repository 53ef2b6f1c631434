namespace Tandem.Fhir.Xml;

/// <summary>The characters that XML can have: no control characters, not even escaped (XML 1.0 2.2).</summary>
internal static class XmlText
{
    internal static bool Has(string text) => text.All(Has);

    internal static bool Has(char c) => c is '\t' or '\n' or '\r' or >= ' ' and not ('\uFFFE' or '\uFFFF');
}
