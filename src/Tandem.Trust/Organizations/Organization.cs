namespace Tandem.Trust.Organizations;

/// <summary>What kind of house an organisation is.</summary>
public enum OrganizationKind
{
    /// <summary>A region or a network of houses: the top of a tree.</summary>
    Network,

    /// <summary>A hospital.</summary>
    Hospital,

    /// <summary>A clinic or practice.</summary>
    Clinic,

    /// <summary>A public or community agency, such as social services.</summary>
    Agency,

    /// <summary>A laboratory.</summary>
    Laboratory,

    /// <summary>A department of one of these.</summary>
    Department,

    /// <summary>Anything else.</summary>
    Other,
}

/// <summary>An organisation of the region, as the tree knows it.</summary>
/// <param name="Id">The id of its FHIR Organization.</param>
/// <param name="Name">Its name.</param>
/// <param name="Kind">What kind of house.</param>
/// <param name="PartOf">The id of the one above it (<c>Organization.partOf</c>), or null at the top.</param>
/// <param name="TimeZone">IANA time zone, or null for that of the site.</param>
/// <param name="Active">False when it no longer takes part; its people then act for it no more.</param>
public sealed record Organization(string Id, string Name, OrganizationKind Kind, string? PartOf, string? TimeZone, bool Active)
{
    /// <summary>The code system of <see cref="Kind"/> in <c>Organization.type</c>.</summary>
    public const string KindSystem = "https://tandem.example/fhir/CodeSystem/organization-kind";

    /// <summary>The extension that holds <see cref="TimeZone"/>.</summary>
    public const string TimeZoneExtension = "http://hl7.org/fhir/StructureDefinition/timezone";

    /// <summary>Its FHIR reference.</summary>
    public string Reference => "Organization/" + Id;

    /// <summary>The word for a kind in resources, files and addresses.</summary>
    public static string Word(OrganizationKind kind) => kind.ToString().ToLowerInvariant();

    /// <summary>The kind of a word, or null.</summary>
    public static OrganizationKind? KindOf(string? word) =>
        Enum.GetValues<OrganizationKind>().Cast<OrganizationKind?>().FirstOrDefault(kind => string.Equals(Word(kind!.Value), word?.Trim(), StringComparison.OrdinalIgnoreCase));
}
