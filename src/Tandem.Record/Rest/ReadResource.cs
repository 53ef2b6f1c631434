using Microsoft.AspNetCore.Http;
using Tandem.Kernel.Outcomes;
using Tandem.Record.Log;
using Tandem.Record.Operations;

namespace Tandem.Record.Rest;

/// <summary>The current version of a resource, with the bytes that are stored (R4 3.1.0.2).</summary>
internal static class ReadResource
{
    internal static void Map(FhirRoutes routes) =>
        FhirEndpoint.Map(routes, ["GET", "HEAD"], "/{type}/{id}", "ReadResource", "Read the current version of a resource.", HandleAsync);

    internal static async Task<FhirReply> HandleAsync(FhirRequest request)
    {
        if ((request.UnknownType() ?? request.UnknownParameters()) is { } refusal)
            return refusal;
        var found = await request.Service.Store.ReadAsync(request.Type, request.Id, request.Scope, request.Limit);
        return found.Refusal is not null && request.Type == "OperationDefinition" && OperationDefinitions.Find(request.Address, request.Id) is { } own
            ? new FhirReply(StatusCodes.Status200OK, own)
            : Reply(request, found);
    }

    /// <summary>A version, or 304 when the client has it already.</summary>
    internal static FhirReply Reply(FhirRequest request, Outcome<ResourceVersion> found)
    {
        if (!found.Succeeded(out var version, out var refusal))
            return refusal;
        Redisclosure.Mark(request, [version]);
        return Preconditions.NotModified(request.Http.Request, version)
            ? new FhirReply(StatusCodes.Status304NotModified, default) { Version = version }
            : FhirReply.Resource(version);
    }
}
