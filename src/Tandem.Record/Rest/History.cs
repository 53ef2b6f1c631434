using Tandem.Fhir.Search;
using Tandem.Kernel.Outcomes;
using Tandem.Record.Bundles;
using Tandem.Record.Log;

namespace Tandem.Record.Rest;

/// <summary>
/// The versions of one resource, of a type, or of all, newest first unless asked otherwise (R4 3.1.0.12). Pages follow the log, so nothing is skipped or
/// repeated while it grows, in either direction.
/// </summary>
internal static class History
{
    internal static void Map(FhirRoutes routes)
    {
        FhirEndpoint.Map(routes, ["GET", "HEAD"], "/{type}/{id}/_history", "InstanceHistory", "All versions of a resource.", HandleAsync);
        FhirEndpoint.Map(routes, ["GET", "HEAD"], "/{type}/_history", "TypeHistory", "All versions of all resources of a type.", HandleAsync);
        FhirEndpoint.Map(routes, ["GET", "HEAD"], "/_history", "SystemHistory", "All versions of all resources.", HandleAsync);
    }

    internal static async Task<FhirReply> HandleAsync(FhirRequest request)
    {
        if (!HistoryQuestion.Read(request).Succeeded(out var asked, out var refusal))
            return refusal;
        var (count, since, at, isCounted, listed, isOldestFirst) = asked;
        if (request.Shape.Summary == SummaryMode.Count)
            (count, isCounted) = (0, true);
        var reading = new HistoryReading(
            request.Type,
            request.Id,
            request.Own,
            since?.Low(TimeZoneInfo.Utc),
            at is { } span ? (span.Low(TimeZoneInfo.Utc), span.High(TimeZoneInfo.Utc)) : null) { Listed = listed };
        var seal = $"history|{request.Type}|{request.Id}|{since}|{at}|{request.Http.Request.Query["_list"]}|{isOldestFirst}";
        var place = HistoryPlace.First(isOldestFirst);
        if (request.Http.Request.Query.TryGetValue("_cursor", out var cursor))
        {
            if (await request.Service.PageKey.OpenAsync(seal, cursor.ToString()) is not { } opened)
                return Refusal.Invalid("This is no link of ours to a page. Begin with the first one.");
            place = HistoryPlace.Read(opened);
        }

        var database = request.Service.Store.Database;
        var read = await database.SnapshotAsync(
            session => reading.Page(session, place, count, request.Service.Limits.PageBytes, request.Scope).Then<(PastPage Page, long? Total)>(page => (page, isCounted ? reading.Count(session, request.Scope).Value : null)), request.Limit);
        if (!read.Succeeded(out var found, out refusal))
            return refusal;
        var (page, total) = found;
        if (page.Versions.Count == 0 && !page.IsMore && request.Id.Length > 0 && request.Service.Store.Read(request.Type, request.Id, request.Scope, request.Limit).Refusal is { Kind: RefusalKind.NotFound } none)
            return none;
        return await PageAsync(request, seal, place, isOldestFirst, page, total);
    }

    private static async Task<FhirReply> PageAsync(FhirRequest request, string seal, HistoryPlace place, bool isOldestFirst, PastPage page, long? total)
    {
        var versions = page.Versions;
        var isOnward = place.IsNewer == isOldestFirst;
        if (!isOnward)
            versions.Reverse();
        var here = request.Http.Request.Path.Value!;
        var address = $"{request.Address}{here[here.IndexOf('/', 1)..]}";
        var links = new List<(string, string)> { ("self", address + request.Http.Request.QueryString) };
        if (versions.Count > 0 && (isOnward ? place != HistoryPlace.First(isOldestFirst) : page.IsMore))
            links.Add(("previous", await LinkAsync(request, address, seal, new HistoryPlace(versions[0].Version.Seq, !isOldestFirst))));
        if (versions.Count > 0 && (!isOnward || page.IsMore))
            links.Add(("next", await LinkAsync(request, address, seal, new HistoryPlace(versions[^1].Version.Seq, isOldestFirst))));

        Redisclosure.Mark(request, versions.Select(past => past.Version));
        using var bundle = new BundleWriter("history", request, versions.Select(past => past.Version.Bytes.Length + 400));
        bundle.Total(total);
        bundle.Links(links);
        foreach (var version in versions)
            bundle.Version(version);
        return new FhirReply(200, bundle.End());
    }

    private static async Task<string> LinkAsync(FhirRequest request, string address, string seal, HistoryPlace place) =>
        $"{address}?{Kept(request)}_cursor={await request.Service.PageKey.SealAsync(seal, place.ToString())}";

    private static string Kept(FhirRequest request) => string.Concat(request.Http.Request.Query
        .Where(parameter => parameter.Key != "_cursor")
        .SelectMany(parameter => parameter.Value.Select(value => $"{Uri.EscapeDataString(parameter.Key)}={Uri.EscapeDataString(value ?? "")}&")));
}
