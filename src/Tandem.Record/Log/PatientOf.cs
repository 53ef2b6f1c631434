using Tandem.Fhir.Json;

namespace Tandem.Record.Log;

/// <summary>Which patient a resource belongs to: decides its lane and who may see it.</summary>
internal static class PatientOf
{
    private static readonly byte[][] Links =
        [.. new[] { "subject", "patient", "for", "beneficiary", "individual", "participant", "target", "securityContext" }.Select(System.Text.Encoding.UTF8.GetBytes)];

    /// <summary>
    /// The logical id of the first patient that the resource names as its own, or null. A file (Binary) belongs to the patient in whose context it is seen (R4 Binary.securityContext); a Bundle to the one patient
    /// whom all of its entries that belong to somebody belong to.
    /// </summary>
    internal static string? Resource(string type, string id, FhirNode resource)
    {
        if (type == "Patient")
            return id;
        if (type == "Bundle")
            return OfBundle(resource);
        foreach (var link in Links)
        {
            foreach (var item in resource[link].Items)
            {
                var reference = item["reference"u8].Exists ? item["reference"u8] : item["actor"u8]["reference"u8];
                if (reference.Text is { } text && IdIn(text) is { } patient)
                    return patient;
            }
        }

        return null;
    }

    private static string? OfBundle(FhirNode bundle)
    {
        string? only = null;
        foreach (var entry in bundle["entry"u8].Items)
        {
            var inside = entry["resource"u8];
            var patient = Resource(inside["resourceType"u8].Text ?? "", inside["id"u8].Text ?? "", inside);
            if (patient is { Length: > 0 } && only is not null && only != patient)
                return null;
            only = patient is { Length: > 0 } ? patient : only;
        }

        return only;
    }

    private static string? IdIn(string reference)
    {
        if (!reference.StartsWith("Patient/", StringComparison.Ordinal))
            return null;
        var rest = reference.AsSpan("Patient/".Length);
        var end = rest.IndexOf('/');
        return (end < 0 ? rest : rest[..end]).ToString();
    }
}
