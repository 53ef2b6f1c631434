using Tandem.Fhir.Definitions;
using Tandem.Fhir.Json;

namespace Tandem.Fhir.Validation;

/// <summary>What sort of resource a Reference points to, as far as it can be told without fetching it (R4 2.3).</summary>
internal static class ReferenceTarget
{
    internal static string? TypeOf(FhirNode reference, FhirNode resource, ValidationRun run)
    {
        var text = reference["reference"u8].Text;
        var stated = reference["type"u8].Text is { } type && R4.IsResourceType(type) ? type : null;
        if (string.IsNullOrEmpty(text))
            return stated;
        if (text[0] == '#')
            return Contained(text[1..], resource) ?? stated;
        if (TypeInAddress(text) is { } named)
            return named;
        return stated ?? run.Resolve(text)["resourceType"u8].Text;
    }

    /// <summary><c>Patient/1</c>, <c>http://…/Patient/1/_history/2</c> → Patient; null for any other address.</summary>
    private static string? TypeInAddress(string text)
    {
        var history = text.IndexOf("/_history/", StringComparison.Ordinal);
        var parts = (history < 0 ? text : text[..history]).Split('/');
        return parts.Length >= 2 && R4.IsResourceType(parts[^2]) ? parts[^2] : null;
    }

    private static string? Contained(string id, FhirNode resource)
    {
        foreach (var contained in resource["contained"u8].Items)
        {
            if (contained["id"u8].Text == id)
                return contained["resourceType"u8].Text;
        }

        return null;
    }
}
