using System.Globalization;
using Tandem.Fhir.Definitions;
using Tandem.Fhir.Json;
using Tandem.Fhir.Search;
using Tandem.Kernel.Actors;
using Tandem.Kernel.Data;
using Tandem.Record.Access;
using Tandem.Record.Log;
using Tandem.Record.Rest;

namespace Tandem.Record.Search;

/// <summary>What goes along with hits: resources they refer to, and resources that refer to them (R4 3.1.1.5.3–4).</summary>
internal sealed class Includes(DbSession session, SearchQuery query, SearchIndexOptions options, KeptEntries? entries, AccessScope scope)
{
    private const int Most = 2000;
    private const int MostLookedFor = 5 * Most; // references of one round, many of which may lead nowhere
    private const int LookedForAtOnce = 500;

    private readonly string pointing =
        $"SELECT {LogTables.Columns} FROM (SELECT DISTINCT f.rid FROM search_references f WHERE f.param = $1 AND f.target = $2 AND f.type = $3 /*reach rid:f.rid*/ ORDER BY f.rid LIMIT $4) p "
        + $"{LedJoin.ToCurrent(LedJoin.EngineOf(session), "p.rid")} ORDER BY l.rid";

    private readonly string pointingAtAll =
        $"SELECT {LogTables.Columns} FROM (SELECT DISTINCT f.rid FROM search_references f WHERE f.target = $1 AND f.type = $2 AND f.rid > 0 /*reach rid:f.rid*/ ORDER BY f.rid LIMIT $3) p "
        + $"{LedJoin.ToCurrent(LedJoin.EngineOf(session), "p.rid")} ORDER BY l.rid";

    private readonly HashSet<string> seen = new(StringComparer.Ordinal);
    private readonly List<Hit> included = [];
    private readonly List<(string Type, string Id, int? Version)> wanted = [];
    private readonly Dictionary<long, List<ContainedLink>> links = [];
    private List<Place> next = [];
    private readonly SearchValueList values = new();

    /// <summary>True when nothing more is read in the session's transaction.</summary>
    internal bool IsLast { get; init; }

    /// <summary>True to send the version that a reference names (R4 3.1.1.4.12), not always the current one.</summary>
    internal bool FollowsVersions { get; init; }

    /// <summary>True when there was more than goes into one answer.</summary>
    internal bool IsCut { get; private set; }

    /// <summary>The resources to send along, none twice and none that is a hit.</summary>
    internal IReadOnlyList<Hit> Of(IEnumerable<Hit> hits)
    {
        foreach (var hit in hits)
        {
            foreach (var place in (int?[])[hit.Contained, .. hit.Within.Select(place => (int?)place)])
                See(new(hit.Version, place));
        }

        for (var round = 0; next.Count > 0 && !IsCut; round++)
        {
            (var from, next) = (next, []);
            foreach (var place in from)
                Follow(place, isHit: round == 0);
            TakeWanted();
        }

        return included;
    }

    /// <summary>The same for whole resources.</summary>
    internal IReadOnlyList<ResourceVersion> Of(IEnumerable<ResourceVersion> hits) => [.. Of(hits.Select(version => new Hit(version, []))).Select(hit => hit.Version)];

    /// <summary>True when what goes along may take more along.</summary>
    private bool IsFollowedOn => query.Result.Includes.Concat(query.Result.ReverseIncludes).Any(rule => rule.Iterate);

    private void See(Place place)
    {
        if (seen.Add(place.Name))
            next.Add(place);
    }

    private void Follow(Place from, bool isHit)
    {
        var rules = query.Result.Includes.Where(rule => (rule.SourceType == from.Type || rule.SourceType == IncludeRule.AnyType) && (isHit || rule.Iterate)).ToList();
        if (rules.Count > 0)
            Forward(from, rules);
        foreach (var rule in query.Result.ReverseIncludes.Where(rule => isHit || rule.Iterate))
        {
            BackwardWithin(from, rule);
            if (from.Contained is not null)
                continue; // nothing outside points there
            foreach (var parameter in rule.SourceType == IncludeRule.AnyType ? [] : rule.Reference is { } one ? [one] : ReferencesOf(rule.SourceType))
                Backward(from.Version, rule, parameter);
            if (rule.SourceType == IncludeRule.AnyType)
                Add(Keys(from.Version).SelectMany(key => session.QueryWithin(scope, pointingAtAll, LogTables.Read, key.Target, key.Type, Most + 1)));
        }
    }

    private IEnumerable<SearchParameter> ReferencesOf(string type) =>
        R4.SearchParameters(type).Concat(options.Site.Of(type).Select(own => own.Parameter)).Where(parameter => parameter.Type == SearchType.Reference);

    private void Forward(Place from, List<IncludeRule> rules)
    {
        foreach (var link in LinksOf(from.Version).Where(link => link.From == from.Contained && IsFollowed(rules, link.Parameter, link.ToType)))
            TakeWithin(new(from.Version, link.To));
        values.Clear();
        SearchIndexValues.Read(from.Node, from.Type, options, values, SearchType.Reference);
        foreach (ref readonly var value in values.Span)
        {
            if (value.Kind != SearchType.Reference || !IsFollowed(rules, value.ParameterId, null) || value.Source.Text is not { } text)
                continue;
            if (value.SystemHash == 0)
                ToDefinitions(text, value.ParameterId, rules);
            else if (Target(text) is var (type, id, version) && IsFollowed(rules, value.ParameterId, type))
                Add(type, id, FollowsVersions ? version : null);
        }
    }

