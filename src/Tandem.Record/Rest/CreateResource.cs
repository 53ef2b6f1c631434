using Tandem.Kernel;
using Tandem.Kernel.Outcomes;
using Tandem.Record.Log;

namespace Tandem.Record.Rest;

/// <summary>A new resource under an id of ours, or none when one that matches If-None-Exist is there (R4 3.1.0.8, 3.1.0.8.1).</summary>
internal static class CreateResource
{
    internal static void Map(FhirRoutes routes) => FhirEndpoint.Map(
        routes, ["POST"], "/{type}", "CreateResource", "Create a resource.", HandleAsync, readsJson: true);

    internal static async Task<FhirReply> HandleAsync(FhirRequest request)
    {
        if ((request.UnknownType() ?? request.UnknownParameters()) is { } wrong)
            return wrong;
        if (!(await FhirBody.ResourceAsync(request, request.Type)).Succeeded(out var resource, out var refusal))
            return refusal;
        if (!Criteria.Of(request, request.Type, request.Http.Request.Headers["If-None-Exist"]).Succeeded(out var criteria, out refusal))
            return refusal;

        var made = new ReadyVersion(request.Type, Ids.New(request.Service.Clock), resource, request.Service.Search.Options);
        var outcome = await request.Service.Store.WriteAsync(request.Scope, session => Decide(session, made, criteria), request.Cancel);
        return outcome.Succeeded(out var written, out refusal) ? FhirReply.Written(request, written) : refusal;
    }

    /// <param name="session">Sees all earlier writes.</param>
    /// <param name="made">What is sent, under a new id.</param>
    /// <param name="criteria">If-None-Exist.</param>
    internal static Outcome<Written> Decide(WriteSession session, ReadyVersion made, Criteria criteria)
    {
        if (!criteria.FindOne(session).Succeeded(out var match, out var refusal))
            return refusal;
        if (match.Version is { } there)
            return new Written(there, Effect.Unchanged);
        session.KnowNew(made.Type, made.Id);
        return new Written(session.Put(made), Effect.Created);
    }
}
