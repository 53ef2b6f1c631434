using Tandem.Fhir.Definitions;
using Tandem.Fhir.Search;
using Tandem.Kernel.Actors;
using Tandem.Kernel.Data;
using Tandem.Kernel.Outcomes;
using Tandem.Record.Log;
using Tandem.Record.Search;

namespace Tandem.Record.Rest;

/// <summary>
/// Search over several types, <c>/fhir?_type=Observation,Condition</c>, by the parameters they have in common, or over all that the asker may search, by
/// those that all have (R4 3.1.1.2); over everything in a compartment, <c>/fhir/Patient/123/*</c>, likewise. Hits come type by type, or over all types by <c>_lastUpdated</c> and <c>_id</c>.
/// </summary>
internal static class SearchTypes
{
    private const int MostTypes = 40;

    internal static void Map(FhirRoutes routes)
    {
        FhirEndpoint.Map(
            routes, ["GET", "HEAD"], "", "SearchTypes", "Search resources of several types.", request => HandleAsync(request, SearchResources.Query(request.Http.Request)));
        FhirEndpoint.Map(
            routes, ["POST"], "/_search", "SearchTypesByForm", "Search resources of several types, parameters in the body.",
            request => SearchResources.HandleFormAsync(request, HandleAsync));
    }

    internal static Task<FhirReply> HandleAsync(FhirRequest request, string text) => FindAsync(request, text, null);

    /// <summary>Answers a search over types.</summary>
    /// <param name="request">The request.</param>
    /// <param name="text">The query.</param>
    /// <param name="within">The compartment that all hits lie in; null for none.</param>
    internal static async Task<FhirReply> FindAsync(FhirRequest request, string text, CompartmentClause? within)
    {
        if (!(await ReadAsync(request, text, within)).Succeeded(out var read, out var refusal))
            return refusal;
        var (link, all, queries) = read;
        var page = new SearchPage(request, PathOf(within), link, all, queries[0]) { Closed = SealedWords.Of(request, queries) };
        if (await request.Service.CaughtUpAsync(queries[0], request.Cancel) is { } late)
            return late;
        var answer = await request.Service.Search.SnapshotAsync(
            session => Statements(request, session, queries).Then(statements => page.Read(session, AsOne(statements, queries, Order(link.Pairs, within, queries)))), request.Limit);
        return answer.Succeeded(out var found, out refusal) ? await page.WriteAsync(found) : refusal;
    }

    /// <summary>What a search asks for, by its first type with the problems of all, and of each type; a refusal when it cannot be asked, whatever is in the record.</summary>
    internal static async ValueTask<Outcome<(SearchLink Link, SearchQuery All, List<SearchQuery> Queries)>> ReadAsync(FhirRequest request, string text, CompartmentClause? within)
    {
        if (!(await SearchLink.ReadAsync(request, PathOf(within), text)).Succeeded(out var link, out var refusal) || !Types(link.Pairs, request.Scope, within?.Compartment).Succeeded(out var types, out refusal))
            return refusal;
        var parsed = types.ConvertAll(type => SearchQuery.Parse(type, link.Pairs.Where(pair => pair.Key != "_type"), site: request.Service.Search.Options.Site));
        var all = parsed[0] with { Problems = Problems(parsed) };
        if (!SearchResources.Understood(all, request.IsStrict).Succeeded(out _, out refusal))
            return refusal;
        if (parsed.Count > 1 && parsed[0].Result.Sort.Any(key => key.Parameter.Code is not ("_id" or "_lastUpdated")))
            return Refusal.Invalid("", new RefusalDetail("not-supported", "Over several types hits can be sorted by _lastUpdated and _id."));
        var queries = parsed.ConvertAll(query => query with { Problems = [], Clauses = within is null ? query.Clauses : [within, .. query.Clauses] });
        return SealedWords.Refused(request, queries) is { } closed ? closed : (link, all, queries);
    }

    private static string PathOf(CompartmentClause? within) => within is null ? "" : $"{within.Compartment}/{within.Id}/*";

