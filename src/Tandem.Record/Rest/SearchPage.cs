using Tandem.Fhir.Search;
using Tandem.Kernel.Data;
using Tandem.Kernel.Outcomes;
using Tandem.Record.Bundles;
using Tandem.Record.Log;
using Tandem.Record.Search;

namespace Tandem.Record.Rest;

/// <summary>One page of a search: read in one state of the data, written as a searchset (R4 3.1.1.3).</summary>
internal sealed class SearchPage(
    FhirRequest request, string path, SearchLink link, SearchQuery parsed, SearchQuery query)
{
    private const int MostBack = 12;

    private readonly string kept = QueryPairs.Write(parsed.Problems.Count == 0 ? link.Pairs : link.Pairs.Select(pair => Used(pair, parsed.Problems)).OfType<KeyValuePair<string, string>>());

    /// <summary>What is not looked at because it lies closed, or null.</summary>
    internal RefusalDetail? Closed { get; init; }

    private int Size => Math.Min(query.Result.Count ?? request.Service.Limits.PageSize, request.Service.Limits.MostPerPage);

    private bool IsCount => query.Result.Summary == SummaryMode.Count || query.Result.Count == 0;

    private bool HasAlong => query.Result.Includes.Count + query.Result.ReverseIncludes.Count > 0;

    private bool IsAlone => !HasAlong && query.Result.Total is not (TotalMode.Accurate or TotalMode.Estimate);

    /// <summary>The page, when it is hits alone that are asked for and they can be read together with other searches'; else null.</summary>
    internal async ValueTask<Found?> ReadTogetherAsync()
    {
        if (IsCount || !IsAlone || query.Result.Contained != ContainedMode.False)
            return null;
        var place = link.Place ?? PagePlace.First(long.MaxValue) with { AsksMost = true };
        return await request.Service.Search.PageTogetherAsync(query, request.Scope, place, Size, request.Service.Limits.PageBytes, request.Limit) is { } page
            ? new Found(page.Found, page.Next, [], false, query.Result.Total == TotalMode.Unstated && link.Place is null && page.Next is null ? page.Found.Count : null)
            : null;
    }

    internal Outcome<Found> Read(DbSession session, IPagedSearch statement)
    {
        var from = link.Place;
        if (IsCount)
            return new Found([], null, [], false, statement.Count(session, isLast: true));
        var most = from?.Most ?? 0;
        if (from is null && !statement.TellsMost)
            session.AskBeforeNext(LogTables.LastNumber, row => most = row.Integer(0));
        if (!statement.Page(session, from ?? PagePlace.First(long.MaxValue) with { AsksMost = statement.TellsMost }, Size, IsAlone, request.Service.Limits.PageBytes).Succeeded(out var page, out var refusal))
            return refusal;
        var (hits, next) = (page.Found, page.Next is { } more ? more with { Most = statement.TellsMost ? more.Most : most } : null);
        var total = query.Result.Total switch
        {
            TotalMode.Accurate => statement.Count(session, isLast: !HasAlong),
            TotalMode.Estimate => statement.Count(session, isEstimate: true, isLast: !HasAlong),
            TotalMode.Unstated when from is null && next is null => hits.Count,
            _ => (long?)null,
        };
        var includes = HasAlong ? new Includes(session, query, request.Service.Search.Options, request.Service.Store.Entries, request.Scope) { IsLast = true, FollowsVersions = true } : null;
        var along = includes?.Of(hits) ?? [];
        return new Found(hits, next, along, includes is { IsCut: true }, total);
    }

    internal async Task<FhirReply> WriteAsync(Found found)
    {
        var here = SearchLink.Address(request, path);
        List<(string, string)> links = [("self", kept.Length == 0 ? here : $"{here}?{kept}")]; // what was searched for (R4 3.1.1.6), in the body
        if (link.Places.Length > 0 || found.Next is not null) // one page alone has none before it; closing a link takes a tenth of a search
        {
            var first = kept.Length == 0 ? here : await SearchLink.ToAsync(request, path, kept, []);
            links.Add(("first", first));
            if (link.Places.Length == 1)
                links.Add(("previous", first));
        }
        if (link.Places is { Length: > 1 } and not ["", _])
            links.Add(("previous", await SearchLink.ToAsync(request, path, kept, link.Places[..^1])));
        if (found.Next is { } next)
            links.Add(("next", await SearchLink.ToAsync(request, path, kept, Beyond(next))));

        Redisclosure.Mark(request, found.Hits.Concat(found.Along).Select(hit => hit.Version));
        using var bundle = new BundleWriter("searchset", request, found.Hits.Concat(found.Along).Select(hit => hit.Version.Bytes.Length + 300));
        bundle.Total(found.Total);
        bundle.Links(links);
        foreach (var hit in found.Hits)
            bundle.Found(hit.Version, "match", hit.Contained);
        foreach (var hit in found.Along)
            bundle.Found(hit.Version, "include", hit.Contained);
        if (Said(found) is { Count: > 0 } said)
            bundle.Outcome(OperationOutcomeJson.Write(said));
        return new FhirReply(200, bundle.End());
    }

    /// <summary>What of a parameter is followed (R4 3.1.1.6); null for nothing.</summary>
    private static KeyValuePair<string, string>? Used(KeyValuePair<string, string> pair, IReadOnlyList<SearchProblem> problems)
    {
        var own = problems.Where(problem => problem.Parameter == pair.Key && (problem.Value is null || problem.Value == pair.Value)).ToList();
        if (own.Count == 0)
            return pair;
        if (own.Exists(problem => problem.Part is null))
            return null;
        var rest = pair.Value.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Where(part => !own.Exists(problem => problem.Part == part)).ToList();
        return rest.Count == 0 ? null : new(pair.Key, string.Join(',', rest));
    }

    /// <summary>What the client should know of how its search was followed.</summary>
    private List<(string, RefusalDetail)> Said(Found found)
    {
        var said = parsed.Problems.Select(problem => ("warning", RecordSearch.Detail(problem))).ToList();
        if (Closed is not null)
            said.Add(("warning", Closed));
        if (found.IsCut)
            said.Add(("warning", new RefusalDetail("incomplete", "There is more to include than goes into one answer; ask for smaller pages.")));
        return said;
    }

    /// <summary>The way to the next page: also where the pages before it began, as far as a link has room.</summary>
    private string[] Beyond(PagePlace next)
    {
        string[] way = [.. link.Places, next.ToString()];
        return way.Length > MostBack || way.Sum(place => place.Length) > 1500
            ? ["", .. way[^Math.Min(2, way.Length)..]] // what came before is forgotten: from there no link leads back
            : way;
    }
}

/// <summary>What a page holds.</summary>
/// <param name="Hits">The resources found.</param>
/// <param name="Next">Where the next page begins; null when this is the last.</param>
/// <param name="Along">What was asked to go with them.</param>
/// <param name="IsCut">True when not everything to include is there.</param>
/// <param name="Total">All hits, when counted.</param>
internal sealed record Found(IReadOnlyList<Hit> Hits, PagePlace? Next, IReadOnlyList<Hit> Along, bool IsCut, long? Total);
