using Tandem.Fhir.Json;

namespace Tandem.Care.Loops;

/// <summary>A text in every language the hub speaks, as it is stored with a loop and shown to a person.</summary>
/// <param name="En">English; also what FHIR clients see as the element's own value.</param>
/// <param name="Es">Spanish; stored as the FHIR translation extension.</param>
public sealed record LocalizedText(string En, string Es)
{
    private const string Translation = "http://hl7.org/fhir/StructureDefinition/translation";

    /// <summary>What a person wrote: the same in every language.</summary>
    public static LocalizedText AsWritten(string text) => new(text, text);

    /// <summary>The text for a language tag (<c>es</c>, <c>es-US</c>, anything else is English).</summary>
    public string In(string language) => language.StartsWith("es", StringComparison.OrdinalIgnoreCase) ? Es : En;

    /// <summary>Reads an element and its translation (FHIR R4 2.4: the extension stands on the element's underscore twin).</summary>
    internal static LocalizedText? Read(FhirNode parent, ReadOnlySpan<byte> name, ReadOnlySpan<byte> twin)
    {
        if (parent[name].Text is not { } en)
            return null;
        foreach (var extension in parent[twin]["extension"u8].Items)
        {
            foreach (var part in extension["extension"u8].Items)
            {
                if (part["url"u8].Is("content"u8) && part["valueString"u8].Text is { } es)
                    return new LocalizedText(en, es);
            }
        }

        return AsWritten(en);
    }

    /// <summary>Writes an element and, where it differs, its Spanish translation.</summary>
    internal static void Write(FhirWriter json, string name, LocalizedText? text)
    {
        json.Text(name, text?.En);
        if (text is not null && text.Es != text.En)
            json.Object("_" + name, twin => twin.Array("extension", [text.Es], WriteTranslation));
    }

    private static void WriteTranslation(FhirWriter extension, string es) => extension
        .Text("url", Translation)
        .Array("extension", parts => parts
            .Item(part => part.Text("url", "lang").Text("valueCode", "es"))
            .Item(part => part.Text("url", "content").Text("valueString", es)));
}
