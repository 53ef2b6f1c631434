using Tandem.Fhir.Definitions;
using Tandem.Fhir.Search;
using Tandem.Record.Log;
using Tandem.Record.Projections;

namespace Tandem.Record.Search;

/// <summary>
/// What a reference names its target by: the id, or where canonical addresses stand the address (R4, type canonical). A definition has its addresses beside the references, under its own parameter <c>url</c>: as it is, and
/// with its version behind a bar. So an address with a version leads to that version, one without to all that have it, since R4 leaves open which of them is meant.
/// </summary>
/// <param name="Type">What stands in the column type of such references.</param>
/// <param name="Rows">The rows <c>s</c> that have the keys.</param>
/// <param name="Value">The column with the key.</param>
/// <param name="Where">What else is true of these rows.</param>
internal sealed record TargetKey(string Type, string Rows, string Value, string Where)
{
    /// <summary>In place of a type: an address, as it is written.</summary>
    internal const long Address = 0;

    /// <summary>In place of a type: a canonical address without the version that is written with it.</summary>
    internal const long WithoutVersion = 1;

    /// <summary>In place of a type: an address that the resource itself is known by.</summary>
    internal const long Own = 2;

    private static readonly Dictionary<string, SearchParameter> Urls = R4.ResourceTypes.Select(type => (Type: type, Url: UrlOf(type))).Where(pair => pair.Url is not null)
        .ToDictionary(pair => pair.Type, pair => pair.Url!, StringComparer.Ordinal);

    /// <summary>True for a parameter along which canonical addresses may stand; of a site's own that cannot be told.</summary>
    internal static bool IsCanonical(ushort parameter) => SiteSearchParameter.Owns(parameter) || SearchIndexValues.IsCanonical(R4.AllSearchParameters[parameter]);

    /// <summary>The keys of resources of a type, for references of a parameter.</summary>
    internal static IEnumerable<TargetKey> Of(SearchParameter reference, string type, SearchContext context)
    {
        yield return Id(type, context);
        if (IsCanonical(reference.Id) && Urls.TryGetValue(type, out var url))
            yield return new(context.Fixed(Address), "search_references s", "s.target", $"s.param = {context.Parameter(type, url)} AND s.type = {context.Fixed(Own)}");
    }

    /// <summary>The ids of resources of a type.</summary>
    internal static TargetKey Id(string type, SearchContext context) =>
        new(context.Fixed(StableHash.Of(type)), "search_resources s", "s.id_hash", $"s.type = {context.Fixed(SearchTables.TypeNumber(type))}");

    /// <summary>Adds the rows of the addresses by which a resource is known.</summary>
    internal static void AddOwn(ResourceVersion version, RowSink rows)
    {
        if (!Urls.TryGetValue(version.Type, out var url))
            return;
        foreach (var address in AddressesOf(version))
            rows.Add(SearchTables.References, StableHash.Of(address), SearchTables.ParameterNumber(version.Type, url), version.Rid, Own);
    }

    /// <summary>The addresses by which a resource is known, with its version and without; none for what is no definition.</summary>
    internal static IEnumerable<string> AddressesOf(ResourceVersion version)
    {
        if (!Urls.ContainsKey(version.Type) || version.Root["url"u8].Text is not { Length: > 0 } url)
            yield break;
        yield return url;
        if (version.Root["version"u8].Text is { Length: > 0 } number)
            yield return $"{url}|{number}";
    }

    /// <summary>Definitions have an address and a version; what else has a url is no target of canonical references.</summary>
    private static SearchParameter? UrlOf(string type) =>
        R4.Types[type].Elements.Find("version")?.Types is [{ Type.Name: "string" }] && R4.Types[type].Elements.Find("url") is not null && R4.SearchParameters(type).Find("url") is { Type: SearchType.Uri } url ? url : null;
}
