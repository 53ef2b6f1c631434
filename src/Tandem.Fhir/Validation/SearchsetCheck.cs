using Tandem.Fhir.FhirPath;
using Tandem.Fhir.Json;
using Tandem.Fhir.Structure;

namespace Tandem.Fhir.Validation;

/// <summary>What a search answers (R4 Bundle.entry.search): resources that are on a server and so have ids, outcomes that say how the search went, and one way to each other page.</summary>
internal static class SearchsetCheck
{
    private static readonly HashSet<string> Pages = new(StringComparer.Ordinal) { "self", "first", "previous", "prev", "next", "last" };

    internal static void Check(FhirNode bundle, ValidationRun run)
    {
        var pages = new HashSet<string>(StringComparer.Ordinal);
        foreach (var link in bundle["link"u8].Items)
        {
            if (link["relation"u8].Text is { } relation && Pages.Contains(relation) && !pages.Add(relation))
                run.Add(IssueSeverity.Error, "value", "A searchset has one link of this relation.", FhirValue.Of(link));
        }

        foreach (var entry in bundle["entry"u8].Items)
        {
            if (entry["resource"u8] is not { IsObject: true } resource)
                continue;
            if (Fault(resource["resourceType"u8].Is("OperationOutcome"u8), entry["search"u8]["mode"u8].Text) is { } fault)
                run.Add(IssueSeverity.Error, "value", fault, FhirValue.Of(resource));
            else if (!resource["resourceType"u8].Is("OperationOutcome"u8) && !resource["id"u8].Exists)
                run.Add(IssueSeverity.Warning, "value", "What a search finds has an id; only what an operation answers need not.", FhirValue.Of(resource));
        }
    }

    private static string? Fault(bool isOutcome, string? mode) => (isOutcome, mode) switch
    {
        (true, not (null or "outcome")) => "An OperationOutcome in a searchset tells how the search went; its mode is outcome.",
        (false, "outcome") => "An entry with the mode outcome holds an OperationOutcome.",
        _ => null,
    };
}