    /// <summary>What cannot be followed, each once. What is said of one type and holds for another, an element or an include that not all of them have, is no problem.</summary>
    private static List<SearchProblem> Problems(List<SearchQuery> parsed)
    {
        var types = parsed.SelectMany(query => query.Problems.DistinctBy(Said)).CountBy(Said).ToDictionary();
        return [.. parsed.SelectMany(query => query.Problems)
            .Where(problem => problem.Parameter is not ("_elements" or "_include") || types[Said(problem)] == parsed.Count)
            .DistinctBy(problem => (problem.Parameter, problem.IsUnknown, parsed.Count > MostTypes ? "" : problem.Reason))];

        static (string, string) Said(SearchProblem problem) => (problem.Parameter, problem.Reason);
    }

    /// <summary>
    /// The types that are named, else all that may be searched: by the text those that have one, for a Binary or a Parameters has none (R4 2.4). Of a compartment those that it may hold, what it is
    /// of first.
    /// </summary>
    private static Outcome<List<string>> Types(IReadOnlyList<KeyValuePair<string, string>> pairs, AccessScope scope, string? compartment)
    {
        var possible = Possible(compartment);
        if (!pairs.Any(pair => pair.Key == "_type"))
        {
            var isOfText = pairs.Any(pair => pair.Key.Split(':')[0] == "_text");
            return possible.Where(type => scope.May(Interactions.Search, type) && (!isOfText || R4.SearchParameters(type).Find("_text") is not null)).ToList() is { Count: > 0 } all
                ? all
                : Refusal.Forbidden("You may search no type of resource.");
        }

        var types = pairs.Where(pair => pair.Key == "_type").SelectMany(pair => pair.Value.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
            .Distinct().ToList();
        if (types.Find(type => !R4.IsResourceType(type)) is { } unknown)
            return Refusal.Invalid("", new RefusalDetail("value", $"FHIR R4 has no resource type of this name: {FhirRequest.Shown(unknown)}."));
        if (compartment is not null && types.Count > 0 && !possible.Any(types.Contains))
            return Refusal.Invalid("", new RefusalDetail("value", $"None of these types is ever in the compartment of a {compartment}."));
        return types.Count is > 0 and <= MostTypes ? compartment is null ? types : [.. possible.Where(types.Contains)]
            : Refusal.Invalid("", new RefusalDetail("required", $"_type names from one to {MostTypes} types, such as _type=Patient,Practitioner; without it all are searched."));
    }

    private static IPagedSearch AsOne(List<SearchStatement> statements, List<SearchQuery> queries, List<int>? order) =>
        statements is [var one] && (order is null || queries[0].Result.Sort.Count > 0) ? one : new SeveralStatements(statements, queries[0], order);

    /// <summary>
    /// Which each type is among those that anybody may search by this query: what is one's own first is another's third, who is given the link to the next page. Null where the query names them: then they are everybody's.
    /// </summary>
    private static List<int>? Order(IReadOnlyList<KeyValuePair<string, string>> pairs, CompartmentClause? within, List<SearchQuery> queries)
    {
        if (pairs.Any(pair => pair.Key == "_type"))
            return null;
        var all = Possible(within?.Compartment);
        return queries.ConvertAll(query => all.IndexOf(query.ResourceType));
    }

    private static List<string> Possible(string? compartment) => compartment is null ? [.. R4.ResourceTypes] : [.. Compartments.Types(compartment).OrderBy(type => type != compartment)];

    private static Outcome<List<SearchStatement>> Statements(FhirRequest request, DbSession session, List<SearchQuery> queries)
    {
        var statements = new List<SearchStatement>();
        foreach (var query in queries)
        {
            if (!request.Service.Search.Statement(session, query, request.Scope, request.Address).Succeeded(out var statement, out var refusal))
                return refusal;
            statements.Add(statement);
        }

        return statements;
    }
}

/// <summary>Searches of several types as one.</summary>
/// <param name="statements">One for each type, in the order in which their hits come.</param>
/// <param name="query">What all of them have: how they are sorted.</param>
/// <param name="order">By which ascending number a place knows each of them; null to count them.</param>
internal sealed class SeveralStatements(IReadOnlyList<IPagedSearch> statements, SearchQuery query, IReadOnlyList<int>? order = null) : IPagedSearch
{
    private readonly IReadOnlyList<int> order = order ?? [.. Enumerable.Range(0, statements.Count)];

