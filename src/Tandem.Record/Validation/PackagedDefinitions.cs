using Tandem.Fhir.Json;
using Tandem.Fhir.Validation;

namespace Tandem.Record.Validation;

/// <summary>The definitions of the packages that <see cref="ValidationSettings.Packages"/> names, read once. Immutable and thread-safe.</summary>
public sealed class PackagedDefinitions(ValidationSettings settings)
{
    private readonly DefinitionFolder[] folders = [.. settings.Packages.Select(DefinitionFolder.Open)];

    /// <summary>None.</summary>
    internal static readonly PackagedDefinitions None = new(new ValidationSettings());

    /// <summary>That of the first package that has one of this address; missing when none has.</summary>
    internal FhirNode Find(string type, string url, string? version) =>
        folders.Select(folder => folder.Find(type, url, version)).FirstOrDefault(found => found.Exists);

    /// <summary>The concept maps of all packages.</summary>
    internal IEnumerable<FhirNode> ConceptMaps => folders.SelectMany(folder => folder.All).Where(node => node["resourceType"u8].Is("ConceptMap"u8));

    /// <summary>The profiles of all packages.</summary>
    internal IEnumerable<FhirNode> Profiles => folders.SelectMany(folder => folder.All).Where(node => node["resourceType"u8].Is("StructureDefinition"u8));

    /// <summary>The code systems of all packages.</summary>
    internal IEnumerable<FhirNode> CodeSystems => folders.SelectMany(folder => folder.All).Where(node => node["resourceType"u8].Is("CodeSystem"u8));

    /// <summary>The supplements to code systems (R4 4.8.10) of all packages.</summary>
    internal IEnumerable<FhirNode> Supplements => CodeSystems.Where(node => node["content"u8].Is("supplement"u8));
}
