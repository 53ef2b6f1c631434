using Tandem.Fhir.Json;

namespace Tandem.Fhir.Views;

/// <summary>A Provenance.</summary>
public readonly record struct ProvenanceView(FhirNode Node) : IFhirView<ProvenanceView>
{
    /// <inheritdoc/>
    public static ProvenanceView Of(FhirNode node) => new(node);

    /// <summary>The logical id; null before it is stored.</summary>
    public string? Id => Node["id"u8].Text;

    /// <summary>Version, labels, tags.</summary>
    public Meta Meta => new(Node["meta"u8]);

    /// <summary>What it tells of.</summary>
    public ViewList<Reference> Targets => Node["target"u8].List<Reference>();

    /// <summary>When it happened.</summary>
    public FhirDateTime? OccurredDateTime => Node["occurredDateTime"u8].Date();

    /// <summary>When it happened.</summary>
    public Period OccurredPeriod => new(Node["occurredPeriod"u8]);

    /// <summary>When it was written down.</summary>
    public FhirDateTime? Recorded => Node["recorded"u8].Date();

    /// <summary>Why.</summary>
    public ViewList<CodeableConcept> Reasons => Node["reason"u8].List<CodeableConcept>();

    /// <summary>What was done.</summary>
    public CodeableConcept Activity => new(Node["activity"u8]);

    /// <summary>Who did it.</summary>
    public ViewList<ProvenanceAgent> Agents => Node["agent"u8].List<ProvenanceAgent>();

    /// <summary>What it was made from.</summary>
    public ViewList<ProvenanceEntity> Entities => Node["entity"u8].List<ProvenanceEntity>();
}

/// <summary>Who took part.</summary>
public readonly record struct ProvenanceAgent(FhirNode Node) : IFhirView<ProvenanceAgent>
{
    /// <inheritdoc/>
    public static ProvenanceAgent Of(FhirNode node) => new(node);

    /// <summary>How.</summary>
    public CodeableConcept Type => new(Node["type"u8]);

    /// <summary>In which role.</summary>
    public ViewList<CodeableConcept> Roles => Node["role"u8].List<CodeableConcept>();

    /// <summary>Who.</summary>
    public Reference Who => new(Node["who"u8]);

    /// <summary>For whom.</summary>
    public Reference OnBehalfOf => new(Node["onBehalfOf"u8]);
}

/// <summary>What was used.</summary>
public readonly record struct ProvenanceEntity(FhirNode Node) : IFhirView<ProvenanceEntity>
{
    /// <inheritdoc/>
    public static ProvenanceEntity Of(FhirNode node) => new(node);

    /// <summary>derivation, revision, quotation, source, removal.</summary>
    public string? Role => Node["role"u8].Text;

    /// <summary>What.</summary>
    public Reference What => new(Node["what"u8]);
}
