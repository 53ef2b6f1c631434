using Tandem.Fhir.Json;

namespace Tandem.Fhir.Views;

/// <summary>A Patient.</summary>
public readonly record struct PatientView(FhirNode Node) : IFhirView<PatientView>
{
    /// <inheritdoc/>
    public static PatientView Of(FhirNode node) => new(node);

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

    /// <summary>Date of birth, maybe only the year.</summary>
    public FhirDateTime? BirthDate => Node["birthDate"u8].Date();

    /// <summary>True when known to have died.</summary>
    public bool IsDeceased => Node["deceasedBoolean"u8].Boolean == true || Node["deceasedDateTime"u8].Exists;

    /// <summary>When the patient died, if stated.</summary>
    public FhirDateTime? DeceasedAt => Node["deceasedDateTime"u8].Date();

    /// <summary>Addresses.</summary>
    public ViewList<Address> Addresses => Node["address"u8].List<Address>();

    /// <summary>Languages.</summary>
    public ViewList<PatientCommunication> Communications => Node["communication"u8].List<PatientCommunication>();

    /// <summary>Records of the same person.</summary>
    public ViewList<PatientLink> Links => Node["link"u8].List<PatientLink>();

    /// <summary>Whom the patient calls the own practitioner.</summary>
    public ViewList<Reference> GeneralPractitioners => Node["generalPractitioner"u8].List<Reference>();

    /// <summary>The organisation that keeps the record.</summary>
    public Reference ManagingOrganization => new(Node["managingOrganization"u8]);

    /// <summary>The value of the first identifier of a system; null when there is none.</summary>
    public string? IdentifierOf(ReadOnlySpan<byte> system)
    {
        foreach (var identifier in Identifiers)
        {
            if (identifier.Node["system"u8].Is(system))
                return identifier.Value;
        }

        return null;
    }

    /// <summary>The name to show: the usual one, else the official one, else the first.</summary>
    public HumanName Name
    {
        get
        {
            HumanName official = default;
            foreach (var name in Names)
            {
                if (name.Node["use"u8].Is("usual"u8))
                    return name;
                if (!official.Node.Exists && name.Node["use"u8].Is("official"u8))
                    official = name;
            }

            return official.Node.Exists ? official : Names.First;
        }
    }
}

/// <summary>A language the patient speaks.</summary>
public readonly record struct PatientCommunication(FhirNode Node) : IFhirView<PatientCommunication>
{
    /// <inheritdoc/>
    public static PatientCommunication Of(FhirNode node) => new(node);

    /// <summary>The language.</summary>
    public CodeableConcept Language => new(Node["language"u8]);

    /// <summary>Whether it is preferred.</summary>
    public bool? Preferred => Node["preferred"u8].Boolean;
}

/// <summary>Another record of the same person.</summary>
public readonly record struct PatientLink(FhirNode Node) : IFhirView<PatientLink>
{
    /// <inheritdoc/>
    public static PatientLink Of(FhirNode node) => new(node);

    /// <summary>The other record.</summary>
    public Reference Other => new(Node["other"u8]);

    /// <summary>replaced-by, replaces, refer, seealso.</summary>
    public string? Type => Node["type"u8].Text;
}
