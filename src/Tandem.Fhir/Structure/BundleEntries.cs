using System.Runtime.CompilerServices;
using System.Text;
using Tandem.Fhir.Definitions;
using Tandem.Fhir.Json;

namespace Tandem.Fhir.Structure;

/// <summary>
/// The resources of a bundle by the addresses that references to them have (R4 2.36.4.1): a reference is an entry's fullUrl, or a relative one that is it once it stands below the root
/// of the entry that holds the reference. Immutable.
/// </summary>
public sealed class BundleEntries
{
    private static readonly BundleEntries None = new(default);
    private static readonly ConditionalWeakTable<FhirJson, BundleEntries> OfBundles = new();

    private readonly Dictionary<string, FhirNode> byAddress = new(StringComparer.Ordinal);
    private readonly List<(string Address, FhirNode Resource)> again = []; // other versions of the same
    private readonly List<FhirNode> entries = [];

    /// <summary>Reads the entries; of any other resource there are none.</summary>
    public BundleEntries(FhirNode resource)
    {
        if (!resource["resourceType"u8].Is("Bundle"u8))
            return;
        foreach (var entry in resource["entry"u8].Items)
        {
            entries.Add(entry);
            if (entry["fullUrl"u8].Text is { Length: > 0 } url && entry["resource"u8] is { IsObject: true } held)
                Take(url, held);
        }
    }

    /// <summary>
    /// Where the resources beside an entry are: its fullUrl without type and id, up to the slash before them, when it is that of a resource on a RESTful server; else null, and
    /// a relative reference in it names no entry (R4 2.36.4.1).
    /// </summary>
    public static string? RootOf(string? fullUrl)
    {
        if (fullUrl is null || !fullUrl.StartsWith("http", StringComparison.Ordinal))
            return null;
        var parts = fullUrl.Split('/');
        return parts.Length > 4 && R4.IsResourceType(parts[^2]) && PrimitiveText.IsValid(Encoding.UTF8.GetBytes(parts[^1]), PrimitiveKind.Id)
            ? fullUrl[..^(parts[^2].Length + parts[^1].Length + 1)]
            : null;
    }

    /// <summary>A reference as an entry's fullUrl would have it: one such as <c>Patient/1</c> stands below the root of the entry that holds it (<see cref="RootOf"/>).</summary>
    public static string Absolute(string reference, string? root) =>
        root is not null && reference.IndexOf('/', StringComparison.Ordinal) is > 0 and var slash && R4.IsResourceType(reference[..slash]) ? root + reference : reference;

    /// <summary>Those of a bundle that may lie within another resource.</summary>
    internal static BundleEntries Of(FhirNode bundle) => bundle == bundle.Document.Root ? Of(bundle.Document) : new(bundle);

    /// <summary>Those of the bundle that a document is, read once for as long as the document is there: each entry of a transaction is validated for itself.</summary>
    internal static BundleEntries Of(FhirJson document) =>
        document.Root["resourceType"u8].Is("Bundle"u8) ? OfBundles.GetValue(document, static bundle => new(bundle.Root)) : None;

    /// <summary>What a reference points to; missing when no entry has it. One with a version (<c>/_history/2</c>) means the resource that says it of itself (meta.versionId).</summary>
    /// <param name="reference">As it is written.</param>
    /// <param name="from">The element that says it, or around it; missing or outside of the entries, a relative reference names none.</param>
    public FhirNode Find(string reference, FhirNode from)
    {
        if (byAddress.Count == 0)
            return default;
        var (address, version) = Parted(Absolute(reference, RootOf(Around(from)["fullUrl"u8].Text)));
        var first = byAddress.GetValueOrDefault(address);
        return !first.Exists || Is(first, version) ? first : again.Find(one => one.Address == address && Is(one.Resource, version)).Resource;
    }

    /// <summary>All that a reference points to: several where the bundle has one resource in several versions and the reference does not say which.</summary>
    internal IReadOnlyList<FhirNode> All(string reference, FhirNode from)
    {
        if (Find(reference, from) is not { Exists: true } found)
            return [];
        var (address, version) = Parted(Absolute(reference, RootOf(Around(from)["fullUrl"u8].Text)));
        return [found, .. again.Where(one => one.Address == address && one.Resource != found && Is(one.Resource, version)).Select(one => one.Resource)];
    }

    private void Take(string url, FhirNode resource)
    {
        if (!byAddress.TryAdd(url, resource))
            again.Add((url, resource));
    }

    private static (string Address, string? Version) Parted(string reference) =>
        reference.IndexOf("/_history/", StringComparison.Ordinal) is >= 0 and var at ? (reference[..at], reference[(at + "/_history/".Length)..]) : (reference, null);

    private static bool Is(FhirNode resource, string? version) => version is null || resource["meta"u8]["versionId"u8].Text == version;

    /// <summary>The entry that an element lies in; missing outside of all.</summary>
    internal FhirNode Around(FhirNode element)
    {
        if (!element.Exists)
            return default;
        var (low, high) = (0, entries.Count); // they stand in the order of the document
        while (low < high)
        {
            var middle = (low + high) / 2;
            (low, high) = entries[middle].Index <= element.Index ? (middle + 1, high) : (low, middle);
        }

        return low > 0 && ElementPath.Has(entries[low - 1], element) ? entries[low - 1] : default;
    }
}
