using Tandem.Fhir.Json;
using Tandem.Fhir.Structure;
using Tandem.Fhir.Validation;
using Tandem.Kernel.Actors;
using Tandem.Kernel.Outcomes;
using Tandem.Record.Rest;

namespace Tandem.Record.Validation;

/// <summary>Rules and claimed profiles at a write over the FHIR interface or by bulk import, as the site has set it for the app or the source. Thread-safe.</summary>
internal sealed class WriteRules(ValidationModes modes, SiteDefinitions definitions, TimeProvider clock)
{
    /// <summary>The resource, or a refusal where the rules are enforced and broken (422, R4 3.1.0.8).</summary>
    /// <param name="scope">Who writes.</param>
    /// <param name="resource">What is written.</param>
    /// <param name="structure">What was found of its structure: elements that R4 does not know, which nobody has to keep who enforces.</param>
    internal Outcome<FhirNode> Enforce(AccessScope scope, FhirNode resource, IReadOnlyList<FhirIssue> structure)
    {
        if (modes.Of(scope, resource["meta"u8]["source"u8].Text) != ValidationMode.Enforce)
            return resource;
        List<FhirIssue> issues = [.. structure.Select(issue => issue with { Severity = IssueSeverity.Error }), .. Issues(resource, structure: false)];
        return issues.Exists(issue => issue.IsError)
            ? Refusal.Unprocessable("The resource breaks rules of FHIR R4 or of a profile it claims.", [.. issues.Where(issue => issue.Severity != IssueSeverity.Information).Select(OperationOutcomeJson.Detail)])
            : resource;
    }

    /// <summary>What there is to say about a resource that was accepted; nothing where the site does not look.</summary>
    internal IReadOnlyList<FhirIssue> Notes(AccessScope scope, FhirNode resource) =>
        modes.Of(scope, resource["meta"u8]["source"u8].Text) == ValidationMode.Off ? [] : Issues(resource, structure: true);

    private IReadOnlyList<FhirIssue> Issues(FhirNode resource, bool structure) =>
        definitions.Current.Validator.Validate(resource, new() { Structure = structure, Now = clock.GetUtcNow() });
}
