using System.Text.Json;
using System.Text.Json.Nodes;

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

    /// <summary>
    /// Where the specification's own definitions and those of US Core bear extensions besides the places that R4 declares for them: every snapshot has <c>fhir-type</c> and <c>regex</c>
    /// on types, value sets, code systems and elements say since when they are normative, and search parameters say what is expected of a server.
    /// </summary>
    private static readonly Dictionary<string, string[]> MorePlaces = new(StringComparer.Ordinal)
    {
        ["http://hl7.org/fhir/StructureDefinition/structuredefinition-fhir-type"] = ["ElementDefinition.type"],
        ["http://hl7.org/fhir/StructureDefinition/regex"] = ["ElementDefinition.type"],
        ["http://hl7.org/fhir/StructureDefinition/structuredefinition-normative-version"] =
            ["ElementDefinition", "CodeSystem", "ValueSet", "ConceptMap", "CapabilityStatement", "OperationDefinition", "SearchParameter"],
        ["http://hl7.org/fhir/StructureDefinition/capabilitystatement-expectation"] =
        [
            "CapabilityStatement.format", "CapabilityStatement.rest.resource", "CapabilityStatement.rest.resource.supportedProfile", "SearchParameter.multipleOr",
            "SearchParameter.multipleAnd", "SearchParameter.comparator", "SearchParameter.modifier", "SearchParameter.chain", "Extension",
        ],
    };

    internal static int Write(string file, SourceFolder source)
    {
        var lines = new SortedDictionary<string, byte[]>(StringComparer.Ordinal);
        foreach (var definition in Files.SelectMany(name => source.Resources(name, "StructureDefinition")))
        {
            if (definition.Text("fhirVersion") == source.FhirVersion && definition.Text("derivation") == "constraint")
                lines[definition.Text("url")!] = WithMorePlaces(definition.Text("url")!, Lines.Resource("StructureDefinition", definition, Kept, IsKept));
        }

        Lines.Save(file, lines.Values);
        return lines.Count;
    }

    private static byte[] WithMorePlaces(string url, byte[] line)
    {
        if (!MorePlaces.TryGetValue(url, out var places))
            return line;
        var definition = JsonNode.Parse(line)!;
        foreach (var place in places)
            definition["context"]!.AsArray().Add(new JsonObject { ["type"] = "element", ["expression"] = place });
        return JsonSerializer.SerializeToUtf8Bytes(definition, Lines.Plain);
    }

    private static bool IsKept(JsonElement owner, JsonProperty property) =>
        !Dropped.Contains(property.Name)
        && !(property.Name == "extension" && !owner.TryGetProperty("severity", out _))
        && !(property.Name == "code" && property.Value.ValueKind == JsonValueKind.Array);
}
