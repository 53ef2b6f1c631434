using System.Runtime.CompilerServices;
using Tandem.Fhir.Json;

namespace Tandem.Fhir.Structure;

/// <summary>The resources of a bundle by the addresses that references to them have (R4 Bundle, resolving references in bundles). Immutable.</summary>
public sealed class BundleEntries
{
    private static readonly BundleEntries None = new(default);
    private static readonly ConditionalWeakTable<FhirJson, BundleEntries> OfBundles = new();

    private readonly Dictionary<string, FhirNode> byAddress = new(StringComparer.Ordinal);

    /// <summary>Reads the entries; of any other resource there are none.</summary>
    public BundleEntries(FhirNode resource)
    {
        if (!resource["resourceType"u8].Is("Bundle"u8))
            return;
        foreach (var entry in resource["entry"u8].Items)
        {
            if (entry["fullUrl"u8].Text is not { Length: > 0 } url || entry["resource"u8] is not { IsObject: true } held)
                continue;
            byAddress.TryAdd(url, held);
            var parts = url.Split('/');
            if (parts.Length > 2)
                byAddress.TryAdd($"{parts[^2]}/{parts[^1]}", held);
        }
    }

    /// <summary>Those of the bundle that a document is, read once for as long as the document is there: each entry of a transaction is validated for itself.</summary>
    internal static BundleEntries Of(FhirJson document) =>
        document.Root["resourceType"u8].Is("Bundle"u8) ? OfBundles.GetValue(document, static bundle => new(bundle.Root)) : None;

    /// <summary>What a reference points to: the fullUrl as it is, or a relative one's type and id; missing when no entry has it.</summary>
    public FhirNode Find(string reference) => byAddress.GetValueOrDefault(reference);
}
