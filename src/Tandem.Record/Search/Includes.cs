using Tandem.Fhir.Definitions;
using Tandem.Fhir.Search;
using Tandem.Kernel.Actors;
using Tandem.Kernel.Data;
using Tandem.Record.Access;
using Tandem.Record.Log;
using Tandem.Record.Rest;

namespace Tandem.Record.Search;

/// <summary>What goes along with hits: resources they refer to, and resources that refer to them (R4 3.1.1.5.3–4).</summary>
internal sealed class Includes(DbSession session, SearchQuery query, SearchIndexOptions options, AccessScope scope)
{
    private const int Most = 2000;

    private const string Pointing =
        $"SELECT {LogTables.Columns} FROM (SELECT DISTINCT f.rid FROM search_references f WHERE f.param = $1 AND f.target = $2 AND f.type = $3 /*reach rid:f.rid*/ ORDER BY f.rid LIMIT $4) p "
        + "CROSS JOIN resources r CROSS JOIN log l WHERE r.rid = p.rid AND l.seq = r.seq ORDER BY l.rid";

    private const string PointingAtAll =
        $"SELECT {LogTables.Columns} FROM (SELECT DISTINCT f.rid FROM search_references f WHERE f.target = $1 AND f.type = $2 AND f.rid > 0 /*reach rid:f.rid*/ ORDER BY f.rid LIMIT $3) p "
        + "CROSS JOIN resources r CROSS JOIN log l WHERE r.rid = p.rid AND l.seq = r.seq ORDER BY l.rid";

    private readonly Dictionary<string, ResourceVersion?> seen = new(StringComparer.Ordinal);
    private readonly List<ResourceVersion> included = [];
    private readonly List<(string Type, string Id)> wanted = [];
    private readonly SearchValueList values = new();

    /// <summary>True when there was more than goes into one answer.</summary>
    internal bool IsCut { get; private set; }

    /// <summary>The resources to send along, none twice and none that is a hit.</summary>
    internal IReadOnlyList<ResourceVersion> Of(IEnumerable<ResourceVersion> hits)
    {
        List<ResourceVersion> from = [.. hits];
        foreach (var hit in from)
            seen[hit.Reference] = hit;
        for (var round = 0; from.Count > 0 && !IsCut; round++)
        {
            var before = included.Count;
            foreach (var version in from)
                Follow(version, isHit: round == 0);
            TakeWanted();
            from = included[before..];
        }

        return included;
    }

    private void Follow(ResourceVersion version, bool isHit)
    {
        var rules = query.Result.Includes.Where(rule => rule.SourceType == version.Type && (isHit || rule.Iterate)).ToList();
        if (rules.Count > 0)
            Forward(version, rules);
        foreach (var rule in query.Result.ReverseIncludes.Where(rule => isHit || rule.Iterate))
        {
            foreach (var parameter in rule.SourceType == IncludeRule.AnyType ? [] : rule.Reference is { } one ? [one] : ReferencesOf(rule.SourceType))
                Backward(version, rule, parameter);
            if (rule.SourceType == IncludeRule.AnyType)
                Add(session.QueryWithin(scope, PointingAtAll, LogTables.Read, SearchTables.IdHash(version.Id), StableHash.Of(version.Type), Most + 1));
        }
    }

    private static IEnumerable<SearchParameter> ReferencesOf(string type) =>
        R4.SearchParameters(type).Where(parameter => parameter.Type == SearchType.Reference);

    private void Forward(ResourceVersion version, List<IncludeRule> rules)
    {
        values.Clear();
        SearchIndexValues.Read(version.Root, version.Type, options, values, SearchType.Reference);
        foreach (ref readonly var value in values.Span)
        {
            if (value.Kind == SearchType.Reference && value.SystemHash != 0 && IsFollowed(rules, value.ParameterId, null) && value.Source.Text is { } text
                && Target(text) is var (type, id) && IsFollowed(rules, value.ParameterId, type))
                Add(type, id);
        }
    }

    /// <summary>True when a rule leads along a parameter, to a type when that is known.</summary>
    private static bool IsFollowed(List<IncludeRule> rules, ushort parameter, string? type)
    {
        foreach (var rule in rules)
        {
            if ((rule.Reference is null || rule.Reference.Id == parameter) && (type is null || rule.TargetType is null || rule.TargetType == type))
                return true;
        }

        return false;
    }

    private static (string Type, string Id)? Target(string reference)
    {
        var parts = reference.Split('/');
        var at = Array.FindLastIndex(parts, part => R4.IsResourceType(part));
        return at >= 0 && at + 1 < parts.Length && UpdateResource.IsId(parts[at + 1]) ? (parts[at], parts[at + 1]) : null;
    }

    private void Add(string type, string id)
    {
        if (seen.TryAdd($"{type}/{id}", null))
            wanted.Add((type, id));
    }

    /// <summary>Reads together what the hits of a round refer to.</summary>
    private void TakeWanted()
    {
        var found = LogTables.ReadMany(session, wanted);
        foreach (var one in wanted)
            Take(found.TryGetValue(one, out var version) && scope.Reaches(session, version) ? version : null, $"{one.Type}/{one.Id}");
        wanted.Clear();
    }

    private void Backward(ResourceVersion version, IncludeRule rule, SearchParameter parameter)
    {
        if (rule.TargetType is not null && rule.TargetType != version.Type)
            return;
        Add(session.QueryWithin(
            scope,
            Pointing,
            LogTables.Read,
            SearchTables.ReferenceNumber(rule.SourceType, parameter, version.Type),
            SearchTables.IdHash(version.Id),
            StableHash.Of(version.Type),
            Most + 1));
    }

    private void Add(IEnumerable<ResourceVersion> found)
    {
        foreach (var pointing in found)
        {
            if (!seen.ContainsKey(pointing.Reference))
                Take(pointing, pointing.Reference);
        }
    }

    private void Take(ResourceVersion? version, string reference)
    {
        version = version?.ShownTo(scope.Reach);
        seen[reference] = version;
        if (version is not { Deleted: false })
            return;
        IsCut |= included.Count == Most;
        if (!IsCut)
            included.Add(version);
    }
}
