using Tandem.Fhir.Json;

namespace Tandem.Fhir.Views;

/// <summary>A MedicationRequest.</summary>
public readonly record struct MedicationRequestView(FhirNode Node) : IFhirView<MedicationRequestView>
{
    /// <inheritdoc/>
    public static MedicationRequestView Of(FhirNode node) => new(node);

    /// <summary>The logical id; null before it is stored.</summary>
    public string? Id => Node["id"u8].Text;

    /// <summary>Version, labels, tags.</summary>
    public Meta Meta => new(Node["meta"u8]);

    /// <summary>Numbers it is known by.</summary>
    public ViewList<Identifier> Identifiers => Node["identifier"u8].List<Identifier>();

    /// <summary>active, on-hold, cancelled, completed, entered-in-error, stopped, draft, unknown.</summary>
    public string? Status => Node["status"u8].Text;

    /// <summary>Why it has this status.</summary>
    public CodeableConcept StatusReason => new(Node["statusReason"u8]);

    /// <summary>proposal, plan, order …</summary>
    public string? Intent => Node["intent"u8].Text;

    /// <summary>inpatient, outpatient, community, discharge.</summary>
    public ViewList<CodeableConcept> Categories => Node["category"u8].List<CodeableConcept>();

    /// <summary>routine, urgent, asap, stat.</summary>
    public string? Priority => Node["priority"u8].Text;

    /// <summary>True when the patient must not get it.</summary>
    public bool? DoNotPerform => Node["doNotPerform"u8].Boolean;

    /// <summary>The drug as a concept.</summary>
    public CodeableConcept Medication => new(Node["medicationCodeableConcept"u8]);

    /// <summary>The drug as a resource.</summary>
    public Reference MedicationReference => new(Node["medicationReference"u8]);

    /// <summary>The patient.</summary>
    public Reference Subject => new(Node["subject"u8]);

    /// <summary>The encounter.</summary>
    public Reference Encounter => new(Node["encounter"u8]);

    /// <summary>When it was ordered.</summary>
    public FhirDateTime? AuthoredOn => Node["authoredOn"u8].Date();

    /// <summary>Who ordered it.</summary>
    public Reference Requester => new(Node["requester"u8]);

    /// <summary>Why.</summary>
    public ViewList<CodeableConcept> Reasons => Node["reasonCode"u8].List<CodeableConcept>();

    /// <summary>How to take it.</summary>
    public ViewList<DosageView> Dosages => Node["dosageInstruction"u8].List<DosageView>();

    /// <summary>Notes.</summary>
    public ViewList<Annotation> Notes => Node["note"u8].List<Annotation>();
}

/// <summary>How a drug is taken.</summary>
public readonly record struct DosageView(FhirNode Node) : IFhirView<DosageView>
{
    /// <inheritdoc/>
    public static DosageView Of(FhirNode node) => new(node);

    /// <summary>As words.</summary>
    public string? Text => Node["text"u8].Text;

    /// <summary>Words for the patient.</summary>
    public string? PatientInstruction => Node["patientInstruction"u8].Text;

    /// <summary>Only when needed.</summary>
    public bool? AsNeeded => Node["asNeededBoolean"u8].Boolean;

    /// <summary>By mouth …</summary>
    public CodeableConcept Route => new(Node["route"u8]);
}
