using Tandem.Fhir.Json;

namespace Tandem.Fhir.Views;

/// <summary>An Organization.</summary>
public readonly record struct OrganizationView(FhirNode Node) : IFhirView<OrganizationView>
{
    /// <inheritdoc/>
    public static OrganizationView Of(FhirNode node) => new(node);

    /// <summary>The logical id; null before it is stored.</summary>
    public string? Id => Node["id"u8].Text;

    /// <summary>Version, labels, tags.</summary>
    public Meta Meta => new(Node["meta"u8]);

    /// <summary>Numbers it is known by.</summary>
    public ViewList<Identifier> Identifiers => Node["identifier"u8].List<Identifier>();

    /// <summary>Whether the record is in use.</summary>
    public bool? Active => Node["active"u8].Boolean;

    /// <summary>What sort of organisation.</summary>
    public ViewList<CodeableConcept> Types => Node["type"u8].List<CodeableConcept>();

    /// <summary>Its name.</summary>
    public string? Name => Node["name"u8].Text;

    /// <summary>Telephone, mail.</summary>
    public ViewList<ContactPoint> Telecoms => Node["telecom"u8].List<ContactPoint>();

    /// <summary>Addresses.</summary>
    public ViewList<Address> Addresses => Node["address"u8].List<Address>();

    /// <summary>The organisation it belongs to.</summary>
    public Reference PartOf => new(Node["partOf"u8]);
}
