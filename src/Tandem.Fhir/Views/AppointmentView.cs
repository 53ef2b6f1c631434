using Tandem.Fhir.Json;

namespace Tandem.Fhir.Views;

/// <summary>An Appointment.</summary>
public readonly record struct AppointmentView(FhirNode Node) : IFhirView<AppointmentView>
{
    /// <inheritdoc/>
    public static AppointmentView Of(FhirNode node) => new(node);

    /// <summary>The logical id; null before it is stored.</summary>
    public string? Id => Node["id"u8].Text;

    /// <summary>Version, labels, tags.</summary>
    public Meta Meta => new(Node["meta"u8]);

    /// <summary>Numbers it is known by.</summary>
    public ViewList<Identifier> Identifiers => Node["identifier"u8].List<Identifier>();

    /// <summary>proposed, pending, booked, arrived, fulfilled, cancelled, noshow, entered-in-error, checked-in, waitlist.</summary>
    public string? Status => Node["status"u8].Text;

    /// <summary>Why it was cancelled.</summary>
    public CodeableConcept CancelationReason => new(Node["cancelationReason"u8]);

    /// <summary>Which service.</summary>
    public ViewList<CodeableConcept> ServiceTypes => Node["serviceType"u8].List<CodeableConcept>();

    /// <summary>Why.</summary>
    public ViewList<CodeableConcept> Reasons => Node["reasonCode"u8].List<CodeableConcept>();

    /// <summary>Shown on a list.</summary>
    public string? Description => Node["description"u8].Text;

    /// <summary>When it begins.</summary>
    public FhirDateTime? Start => Node["start"u8].Date();

    /// <summary>When it ends.</summary>
    public FhirDateTime? End => Node["end"u8].Date();

    /// <summary>How long it takes.</summary>
    public int? Minutes => (int?)Node["minutesDuration"u8].Number;

    /// <summary>When it was made.</summary>
    public FhirDateTime? Created => Node["created"u8].Date();

    /// <summary>The order it fulfils.</summary>
    public ViewList<Reference> BasedOn => Node["basedOn"u8].List<Reference>();

    /// <summary>Who and where.</summary>
    public ViewList<AppointmentParticipant> Participants => Node["participant"u8].List<AppointmentParticipant>();
}

/// <summary>Somebody or something taking part.</summary>
public readonly record struct AppointmentParticipant(FhirNode Node) : IFhirView<AppointmentParticipant>
{
    /// <inheritdoc/>
    public static AppointmentParticipant Of(FhirNode node) => new(node);

    /// <summary>In which role.</summary>
    public ViewList<CodeableConcept> Types => Node["type"u8].List<CodeableConcept>();

    /// <summary>Who or what.</summary>
    public Reference Actor => new(Node["actor"u8]);

    /// <summary>required, optional, information-only.</summary>
    public string? Required => Node["required"u8].Text;

    /// <summary>accepted, declined, tentative, needs-action.</summary>
    public string? Status => Node["status"u8].Text;
}
