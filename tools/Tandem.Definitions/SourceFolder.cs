using System.Text.Json;

namespace Tandem.Definitions;

/// <summary>
/// The two unpacked packages. Of one each file is a FHIR Bundle (or one resource) and is read once; its types are not R4's in places, so that the
/// types come from the other, the specification's own, where each file is a resource.
/// </summary>
internal sealed class SourceFolder : IDisposable
{
    private readonly string folder;
    private readonly string specification;
    private readonly Dictionary<string, JsonDocument> open = [];

    private SourceFolder(string folder, string specification) => (this.folder, this.specification) = (folder, specification);

    internal static SourceFolder? Open(string root) =>
        FolderOf(root, "profiles-resources.json") is { } folder && FolderOf(root, "StructureDefinition-Element.json") is { } specification ? new(folder, specification) : null;

    private static string? FolderOf(string root, string file) => Directory.Exists(root)
        ? Path.GetDirectoryName(Directory.EnumerateFiles(Path.GetFullPath(root), file, SearchOption.AllDirectories).Order(StringComparer.Ordinal).FirstOrDefault())
        : null;

    /// <summary>The version that version.info states.</summary>
    internal string FhirVersion =>
        File.ReadLines(Path.Combine(folder, "version.info")).First(line => line.StartsWith("version=", StringComparison.Ordinal))[8..].Trim();

    internal JsonElement Document(string file)
    {
        if (!open.TryGetValue(file, out var document))
            open[file] = document = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(folder, file)));
        return document.RootElement;
    }

    /// <summary>All resources of one type in a bundle file.</summary>
    internal IEnumerable<JsonElement> Resources(string file, string type) =>
        Document(file).GetProperty("entry").EnumerateArray()
            .Select(entry => entry.GetProperty("resource"))
            .Where(resource => resource.Text("resourceType") == type);

    /// <summary>The types as the specification defines them.</summary>
    internal IEnumerable<JsonElement> Types() => Directory.EnumerateFiles(specification, "StructureDefinition-*.json").Order(StringComparer.Ordinal)
        .Select(file => Document(file))
        .Where(definition => definition.Text("derivation") != "constraint" && definition.Text("kind") != "logical" && definition.Text("fhirVersion") == FhirVersion);

    public void Dispose()
    {
        foreach (var document in open.Values)
            document.Dispose();
    }
}

internal static class JsonReading
{
    internal static string? Text(this JsonElement element, string name) =>
        element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    internal static IEnumerable<JsonElement> Items(this JsonElement element, string name) =>
        element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Array ? value.EnumerateArray() : [];

    internal static IEnumerable<string> Texts(this JsonElement element, string name) =>
        element.Items(name).Select(item => item.GetString()!);

    internal static bool Flag(this JsonElement element, string name) =>
        element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.True;
}
