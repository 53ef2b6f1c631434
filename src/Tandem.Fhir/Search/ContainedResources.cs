using Tandem.Fhir.Json;

namespace Tandem.Fhir.Search;

/// <summary>What a resource contains, by its id (R4 2.3.0.4: unique within the resource; of several with one id the first holds). Read at the first question. Not thread-safe.</summary>
/// <param name="around">The resource that has the element <c>contained</c>.</param>
public sealed class ContainedResources(FhirNode around)
{
    private Dictionary<long, FhirNode>? byId;

    /// <summary>The resource that has the element <c>contained</c>.</summary>
    internal FhirNode Around => around;

    /// <summary>The contained resource of an id; missing when there is none.</summary>
    internal FhirNode Find(ReadOnlySpan<byte> id) => (byId ??= Read()).GetValueOrDefault(StableHash.Of(id));

    private Dictionary<long, FhirNode> Read()
    {
        var found = new Dictionary<long, FhirNode>();
        foreach (var node in around["contained"u8].Items)
            found.TryAdd(TokenIndex.HashOf(node["id"u8]), node);
        return found;
    }
}
