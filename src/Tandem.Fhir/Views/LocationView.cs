using Tandem.Fhir.Json;

namespace Tandem.Fhir.Views;

/// <summary>A Location.</summary>
public readonly record struct LocationView(FhirNode Node) : IFhirView<LocationView>
{
    /// <inheritdoc/>
    public static LocationView Of(FhirNode node) => new(node);

    /// <summary>The logical id; null before it is stored.</summary>
    public string? Id => Node["id"u8].Text;

    /// <summary>Version, labels, tags.</summary>
    public Meta Meta => new(Node["meta"u8]);

    /// <summary>Numbers it is known by.</summary>
    public ViewList<Identifier> Identifiers => Node["identifier"u8].List<Identifier>();

    /// <summary>active, suspended, inactive.</summary>
    public string? Status => Node["status"u8].Text;

    /// <summary>Its name.</summary>
    public string? Name => Node["name"u8].Text;

    /// <summary>How to find it.</summary>
    public string? Description => Node["description"u8].Text;

    /// <summary>What is done there.</summary>
    public ViewList<CodeableConcept> Types => Node["type"u8].List<CodeableConcept>();

    /// <summary>Telephone, mail.</summary>
    public ViewList<ContactPoint> Telecoms => Node["telecom"u8].List<ContactPoint>();

    /// <summary>Its address.</summary>
    public Address Address => new(Node["address"u8]);

    /// <summary>Who runs it.</summary>
    public Reference ManagingOrganization => new(Node["managingOrganization"u8]);

    /// <summary>The place it is a part of.</summary>
    public Reference PartOf => new(Node["partOf"u8]);
}
