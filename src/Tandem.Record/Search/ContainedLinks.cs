using Tandem.Fhir.Definitions;
using Tandem.Fhir.Json;
using Tandem.Fhir.Search;
using Tandem.Record.Log;

namespace Tandem.Record.Search;

/// <summary>A reference within one resource: from it or one it contains to another one it contains, or to itself (R4 2.3.0.4).</summary>
/// <param name="From">Place of what refers; null for the resource around.</param>
/// <param name="FromType">Its type.</param>
/// <param name="Parameter">Number of the search parameter that leads there.</param>
/// <param name="To">Place of what is referred to; null for the resource around.</param>
/// <param name="ToType">Its type.</param>
internal sealed record ContainedLink(int? From, string FromType, ushort Parameter, int? To, string ToType)
{
    /// <summary>All references within a resource, by the specification's parameters and the site's own; none for what contains nothing.</summary>
    internal static List<ContainedLink> Of(ResourceVersion version, SiteSearchParameters site)
    {
        if (!version.Root["contained"u8].Exists)
            return [];
        var contained = version.Root["contained"u8].Items.AsEnumerable().Select((node, place) => (Node: node, Place: place, Type: node["resourceType"u8].Text ?? "")).Where(one => R4.IsResourceType(one.Type)).ToList();
        var byId = contained.DistinctBy(one => SearchTables.IdHash(one.Node["id"u8].Text ?? "")).ToDictionary(one => SearchTables.IdHash(one.Node["id"u8].Text ?? ""));
        var (around, links) = (new ContainedResources(version.Root), new List<ContainedLink>());
        Add(version.Root, version.Type, null);
        foreach (var one in contained)
            Add(one.Node, one.Type, one.Place);
        return links;

        void Add(FhirNode node, string type, int? from)
        {
            var values = new SearchValueList();
            SearchIndexValues.ReadLinks(node, type, around, site, values);
            foreach (var value in values.Span.ToArray().Where(value => value.Group == 0))
            {
                if (value.Hash == StableHash.Of("") && from is not null)
                    links.Add(new(from, type, value.ParameterId, null, version.Type));
                if (byId.TryGetValue(value.Hash, out var one))
                    links.Add(new(from, type, value.ParameterId, one.Place, one.Type));
            }
        }
    }
}
