using Tandem.Fhir.Json;

namespace Tandem.Fhir.Views;

/// <summary>An Observation.</summary>
public readonly record struct ObservationView(FhirNode Node) : IFhirView<ObservationView>
{
    /// <inheritdoc/>
    public static ObservationView Of(FhirNode node) => new(node);

    /// <summary>The logical id; null before it is stored.</summary>
    public string? Id => Node["id"u8].Text;

    /// <summary>Version, labels, tags.</summary>
    public Meta Meta => new(Node["meta"u8]);

    /// <summary>Numbers it is known by.</summary>
    public ViewList<Identifier> Identifiers => Node["identifier"u8].List<Identifier>();

    /// <summary>The orders.</summary>
    public ViewList<Reference> BasedOn => Node["basedOn"u8].List<Reference>();

    /// <summary>registered, preliminary, final, amended, corrected, cancelled, entered-in-error, unknown.</summary>
    public string? Status => Node["status"u8].Text;

    /// <summary>laboratory, vital-signs, survey …</summary>
    public ViewList<CodeableConcept> Categories => Node["category"u8].List<CodeableConcept>();

    /// <summary>What was observed.</summary>
    public CodeableConcept Code => new(Node["code"u8]);

    /// <summary>The patient.</summary>
    public Reference Subject => new(Node["subject"u8]);

    /// <summary>The encounter.</summary>
    public Reference Encounter => new(Node["encounter"u8]);

    /// <summary>When it was true of the patient.</summary>
    public FhirDateTime? EffectiveDateTime => Node["effectiveDateTime"u8].Date();

    /// <summary>When it was true of the patient.</summary>
    public Period EffectivePeriod => new(Node["effectivePeriod"u8]);

    /// <summary>When it was true of the patient.</summary>
    public FhirDateTime? EffectiveInstant => Node["effectiveInstant"u8].Date();

    /// <summary>When it was true of the patient, whichever way it is stated; a period counts from its start.</summary>
    public FhirDateTime? Effective => EffectiveDateTime ?? EffectiveInstant ?? EffectivePeriod.Start;

    /// <summary>When this version was made available.</summary>
    public FhirDateTime? Issued => Node["issued"u8].Date();

    /// <summary>Who is responsible.</summary>
    public ViewList<Reference> Performers => Node["performer"u8].List<Reference>();

    /// <summary>The amount.</summary>
    public Quantity ValueQuantity => new(Node["valueQuantity"u8]);

    /// <summary>The finding as a concept.</summary>
    public CodeableConcept ValueConcept => new(Node["valueCodeableConcept"u8]);

    /// <summary>The finding as words.</summary>
    public string? ValueString => Node["valueString"u8].Text;

    /// <summary>The finding as yes or no.</summary>
    public bool? ValueBoolean => Node["valueBoolean"u8].Boolean;

    /// <summary>The finding as a whole number.</summary>
    public decimal? ValueInteger => Node["valueInteger"u8].Number;

    /// <summary>The finding as a time.</summary>
    public FhirDateTime? ValueDateTime => Node["valueDateTime"u8].Date();

    /// <summary>Why there is no value.</summary>
    public CodeableConcept DataAbsentReason => new(Node["dataAbsentReason"u8]);

    /// <summary>L, H, LL, HH, AA …</summary>
    public ViewList<CodeableConcept> Interpretations => Node["interpretation"u8].List<CodeableConcept>();

    /// <summary>Notes.</summary>
    public ViewList<Annotation> Notes => Node["note"u8].List<Annotation>();

    /// <summary>What is usual.</summary>
    public ViewList<ReferenceRange> ReferenceRanges => Node["referenceRange"u8].List<ReferenceRange>();

    /// <summary>Parts, such as systolic and diastolic.</summary>
    public ViewList<ObservationComponent> Components => Node["component"u8].List<ObservationComponent>();

    /// <summary>What it was worked out from.</summary>
    public ViewList<Reference> DerivedFrom => Node["derivedFrom"u8].List<Reference>();
}

/// <summary>A part of an observation.</summary>
public readonly record struct ObservationComponent(FhirNode Node) : IFhirView<ObservationComponent>
{
    /// <inheritdoc/>
    public static ObservationComponent Of(FhirNode node) => new(node);

    /// <summary>What was observed.</summary>
    public CodeableConcept Code => new(Node["code"u8]);

    /// <summary>The amount.</summary>
    public Quantity ValueQuantity => new(Node["valueQuantity"u8]);

    /// <summary>The finding as a concept.</summary>
    public CodeableConcept ValueConcept => new(Node["valueCodeableConcept"u8]);

    /// <summary>The finding as words.</summary>
    public string? ValueString => Node["valueString"u8].Text;

    /// <summary>Why there is no value.</summary>
    public CodeableConcept DataAbsentReason => new(Node["dataAbsentReason"u8]);

    /// <summary>L, H, LL, HH, AA …</summary>
    public ViewList<CodeableConcept> Interpretations => Node["interpretation"u8].List<CodeableConcept>();

    /// <summary>What is usual.</summary>
    public ViewList<ReferenceRange> ReferenceRanges => Node["referenceRange"u8].List<ReferenceRange>();
}

/// <summary>What is usual.</summary>
public readonly record struct ReferenceRange(FhirNode Node) : IFhirView<ReferenceRange>
{
    /// <inheritdoc/>
    public static ReferenceRange Of(FhirNode node) => new(node);

    /// <summary>Lower limit.</summary>
    public Quantity Low => new(Node["low"u8]);

    /// <summary>Upper limit.</summary>
    public Quantity High => new(Node["high"u8]);

    /// <summary>The range as words.</summary>
    public string? Text => Node["text"u8].Text;

    /// <summary>normal, critical …</summary>
    public CodeableConcept Type => new(Node["type"u8]);
}
