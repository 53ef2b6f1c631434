using Tandem.Fhir.Json;

namespace Tandem.Fhir.Views;

/// <summary>A Task.</summary>
public readonly record struct TaskView(FhirNode Node) : IFhirView<TaskView>
{
    /// <inheritdoc/>
    public static TaskView Of(FhirNode node) => new(node);

    /// <summary>The logical id; null before it is stored.</summary>
    public string? Id => Node["id"u8].Text;

    /// <summary>Version, labels, tags.</summary>
    public Meta Meta => new(Node["meta"u8]);

    /// <summary>Numbers it is known by.</summary>
    public ViewList<Identifier> Identifiers => Node["identifier"u8].List<Identifier>();

    /// <summary>The definition it follows.</summary>
    public string? InstantiatesCanonical => Node["instantiatesCanonical"u8].Text;

    /// <summary>What asked for it.</summary>
    public ViewList<Reference> BasedOn => Node["basedOn"u8].List<Reference>();

    /// <summary>The task it is a part of.</summary>
    public ViewList<Reference> PartOf => Node["partOf"u8].List<Reference>();

    /// <summary>draft, requested, received, accepted, rejected, ready, cancelled, in-progress, on-hold, failed, completed, entered-in-error.</summary>
    public string? Status => Node["status"u8].Text;

    /// <summary>Why it has this status.</summary>
    public CodeableConcept StatusReason => new(Node["statusReason"u8]);

    /// <summary>Where it stands in the own process.</summary>
    public CodeableConcept BusinessStatus => new(Node["businessStatus"u8]);

    /// <summary>unknown, proposal, plan, order …</summary>
    public string? Intent => Node["intent"u8].Text;

    /// <summary>routine, urgent, asap, stat.</summary>
    public string? Priority => Node["priority"u8].Text;

    /// <summary>What sort of task.</summary>
    public CodeableConcept Code => new(Node["code"u8]);

    /// <summary>What is to be done.</summary>
    public string? Description => Node["description"u8].Text;

    /// <summary>What it acts on.</summary>
    public Reference Focus => new(Node["focus"u8]);

    /// <summary>The patient.</summary>
    public Reference For => new(Node["for"u8]);

    /// <summary>The encounter.</summary>
    public Reference Encounter => new(Node["encounter"u8]);

    /// <summary>From first action to last.</summary>
    public Period ExecutionPeriod => new(Node["executionPeriod"u8]);

    /// <summary>When it was made.</summary>
    public FhirDateTime? AuthoredOn => Node["authoredOn"u8].Date();

    /// <summary>When it was last changed.</summary>
    public FhirDateTime? LastModified => Node["lastModified"u8].Date();

    /// <summary>Who asks.</summary>
    public Reference Requester => new(Node["requester"u8]);

    /// <summary>Who should do it.</summary>
    public ViewList<CodeableConcept> PerformerTypes => Node["performerType"u8].List<CodeableConcept>();

    /// <summary>Who is accountable.</summary>
    public Reference Owner => new(Node["owner"u8]);

    /// <summary>Why.</summary>
    public CodeableConcept ReasonCode => new(Node["reasonCode"u8]);

    /// <summary>Why, as a resource.</summary>
    public Reference ReasonReference => new(Node["reasonReference"u8]);

    /// <summary>Notes.</summary>
    public ViewList<Annotation> Notes => Node["note"u8].List<Annotation>();

    /// <summary>When it is to be done.</summary>
    public Period RestrictionPeriod => new(Node["restriction"u8]["period"u8]);

    /// <summary>What it starts from.</summary>
    public ViewList<TaskParameter> Inputs => Node["input"u8].List<TaskParameter>();

    /// <summary>What came of it.</summary>
    public ViewList<TaskParameter> Outputs => Node["output"u8].List<TaskParameter>();
}

/// <summary>An input or output of a task.</summary>
public readonly record struct TaskParameter(FhirNode Node) : IFhirView<TaskParameter>
{
    /// <inheritdoc/>
    public static TaskParameter Of(FhirNode node) => new(node);

    /// <summary>Which one.</summary>
    public CodeableConcept Type => new(Node["type"u8]);

    /// <summary>The value as a reference.</summary>
    public Reference ValueReference => new(Node["valueReference"u8]);

    /// <summary>The value as words.</summary>
    public string? ValueString => Node["valueString"u8].Text;

    /// <summary>The value as a concept.</summary>
    public CodeableConcept ValueConcept => new(Node["valueCodeableConcept"u8]);

    /// <summary>The value as a time.</summary>
    public FhirDateTime? ValueDateTime => Node["valueDateTime"u8].Date();

    /// <summary>The value as yes or no.</summary>
    public bool? ValueBoolean => Node["valueBoolean"u8].Boolean;
}
