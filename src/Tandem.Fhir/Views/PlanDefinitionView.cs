using Tandem.Fhir.Json;

namespace Tandem.Fhir.Views;

/// <summary>A PlanDefinition.</summary>
public readonly record struct PlanDefinitionView(FhirNode Node) : IFhirView<PlanDefinitionView>
{
    /// <inheritdoc/>
    public static PlanDefinitionView Of(FhirNode node) => new(node);

    /// <summary>The logical id; null before it is stored.</summary>
    public string? Id => Node["id"u8].Text;

    /// <summary>Version, labels, tags.</summary>
    public Meta Meta => new(Node["meta"u8]);

    /// <summary>Its canonical address.</summary>
    public string? Url => Node["url"u8].Text;

    /// <summary>Its business version.</summary>
    public string? Version => Node["version"u8].Text;

    /// <summary>Name for a machine.</summary>
    public string? Name => Node["name"u8].Text;

    /// <summary>Name for a person.</summary>
    public string? Title => Node["title"u8].Text;

    /// <summary>draft, active, retired, unknown.</summary>
    public string? Status => Node["status"u8].Text;

    /// <summary>What sort of plan.</summary>
    public CodeableConcept Type => new(Node["type"u8]);

    /// <summary>What it is about.</summary>
    public string? Description => Node["description"u8].Text;

    /// <summary>When it is to be used.</summary>
    public Period EffectivePeriod => new(Node["effectivePeriod"u8]);

    /// <summary>What is to be done.</summary>
    public ViewList<PlanAction> Actions => Node["action"u8].List<PlanAction>();
}

/// <summary>A step of a plan; steps may hold steps.</summary>
public readonly record struct PlanAction(FhirNode Node) : IFhirView<PlanAction>
{
    /// <inheritdoc/>
    public static PlanAction Of(FhirNode node) => new(node);

    /// <summary>Its name within the plan.</summary>
    public string? Id => Node["id"u8].Text;

    /// <summary>Its number as shown.</summary>
    public string? Prefix => Node["prefix"u8].Text;

    /// <summary>Its title.</summary>
    public string? Title => Node["title"u8].Text;

    /// <summary>What is to be done.</summary>
    public string? Description => Node["description"u8].Text;

    /// <summary>routine, urgent, asap, stat.</summary>
    public string? Priority => Node["priority"u8].Text;

    /// <summary>What it means.</summary>
    public ViewList<CodeableConcept> Codes => Node["code"u8].List<CodeableConcept>();

    /// <summary>Why.</summary>
    public ViewList<CodeableConcept> Reasons => Node["reason"u8].List<CodeableConcept>();

    /// <summary>What starts it: TriggerDefinitions, to be walked with Items.</summary>
    public FhirNode Triggers => Node["trigger"u8];

    /// <summary>When it applies, starts or stops.</summary>
    public ViewList<PlanCondition> Conditions => Node["condition"u8].List<PlanCondition>();

    /// <summary>What it follows, and by how long.</summary>
    public ViewList<PlanRelatedAction> RelatedActions => Node["relatedAction"u8].List<PlanRelatedAction>();

    /// <summary>When it is to be done: a Duration or a Timing.</summary>
    public FhirNode Timing => Node["timingDuration"u8] is { Exists: true } duration ? duration : Node["timingTiming"u8];

    /// <summary>Who should do it.</summary>
    public ViewList<PlanParticipant> Participants => Node["participant"u8].List<PlanParticipant>();

    /// <summary>The activity, questionnaire or plan it uses.</summary>
    public string? DefinitionCanonical => Node["definitionCanonical"u8].Text;

    /// <summary>How many of the steps within are chosen.</summary>
    public string? SelectionBehavior => Node["selectionBehavior"u8].Text;

    /// <summary>Values set by expressions.</summary>
    public ViewList<PlanDynamicValue> DynamicValues => Node["dynamicValue"u8].List<PlanDynamicValue>();

    /// <summary>The steps within.</summary>
    public ViewList<PlanAction> Actions => Node["action"u8].List<PlanAction>();
}

/// <summary>A condition of a step.</summary>
public readonly record struct PlanCondition(FhirNode Node) : IFhirView<PlanCondition>
{
    /// <inheritdoc/>
    public static PlanCondition Of(FhirNode node) => new(node);

    /// <summary>applicability, start, stop.</summary>
    public string? Kind => Node["kind"u8].Text;

    /// <summary>The expression's language.</summary>
    public string? Language => Node["expression"u8]["language"u8].Text;

    /// <summary>The expression.</summary>
    public string? Expression => Node["expression"u8]["expression"u8].Text;
}

/// <summary>How a step lies to another.</summary>
public readonly record struct PlanRelatedAction(FhirNode Node) : IFhirView<PlanRelatedAction>
{
    /// <inheritdoc/>
    public static PlanRelatedAction Of(FhirNode node) => new(node);

    /// <summary>The other step.</summary>
    public string? ActionId => Node["actionId"u8].Text;

    /// <summary>before-start, after-end …</summary>
    public string? Relationship => Node["relationship"u8].Text;

    /// <summary>By how long.</summary>
    public Quantity Offset => new(Node["offsetDuration"u8]);
}

/// <summary>Who should do a step.</summary>
public readonly record struct PlanParticipant(FhirNode Node) : IFhirView<PlanParticipant>
{
    /// <inheritdoc/>
    public static PlanParticipant Of(FhirNode node) => new(node);

    /// <summary>patient, practitioner, related-person, device.</summary>
    public string? Type => Node["type"u8].Text;

    /// <summary>In which role.</summary>
    public CodeableConcept Role => new(Node["role"u8]);
}

/// <summary>A value set by an expression.</summary>
public readonly record struct PlanDynamicValue(FhirNode Node) : IFhirView<PlanDynamicValue>
{
    /// <inheritdoc/>
    public static PlanDynamicValue Of(FhirNode node) => new(node);

    /// <summary>Which element.</summary>
    public string? Path => Node["path"u8].Text;

    /// <summary>The expression.</summary>
    public string? Expression => Node["expression"u8]["expression"u8].Text;
}
