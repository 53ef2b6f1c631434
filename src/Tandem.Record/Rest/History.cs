using Tandem.Fhir.Search;
using Tandem.Fhir.Views;
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
        var refusal = (request.Type.Length > 0 ? request.UnknownType() : null) ?? request.UnknownParameters("_count", "_since", "_at", "_cursor", "_total", "_list", "_sort");
        if (refusal is not null)
            return refusal;
        if (!PageSize.Of(request).Succeeded(out var count, out refusal)
            || !Time(request, "_since").Succeeded(out var since, out refusal)
            || !Time(request, "_at").Succeeded(out var at, out refusal)
            || !IsCounted(request).Succeeded(out var isCounted, out refusal)
            || !Lists(request).Succeeded(out var listed, out refusal)
            || !IsOldestFirst(request).Succeeded(out var isOldestFirst, out refusal))
        {
            return refusal;
        }

        if (request.Shape.Summary == SummaryMode.Count)
            (count, isCounted) = (0, true);
        var reading = new HistoryReading(
            request.Type,
            request.Id,
            request.Address,
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
        var read = database.Snapshot(session => reading.Page(session, place, count, request.Scope).Then<(List<ResourceVersion> Versions, long? Total)>(page =>
            (page, isCounted ? reading.Count(session, request.Scope).Value : null)));
        if (!read.Succeeded(out var found, out refusal))
            return refusal;
        var (versions, total) = found;
        if (versions.Count == 0 && request.Id.Length > 0 && request.Service.Store.Read(request.Type, request.Id, request.Scope).Refusal is { Kind: RefusalKind.NotFound } none)
            return none;
        return await PageAsync(request, seal, place, isOldestFirst, versions, count, total);
    }

    private static async Task<FhirReply> PageAsync(FhirRequest request, string seal, HistoryPlace place, bool isOldestFirst, List<ResourceVersion> versions, int count, long? total)
    {
        var hasMore = versions.Count > count && count > 0;
        versions = versions.GetRange(0, Math.Min(count, versions.Count));
        var isOnward = place.IsNewer == isOldestFirst;
        if (!isOnward)
            versions.Reverse();
        var here = request.Http.Request.Path.Value!;
        var address = $"{request.Address}{here[here.IndexOf('/', 1)..]}";
        var links = new List<(string, string)> { ("self", address + request.Http.Request.QueryString) };
        if (versions.Count > 0 && (isOnward ? place != HistoryPlace.First(isOldestFirst) : hasMore))
            links.Add(("previous", await LinkAsync(request, address, seal, new HistoryPlace(versions[0].Seq, !isOldestFirst))));
        if (versions.Count > 0 && (!isOnward || hasMore))
            links.Add(("next", await LinkAsync(request, address, seal, new HistoryPlace(versions[^1].Seq, isOldestFirst))));

        Redisclosure.Mark(request, versions);
        using var bundle = new BundleWriter("history", request, 1024 + versions.Sum(version => version.Bytes.Length + 400));
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

    /// <summary>A resource's versions are few and always counted; those of a type or of all where they are asked for (<c>_total</c>), as the log is long.</summary>
    private static Outcome<bool> IsCounted(FhirRequest request)
    {
        if (!request.Http.Request.Query.TryGetValue("_total", out var total))
            return request.Id.Length > 0;
        return total.ToString() is "none" or "estimate" or "accurate"
            ? total.ToString() != "none"
            : Refusal.Invalid("", new RefusalDetail("value", "_total is one of none, estimate, accurate."));
    }

    /// <summary>The order: by when the versions were recorded, newest first unless the oldest are wanted first.</summary>
    private static Outcome<bool> IsOldestFirst(FhirRequest request) => request.Http.Request.Query["_sort"].ToString() switch
    {
        "" or "-_lastUpdated" => false,
        "_lastUpdated" => true,
        _ => Refusal.Invalid("", new RefusalDetail("not-supported", "A history is sorted by _lastUpdated or -_lastUpdated.")),
    };

    private static Outcome<ListedVersions?> Lists(FhirRequest request)
    {
        if (!request.Http.Request.Query.TryGetValue("_list", out var list))
            return (ListedVersions?)null;
        return list is [{ Length: > 0 } one]
            ? ListedVersions.Of(request.Type, one).Then<ListedVersions?>(listed => listed)
            : Refusal.Invalid("", new RefusalDetail("value", "_list is given once, with the ids of Lists or the name of one, such as $current-problems."));
    }

    private static Outcome<FhirDateTime?> Time(FhirRequest request, string name)
    {
        if (!request.Http.Request.Query.TryGetValue(name, out var text))
            return (FhirDateTime?)null;
        return FhirDateTime.TryParse(text.ToString().Replace(' ', '+'), out var time)
            ? (FhirDateTime?)time
            : Refusal.Invalid("", new RefusalDetail("value", $"{name} has to be a date or an instant, such as 2026-03-02T15:00:00Z."));
    }
}
