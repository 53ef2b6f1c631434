using Microsoft.AspNetCore.Http;
using Tandem.Fhir.Search;
using Tandem.Kernel.Actors;
using Tandem.Kernel.Data;
using Tandem.Kernel.Outcomes;
using Tandem.Record.Access;
using Tandem.Record.Bundles;
using Tandem.Record.Log;
using Tandem.Record.Search;

namespace Tandem.Record.Rest;

/// <summary>
/// Search within a type, by GET or by POST of a form (R4 3.1.1). What is not understood is refused, or with handling=lenient left out and
/// said so in the answer.
/// </summary>
internal static class SearchResources
{
    internal static void Map(FhirRoutes routes)
    {
        FhirEndpoint.Map(
            routes, ["GET", "HEAD"], "/{type}", "SearchType", "Search resources of a type.", request => HandleAsync(request, Query(request.Http.Request)));
        FhirEndpoint.Map(
            routes, ["POST"], "/{type}/_search", "SearchTypeByForm", "Search resources of a type, parameters in the body.", request => HandleFormAsync(request, HandleAsync));
    }

    internal static async Task<FhirReply> HandleAsync(FhirRequest request, string query)
    {
        if (request.UnknownType() is { } wrong)
            return wrong;
        return await FindAsync(request, request.Type, query);
    }

    /// <summary>Answers a search of a type; for batches too.</summary>
    /// <param name="request">The request.</param>
    /// <param name="type">Resource type.</param>
    /// <param name="text">The query.</param>
    /// <param name="also">What has to hold besides; null for nothing.</param>
    /// <param name="path">Where the search is, for links; null for the type's own.</param>
    internal static async Task<FhirReply> FindAsync(FhirRequest request, string type, string text, SearchClause? also = null, string? path = null)
    {
        if (!(await ReadAsync(request, type, text, also is not null, path)).Succeeded(out var read, out var refusal))
            return refusal;
        var (link, parsed, query) = read;
        if (also is not null)
            query = query with { Clauses = [also, .. query.Clauses] };
        var page = new SearchPage(request, path ?? type, link, parsed, query) { Closed = SealedWords.Of(request, [query]) };
        if (await request.Service.CaughtUpAsync(query, request.Cancel) is { } late)
            return late;
        if (await page.ReadTogetherAsync() is { } together)
            return await page.WriteAsync(together);
        var answer = await request.Service.Search.SnapshotAsync(
            session => request.Service.Search.Paged(session, query, request.Scope, request.Address).Then(statement => page.Read(session, statement)), request.Limit);
        return answer.Succeeded(out var found, out refusal) ? await page.WriteAsync(found) : refusal;
    }

    /// <summary>What a search asks for; a refusal when it cannot be asked, whatever is in the record.</summary>
    internal static async ValueTask<Outcome<(SearchLink Link, SearchQuery Parsed, SearchQuery Query)>> ReadAsync(FhirRequest request, string type, string text, bool isWithin, string? path)
    {
        if (!request.Scope.May(Interactions.Search, type))
            return AccessRule.NotAllowed(type);
        if (!(await SearchLink.ReadAsync(request, path ?? type, text)).Succeeded(out var link, out var refusal))
            return refusal;
        var parsed = SearchQuery.Parse(type, link.Pairs, site: request.Service.Search.Options.Site, takesContained: !isWithin);
        if (!Understood(parsed, request.IsStrict).Succeeded(out var query, out refusal))
            return refusal;
        return SealedWords.Refused(request, [query]) is { } closed ? closed : (link, parsed, query);
    }

    internal static async Task<FhirReply> HandleFormAsync(FhirRequest request, Func<FhirRequest, string, Task<FhirReply>> handle)
    {
        var http = request.Http.Request;
        var form = "";
        if (request.HasBody || http.ContentType is not null)
        {
            if (!http.HasFormContentType || http.ContentType!.StartsWith("multipart", StringComparison.OrdinalIgnoreCase))
                return FhirReply.Error(StatusCodes.Status415UnsupportedMediaType, "not-supported", "The body has to be application/x-www-form-urlencoded.");
            if (!(await FhirBody.BytesAsync(request, 1024 * 1024)).Succeeded(out var bytes, out var refusal))
                return refusal;
            form = System.Text.Encoding.UTF8.GetString(bytes.Span);
            request.Take(QueryPairs.Read(form));
            request.Scope.Trail.Asked(Query(http) is { Length: > 0 } inAddress ? $"{inAddress}&{form}" : form);
        }

        return await handle(request, Query(http) is { Length: > 0 } query ? $"{query}&{form}" : form);
    }

    internal static string Query(HttpRequest http) => (http.QueryString.Value ?? "").TrimStart('?');

    /// <summary>The query without what is not offered; a refusal when that matters.</summary>
    internal static Outcome<SearchQuery> Understood(SearchQuery query, bool isStrict)
    {
        var problems = query.Problems.ToList();
        if (problems.Exists(problem => isStrict || !problem.IsUnknown))
            return Refusal.Invalid("", [.. problems.Select(problem => RecordSearch.Detail(problem) with { IsWarning = false })]);
        return query with { Problems = [] };
    }
}
