using Tandem.Fhir.Definitions;
using Tandem.Fhir.FhirPath;
using Tandem.Fhir.Json;
using Tandem.Fhir.Structure;

namespace Tandem.Fhir.Validation;

/// <summary>
/// The addresses of a bundle's entries (R4 Bundle.entry.fullUrl): absolute, and in no disagreement with the resource that the entry holds; in what is answered, stored or
/// sent as a whole also there, and of a resource with an id. What else a searchset and a document have to be say <see cref="SearchsetCheck"/> and <see cref="DocumentCheck"/>.
/// </summary>
internal static class BundleCheck
{
    internal static void Check(FhirNode bundle, ValidationRun run)
    {
        var type = bundle["type"u8].Text;
        foreach (var entry in bundle["entry"u8].Items)
        {
            var place = entry["fullUrl"u8];
            if (place.Text is not { Length: > 0 } url)
                NoAddress(entry, type, run);
            else if (!url.Contains(':', StringComparison.Ordinal))
                run.Add(IssueSeverity.Error, "value", "A fullUrl is an absolute address.", FhirValue.Of(place, "uri"));
            else if (entry["resource"u8] is { IsObject: true } resource && Fault(url, resource, type) is { } fault)
                run.Add(IssueSeverity.Error, "invariant", fault, FhirValue.Of(place, "uri"));
        }

        if (type == "searchset")
            SearchsetCheck.Check(bundle, run);
        else if (type is "document" or "message")
            new DocumentCheck(bundle, run).Check();
    }

    /// <summary>What an entry of a transaction or batch creates has no address yet, what tells how a search went has none, and what an operation answers need not have one (R4 Bundle.entry.fullUrl).</summary>
    private static void NoAddress(FhirNode entry, string? type, ValidationRun run)
    {
        if (type is "document" or "message" or "searchset" && entry["resource"u8] is { IsObject: true } resource && !resource["resourceType"u8].Is("OperationOutcome"u8))
            run.Add(type == "searchset" ? IssueSeverity.Warning : IssueSeverity.Error, "required", "An entry has a fullUrl, the identity of its resource; it may lack in what is sent to be created, and in what an operation answers (R4 Bundle.entry.fullUrl).", FhirValue.Of(entry));
    }

    /// <summary>Only an address of REST says which type and id it is of; a new resource has no id yet.</summary>
    private static string? Fault(string url, FhirNode resource, string? type)
    {
        var parts = url.Split('/');
        if (!parts[0].StartsWith("http", StringComparison.Ordinal) || parts.Length < 3 || !R4.IsResourceType(parts[^2]))
            return null;
        var id = resource["id"u8].Text;
        if (parts[^2] != resource["resourceType"u8].Text || (id is not null && parts[^1] != id))
            return "The fullUrl names another resource than the entry holds.";
        return id is null && type is "document" or "message" or "searchset" ? "The fullUrl is that of a resource on a server, but the resource has no id." : null;
    }
}
