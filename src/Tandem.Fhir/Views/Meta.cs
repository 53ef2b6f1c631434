using Tandem.Fhir.Json;

namespace Tandem.Fhir.Views;

/// <summary>What the record says about a resource.</summary>
public readonly record struct Meta(FhirNode Node) : IFhirView<Meta>
{
    /// <inheritdoc/>
    public static Meta Of(FhirNode node) => new(node);

    /// <summary>The version.</summary>
    public string? VersionId => Node["versionId"u8].Text;

    /// <summary>When the version was made.</summary>
    public FhirDateTime? LastUpdated => Node["lastUpdated"u8].Date();

    /// <summary>Where it came from.</summary>
    public string? Source => Node["source"u8].Text;

    /// <summary>Profiles it claims.</summary>
    public IEnumerable<string> Profiles => Node["profile"u8].Items.AsEnumerable().Select(profile => profile.Text).OfType<string>();

    /// <summary>Security labels.</summary>
    public ViewList<Coding> Security => Node["security"u8].List<Coding>();

    /// <summary>Tags.</summary>
    public ViewList<Coding> Tags => Node["tag"u8].List<Coding>();
}
