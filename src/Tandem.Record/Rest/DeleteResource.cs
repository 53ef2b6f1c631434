using Tandem.Kernel.Outcomes;
using Tandem.Record.Log;

namespace Tandem.Record.Rest;

/// <summary>A resource is deleted; its versions stay readable. Doing so twice is harmless (R4 3.1.0.7).</summary>
internal static class DeleteResource
{
    internal static void Map(FhirRoutes routes)
    {
        FhirEndpoint.Map(routes, ["DELETE"], "/{type}/{id}", "DeleteResource", "Delete a resource.", HandleAsync);
        FhirEndpoint.Map(
            routes, ["DELETE"], "/{type}", "DeleteMatchingResource", "Delete the one resource that the query finds.", HandleMatchAsync);
    }

    private static async Task<FhirReply> HandleAsync(FhirRequest request)
    {
        if ((request.UnknownType() ?? request.UnknownParameters()) is { } wrong)
            return wrong;
        if (!Preconditions.VersionOf(request.Http.Request.Headers.IfMatch).Succeeded(out var version, out var refusal))
            return refusal;
        var outcome = await request.Service.Store.WriteAsync(
            request.Scope, session => Decide(session, request.Type, request.Id, version), [(request.Type, request.Id)], request.Cancel);
        return outcome.Succeeded(out var written, out refusal) ? FhirReply.Written(request, written) : refusal;
    }

    /// <summary>Conditional delete of one resource, or of several where the site allows it (R4 3.1.0.7.1).</summary>
    private static async Task<FhirReply> HandleMatchAsync(FhirRequest request)
    {
        if (request.UnknownType() is { } wrong)
            return wrong;
        if (!Criteria.Required(request.Service.Search, request.Type, request.Http.Request.QueryString.Value).Succeeded(out var criteria, out var refusal)
            || !Preconditions.VersionOf(request.Http.Request.Headers.IfMatch).Succeeded(out var version, out refusal))
        {
            return refusal;
        }

        var most = request.Service.Limits.MostDeletes;
        var outcome = await request.Service.Store.WriteAsync(
            request.Scope,
            session => most > 1 ? DecideMatches(session, request.Type, criteria, most, version) : DecideMatch(session, request.Type, criteria, version),
            request.Cancel);
        return outcome.Succeeded(out var written, out refusal) ? FhirReply.Written(request, written) : refusal;
    }

    internal static Outcome<Written> Decide(WriteSession session, string type, string id, VersionMatch? version)
    {
        var current = session.FindReached(type, id);
        if (Preconditions.Unmet(version, current) is { } refusal)
            return refusal;
        return new Written(current is null ? null : session.Delete(type, id) ?? current, Effect.Deleted);
    }

    /// <summary>Deletes all that the query finds, where the site allows it.</summary>
    private static Outcome<Written> DecideMatches(WriteSession session, string type, Criteria criteria, int most, VersionMatch? version)
    {
        if (!criteria.FindIds(session, most + 1).Succeeded(out var ids, out var refusal))
            return refusal;
        if (ids.Count > most)
            return new Refusal(RefusalKind.PreconditionFailed, "", [new("too-costly", $"The query finds more than the {most} resources that may be deleted at once.")]);
        foreach (var id in ids)
        {
            if (Decide(session, type, id, version).Refusal is { } unmet)
                return unmet;
        }

        return ids.Count == 0 ? Nothing(version) : new Written(null, Effect.Deleted);
    }

    internal static Outcome<Written> DecideMatch(WriteSession session, string type, Criteria criteria, VersionMatch? version)
    {
        if (!criteria.FindOne(session).Succeeded(out var match, out var refusal))
            return refusal;
        return match.Version is { } there ? Decide(session, type, there.Id, version) : Nothing(version);
    }

    /// <summary>A query that finds nothing to delete.</summary>
    internal static Outcome<Written> Nothing(VersionMatch? version) =>
        Preconditions.Unmet(version, null) is { } refusal ? refusal : new Written(null, Effect.Deleted);
}
