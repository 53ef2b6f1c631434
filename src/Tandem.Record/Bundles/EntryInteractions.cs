using Microsoft.AspNetCore.Http;
using Tandem.Fhir.Definitions;
using Tandem.Fhir.Json;
using Tandem.Kernel.Actors;
using Tandem.Kernel.Outcomes;
using Tandem.Record.Operations;
using Tandem.Record.Rest;

namespace Tandem.Record.Bundles;

/// <summary>
/// Entries that read, search or ask for a history, an operation, or what the server can do (R4 3.1.0.11): each becomes a request of its own on behalf of the same person, and is answered by the
/// interaction that answers it outside of bundles.
/// </summary>
internal static class EntryInteractions
{
    /// <summary>True for the addresses meant here.</summary>
    internal static bool Takes(EntryMethod method, string[] path) => method switch
    {
        EntryMethod.Post when IsSearch(path) => true,
        EntryMethod.Post => path.Length <= 3 && path[^1].StartsWith('$') && IsPlace(path[..^1]),
        EntryMethod.Get => path is ["" or "_history" or "metadata"] || (path.Length <= 3 && (path[^1] is ['$', ..] or "_history") && IsPlace(path[..^1])) || (path is [_, _, not ""] && IsPlace(path[..^1])),
        _ => false,
    };

    /// <summary>True for a search by POST; its parameters stand in the address, as an entry has no form.</summary>
    internal static bool IsSearch(string[] path) => path is ["_search"] || (path is [var type, "_search"] && R4.IsResourceType(type));

    /// <summary>A posted operation or search; its body, if it has one, is the entry's resource.</summary>
    internal static BundleEntry Operation(int index, FhirNode entry, EntryAddress to) => new()
    {
        Index = index, Method = EntryMethod.Post, Url = to.Url, Type = R4.IsResourceType(to.Path[0]) ? to.Path[0] : "", Resource = entry["resource"u8], Criteria = Criteria.Empty, IsInteraction = true,
    };

    internal static async Task<FhirReply> AnswerAsync(FhirRequest outer, BundleEntry entry)
    {
        var (request, path, query) = Alone(outer, entry);
        var parts = path.Split('/');
        var reply = await (parts[^1] switch
        {
            "_history" => History.HandleAsync(request),
            ['$', .. var code] => OperationRoutes.RunAsync(request, code, parts.Length switch { 1 => OperationLevels.System, 2 => OperationLevels.Type, _ => OperationLevels.Instance }),
            "metadata" => Capabilities.HandleAsync(request),
            "_search" when parts.Length == 2 => SearchResources.HandleAsync(request, query.TrimStart('?')),
            "" or "_search" => SearchTypes.HandleAsync(request, query.TrimStart('?')),
            _ when parts.Length == 1 => SearchResources.HandleAsync(request, query.TrimStart('?')),
            _ when parts.Length == 2 => ReadResource.HandleAsync(request),
            _ when parts.Length == 4 => ReadVersion.HandleAsync(request),
            _ => SearchCompartment.HandleAsync(request, query.TrimStart('?')),
        });
        Redisclosure.PassOn(request, outer);
        return reply.Status == 200 && !request.Shape.IsWhole ? reply with { Body = Subset.Of(reply.Body, request.Shape, reply.IsStored) } : reply;
    }

    /// <summary>An entry as a request of its own, with its path and its query from the question mark on.</summary>
    internal static (FhirRequest Request, string Path, string Query) Alone(FhirRequest outer, BundleEntry entry)
    {
        var question = entry.Url.IndexOf('?', StringComparison.Ordinal);
        var (path, query) = question < 0 ? (entry.Url, "") : (entry.Url[..question], entry.Url[question..]);
        return (new FhirRequest(Http(outer, entry, path, query), outer.Service, outer.Prefix) { IsEntry = true }, path, query);
    }

    private static bool IsPlace(string[] path) => path switch
    {
        [] => true,
        [var type] => R4.IsResourceType(type),
        [var type, var id] => R4.IsResourceType(type) && UpdateResource.IsId(id),
        _ => false,
    };

    private static DefaultHttpContext Http(FhirRequest outer, BundleEntry entry, string path, string query)
    {
        var from = outer.Http;
        var http = new DefaultHttpContext { RequestServices = from.RequestServices, RequestAborted = from.RequestAborted, User = from.User, TraceIdentifier = from.TraceIdentifier };
        http.SetScope(outer.Scope);
        var request = http.Request;
        (request.Method, request.Scheme, request.Host, request.PathBase) = (entry.Method == EntryMethod.Get ? "GET" : "POST", from.Request.Scheme, from.Request.Host, from.Request.PathBase);
        (request.Path, request.QueryString) = ($"{outer.Prefix}/{path}", new QueryString(query));
        if (!outer.IsStrict)
            request.Headers["Prefer"] = "handling=lenient";
        if (entry.Resource.IsObject)
        {
            var body = entry.Resource.Raw.ToArray();
            (request.ContentType, request.ContentLength, request.Body) = (ContentTypes.FhirJson, body.Length, new MemoryStream(body));
        }

        var names = (string[])["type", "id", "member", "version"];
        foreach (var (part, at) in path.Split('/').Select((part, at) => (part, at)).Where(pair => pair.part is not ("" or "_history" or "_search" or "metadata" or ['$', ..])))
            request.RouteValues[names[at]] = part;
        return http;
    }
}
