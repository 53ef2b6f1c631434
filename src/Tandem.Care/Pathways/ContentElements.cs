using Tandem.Care.Loops;
using Tandem.Fhir.Json;

namespace Tandem.Care.Pathways;

/// <summary>The elements that content adds to FHIR, and how they are read.</summary>
internal static class ContentElements
{
    internal const string Extensions = LoopCodes.Authority + "StructureDefinition/";

    /// <summary>System of the roles by which pathways and ladders name teams (<c>CareTeam.category</c>, <c>participant.role</c>).</summary>
    internal const string TeamRoles = LoopCodes.Authority + "CodeSystem/team-role";

    /// <summary>The extension of a name; missing when there is none.</summary>
    internal static FhirNode Extension(this FhirNode element, string name)
    {
        foreach (var extension in element["extension"u8].Items)
        {
            if (extension["url"u8].Text is { } url && (url == name || (url.Length == Extensions.Length + name.Length
                && url.StartsWith(Extensions, StringComparison.Ordinal) && url.EndsWith(name, StringComparison.Ordinal))))
            {
                return extension;
            }
        }

        return default;
    }

    /// <summary>All extensions of a name.</summary>
    internal static IEnumerable<FhirNode> ExtensionsOf(this FhirNode element, string name) =>
        element["extension"u8].Items.AsEnumerable().Where(extension => extension["url"u8].Text == Extensions + name);

    /// <summary>A text with its Spanish translation.</summary>
    internal static LocalizedText? Words(this FhirNode parent, string name) => parent[name].Text is { } en
        ? new LocalizedText(en, Spanish(parent["_" + name]) ?? en)
        : null;

    /// <summary>The code of the first coding.</summary>
    internal static string? FirstCode(this FhirNode concept) => concept["coding"u8].First["code"u8].Text;

    private static string? Spanish(FhirNode companion)
    {
        foreach (var translation in companion["extension"u8].Items)
        {
            if (translation["url"u8].Is("http://hl7.org/fhir/StructureDefinition/translation"u8) && translation.Extension("lang")["valueCode"u8].Is("es"u8))
                return translation.Extension("content")["valueString"u8].Text;
        }

        return null;
    }
}
