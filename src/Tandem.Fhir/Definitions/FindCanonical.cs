using Tandem.Fhir.Json;

namespace Tandem.Fhir.Definitions;

/// <summary>Finds a resource by its canonical address, such as a profile or a value set.</summary>
/// <param name="type">StructureDefinition, ValueSet, CodeSystem or ConceptMap.</param>
/// <param name="url">The address without a version.</param>
/// <param name="version">The version asked for, or null for the newest.</param>
/// <returns>The resource; missing when it is not known.</returns>
public delegate FhirNode FindCanonical(string type, string url, string? version);
