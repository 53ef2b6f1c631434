using Tandem.Fhir.Definitions;
using Tandem.Fhir.Json;

namespace Tandem.Fhir.Structure;

/// <summary>
/// Holds a resource against R4: types, arrays and single values, required elements, formats of primitives, choices, required
/// codes, extensions, contained and bundled resources. Elements that R4 does not know are warnings, as they are kept, unless asked otherwise; all
/// else is an error. One pass, without allocation when nothing is wrong but for narratives, which are read as XML. Invariants in FHIRPath, profiles and references to
/// other resources are not looked at.
/// </summary>
public static class StructureCheck
{
    /// <summary>Checks a resource.</summary>
    /// <param name="resource">The resource: the root of a document, or a resource inside of one. Expressions start at it.</param>
    /// <param name="expectedType">The resource type it has to be; null when any will do.</param>
    /// <param name="unknown">What an element is that R4 does not know.</param>
    /// <param name="isSent">Whether narratives have to be well formed, XML has to bear what R4 does not know, and its names have at most 64 characters; false for what was taken before they had to.</param>
    /// <returns>What is wrong, in the order of the text; empty when nothing is. At most 100 issues and one that says there are more.</returns>
    public static IReadOnlyList<FhirIssue> Check(FhirNode resource, string? expectedType = null, IssueSeverity unknown = IssueSeverity.Warning, bool isSent = true)
    {
        if (!resource.Exists)
            return [new(IssueSeverity.Error, "required", "There is no resource.", expectedType ?? "Resource", 0, 0)];
        var pass = new StructurePass(resource, unknown, isSent);
        pass.Root(expectedType);
        return pass.Issues;
    }
}
