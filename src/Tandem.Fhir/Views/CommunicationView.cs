using Tandem.Fhir.Json;

namespace Tandem.Fhir.Views;

/// <summary>A Communication.</summary>
public readonly record struct CommunicationView(FhirNode Node) : IFhirView<CommunicationView>
{
    /// <inheritdoc/>
    public static CommunicationView Of(FhirNode node) => new(node);

    /// <summary>The logical id; null before it is stored.</summary>
    public string? Id => Node["id"u8].Text;

    /// <summary>Version, labels, tags.</summary>
    public Meta Meta => new(Node["meta"u8]);

    /// <summary>Numbers it is known by.</summary>
    public ViewList<Identifier> Identifiers => Node["identifier"u8].List<Identifier>();

    /// <summary>What asked for it.</summary>
    public ViewList<Reference> BasedOn => Node["basedOn"u8].List<Reference>();

    /// <summary>The thread.</summary>
    public ViewList<Reference> PartOf => Node["partOf"u8].List<Reference>();

    /// <summary>What it answers.</summary>
    public ViewList<Reference> InResponseTo => Node["inResponseTo"u8].List<Reference>();

    /// <summary>preparation, in-progress, not-done, on-hold, stopped, completed, entered-in-error, unknown.</summary>
    public string? Status => Node["status"u8].Text;

    /// <summary>Why it has this status.</summary>
    public CodeableConcept StatusReason => new(Node["statusReason"u8]);

    /// <summary>What sort of message.</summary>
    public ViewList<CodeableConcept> Categories => Node["category"u8].List<CodeableConcept>();

    /// <summary>routine, urgent, asap, stat.</summary>
    public string? Priority => Node["priority"u8].Text;

    /// <summary>By which means.</summary>
    public ViewList<CodeableConcept> Media => Node["medium"u8].List<CodeableConcept>();

    /// <summary>The patient.</summary>
    public Reference Subject => new(Node["subject"u8]);

    /// <summary>What about.</summary>
    public CodeableConcept Topic => new(Node["topic"u8]);

    /// <summary>What about, as resources.</summary>
    public ViewList<Reference> About => Node["about"u8].List<Reference>();

    /// <summary>When it was sent.</summary>
    public FhirDateTime? Sent => Node["sent"u8].Date();

    /// <summary>When it arrived.</summary>
    public FhirDateTime? Received => Node["received"u8].Date();

    /// <summary>To whom.</summary>
    public ViewList<Reference> Recipients => Node["recipient"u8].List<Reference>();

    /// <summary>From whom.</summary>
    public Reference Sender => new(Node["sender"u8]);

    /// <summary>Why.</summary>
    public ViewList<CodeableConcept> Reasons => Node["reasonCode"u8].List<CodeableConcept>();

    /// <summary>What it says.</summary>
    public ViewList<CommunicationPayload> Payloads => Node["payload"u8].List<CommunicationPayload>();

    /// <summary>Notes.</summary>
    public ViewList<Annotation> Notes => Node["note"u8].List<Annotation>();
}

/// <summary>A piece of a message.</summary>
public readonly record struct CommunicationPayload(FhirNode Node) : IFhirView<CommunicationPayload>
{
    /// <inheritdoc/>
    public static CommunicationPayload Of(FhirNode node) => new(node);

    /// <summary>The text.</summary>
    public string? ContentString => Node["contentString"u8].Text;

    /// <summary>A resource.</summary>
    public Reference ContentReference => new(Node["contentReference"u8]);
}
