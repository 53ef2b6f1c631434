using Tandem.Fhir.Definitions;
using Tandem.Fhir.Json;

namespace Tandem.Fhir.Validation;

/// <summary>What sort of resource a Reference points to, as far as it can be told without fetching it (R4 2.3).</summary>
internal static class ReferenceTarget
{
    private const string Definitions = "http://hl7.org/fhir/StructureDefinition/";

    /// <param name="reference">The reference.</param>
    /// <param name="root">The resource that it lies in, or the one around that.</param>
    /// <param name="run">The validation.</param>
    internal static string? TypeOf(FhirNode reference, FhirNode root, ValidationRun run) => Found(reference, root, run) ?? Stated(reference)?.Name;

    /// <summary>The type that a reference says and the one that it leads to, where these differ (R4 Reference.type: both SHALL be consistent).</summary>
    internal static (string Stated, string Found)? Contradiction(FhirNode reference, FhirNode root, ValidationRun run) =>
        Stated(reference) is { } stated && Found(reference, root, run) is { } found && R4.Types.Find(found) is { } type && !type.Is(stated) ? (stated.Name, found) : null;

    /// <summary>By name, or by the address of the definition (R4 Reference.type).</summary>
    private static FhirType? Stated(FhirNode reference)
    {
        if (reference["type"u8].Text is not { } name)
            return null;
        return R4.Types.Find(name.StartsWith(Definitions, StringComparison.Ordinal) ? name[Definitions.Length..] : name) is { IsResource: true } type ? type : null;
    }

    /// <summary>The type of what is contained, of the address, or of what is found there.</summary>
    private static string? Found(FhirNode reference, FhirNode root, ValidationRun run)
    {
        if (reference["reference"u8].Text is not { Length: > 0 } text)
            return null;
        return text[0] == '#' ? Contained(text[1..], root) : TypeInAddress(text) ?? run.Resolve(text, reference)["resourceType"u8].Text;
    }

    /// <summary><c>Patient/1</c>, <c>http://…/Patient/1/_history/2</c> → Patient; null for any other address.</summary>
    private static string? TypeInAddress(string text)
    {
        var history = text.IndexOf("/_history/", StringComparison.Ordinal);
        var parts = (history < 0 ? text : text[..history]).Split('/');
        return parts.Length >= 2 && R4.IsResourceType(parts[^2]) ? parts[^2] : null;
    }

    /// <summary>
    /// Where entries have identities without a place (<c>urn:uuid:…</c>), a relative reference can only mean the entry whose identity ends in its id: the type of that entry if it is another than
    /// the reference says, else null. In a transaction or batch it means what is on the server.
    /// </summary>
    internal static string? Misnamed(FhirNode reference, ValidationRun run)
    {
        var bundle = run.Log.Document.Root;
        if (!bundle["resourceType"u8].Is("Bundle"u8) || bundle["type"u8].Is("transaction"u8) || bundle["type"u8].Is("batch"u8))
            return null;
        if (reference["reference"u8].Text?.Split('/') is not [var type, var id] || !R4.IsResourceType(type) || run.Entries.Around(reference).Entry["fullUrl"u8].Text is not { } around)
            return null;
        var identity = around.StartsWith("urn:uuid:", StringComparison.Ordinal) ? "urn:uuid:" + id : around.StartsWith("urn:oid:", StringComparison.Ordinal) ? "urn:oid:" + id : "";
        return run.Entries.Find(identity, reference)["resourceType"u8].Text is { } other && other != type ? other : null;
    }

    private static string? Contained(string id, FhirNode root)
    {
        if (id.Length == 0)
            return root["resourceType"u8].Text;
        foreach (var contained in root["contained"u8].Items)
        {
            if (contained["id"u8].Text == id)
                return contained["resourceType"u8].Text;
        }

        return null;
    }
}
