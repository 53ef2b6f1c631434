using Microsoft.AspNetCore.Http;
using Tandem.Kernel.Outcomes;
using Tandem.Record.Rest;

namespace Tandem.Record.Operations;

/// <summary>Maps what <see cref="OperationTable"/> declares (R4 3.2.0.1).</summary>
internal static class OperationRoutes
{
    internal static void Map(FhirRoutes routes)
    {
        foreach (var same in OperationTable.All.GroupBy(operation => operation.Code))
        {
            Level(routes, same, OperationLevels.System, $"/${same.Key}", "System");
            Level(routes, same, OperationLevels.Type, $"/{{type}}/${same.Key}", "Type");
            Level(routes, same, OperationLevels.Instance, $"/{{type}}/{{id}}/${same.Key}", "Instance");
        }
    }

    private static void Level(FhirRoutes routes, IEnumerable<Operation> same, OperationLevels level, string path, string name)
    {
        var offered = same.Where(operation => operation.Levels.HasFlag(level)).ToList();
        if (offered.Count == 0)
            return;
        string[] methods = offered.TrueForAll(operation => operation.AffectsState) ? ["POST"] : ["GET", "HEAD", "POST"];
        FhirEndpoint.Map(routes, methods, path, $"{name}-{offered[0].Code}", offered[0].Summary, request => RunAsync(request, offered[0].Code, level), open: offered.TrueForAll(operation => operation.IsOpen));
    }

    internal static async Task<FhirReply> RunAsync(FhirRequest request, string code, OperationLevels level)
    {
        if (level != OperationLevels.System && request.UnknownType() is { } wrong)
            return wrong;
        if (OperationTable.Find(code, request.Type, level) is not { } operation)
            return FhirRequest.NoOperation($"${code}");
        if (operation.AffectsState && !HttpMethods.IsPost(request.Http.Request.Method))
            return FhirReply.Error(StatusCodes.Status405MethodNotAllowed, "not-supported", "This operation changes the record; it has to be posted.") with { Allow = "POST" };
        if (operation.IsOpen && HttpMethods.IsPost(request.Http.Request.Method)) // no body is read of who is not signed in
            return FhirReply.Error(StatusCodes.Status405MethodNotAllowed, "not-supported", "This operation takes nothing; ask it by GET.") with { Allow = "GET, HEAD" };
        if (HttpMethods.IsPost(request.Http.Request.Method) && request.HasBody && FhirEndpoint.Unreadable(request) is { } unreadable)
            return unreadable;
        return (await OperationRequest.ReadAsync(request, operation)).Succeeded(out var call, out var refusal) ? await operation.Run(call) : refusal;
    }
}
