using System.Globalization;
using Tandem.Fhir.Definitions;
using Tandem.Fhir.Search;
using Tandem.Fhir.Views;
using Tandem.Kernel.Actors;
using Tandem.Kernel.Data;
using Tandem.Kernel.Outcomes;
using Tandem.Record.Access;
using Tandem.Record.Log;
using Tandem.Record.Search;

namespace Tandem.Record.Rest;

/// <summary>
/// The versions that <c>_list</c> leaves in a history (R4 3.1.0.12): of a resource that a List refers to all, of a reference with a version this one. Lists are as they are now; one that is not
/// there, or not reached, names nothing. The lists with names (<c>$current-problems</c>) hold all versions of what is in them now.
/// </summary>
internal sealed class ListedVersions
{
    private const int Most = 5000;

    private readonly IReadOnlyList<string> ids;
    private readonly IReadOnlyList<SearchQuery> named;

    private ListedVersions(IReadOnlyList<string> ids, IReadOnlyList<SearchQuery> named) => (this.ids, this.named) = (ids, named);

    /// <summary>Reads the value of <c>_list</c>.</summary>
    /// <param name="type">The type of the history; empty for all types, each of which may have a list of that name.</param>
    /// <param name="value">Ids of Lists, or the name of one.</param>
    internal static Outcome<ListedVersions> Of(string type, string value)
    {
        IReadOnlyList<string> types = type.Length > 0 ? [type] : value.StartsWith('$') ? R4.ResourceTypes : ["Resource"];
        var read = types.Select(one => SearchQuery.Parse(one, [new("_list", value)])).ToList();
        if (read.FindAll(query => query.Problems.Count == 0) is not { Count: > 0 } understood)
            return Refusal.Invalid("", RecordSearch.Detail(read[0].Problems[0]));
        return understood[0].Clauses is [ListClause list] ? new ListedVersions(list.Ids, []) : new ListedVersions([], understood);
    }

    /// <summary>A query of one column seq: the places of the versions in the log, none twice.</summary>
    /// <param name="session">Where to read.</param>
    /// <param name="scope">On whose behalf the Lists are read.</param>
    /// <param name="own">The record's own addresses: references that begin with one are relative.</param>
    /// <param name="arguments">Gets the values.</param>
    internal Outcome<string> Places(DbSession session, AccessScope scope, OwnAddresses own, SqlArguments arguments)
    {
        if (named.Count > 0)
            return OfNamed(session, arguments);
        var lists = LogTables.ReadMany(session, [.. ids.Distinct().Select(id => ("List", id))]);
        var entries = ids.Distinct().Select(id => lists.GetValueOrDefault(("List", id))).OfType<ResourceVersion>().Where(list => !list.Deleted && scope.Reaches(session, list))
            .SelectMany(list => Items(list.ShownTo(scope.Reach), own)).Distinct().ToList();
        if (entries.Count > Most)
            return Refusal.Invalid("", new RefusalDetail("too-costly", $"More than {Most} resources are in the lists: too many for a history."));
        var whole = entries.Where(entry => entry.Version == 0).ToList();
        var single = entries.Where(entry => entry.Version > 0).ToList();
        return string.Join(" UNION ", ((string[])[
            whole.Count == 0 ? "" : $"SELECT v.seq FROM resources x CROSS JOIN log v WHERE (x.type, x.id) IN (VALUES {Rows(whole, false)}) AND v.rid = x.rid",
            single.Count == 0 ? "" : $"SELECT v.seq FROM resources x CROSS JOIN log v WHERE (x.type, x.id) IN (VALUES {Rows(single, false)}) AND v.rid = x.rid AND (v.type, v.id, v.version) IN (VALUES {Rows(single, true)})",
        ]).Where(part => part.Length > 0).DefaultIfEmpty("SELECT v.seq FROM log v WHERE 1 = 0"));

        string Rows(List<(string Type, string Id, long Version)> of, bool withVersion) =>
            string.Join(", ", of.Select(entry => $"({arguments.Add(entry.Type)}, {arguments.Add(entry.Id)}{(withVersion ? ", " + arguments.Add(entry.Version) : "")})"));
    }

    private Outcome<string> OfNamed(DbSession session, SqlArguments arguments)
    {
        var parts = new List<string>();
        foreach (var query in named)
        {
            if (!Conditions.Found(query.ResourceType, query.Clauses, SearchContext.Plain(session, arguments)).Succeeded(out var found, out var refusal))
                return refusal;
            parts.Add($"SELECT v.seq FROM ({found}) x CROSS JOIN log v WHERE v.rid = x.rid");
        }

        return string.Join(" UNION ", parts);
    }

    /// <summary>What a List refers to in this record; version 0 where the reference names none.</summary>
    private static IEnumerable<(string Type, string Id, long Version)> Items(ResourceVersion list, OwnAddresses own)
    {
        foreach (var entry in list.Root["entry"u8].Items.AsEnumerable())
        {
            var parts = (own.Relative(entry["item"u8]["reference"u8].Text) ?? "").Split('/');
            if (parts is [var type, var id] && R4.IsResourceType(type))
                yield return (type, id, 0);
            else if (parts is [var of, var one, "_history", var version] && R4.IsResourceType(of) && long.TryParse(version, NumberStyles.None, CultureInfo.InvariantCulture, out var number))
                yield return (of, one, number);
        }
    }
}
