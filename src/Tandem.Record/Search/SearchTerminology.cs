using Tandem.Fhir.Json;
using Tandem.Kernel.Data;
using Tandem.Kernel.Outcomes;
using Tandem.Record.Log;

namespace Tandem.Record.Search;

/// <summary>A code of a system.</summary>
internal readonly record struct SearchCode(string System, string Code);

/// <summary>
/// The value sets and code systems of the record, then those of the specification, as far as searches need them: a value set by its listed codes, whole code systems and
/// other value sets, or by its stored expansion; the order of codes by the nesting of a code system. What cannot be told is refused.
/// </summary>
internal sealed class SearchTerminology(DbSession session)
{
    private const int MostNested = 16;

    private const string ByAddress =
        $"SELECT {LogTables.Columns} FROM search_tokens t CROSS JOIN resources r CROSS JOIN log l "
        + "WHERE t.param = $1 AND t.code = $2 AND r.rid = t.rid AND r.deleted = 0 AND l.seq = r.seq ORDER BY t.rid DESC";

    /// <summary>The codes of a value set by its address (also with a version, or as ValueSet/id).</summary>
    internal Outcome<SearchCode[]> ValueSet(string address)
    {
        var codes = new HashSet<SearchCode>();
        return Add(address, codes, 0) is { } refusal ? refusal : codes.ToArray();
    }

    /// <summary>A code with all above it, or all below it, by the nesting of its code system.</summary>
    internal Outcome<SearchCode[]> Hierarchy(SearchCode code, bool above)
    {
        if (Find("CodeSystem", code.System) is not { } system || system["content"u8].Is("not-present"u8))
            return Unknown($"The code system {code.System} is not known here, so nothing can be told of what is above or below a code.");
        var path = new List<string>();
        if (Path(system["concept"u8], code.Code, path) is not { } concept)
            return new[] { code };
        if (above)
            return path.Select(one => new SearchCode(code.System, one)).ToArray();
        var below = new HashSet<SearchCode> { code };
        AddConcepts(concept["concept"u8], code.System, below);
        return below.ToArray();
    }

    private Refusal? Add(string address, HashSet<SearchCode> codes, int depth)
    {
        if (depth > MostNested || Find("ValueSet", address) is not { } set)
            return Unknown($"The value set {address} is not known here.");
        if (set["expansion"u8] is { IsObject: true } expansion)
        {
            AddExpansion(expansion["contains"u8], codes);
            return null;
        }

        foreach (var include in set["compose"u8]["include"u8].Items)
        {
            if (Include(include, codes, depth) is { } refusal)
                return refusal;
        }

        foreach (var exclude in set["compose"u8]["exclude"u8].Items)
        {
            var left = new HashSet<SearchCode>();
            if (Include(exclude, left, depth) is { } refusal)
                return refusal;
            codes.ExceptWith(left);
        }

        return null;
    }

    private Refusal? Include(FhirNode include, HashSet<SearchCode> codes, int depth)
    {
        HashSet<SearchCode>? found = null;
        if (include["system"u8].Text is { } system)
        {
            found = [];
            if (include["filter"u8].Exists)
                return Unknown("A value set that chooses codes by filters cannot be used here.");
            if (include["concept"u8].Exists)
                AddConcepts(include["concept"u8], system, found);
            else if (Find("CodeSystem", system) is { } whole && !whole["content"u8].Is("not-present"u8))
                AddConcepts(whole["concept"u8], system, found);
            else
                return Unknown($"The code system {system} is not known here, so its codes cannot be told.");
        }

        foreach (var other in include["valueSet"u8].Items)
        {
            var part = new HashSet<SearchCode>();
            if (Add(other.Text ?? "", part, depth + 1) is { } refusal)
                return refusal;
            if (found is null)
                found = part;
            else
                found.IntersectWith(part);
        }

        codes.UnionWith(found ?? []);
        return null;
    }

    private static void AddConcepts(FhirNode concepts, string system, HashSet<SearchCode> codes)
    {
        foreach (var concept in concepts.Items)
        {
            if (concept["code"u8].Text is { } code)
                codes.Add(new(system, code));
            AddConcepts(concept["concept"u8], system, codes);
        }
    }

    private static void AddExpansion(FhirNode contains, HashSet<SearchCode> codes)
    {
        foreach (var one in contains.Items)
        {
            if (one["code"u8].Text is { } code && one["abstract"u8].Boolean != true)
                codes.Add(new(one["system"u8].Text ?? "", code));
            AddExpansion(one["contains"u8], codes);
        }
    }

    /// <summary>The concept, and in <paramref name="path"/> its code and those above it; null when the system does not have it.</summary>
    private static FhirNode? Path(FhirNode concepts, string code, List<string> path)
    {
        foreach (var concept in concepts.Items)
        {
            path.Add(concept["code"u8].Text ?? "");
            if (path[^1] == code)
                return concept;
            if (Path(concept["concept"u8], code, path) is { } found)
                return found;
            path.RemoveAt(path.Count - 1);
        }

        return null;
    }

    private FhirNode? Find(string type, string address)
    {
        if (address.StartsWith($"{type}/", StringComparison.Ordinal))
        {
            var one = session.First(LogTables.ReadCurrent, LogTables.Read, type, address[(type.Length + 1)..]);
            return one is { Deleted: false } ? one.Root : null;
        }

        var bar = address.IndexOf('|', StringComparison.Ordinal);
        var (url, version) = bar < 0 ? (address, null) : (address[..bar], address[(bar + 1)..]);
        var parameter = Tandem.Fhir.Definitions.R4.SearchParameters(type).Find("url")!;
        return session.Query(ByAddress, LogTables.Read, SearchTables.ParameterNumber(type, parameter), Tandem.Fhir.Search.StableHash.Of(url))
            .Select(found => found.Root)
            .Where(found => found["url"u8].Is(System.Text.Encoding.UTF8.GetBytes(url)) && (version is null || found["version"u8].Text == version))
            .Select(found => (FhirNode?)found).FirstOrDefault() ?? Shipped(type, url, version);
    }

    /// <summary>What the specification ships; a set that lists every code of a system it does not ship is refused like any other.</summary>
    private static FhirNode? Shipped(string type, string url, string? version) =>
        Tandem.Fhir.Definitions.ShippedResources.Find(type, url) is { Exists: true } shipped && (version is null || shipped["version"u8].Text == version) ? shipped : null;

    private static Refusal Unknown(string reason) => Refusal.Invalid("", new RefusalDetail("not-found", reason));
}
