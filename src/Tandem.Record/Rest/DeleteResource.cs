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
        if (!Criteria.Required(request, request.Type, request.Http.Request.QueryString.Value).Succeeded(out var criteria, out var refusal)
            || !Preconditions.VersionOf(request.Http.Request.Headers.IfMatch).Succeeded(out var version, out refusal))
        {
            return refusal;
        }

        var most = request.Service.Limits.MostDeletes;
        var outcome = await request.Service.Store.WriteAsync(
            request.Scope,
            session => DecideMatches(session, request.Type, criteria, most, version),
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

    /// <summary>Deletes what the query finds: one resource, or several where the site allows it.</summary>
    /// <param name="session">The write.</param>
    /// <param name="type">Of which type.</param>
    /// <param name="criteria">The query.</param>
    /// <param name="most">As many as may be deleted at once.</param>
    /// <param name="version">Which version they have to have; null for any.</param>
    internal static Outcome<Written> DecideMatches(WriteSession session, string type, Criteria criteria, int most, VersionMatch? version) => most == 1
        ? criteria.FindOne(session).Then(match => Decide(session, type, match.Version is { } there ? [there.Id] : [], version))
        : criteria.FindIds(session, most + 1).Then(ids => TooMany(ids.Count, most) is { } refusal ? refusal : Decide(session, type, ids, version));

    /// <summary>The refusal of a query that finds more than may be deleted at once.</summary>
    internal static Refusal? TooMany(int found, int most) => found <= most ? null
        : most == 1 ? Criteria.Several
        : new Refusal(RefusalKind.PreconditionFailed, "", [new("too-costly", $"The query finds more than the {most} resources that may be deleted at once.")]);

    /// <summary>Deletes what a query found.</summary>
    internal static Outcome<Written> Decide(WriteSession session, string type, IReadOnlyList<string> ids, VersionMatch? version)
    {
        if (ids is [var only])
            return Decide(session, type, only, version);
        if (ids.Count == 0 && Preconditions.Unmet(version, null) is { } absent)
            return absent;
        foreach (var id in ids)
        {
            if (Decide(session, type, id, version).Refusal is { } unmet)
                return unmet;
        }

        return new Written(null, Effect.Deleted);
    }
}
