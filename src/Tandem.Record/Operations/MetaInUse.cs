using Tandem.Fhir.Definitions;
using Tandem.Fhir.Json;
using Tandem.Fhir.Search;
using Tandem.Kernel.Data;
using Tandem.Record.Log;
using Tandem.Record.Search;

namespace Tandem.Record.Operations;

/// <summary>The profiles, tags and security labels that current resources of some types have, from the search index.</summary>
internal sealed class MetaInUse(DbSession session)
{
    private const string Profiles =
        "SELECT w.text FROM search_words w WHERE w.list = $1 AND EXISTS (SELECT 1 FROM search_tokens t WHERE t.param = w.list AND t.code = w.hash) ORDER BY w.text LIMIT 1000";

    private const string Labels = "SELECT t.code, t.system, MIN(t.rid) FROM search_tokens t WHERE t.param = $1 GROUP BY t.code, t.system ORDER BY MIN(t.rid) LIMIT 1000";

    private const string ByNumber = $"SELECT {LogTables.Columns} FROM resources r JOIN log l ON l.seq = r.seq WHERE r.rid = $1 AND r.deleted = 0";

    private readonly SortedSet<string> profiles = new(StringComparer.Ordinal);
    private readonly Dictionary<(string?, string?), FhirNode> tags = [];
    private readonly Dictionary<(string?, string?), FhirNode> labels = [];

    /// <summary>All of them as one Meta, in a Parameters resource.</summary>
    internal static byte[] Of(DbSession session, IEnumerable<string> types)
    {
        var use = new MetaInUse(session);
        foreach (var type in types)
            use.Add(type);
        return FhirWriter.Resource("Parameters", parameters => parameters.Array("parameter", array =>
        {
            if (use.profiles.Count + use.tags.Count + use.labels.Count > 0)
                array.Item(parameter => parameter.Text("name", "return").Object("valueMeta", use.Write));
        }));
    }

    private void Add(string type)
    {
        profiles.UnionWith(session.Query(Profiles, row => row.Text(0), Number(type, "_profile")));
        Collect(type, "_tag", "tag", tags);
        Collect(type, "_security", "security", labels);
    }

    private void Collect(string type, string code, string member, Dictionary<(string?, string?), FhirNode> into)
    {
        foreach (var rid in session.Query(Labels, row => row.Integer(2), Number(type, code)))
        {
            var items = session.First(ByNumber, LogTables.Read, rid)?.Root["meta"u8][member] ?? default;
            foreach (var coding in items.Items)
                into.TryAdd((coding["system"u8].Text, coding["code"u8].Text), coding);
        }
    }

    private void Write(FhirWriter meta)
    {
        meta.Texts("profile", profiles);
        Write(meta, "security", labels.Values);
        Write(meta, "tag", tags.Values);
    }

    private static void Write(FhirWriter meta, string name, IEnumerable<FhirNode> codings) => meta.Array(name, array =>
    {
        foreach (var coding in codings)
            array.Item(coding);
    });

    private static long Number(string type, string code) => SearchTables.ParameterNumber(type, R4.SearchParameters(type).Find(code)!);
}