    /// <summary>What a canonical address means: that version, or all of the address (<see cref="TargetKey"/>).</summary>
    private void ToDefinitions(string address, ushort parameter, List<IncludeRule> rules)
    {
        if (TargetKey.IsCanonical(parameter) && seen.Add($"{parameter}|{address}"))
            Add(session.QueryWithin(scope, pointingAtAll, LogTables.Read, StableHash.Of(address), TargetKey.Own, Most + 1).Where(found => IsFollowed(rules, parameter, found.Type)));
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

    /// <summary>What refers within one resource to what it contains, or to itself.</summary>
    private void BackwardWithin(Place to, IncludeRule rule)
    {
        foreach (var link in LinksOf(to.Version))
        {
            if (link.To == to.Contained && (rule.SourceType == link.FromType || rule.SourceType == IncludeRule.AnyType)
                && (rule.Reference is null || rule.Reference.Id == link.Parameter) && (rule.TargetType is null || rule.TargetType == link.ToType))
                TakeWithin(new(to.Version, link.From));
        }
    }

    /// <summary>
    /// What lies in the same resource goes along where contained resources are answered by themselves. Where the resource around is the answer it is there already, but what it
    /// refers to in turn is followed.
    /// </summary>
    private void TakeWithin(Place place)
    {
        if (!seen.Add(place.Name))
            return;
        next.Add(place);
        if (query.Result is { ContainedAlone: true, Contained: not ContainedMode.False })
            Keep(place);
    }

    private List<ContainedLink> LinksOf(ResourceVersion version)
    {
        if (!links.TryGetValue(version.Seq, out var found))
            links[version.Seq] = found = ContainedLink.Of(version, options.Site);
        return found;
    }

    private static (string Type, string Id, int? Version)? Target(string reference)
    {
        var parts = reference.Split("/_history/");
        if (parts[0].Split('/') is not [.., var type, var id] || !R4.IsResourceType(type) || !UpdateResource.IsId(id))
            return null;
        return (type, id, parts is [_, var text] && int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : (int?)null);
    }

    private void Add(string type, string id, int? version)
    {
        if (seen.Add(version is null ? $"{type}/{id}" : $"{type}/{id}/_history/{version}"))
            wanted.Add((type, id, version));
    }

    /// <summary>Reads together what the hits of a round refer to.</summary>
    private void TakeWanted()
    {
        if (IsLast && scope.Reach == Reach.Everyone && !IsFollowedOn && wanted.Count is > 0 and <= LogTables.CurrentAtOnce && wanted.TrueForAll(one => one.Version is null))
            session.EndWithNext();
        foreach (var some in wanted.Take(MostLookedFor).Chunk(LookedForAtOnce))
            Take(some);
        IsCut |= wanted.Count > MostLookedFor;
        wanted.Clear();
    }

    private void Take((string Type, string Id, int? Version)[] some)
    {
        if (IsCut)
            return;
        var found = LogTables.ReadMany(session, [.. some.Select(one => (one.Type, one.Id)).Distinct()], entries?.For(session));
        var named = some.Where(one => found.GetValueOrDefault((one.Type, one.Id)) is { Deleted: false } current && one.Version < current.Version).Select(one => (found[(one.Type, one.Id)].Rid, one.Version!.Value));
        var earlier = LogTables.ReadVersions(session, [.. named]);
        foreach (var (type, id, number) in some)
        {
            if (!IsCut && found.TryGetValue((type, id), out var current) && (number is null ? current : OfVersion(number.Value, current, earlier)) is { } version && scope.Reaches(session, version))
                Take(version);
        }
    }

    /// <summary>A version of a resource that is there, the current one where that version is lost or never was; null when it goes along already.</summary>
    private ResourceVersion? OfVersion(int number, ResourceVersion current, Dictionary<(long Rid, int Version), ResourceVersion> earlier) =>
        earlier.GetValueOrDefault((current.Rid, number)) is { Deleted: false } old ? old : seen.Add(current.Reference) ? current : null;

    private void Backward(ResourceVersion version, IncludeRule rule, SearchParameter parameter)
    {
        if (rule.TargetType is not null && rule.TargetType != version.Type)
            return;
        var number = SearchTables.ReferenceNumber(rule.SourceType, parameter, version.Type);
        foreach (var (target, type) in Keys(version).Take(TargetKey.IsCanonical(parameter.Id) ? int.MaxValue : 1))
            Add(session.QueryWithin(scope, pointing, LogTables.Read, number, target, type, Most + 1));
    }

    /// <summary>What references name a resource by: its id first, then the addresses of a definition.</summary>
    private static IEnumerable<(long Target, long Type)> Keys(ResourceVersion version) =>
        TargetKey.AddressesOf(version).Select(address => (StableHash.Of(address), TargetKey.Address)).Prepend((SearchTables.IdHash(version.Id), StableHash.Of(version.Type)));

    private void Add(IEnumerable<ResourceVersion> found)
    {
        foreach (var pointing in found)
        {
            if (seen.Add(pointing.Reference))
                Take(pointing);
        }
    }

    private void Take(ResourceVersion version)
    {
        if (version.Deleted)
            return;
        var place = new Place(version.ShownTo(scope.Reach), null);
        next.Add(place);
        Keep(place);
    }

    private void Keep(Place place)
    {
        IsCut |= included.Count == Most;
        if (!IsCut)
            included.Add(new Hit(place.Version, []) { Contained = place.Contained });
    }

    /// <summary>A resource, or one it contains.</summary>
    private sealed record Place(ResourceVersion Version, int? Contained)
    {
        internal string Name => Contained is { } place ? $"{Version.Reference}#{place}" : Version.Reference;

        internal FhirNode Node { get; } = Contained is { } place ? Version.Root["contained"u8].Items.AsEnumerable().ElementAt(place) : Version.Root;

        internal string Type => Contained is null ? Version.Type : Node["resourceType"u8].Text!;
    }
}
