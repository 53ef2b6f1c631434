using Tandem.Fhir.Definitions;
using Tandem.Fhir.FhirPath;
using Tandem.Fhir.Json;
using Tandem.Fhir.Structure;

namespace Tandem.Fhir.Validation;

/// <summary>The addresses of a bundle's entries (R4 Bundle.entry.fullUrl): absolute, and in no disagreement with the resource that the entry holds.</summary>
internal static class BundleCheck
{
    internal static void Check(FhirNode bundle, ValidationRun run)
    {
        foreach (var entry in bundle["entry"u8].Items)
        {
            var place = entry["fullUrl"u8];
            if (place.Text is not { Length: > 0 } url)
                continue;
            if (!url.Contains(':', StringComparison.Ordinal))
                run.Add(IssueSeverity.Error, "value", "A fullUrl is an absolute address.", FhirValue.Of(place, "uri"));
            else if (entry["resource"u8] is { IsObject: true } resource && !Agree(url.Split('/'), resource))
                run.Add(IssueSeverity.Error, "invariant", "The fullUrl names another resource than the entry holds.", FhirValue.Of(place, "uri"));
        }
    }

    /// <summary>Only an address of REST says which type and id it is of; a new resource has no id yet.</summary>
    private static bool Agree(string[] parts, FhirNode resource) =>
        !parts[0].StartsWith("http", StringComparison.Ordinal) || parts.Length < 3 || !R4.IsResourceType(parts[^2])
        || (parts[^2] == resource["resourceType"u8].Text && (resource["id"u8].Text is not { } id || parts[^1] == id));
}
