using Microsoft.AspNetCore.Routing;
using Tandem.Kernel.Outcomes;

namespace Tandem.Record.Rest;

/// <summary>One version of a resource as it was (R4 3.1.0.3).</summary>
internal static class ReadVersion
{
    internal static void Map(FhirRoutes routes) => FhirEndpoint.Map(
        routes, ["GET", "HEAD"], "/{type}/{id}/_history/{version}", "ReadVersion", "Read one version of a resource.", HandleAsync);

    internal static Task<FhirReply> HandleAsync(FhirRequest request) => Task.FromResult(Handle(request));

    private static Refusal None(FhirRequest request) => Refusal.NotFound($"There is no {request.Type} with this id and version.");

    private static FhirReply Handle(FhirRequest request)
    {
        if ((request.UnknownType() ?? request.UnknownParameters()) is { } refusal)
            return refusal;
        if (Preconditions.VersionNumber((string?)request.Http.GetRouteValue("version")) is not { } version)
            return None(request);
        var found = request.Service.Store.ReadOne(request.Type, request.Id, version, request.Scope, request.Limit);
        return found.Refusal is { Kind: RefusalKind.NotFound } ? None(request) : ReadResource.Reply(request, found);
    }
}
