using Tandem.Fhir.Json;

namespace Tandem.Fhir.Views;

/// <summary>A Condition.</summary>
public readonly record struct ConditionView(FhirNode Node) : IFhirView<ConditionView>
{
    /// <inheritdoc/>
    public static ConditionView Of(FhirNode node) => new(node);

    /// <summary>The logical id; null before it is stored.</summary>
    public string? Id => Node["id"u8].Text;

    /// <summary>Version, labels, tags.</summary>
    public Meta Meta => new(Node["meta"u8]);

    /// <summary>Numbers it is known by.</summary>
    public ViewList<Identifier> Identifiers => Node["identifier"u8].List<Identifier>();

    /// <summary>active, recurrence, relapse, inactive, remission, resolved.</summary>
    public CodeableConcept ClinicalStatus => new(Node["clinicalStatus"u8]);

    /// <summary>unconfirmed, provisional, differential, confirmed, refuted, entered-in-error.</summary>
    public CodeableConcept VerificationStatus => new(Node["verificationStatus"u8]);

    /// <summary>problem-list-item, encounter-diagnosis, health-concern.</summary>
    public ViewList<CodeableConcept> Categories => Node["category"u8].List<CodeableConcept>();

    /// <summary>How severe.</summary>
    public CodeableConcept Severity => new(Node["severity"u8]);

    /// <summary>Which condition.</summary>
    public CodeableConcept Code => new(Node["code"u8]);

    /// <summary>The patient.</summary>
    public Reference Subject => new(Node["subject"u8]);

    /// <summary>The encounter.</summary>
    public Reference Encounter => new(Node["encounter"u8]);

    /// <summary>When it began.</summary>
    public FhirDateTime? OnsetDateTime => Node["onsetDateTime"u8].Date();

    /// <summary>When it began.</summary>
    public Period OnsetPeriod => new(Node["onsetPeriod"u8]);

    /// <summary>When it ended.</summary>
    public FhirDateTime? AbatementDateTime => Node["abatementDateTime"u8].Date();

    /// <summary>When it was written down.</summary>
    public FhirDateTime? RecordedDate => Node["recordedDate"u8].Date();

    /// <summary>Who wrote it down.</summary>
    public Reference Recorder => new(Node["recorder"u8]);

    /// <summary>Notes.</summary>
    public ViewList<Annotation> Notes => Node["note"u8].List<Annotation>();
}
