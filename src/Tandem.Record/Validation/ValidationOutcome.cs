using Tandem.Fhir.Structure;
using Tandem.Kernel.Outcomes;
using Tandem.Record.Rest;

namespace Tandem.Record.Validation;

/// <summary>What a validation found, as an OperationOutcome (R4 2.36) or a refusal.</summary>
internal static class ValidationOutcome
{
    /// <param name="issues">What was found.</param>
    /// <param name="hasPlaces">False for what was sent as XML: the lines of its JSON are not the sender's.</param>
    internal static byte[] Json(IReadOnlyList<FhirIssue> issues, bool hasPlaces) => OperationOutcomeJson.Write(issues.Count == 0
        ? [("information", new RefusalDetail("informational", "Nothing is wrong with this resource."))]
        : issues.Select(issue => (Severity(issue), hasPlaces ? OperationOutcomeJson.Detail(issue) : OperationOutcomeJson.Detail(issue) with { Position = null })));

    internal static string Severity(FhirIssue issue) => issue.Severity switch
    {
        IssueSeverity.Error => "error",
        IssueSeverity.Warning => "warning",
        _ => "information",
    };
}
