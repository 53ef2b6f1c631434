using Tandem.Fhir.Json;

namespace Tandem.Fhir.Views;

/// <summary>An Encounter.</summary>
public readonly record struct EncounterView(FhirNode Node) : IFhirView<EncounterView>
{
    /// <inheritdoc/>
    public static EncounterView Of(FhirNode node) => new(node);

    /// <summary>The logical id; null before it is stored.</summary>
    public string? Id => Node["id"u8].Text;

    /// <summary>Version, labels, tags.</summary>
    public Meta Meta => new(Node["meta"u8]);

    /// <summary>Numbers it is known by.</summary>
    public ViewList<Identifier> Identifiers => Node["identifier"u8].List<Identifier>();

    /// <summary>planned, arrived, triaged, in-progress, onleave, finished, cancelled, entered-in-error, unknown.</summary>
    public string? Status => Node["status"u8].Text;

    /// <summary>IMP, EMER, AMB …</summary>
    public Coding Class => new(Node["class"u8]);

    /// <summary>What sort of encounter.</summary>
    public ViewList<CodeableConcept> Types => Node["type"u8].List<CodeableConcept>();

    /// <summary>The patient.</summary>
    public Reference Subject => new(Node["subject"u8]);

    /// <summary>From arrival to leaving.</summary>
    public Period Period => new(Node["period"u8]);

    /// <summary>Who takes part.</summary>
    public ViewList<EncounterParticipant> Participants => Node["participant"u8].List<EncounterParticipant>();

    /// <summary>Where.</summary>
    public ViewList<EncounterLocation> Locations => Node["location"u8].List<EncounterLocation>();

    /// <summary>Why.</summary>
    public ViewList<CodeableConcept> Reasons => Node["reasonCode"u8].List<CodeableConcept>();

    /// <summary>Where the patient went.</summary>
    public CodeableConcept DischargeDisposition => new(Node["hospitalization"u8]["dischargeDisposition"u8]);

    /// <summary>Where the patient came from.</summary>
    public CodeableConcept AdmitSource => new(Node["hospitalization"u8]["admitSource"u8]);

    /// <summary>The organisation.</summary>
    public Reference ServiceProvider => new(Node["serviceProvider"u8]);

    /// <summary>The encounter this is a part of.</summary>
    public Reference PartOf => new(Node["partOf"u8]);

    /// <summary>The appointments kept by it.</summary>
    public ViewList<Reference> Appointments => Node["appointment"u8].List<Reference>();
}

/// <summary>Somebody who takes part.</summary>
public readonly record struct EncounterParticipant(FhirNode Node) : IFhirView<EncounterParticipant>
{
    /// <inheritdoc/>
    public static EncounterParticipant Of(FhirNode node) => new(node);

    /// <summary>In which role.</summary>
    public ViewList<CodeableConcept> Types => Node["type"u8].List<CodeableConcept>();

    /// <summary>When.</summary>
    public Period Period => new(Node["period"u8]);

    /// <summary>Who.</summary>
    public Reference Individual => new(Node["individual"u8]);
}

/// <summary>A place of the encounter.</summary>
public readonly record struct EncounterLocation(FhirNode Node) : IFhirView<EncounterLocation>
{
    /// <inheritdoc/>
    public static EncounterLocation Of(FhirNode node) => new(node);

    /// <summary>The place.</summary>
    public Reference Location => new(Node["location"u8]);

    /// <summary>planned, active, reserved, completed.</summary>
    public string? Status => Node["status"u8].Text;

    /// <summary>When.</summary>
    public Period Period => new(Node["period"u8]);
}
