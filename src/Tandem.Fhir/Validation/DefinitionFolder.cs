using System.Formats.Tar;
using System.IO.Compression;
using Tandem.Fhir.Json;

namespace Tandem.Fhir.Validation;

/// <summary>
/// The definitions of a FHIR package: every StructureDefinition, ValueSet, CodeSystem and ConceptMap in its JSON files, in bundles and in arrays; the
/// package as it is published (<c>.tgz</c>), unpacked in a folder, or a single file. Its examples are passed over, and one for another FHIR than R4 is refused. Read once when opened; immutable and thread-safe.
/// </summary>
public sealed class DefinitionFolder
{
    private const long LargestFile = 64 * 1024 * 1024;

    private static readonly string[] VersionLists = ["fhirVersions", "fhir-version-list"];

    private readonly Dictionary<(string Type, string Url), List<FhirNode>> found = [];

    private DefinitionFolder()
    {
    }

    /// <summary>How many definitions it holds.</summary>
    public int Count => found.Values.Sum(list => list.Count);

    /// <summary>All of them, in the order they were read.</summary>
    public IEnumerable<FhirNode> All => found.Values.SelectMany(list => list);

    /// <summary>Reads a folder, a package or a single file.</summary>
    /// <exception cref="IOException">It cannot be read, or is not there.</exception>
    /// <exception cref="InvalidDataException">A file in it is no JSON, or it is no package, or one for another FHIR than R4.</exception>
    public static DefinitionFolder Open(string path)
    {
        var folder = new DefinitionFolder();
        foreach (var (file, bytes) in Files(path))
        {
            var json = FhirJson.Parse(bytes, JsonLimits.Bundle, out var fault)
                ?? throw new InvalidDataException($"{file} is no JSON: {fault!.Reason} (line {fault.Line}, column {fault.Column})");
            if (Path.GetFileName(file) == "package.json" && OtherFhir(json.Root) is { } other)
                throw new InvalidDataException($"{json.Root["name"u8].Text ?? file} is for FHIR {other}, and this is R4 (4.0): take the package that is published for R4, often under a name that ends in .r4.");
            folder.Take(json.Root);
        }

        return folder;
    }

    private static IEnumerable<(string Name, byte[] Json)> Files(string path)
    {
        if (path.EndsWith(".tgz", StringComparison.OrdinalIgnoreCase) || path.EndsWith(".tar.gz", StringComparison.OrdinalIgnoreCase))
            return Packed(path);
        IEnumerable<string> files = File.Exists(path) ? [path] : Directory.EnumerateFiles(path, "*.json", SearchOption.AllDirectories).Order(StringComparer.Ordinal);
        return files.Select(file => (file, File.ReadAllBytes(file)));
    }

    /// <summary>The files of a package as npm and FHIR registries publish it: one level below <c>package/</c>, but for a system's own (<c>._x</c>); deeper are examples.</summary>
    private static IEnumerable<(string Name, byte[] Json)> Packed(string path)
    {
        using var file = File.OpenRead(path);
        using var plain = new GZipStream(file, CompressionMode.Decompress);
        using var tar = new TarReader(plain);
        var isPackage = false;
        while (tar.GetNextEntry() is { } entry)
        {
            if (entry.DataStream is null || !entry.Name.EndsWith(".json", StringComparison.Ordinal) || entry.Name.Split('/').SkipWhile(part => part == ".").ToArray() is not ["package", [not '.', ..]])
                continue;
            isPackage = true;
            if (entry.Length > LargestFile)
                throw new InvalidDataException($"{entry.Name} in {path} has {entry.Length:N0} bytes; at most {LargestFile:N0} are read.");
            var bytes = new byte[entry.Length];
            entry.DataStream.ReadExactly(bytes);
            yield return ($"{path}: {entry.Name}", bytes);
        }

        if (!isPackage)
            throw new InvalidDataException($"{path} is no FHIR package: it has no JSON files in a folder named package.");
    }

    /// <summary>The versions of FHIR that a package says it is for (<c>fhirVersions</c>, <c>fhir-version-list</c> of older tools), where R4 is not among them; null where it is, or nothing is said.</summary>
    private static string? OtherFhir(FhirNode package)
    {
        var versions = VersionLists.SelectMany(name => package[name].Items.AsEnumerable()).Select(version => version.Text ?? "").ToList();
        return versions.Count == 0 || versions.Exists(version => version == "4.0" || version.StartsWith("4.0.", StringComparison.Ordinal)) ? null : string.Join(", ", versions.Distinct());
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
