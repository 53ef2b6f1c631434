using System.Text.Json;

namespace Tandem.Definitions;

/// <summary>The unpacked definitions: each file is a FHIR Bundle (or one resource) and is read once.</summary>
internal sealed class SourceFolder : IDisposable
{
    private readonly string folder;
    private readonly Dictionary<string, JsonDocument> open = [];

    private SourceFolder(string folder) => this.folder = folder;

    internal static SourceFolder? Open(string root)
    {
        if (!Directory.Exists(root))
            return null;
        var found = Directory.EnumerateFiles(root, "profiles-resources.json", SearchOption.AllDirectories)
            .Order(StringComparer.Ordinal).FirstOrDefault();
        return found is null ? null : new(Path.GetDirectoryName(found)!);
    }

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
