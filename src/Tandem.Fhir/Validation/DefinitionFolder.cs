using Tandem.Fhir.Json;

namespace Tandem.Fhir.Validation;

/// <summary>
/// The definitions of an unpacked FHIR package: every StructureDefinition, ValueSet, CodeSystem and ConceptMap in the folder's JSON files, also
/// below <c>package/</c>, in bundles and in arrays. Read once when opened; immutable and thread-safe.
/// </summary>
public sealed class DefinitionFolder
{
    private readonly Dictionary<(string Type, string Url), List<FhirNode>> found = [];

    private DefinitionFolder()
    {
    }

    /// <summary>How many definitions it holds.</summary>
    public int Count => found.Values.Sum(list => list.Count);

    /// <summary>Reads a folder, or a single file.</summary>
    /// <exception cref="IOException">It cannot be read, or is not there.</exception>
    /// <exception cref="InvalidDataException">A file in it is no JSON.</exception>
    public static DefinitionFolder Open(string path)
    {
        var folder = new DefinitionFolder();
        IEnumerable<string> files = File.Exists(path) ? [path] : Directory.EnumerateFiles(path, "*.json", SearchOption.AllDirectories).Order(StringComparer.Ordinal);
        foreach (var file in files)
        {
            var json = FhirJson.Parse(File.ReadAllBytes(file), JsonLimits.Bundle, out var fault)
                ?? throw new InvalidDataException($"{file} is no JSON: {fault!.Reason} (line {fault.Line}, column {fault.Column})");
            folder.Take(json.Root);
        }

        return folder;
    }

    /// <summary>As <see cref="Definitions.FindCanonical"/>; without a version the last one read.</summary>
    public FhirNode Find(string type, string url, string? version) =>
        found.TryGetValue((type, url), out var list) ? list.FindLast(node => version is null || node["version"u8].Text == version) : default;

    private void Take(FhirNode node)
    {
        if (node.Kind == JsonKind.Array)
        {
            foreach (var item in node.Items)
                Take(item);
            return;
        }

        switch (node["resourceType"u8].Text)
        {
            case "Bundle":
                foreach (var entry in node["entry"u8].Items)
                    Take(entry["resource"u8]);
                break;
            case "StructureDefinition" or "ValueSet" or "CodeSystem" or "ConceptMap" when node["url"u8].Text is { } url:
                var key = (node["resourceType"u8].Text!, url);
                if (!found.TryGetValue(key, out var list))
                    found[key] = list = [];
                list.Add(node);
                break;
        }
    }
}
