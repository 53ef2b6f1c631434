using Tandem.Fhir.Json;

namespace Tandem.Fhir.Views;

/// <summary>A ServiceRequest.</summary>
public readonly record struct ServiceRequestView(FhirNode Node) : IFhirView<ServiceRequestView>
{
    /// <inheritdoc/>
    public static ServiceRequestView Of(FhirNode node) => new(node);

    /// <summary>The logical id; null before it is stored.</summary>
    public string? Id => Node["id"u8].Text;

    /// <summary>Version, labels, tags.</summary>
    public Meta Meta => new(Node["meta"u8]);

    /// <summary>Numbers it is known by.</summary>
    public ViewList<Identifier> Identifiers => Node["identifier"u8].List<Identifier>();

    /// <summary>What asked for it.</summary>
    public ViewList<Reference> BasedOn => Node["basedOn"u8].List<Reference>();

    /// <summary>draft, active, on-hold, revoked, completed, entered-in-error, unknown.</summary>
    public string? Status => Node["status"u8].Text;

    /// <summary>proposal, plan, order …</summary>
    public string? Intent => Node["intent"u8].Text;

    /// <summary>What sort of service.</summary>
    public ViewList<CodeableConcept> Categories => Node["category"u8].List<CodeableConcept>();

    /// <summary>routine, urgent, asap, stat.</summary>
    public string? Priority => Node["priority"u8].Text;

    /// <summary>True when it must not be done.</summary>
    public bool? DoNotPerform => Node["doNotPerform"u8].Boolean;

    /// <summary>What is ordered.</summary>
    public CodeableConcept Code => new(Node["code"u8]);

    /// <summary>The patient.</summary>
    public Reference Subject => new(Node["subject"u8]);

    /// <summary>The encounter.</summary>
    public Reference Encounter => new(Node["encounter"u8]);

    /// <summary>When it should happen.</summary>
    public FhirDateTime? OccurrenceDateTime => Node["occurrenceDateTime"u8].Date();

    /// <summary>When it should happen.</summary>
    public Period OccurrencePeriod => new(Node["occurrencePeriod"u8]);

    /// <summary>When it was ordered.</summary>
    public FhirDateTime? AuthoredOn => Node["authoredOn"u8].Date();

    /// <summary>Who ordered it.</summary>
    public Reference Requester => new(Node["requester"u8]);

    /// <summary>Who should do it.</summary>
    public ViewList<Reference> Performers => Node["performer"u8].List<Reference>();

    /// <summary>Why.</summary>
    public ViewList<CodeableConcept> Reasons => Node["reasonCode"u8].List<CodeableConcept>();

    /// <summary>Notes.</summary>
    public ViewList<Annotation> Notes => Node["note"u8].List<Annotation>();
}
