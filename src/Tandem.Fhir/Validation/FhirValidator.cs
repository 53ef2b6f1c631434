using Tandem.Fhir.FhirPath;
using Tandem.Fhir.Json;
using Tandem.Fhir.Structure;
using Tandem.Fhir.Terminology;

namespace Tandem.Fhir.Validation;

/// <summary>
/// Holds resources against FHIR R4 and profiles (R4 2.9 and 5.1): structure, invariants, bindings, reference targets, extensions,
/// and for profiles cardinality, types, fixed values and patterns, lengths and ranges, slicing. Thread-safe; keep one, it compiles profiles once.
/// </summary>
/// <param name="profiles">Where profiles and extensions come from.</param>
/// <param name="terminology">What answers questions about codes.</param>
public sealed class FhirValidator(ProfileSet profiles, TerminologyService terminology)
{
    /// <summary>With only what the specification ships.</summary>
    public static FhirValidator Shipped { get; } = new(ProfileSet.Shipped, TerminologyService.Shipped);

    internal ProfileSet Profiles => profiles;

    internal TerminologyService Terminology => terminology;

    /// <summary>Checks a resource.</summary>
    /// <param name="resource">The resource; expressions start at it.</param>
    /// <param name="options">What to look at; null for everything.</param>
    /// <returns>What there is to say, errors first; empty when nothing is. At most 100 errors of structure and 100 others, and as many warnings and notes.</returns>
    public IReadOnlyList<FhirIssue> Validate(FhirNode resource, ValidationOptions? options = null)
    {
        options ??= ValidationOptions.Default;
        IReadOnlyList<FhirIssue> structure = options.Structure ? StructureCheck.Check(resource, options.Type, options.Unknown) : [];
        if (!resource.Exists || !resource.IsObject || structure.Any(issue => issue.IsError && issue.Code is "structure" or "too-costly" && issue.Text != StructurePass.UnknownElement))
            return structure; // what has another shape than its type's cannot be asked further
        var run = new ValidationRun(this, options, new IssueLog(resource.Document, resource.Index));
        new RulePass(run).Resource(resource, resource);
        new ProfilePass(run, resource, resource).Named(FhirValue.Of(resource), options.Profiles);
        if (options.Questionnaire.Exists && resource["resourceType"u8].Is("QuestionnaireResponse"u8))
            new ResponseCheck(run, options.Questionnaire, resource).Check();
        return [.. structure.Concat(run.Log.Issues).OrderBy(issue => issue.Severity)];
    }

    /// <summary>Whether an item belongs to a slice of a profile (FHIRPath's <c>slice</c>); null when the profile or the slice is not known.</summary>
    public bool? InSlice(FhirValue item, string profile, string slice) => item.Node.Exists ? RunOn(item, null).InSlice(item, profile, slice) : null;

    /// <summary>Whether a resource or element keeps to a profile; null when the profile is not known.</summary>
    public bool? Conforms(FhirValue item, string profile, ValidationOptions? options = null) =>
        item.Node.IsObject ? RunOn(item, options).Conforms(item, profile, item.Node, item.Node) : null;

    private ValidationRun RunOn(FhirValue item, ValidationOptions? options) =>
        new(this, options ?? ValidationOptions.Default, new IssueLog(item.Node.Document, item.Node.Index));
}
