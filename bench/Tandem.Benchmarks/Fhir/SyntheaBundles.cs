using System.IO.Compression;
using System.Text.Json;

namespace Tandem.Benchmarks.Fhir;

/// <summary>The Synthea patients that lie beside the checkout, when they do: one transaction bundle each, hospitals and practitioners first.</summary>
internal static class SyntheaBundles
{
    private static readonly string Zip =
        Path.Combine(Environment.GetEnvironmentVariable("TANDEM_DATA") ?? Path.Combine(Checkout.Root, "..", "shared", "data"), "fhir", "synthea-100-bundles.zip");

    internal static bool AreThere => File.Exists(Zip);

    /// <summary>What all patients refer to.</summary>
    internal static List<byte[]> Shared() => Read(IsShared, 0, int.MaxValue);

    /// <summary>Some patients, in the order of their names.</summary>
    internal static List<byte[]> Patients(int skip, int take) => Read(entry => !IsShared(entry), skip, take);

    internal static int ResourcesIn(byte[] bundle)
    {
        using var document = JsonDocument.Parse(bundle);
        return document.RootElement.GetProperty("entry").GetArrayLength();
    }

    private static List<byte[]> Read(Func<ZipArchiveEntry, bool> wanted, int skip, int take)
    {
        using var zip = ZipFile.OpenRead(Zip);
        var bundles = new List<byte[]>();
        foreach (var entry in zip.Entries.Where(entry => entry.Name.EndsWith(".json", StringComparison.Ordinal) && wanted(entry))
            .OrderBy(entry => entry.Name, StringComparer.Ordinal).Skip(skip).Take(take))
        {
            using var from = entry.Open();
            using var into = new MemoryStream();
            from.CopyTo(into);
            bundles.Add(into.ToArray());
        }

        return bundles;
    }

    private static bool IsShared(ZipArchiveEntry entry) =>
        entry.Name.StartsWith("hospital", StringComparison.OrdinalIgnoreCase) || entry.Name.StartsWith("practitioner", StringComparison.OrdinalIgnoreCase);
}
