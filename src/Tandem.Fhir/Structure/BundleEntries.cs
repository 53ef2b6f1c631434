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
    private const string History = "/_history/";

    private static readonly BundleEntries None = new(default);
    private static readonly ConditionalWeakTable<FhirJson, BundleEntries> OfBundles = new();

    private readonly Dictionary<string, Found> byAddress = new(StringComparer.Ordinal);
    private readonly Dictionary<(string Address, string Version), Found> byVersion = [];
    private readonly List<(FhirNode Entry, string? Root)> entries = [];

    /// <summary>Reads the entries; of any other resource there are none.</summary>
    public BundleEntries(FhirNode resource)
    {
        if (!resource["resourceType"u8].Is("Bundle"u8))
            return;
        foreach (var entry in resource["entry"u8].Items)
        {
            var url = entry["fullUrl"u8].Text;
            entries.Add((entry, RootOf(url)));
            if (url is not { Length: > 0 } || entry["resource"u8] is not { IsObject: true } held)
                continue;
            Take(byAddress, url, held);
            if (held["meta"u8]["versionId"u8].Text is { } version)
                Take(byVersion, (url, version), held);
        }
    }

    /// <summary>What has an address, or an address and a version: the first, and how many there are.</summary>
    private readonly record struct Found(FhirNode First, int Count);

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

    /// <summary>An address without the version that it may name: no fullUrl has one.</summary>
    public static string Unversioned(string address) => address.IndexOf(History, StringComparison.Ordinal) is var history and >= 0 ? address[..history] : address;

    /// <summary>Those of a bundle that may lie within another resource.</summary>
    internal static BundleEntries Of(FhirNode bundle) => bundle == bundle.Document.Root ? Of(bundle.Document) : new(bundle);

    /// <summary>Those of the bundle that a document is, read once for as long as the document is there: each entry of a transaction is validated for itself.</summary>
    internal static BundleEntries Of(FhirJson document) =>
        document.Root["resourceType"u8].Is("Bundle"u8) ? OfBundles.GetValue(document, static bundle => new(bundle.Root)) : None;

    /// <summary>What a reference points to; missing when no entry has it. One with a version (<c>/_history/2</c>) means the resource that says it of itself (meta.versionId).</summary>
    /// <param name="reference">As it is written.</param>
    /// <param name="from">The element that says it, or around it; missing or outside of the entries, a relative reference names none.</param>
    public FhirNode Find(string reference, FhirNode from) => Look(reference, from).First;

    /// <summary>How many entries a reference points to: several where the bundle has one resource in several versions and the reference does not say which.</summary>
    internal int Count(string reference, FhirNode from) => Look(reference, from).Count;

    private Found Look(string reference, FhirNode from)
    {
        if (byAddress.Count == 0)
            return default;
        var absolute = Absolute(reference, Around(from).Root);
        var history = absolute.IndexOf(History, StringComparison.Ordinal);
        return history < 0 ? byAddress.GetValueOrDefault(absolute) : byVersion.GetValueOrDefault((absolute[..history], absolute[(history + History.Length)..]));
    }

    private static void Take<TKey>(Dictionary<TKey, Found> into, TKey key, FhirNode resource)
        where TKey : notnull =>
        into[key] = into.TryGetValue(key, out var known) ? known with { Count = known.Count + 1 } : new(resource, 1);

    /// <summary>The entry that an element lies in, and where the resources beside it are; missing outside of all.</summary>
    internal (FhirNode Entry, string? Root) Around(FhirNode element)
    {
        if (!element.Exists)
            return default;
        var (low, high) = (0, entries.Count); // they stand in the order of the document
        while (low < high)
        {
            var middle = (low + high) / 2;
            (low, high) = entries[middle].Entry.Index <= element.Index ? (middle + 1, high) : (low, middle);
        }

        return low > 0 && ElementPath.Has(entries[low - 1].Entry, element) ? entries[low - 1] : default;
    }
}
