using Tandem.Fhir.Json;

namespace Tandem.Fhir.Views;

/// <summary>A DiagnosticReport.</summary>
public readonly record struct DiagnosticReportView(FhirNode Node) : IFhirView<DiagnosticReportView>
{
    /// <inheritdoc/>
    public static DiagnosticReportView Of(FhirNode node) => new(node);

    /// <summary>The logical id; null before it is stored.</summary>
    public string? Id => Node["id"u8].Text;

    /// <summary>Version, labels, tags.</summary>
    public Meta Meta => new(Node["meta"u8]);

    /// <summary>Numbers it is known by.</summary>
    public ViewList<Identifier> Identifiers => Node["identifier"u8].List<Identifier>();

    /// <summary>The orders.</summary>
    public ViewList<Reference> BasedOn => Node["basedOn"u8].List<Reference>();

    /// <summary>registered, partial, preliminary, final, amended, corrected, appended, cancelled, entered-in-error, unknown.</summary>
    public string? Status => Node["status"u8].Text;

    /// <summary>The service.</summary>
    public ViewList<CodeableConcept> Categories => Node["category"u8].List<CodeableConcept>();

    /// <summary>What report.</summary>
    public CodeableConcept Code => new(Node["code"u8]);

    /// <summary>The patient.</summary>
    public Reference Subject => new(Node["subject"u8]);

    /// <summary>The encounter.</summary>
    public Reference Encounter => new(Node["encounter"u8]);

    /// <summary>When it was true of the patient.</summary>
    public FhirDateTime? EffectiveDateTime => Node["effectiveDateTime"u8].Date();

    /// <summary>When it was true of the patient.</summary>
    public Period EffectivePeriod => new(Node["effectivePeriod"u8]);

    /// <summary>When this version was made available.</summary>
    public FhirDateTime? Issued => Node["issued"u8].Date();

    /// <summary>Who is responsible.</summary>
    public ViewList<Reference> Performers => Node["performer"u8].List<Reference>();

    /// <summary>The observations.</summary>
    public ViewList<Reference> Results => Node["result"u8].List<Reference>();

    /// <summary>The words of who interpreted it.</summary>
    public string? Conclusion => Node["conclusion"u8].Text;

    /// <summary>The conclusion as concepts.</summary>
    public ViewList<CodeableConcept> ConclusionCodes => Node["conclusionCode"u8].List<CodeableConcept>();
}
