using System.Text.Json;

namespace Tandem.Definitions;

/// <summary>
/// Writes one StructureDefinition a line: the extensions and the profiles (vital signs among them) that the specification
/// itself publishes, cut down to what a validator reads of their differentials.
/// </summary>
internal static class ProfileLines
{
    private static readonly string[] Files = ["extension-definitions.json", "profiles-others.json"];

    private static readonly string[] Kept = ["url", "name", "kind", "type", "baseDefinition", "derivation", "context", "differential"];

    private static readonly HashSet<string> Dropped = new(StringComparer.Ordinal)
    {
        "short", "definition", "comment", "alias", "requirements", "mapping", "example", "meaningWhenMissing", "orderMeaning", "condition",
        "isSummary", "base", "xpath", "source", "description", "representation", "label",
    };

    internal static int Write(string file, SourceFolder source)
    {
        var lines = new SortedDictionary<string, byte[]>(StringComparer.Ordinal);
        foreach (var definition in Files.SelectMany(name => source.Resources(name, "StructureDefinition")))
        {
            if (definition.Text("fhirVersion") == source.FhirVersion && definition.Text("derivation") == "constraint")
                lines[definition.Text("url")!] = Lines.Resource("StructureDefinition", definition, Kept, IsKept);
        }

        Lines.Save(file, lines.Values);
        return lines.Count;
    }

    private static bool IsKept(JsonElement owner, JsonProperty property) =>
        !Dropped.Contains(property.Name)
        && !(property.Name == "extension" && !owner.TryGetProperty("severity", out _))
        && !(property.Name == "code" && property.Value.ValueKind == JsonValueKind.Array);
}
