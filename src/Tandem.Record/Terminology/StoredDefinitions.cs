using Tandem.Fhir.Definitions;
using Tandem.Fhir.Json;
using Tandem.Fhir.Search;
using Tandem.Kernel.Data;
using Tandem.Record.Log;
using Tandem.Record.Search;

namespace Tandem.Record.Terminology;

/// <summary>Profiles, value sets, code systems and concept maps in the record by their addresses.</summary>
internal static class StoredDefinitions
{
    private const string ByCode =
        $"SELECT {LogTables.Columns} FROM search_tokens t CROSS JOIN resources r CROSS JOIN log l "
        + "WHERE t.param = $1 AND t.code = $2 AND r.rid = t.rid AND r.deleted = 0 AND l.seq = r.seq ORDER BY t.rid DESC";

    private const string OfType = $"SELECT {LogTables.Columns} FROM resources r JOIN log l ON l.seq = r.seq WHERE r.type = $1 AND r.deleted = 0";

    /// <summary>What is read of each definition of a type, one at a time: all of them together may be large.</summary>
    internal static List<T> OfEach<T>(DbSession session, string type, Func<FhirNode, T> read) => session.Query(OfType, row => read(LogTables.Read(row).Root), type);

    /// <summary>The one of an address: of a version, or the highest by its numbers; missing when there is none.</summary>
    internal static FhirNode Find(DbSession session, string type, string url, string? version)
    {
        var parameter = SearchTables.ParameterNumber(type, R4.SearchParameters(type).Find("url")!);
        FhirNode best = default;
        foreach (var found in session.Query(ByCode, LogTables.Read, parameter, StableHash.Of(url)))
        {
            var node = found.Root;
            if (node["url"u8].Text == url && (version is null || node["version"u8].Text == version) && IsNewer(node, best))
                best = node;
        }

        return best;
    }

    /// <summary>All supplements to code systems (R4 4.8.10), each in its highest version.</summary>
    internal static IEnumerable<FhirNode> Supplements(DbSession session) => Newest(
        session.Query(ByCode, LogTables.Read, SearchTables.ParameterNumber("CodeSystem", R4.SearchParameters("CodeSystem").Find("content-mode")!), StableHash.Of("supplement"))
            .Select(found => found.Root));

    /// <summary>Of several versions of one address the highest alone; those without an address all.</summary>
    internal static IEnumerable<FhirNode> Newest(IEnumerable<FhirNode> definitions) =>
        definitions.GroupBy(node => node["url"u8].Text, StringComparer.Ordinal).SelectMany(versions => versions.Key is null ? versions.AsEnumerable() : [versions.Aggregate((best, node) => IsNewer(node, best) ? node : best)]);

    private static bool IsNewer(FhirNode node, FhirNode than)
    {
        if (!than.Exists)
            return true;
        var (a, b) = (Numbers(node), Numbers(than));
        for (var place = 0; place < Math.Max(a.Length, b.Length); place++)
        {
            var order = (place < a.Length ? a[place] : 0).CompareTo(place < b.Length ? b[place] : 0);
            if (order != 0)
                return order > 0;
        }

        return false;
    }

    private static long[] Numbers(FhirNode node) =>
        [.. (node["version"u8].Text ?? "").Split('.', '-').Select(part => long.TryParse(part, System.Globalization.CultureInfo.InvariantCulture, out var number) ? number : 0)];
}
