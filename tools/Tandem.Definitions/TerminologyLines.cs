using System.Text.Json;

namespace Tandem.Definitions;

/// <summary>
/// Writes one resource a line: the code systems, value sets and concept maps of the specification with what is needed to
/// answer questions (codes, displays, hierarchy, properties, filters), without their prose.
/// </summary>
internal static class TerminologyLines
{
    private static readonly string[] Files = ["valuesets.json", "v2-tables.json", "v3-codesystems.json", "conceptmaps.json"];

    /// <summary>Left out for their size: they belong to whoever needs them, and can be loaded as resources.</summary>
    private static readonly HashSet<string> LeftOut = new(StringComparer.Ordinal)
    {
        "http://dicom.nema.org/resources/ontology/DCM",
        "http://hl7.org/fhir/ValueSet/c80-doc-typecodes",
        "http://hl7.org/fhir/ValueSet/animal-breeds",
    };

    private static readonly Dictionary<string, string[]> Kept = new(StringComparer.Ordinal)
    {
        ["CodeSystem"] = ["url", "version", "title", "name", "caseSensitive", "valueSet", "hierarchyMeaning", "content", "concept"],
        ["ValueSet"] = ["url", "version", "title", "name", "compose"],
        ["ConceptMap"] = ["url", "version", "title", "name", "sourceUri", "sourceCanonical", "targetUri", "targetCanonical", "group"],
    };

    private static readonly HashSet<string> Dropped = new(StringComparer.Ordinal)
    {
        "definition", "designation", "extension", "id", "comment", "lockedDate", "inactive", "uri",
    };

    private static readonly HashSet<string> Properties = new(StringComparer.Ordinal)
    {
        "notSelectable", "subsumedBy", "parent", "child", "inactive", "status",
    };

    internal static int Write(string file, SourceFolder source)
    {
        var lines = new SortedDictionary<string, byte[]>(StringComparer.Ordinal);
        foreach (var entry in Files.SelectMany(name => source.Document(name).GetProperty("entry").EnumerateArray()))
        {
            var resource = entry.GetProperty("resource");
            var type = resource.Text("resourceType")!;
            if (Kept.TryGetValue(type, out var kept) && resource.Text("url") is { } url && !LeftOut.Contains(url))
                lines[$"{type} {url}"] = Lines.Resource(type, resource, kept, IsKept);
        }

        Lines.Save(file, lines.Values);
        return lines.Count;
    }

    private static bool IsKept(JsonElement owner, JsonProperty property)
    {
        if (Dropped.Contains(property.Name))
            return false;
        return property.Name != "property" || !owner.TryGetProperty("code", out _) || property.Value.ValueKind != JsonValueKind.Array
            || property.Value.EnumerateArray().Any(item => Properties.Contains(item.Text("code") ?? ""));
    }
}
