using Tandem.Fhir.Definitions;
using Tandem.Fhir.Json;
using Tandem.Fhir.Search;
using Tandem.Fhir.Terminology;
using Tandem.Fhir.Validation;
using Tandem.Kernel.Data;
using Tandem.Record.Log;
using Tandem.Record.Search;

namespace Tandem.Record.Validation;

/// <summary>What a site validates and asks codes with, as of one moment.</summary>
/// <param name="Validator">Profiles and rules.</param>
/// <param name="Terminology">Code systems, value sets and concept maps.</param>
public sealed record Definitions(FhirValidator Validator, TerminologyService Terminology);

/// <summary>
/// The site's own profiles, value sets, code systems and concept maps: those in the record first, then those of its package folders, then what the
/// specification ships. A change of one of them in the record holds from the next question on, on every node. Thread-safe.
/// </summary>
public sealed class SiteDefinitions(RecordStore store, ValidationSettings settings)
{
    private const string Newest =
        "SELECT MAX(k.seq) FROM (SELECT COALESCE(MAX(seq), 0) AS seq FROM log WHERE type = 'CodeSystem' "
        + "UNION ALL SELECT COALESCE(MAX(seq), 0) FROM log WHERE type = 'ConceptMap' "
        + "UNION ALL SELECT COALESCE(MAX(seq), 0) FROM log WHERE type = 'StructureDefinition' "
        + "UNION ALL SELECT COALESCE(MAX(seq), 0) FROM log WHERE type = 'ValueSet') k";

    private const string ByAddress =
        $"SELECT {LogTables.Columns} FROM search_tokens t CROSS JOIN resources r CROSS JOIN log l "
        + "WHERE t.param = $1 AND t.code = $2 AND r.rid = t.rid AND r.deleted = 0 AND l.seq = r.seq ORDER BY t.rid DESC";

    private readonly DefinitionFolder[] folders = [.. settings.Packages.Select(DefinitionFolder.Open)];
    private volatile Held? held;

    /// <summary>The definitions that hold now. Ask once per piece of work, and keep the answer for its length.</summary>
    public Definitions Current
    {
        get
        {
            var newest = store.Database.Read(session => session.First(Newest, row => (long?)row.Integer(0))) ?? 0;
            if (held is { } known && known.Seq == newest)
                return known.Definitions;
            var terminology = new TerminologyService(Find);
            held = new(newest, new(new FhirValidator(new ProfileSet(Find), terminology), terminology));
            return held.Definitions;
        }
    }

    /// <summary>A definition of the site's own; missing when it has none of this address.</summary>
    internal FhirNode Find(string type, string url, string? version)
    {
        var parameter = SearchTables.ParameterNumber(type, R4.SearchParameters(type).Find("url")!);
        FhirNode best = default;
        foreach (var found in store.Database.Read(session => session.Query(ByAddress, LogTables.Read, parameter, StableHash.Of(url))))
        {
            var node = found.Root;
            if (node["url"u8].Text == url && (version is null || node["version"u8].Text == version) && IsNewer(node, best))
                best = node;
        }

        foreach (var folder in folders)
        {
            if (!best.Exists)
                best = folder.Find(type, url, version);
        }

        return best;
    }

    /// <summary>Of several versions the highest by its numbers.</summary>
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

    private sealed record Held(long Seq, Definitions Definitions);
}