    public bool TellsMost => false;

    public long Count(DbSession session, bool isEstimate = false, bool isLast = false) => statements.Sum(statement => statement.Count(session, isEstimate));

    public Outcome<Hits> Page(DbSession session, PagePlace place, int limit, bool isLast = false, long bytes = long.MaxValue) =>
        query.Result.Sort.Count == 0 ? OneAfterAnother(session, place, limit, bytes) : Merged(session, place, limit, bytes);

    private Outcome<Hits> OneAfterAnother(DbSession session, PagePlace place, int limit, long bytes)
    {
        var (found, left) = (new List<Hit>(), bytes);
        for (var at = 0; at < statements.Count; at++)
        {
            if (order[at] < place.Type)
                continue;
            var from = order[at] == place.Type ? place : PagePlace.First(place.Most) with { Type = order[at] };
            var isFull = found.Count == limit || left <= 0;
            if (!statements[at].Page(session, from, isFull ? 1 : limit - found.Count, bytes: Math.Max(1, left)).Succeeded(out var hits, out var refusal))
                return refusal;
            if (isFull && hits.Found.Count > 0)
                return new Hits(found, from);
            found.AddRange(hits.Found);
            left -= hits.Found.Sum(hit => (long)hit.Version.Bytes.Length);
            if (hits.Next is { } next)
                return new Hits(found, next with { Type = order[at] });
        }

        return new Hits(found, null);
    }

    /// <summary>
    /// The page goes as far as each search was read: of what one of them has left, nothing is known but that it comes behind its last hit. So each is read by more than its part of the bytes while there are any left, and
    /// by a little when there are none: together they take a quarter more than the page's bytes at most, besides one hit of each.
    /// </summary>
    private Outcome<Hits> Merged(DbSession session, PagePlace place, int limit, long bytes)
    {
        var (all, unfinished, left) = (new List<Hit>(), new HashSet<long>(), bytes);
        for (var at = 0; at < statements.Count; at++)
        {
            var part = Math.Max(left / (statements.Count - at), bytes / 8 / (left > 0 ? 1 : statements.Count));
            if (!statements[at].Page(session, place, limit, bytes: Math.Max(1, part)).Succeeded(out var hits, out var refusal))
                return refusal;
            all.AddRange(hits.Found);
            left -= hits.Found.Sum(hit => (long)hit.Version.Bytes.Length);
            if (hits.Next is not null)
                unfinished.Add(hits.Found[^1].Version.Rid);
        }

        all.Sort(Compare);
        var end = unfinished.Count == 0 ? all.Count : all.FindIndex(hit => unfinished.Contains(hit.Version.Rid)) + 1;
        var count = Math.Min(limit, end);
        var isMore = unfinished.Count > 0 || all.Count > count;
        all.RemoveRange(count, all.Count - count);
        return new Hits(all, isMore ? place.After(all[^1], PagePlace.Unknown) : null);
    }

    private int Compare(Hit left, Hit right)
    {
        for (var at = 0; at < query.Result.Sort.Count; at++)
        {
            var key = query.Result.Sort[at];
            var order = key.Parameter.Code == "_id" ? string.CompareOrdinal(left.Keys[at], right.Keys[at]) : left.Version.At.CompareTo(right.Version.At);
            if (order != 0)
                return key.Descending ? -order : order;
        }

        return left.Version.Rid.CompareTo(right.Version.Rid) * (query.Result.Sort[0].Descending ? -1 : 1);
    }
}
