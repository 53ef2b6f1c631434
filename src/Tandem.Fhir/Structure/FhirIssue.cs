namespace Tandem.Fhir.Structure;

/// <summary>How much an issue matters.</summary>
public enum IssueSeverity : byte
{
    /// <summary>The resource is not what FHIR asks for and is refused.</summary>
    Error,

    /// <summary>The resource is accepted; its sender should know.</summary>
    Warning,

    /// <summary>Nothing is wrong; it may be of use to know.</summary>
    Information,
}

/// <summary>One thing found wrong with a resource.</summary>
/// <param name="Severity">Refused, or only noted.</param>
/// <param name="Code">Code of FHIR's issue-type: <c>structure</c>, <c>required</c>, <c>value</c>, <c>code-invalid</c>, <c>invariant</c>, <c>too-costly</c>.</param>
/// <param name="Text">A sentence for a person. It repeats no value of the resource, so it can be logged.</param>
/// <param name="Expression">Where, as FHIRPath: <c>Patient.name[0].given[1]</c>.</param>
/// <param name="Line">1-based line in the text as sent.</param>
/// <param name="Column">1-based column, in bytes.</param>
public sealed record FhirIssue(IssueSeverity Severity, string Code, string Text, string Expression, int Line, int Column)
{
    /// <summary>True when the resource is refused for it.</summary>
    public bool IsError => Severity == IssueSeverity.Error;

    /// <summary>True when the resource is accepted all the same.</summary>
    public bool IsWarning => Severity != IssueSeverity.Error;
}
