using Tandem.Fhir.Definitions;
using Tandem.Fhir.Json;
using Tandem.Fhir.Search;
using Tandem.Record.Log;
using Tandem.Record.Projections;

namespace Tandem.Record.Search;

/// <summary>The rows by which contained resources are found, and those of the references that lead to them from the resource around and from one to another.</summary>
internal static class ContainedRows
{
    /// <summary>Adds the rows of all that a version contains.</summary>
    /// <returns>Numbers of the site's own parameters that have no answer for one of them.</returns>
    internal static IReadOnlyCollection<ushort> Add(ResourceVersion version, SearchIndexOptions options, RowSink rows)
    {
        var unanswered = new HashSet<ushort>();
        var found = Found(version);
        var (byId, around, links) = (ById(found), new ContainedResources(version.Root), new SearchValueList());
        SearchIndexValues.ReadLinks(version.Root, version.Type, around, options.Site, links);
        AddLinks(rows, version, version.Type, version.Rid, links, byId);
        foreach (var one in found)
        {
            var values = new SearchValueList();
            SearchIndexValues.Read(one.Node, one.Type, options, values, around: around);
            unanswered.UnionWith(values.Unanswered);
            rows.Add(SearchTables.Resources, SearchTables.TypeNumber(ContainedTypes.Of(one.Type)), one.Number, one.IdHash, version.At);
            AddValues(rows, version, one, values, options.Site);
            links.Clear();
            SearchIndexValues.ReadLinks(one.Node, one.Type, around, options.Site, links);
            AddLinks(rows, version, ContainedTypes.Of(one.Type), one.Number, links, byId);
        }

        return unanswered;
    }

    /// <summary>Adds the rows of one of the site's own parameters for one contained resource; false when it has no answer for it.</summary>
    internal static bool AddOne(ResourceVersion version, long number, SiteSearchParameter parameter, SearchIndexOptions options, RowSink rows)
    {
        var found = Found(version);
        if (found.Find(one => one.Number == number) is not { } one)
            return true;
        var values = new SearchValueList();
        var isAnswered = SearchIndexValues.Read(one.Node, parameter, options, values, new ContainedResources(version.Root));
        AddValues(rows, version, one, values, new SiteSearchParameters([parameter]));
        AddLinks(rows, version, ContainedTypes.Of(one.Type), number, LinksBy(parameter, one.Node, version), ById(found));
        return isAnswered;
    }

    /// <summary>Adds the rows by which one of the site's own parameters leads from a version to what it contains.</summary>
    internal static void AddLinksOfOne(ResourceVersion version, SiteSearchParameter parameter, RowSink rows) =>
        AddLinks(rows, version, version.Type, version.Rid, LinksBy(parameter, version.Root, version), ById(Found(version)));

    private static SearchValueList LinksBy(SiteSearchParameter parameter, FhirNode from, ResourceVersion version)
    {
        var links = new SearchValueList();
        SearchIndexValues.ReadLinks(from, parameter, new ContainedResources(version.Root), links);
        return links;
    }

    private static List<Contained> Found(ResourceVersion version)
    {
        var found = new List<Contained>();
        var place = 0;
        foreach (var node in version.Root["contained"u8].Items)
        {
            if (node["resourceType"u8].Text is { } type && R4.IsResourceType(type) && place < 1 << ContainedTypes.PlaceBits)
                found.Add(new(node, type, SearchTables.IdHash(node["id"u8].Text ?? ""), ContainedTypes.Number(version.Rid, place)));
            place++;
        }

        return found;
    }

    /// <summary>An id is one of one (R4 2.3.0.4); of several the first holds.</summary>
    private static Dictionary<long, Contained> ById(List<Contained> found)
    {
        var byId = new Dictionary<long, Contained>(found.Count);
        foreach (var one in found)
            byId.TryAdd(one.IdHash, one);
        return byId;
    }

    private static void AddValues(RowSink rows, ResourceVersion version, Contained one, SearchValueList values, SiteSearchParameters site)
    {
        var type = SearchTables.TypeNumber(ContainedTypes.Of(one.Type));
        var all = ValuesBeside.Of(values.Span);
        for (var at = 0; at < values.Count; at++)
        {
            ref readonly var value = ref values.Span[at];
            if (SearchProjection.IsKept(value) && !(version.IsSealed && SearchProjection.IsWords(value)))
                SearchProjection.Add(rows, (type << 16) | value.ParameterId, one.Number, value, all[at]);
        }

        if (!version.IsSealed)
            CompositeRows.Add(rows, type, one.Number, values.Span, site, isContained: true);
    }

    /// <summary>Rows of references to what is contained, and of <c>#</c> to the resource around.</summary>
    private static void AddLinks(RowSink rows, ResourceVersion version, string from, long rid, SearchValueList links, Dictionary<long, Contained> found)
    {
        var number = SearchTables.TypeNumber(from);
        var around = StableHash.Of("");
        foreach (ref readonly var link in links.Span)
        {
            if (link.Group > 0)
                continue;
            var param = ContainedTypes.Is(from) ? (number << 16) | link.ParameterId : SearchProjection.NumberOf(number, link.ParameterId);
            if (link.Hash == around && ContainedTypes.Is(from))
                Add(rows, param, rid, link.ParameterId, version.Type, SearchTables.IdHash(version.Id), StableHash.Of(version.Type));
            else if (link.Hash != around && found.TryGetValue(link.Hash, out var one))
                Add(rows, param, rid, link.ParameterId, one.Type, one.Number, StableHash.Of(ContainedTypes.Of(one.Type)));
        }
    }

    private static void Add(RowSink rows, long param, long rid, ushort parameter, string type, long target, long targetType)
    {
        if (!NarrowedReferences.LiesWithWider(parameter, StableHash.Of(type)))
            rows.Add(SearchTables.References, target, param, rid, targetType);
    }

    private sealed record Contained(FhirNode Node, string Type, long IdHash, long Number);
}
