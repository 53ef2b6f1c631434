using Tandem.Fhir.Json;

namespace Tandem.Fhir.Views;

/// <summary>A Practitioner.</summary>
public readonly record struct PractitionerView(FhirNode Node) : IFhirView<PractitionerView>
{
    /// <inheritdoc/>
    public static PractitionerView Of(FhirNode node) => new(node);

    /// <summary>The logical id; null before it is stored.</summary>
    public string? Id => Node["id"u8].Text;

    /// <summary>Version, labels, tags.</summary>
    public Meta Meta => new(Node["meta"u8]);

    /// <summary>Numbers it is known by.</summary>
    public ViewList<Identifier> Identifiers => Node["identifier"u8].List<Identifier>();

    /// <summary>Whether the record is in use.</summary>
    public bool? Active => Node["active"u8].Boolean;

    /// <summary>Names.</summary>
    public ViewList<HumanName> Names => Node["name"u8].List<HumanName>();

    /// <summary>Telephone, mail.</summary>
    public ViewList<ContactPoint> Telecoms => Node["telecom"u8].List<ContactPoint>();

    /// <summary>male, female, other, unknown.</summary>
    public string? Gender => Node["gender"u8].Text;

    /// <summary>Certificates and licences.</summary>
    public ViewList<PractitionerQualification> Qualifications => Node["qualification"u8].List<PractitionerQualification>();
}

/// <summary>A certificate or licence.</summary>
public readonly record struct PractitionerQualification(FhirNode Node) : IFhirView<PractitionerQualification>
{
    /// <inheritdoc/>
    public static PractitionerQualification Of(FhirNode node) => new(node);

    /// <summary>Which.</summary>
    public CodeableConcept Code => new(Node["code"u8]);

    /// <summary>When it is valid.</summary>
    public Period Period => new(Node["period"u8]);

    /// <summary>Who gave it.</summary>
    public Reference Issuer => new(Node["issuer"u8]);
}
