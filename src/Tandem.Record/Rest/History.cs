using System.Globalization;
using Tandem.Fhir.Views;
using Tandem.Kernel.Data;
using Tandem.Kernel.Outcomes;
using Tandem.Record.Bundles;
using Tandem.Record.Log;

namespace Tandem.Record.Rest;

/// <summary>
/// The versions of one resource, of a type, or of all, newest first (R4 3.1.0.12). Pages follow the log, so nothing is skipped or
/// repeated while it grows.
/// </summary>
internal static class History
{
    private const string OfInstance =
        $"SELECT {LogTables.Columns} FROM resources r JOIN log l ON l.rid = r.rid WHERE r.type = $1 AND r.id = $2 AND l.seq < $3 AND l.seq >= $4 ORDER BY l.version DESC LIMIT $5";

    private const string OfType =
        $"SELECT {LogTables.Columns} FROM log l WHERE l.type = $1 AND l.seq < $2 AND l.seq >= $3 ORDER BY l.seq DESC LIMIT $4";

    private const string OfAll = $"SELECT {LogTables.Columns} FROM log l WHERE l.seq < $1 AND l.seq >= $2 ORDER BY l.seq DESC LIMIT $3";

    private const string TimeAt = "SELECT at FROM log WHERE seq >= $1 ORDER BY seq LIMIT 1";

    internal static void Map(FhirRoutes routes)
    {
        FhirEndpoint.Map(routes, ["GET", "HEAD"], "/{type}/{id}/_history", "InstanceHistory", "All versions of a resource.", HandleAsync);
        FhirEndpoint.Map(routes, ["GET", "HEAD"], "/{type}/_history", "TypeHistory", "All versions of all resources of a type.", HandleAsync);
        FhirEndpoint.Map(routes, ["GET", "HEAD"], "/_history", "SystemHistory", "All versions of all resources.", HandleAsync);
    }

    private static async Task<FhirReply> HandleAsync(FhirRequest request)
    {
        var refusal = (request.Type.Length > 0 ? request.UnknownType() : null) ?? request.UnknownParameters("_count", "_since", "_cursor");
        if (refusal is not null)
            return refusal;
        if (!PageSize.Of(request).Succeeded(out var count, out refusal) || !Since(request).Succeeded(out var since, out refusal))
            return refusal;

        var query = $"history|{request.Type}|{request.Id}|{since?.ToUnixTimeMilliseconds()}";
        var before = long.MaxValue;
        if (request.Http.Request.Query.TryGetValue("_cursor", out var cursor))
        {
            if (await request.Service.PageKey.OpenAsync(query, cursor.ToString()) is not { } place)
                return Refusal.Invalid("This is no link of ours to a page. Begin with the first one.");
            before = long.Parse(place, CultureInfo.InvariantCulture);
        }

        var database = request.Service.Store.Database;
        var versions = database.Snapshot(session => Read(session, request, before, since, count + 1));
        if (versions.Count == 0 && request.Id.Length > 0 && request.Service.Store.Read(request.Type, request.Id, request.Scope).Refusal is { Kind: RefusalKind.NotFound } none)
            return none;
        return await PageAsync(request, query, versions, count);
    }

    private static List<ResourceVersion> Read(DbSession session, FhirRequest request, long before, DateTimeOffset? since, int limit)
    {
        if (request.Scope.Reach == Kernel.Actors.Reach.NoOne)
            return [];
        var from = since is { } time ? FirstSince(session, time) : 0;
        return request switch
        {
            { Id.Length: > 0 } => session.Query(OfInstance, LogTables.Read, request.Type, request.Id, before, from, limit),
            { Type.Length: > 0 } => session.Query(OfType, LogTables.Read, request.Type, before, from, limit),
            _ => session.Query(OfAll, LogTables.Read, before, from, limit),
        };
    }

    /// <summary>The first place in the log at or after a time: times never fall along the log, so halving finds it.</summary>
    private static long FirstSince(DbSession session, DateTimeOffset since)
    {
        long low = 0, high = session.First(LogTables.LastSeq, row => row.Integer(0)) + 1;
        while (low < high)
        {
            var middle = low + ((high - low) / 2);
            var at = session.First(TimeAt, row => (long?)row.Integer(0), middle);
            if (at is null || at >= since.ToUnixTimeMilliseconds())
                high = middle;
            else
                low = middle + 1;
        }

        return low;
    }

    private static async Task<FhirReply> PageAsync(FhirRequest request, string query, List<ResourceVersion> versions, int count)
    {
        var here = request.Http.Request.Path.Value!;
        var address = $"{request.Address}{here[here.IndexOf('/', 1)..]}";
        var links = new List<(string, string)> { ("self", address + request.Http.Request.QueryString) };
        if (versions.Count > count && count > 0)
        {
            var place = versions[count - 1].Seq.ToString(CultureInfo.InvariantCulture);
            links.Add(("next", $"{address}?{Kept(request)}_cursor={await request.Service.PageKey.SealAsync(query, place)}"));
        }

        using var bundle = new BundleWriter("history", request.Address, 1024 + versions.Sum(version => version.Bytes.Length + 400));
        if (request.Id.Length > 0 && !request.Http.Request.Query.ContainsKey("_since") && !request.Http.Request.Query.ContainsKey("_cursor"))
            bundle.Total(versions.Count == 0 ? 0 : versions[0].Version);
        bundle.Links(links);
        foreach (var version in versions.Take(count))
            bundle.Version(version);
        return new FhirReply(200, bundle.End());
    }

    private static string Kept(FhirRequest request) => string.Concat(request.Http.Request.Query
        .Where(parameter => parameter.Key != "_cursor")
        .SelectMany(parameter => parameter.Value.Select(value => $"{Uri.EscapeDataString(parameter.Key)}={Uri.EscapeDataString(value ?? "")}&")));

    private static Outcome<DateTimeOffset?> Since(FhirRequest request)
    {
        if (!request.Http.Request.Query.TryGetValue("_since", out var text))
            return (DateTimeOffset?)null;
        return FhirDateTime.TryParse(text.ToString().Replace(' ', '+'), out var since)
            ? (DateTimeOffset?)since.Low(TimeZoneInfo.Utc)
            : Refusal.Invalid("", new RefusalDetail("value", "_since has to be an instant, such as 2026-03-02T15:00:00Z."));
    }
}
