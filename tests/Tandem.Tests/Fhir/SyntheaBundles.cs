using System.IO.Compression;
using System.Runtime.CompilerServices;

namespace Tandem.Tests.Fhir;

/// <summary>A hundred bundles of synthetic patients made by Synthea, where they are at hand (TANDEM_DATA or ../shared/data).</summary>
internal static class SyntheaBundles
{
    internal const string Absent = "synthea-100-bundles.zip is not at hand; set TANDEM_DATA to the folder that holds fhir/.";

    internal static string? File { get; } = Find();

    internal static IEnumerable<(string Name, byte[] Bytes)> Read()
    {
        using var zip = ZipFile.OpenRead(File!);
        foreach (var entry in zip.Entries.Where(entry => entry.Name.EndsWith(".json", StringComparison.Ordinal)))
        {
            using var stream = entry.Open();
            var bytes = new byte[entry.Length];
            stream.ReadExactly(bytes);
            yield return (entry.Name, bytes);
        }
    }

    private static string? Find([CallerFilePath] string here = "")
    {
        var roots = new List<string>();
        if (Environment.GetEnvironmentVariable("TANDEM_DATA") is { } data)
            roots.Add(data);
        for (var folder = Path.GetDirectoryName(here); folder is not null; folder = Path.GetDirectoryName(folder))
            roots.Add(Path.Combine(folder, "shared", "data"));
        return roots.Select(root => Path.Combine(root, "fhir", "synthea-100-bundles.zip")).FirstOrDefault(System.IO.File.Exists);
    }
}
