using System.Text;
using Tandem.Fhir.Definitions;
using Tandem.Fhir.Json;
using Tandem.Fhir.Structure;
using Tandem.Kernel;
using Tandem.Kernel.Outcomes;
using Tandem.Record.Access;
using Tandem.Record.Log;

namespace Tandem.Record.Rest;

/// <summary>The next version of a resource, or its first under an id of the client's (R4 3.1.0.5).</summary>
internal static class UpdateResource
{
    internal static void Map(FhirRoutes routes)
    {
        FhirEndpoint.Map(
            routes, ["PUT"], "/{type}/{id}", "UpdateResource", "Update a resource, or create it with this id.", HandleAsync, readsJson: true);
        FhirEndpoint.Map(
            routes, ["PUT"], "/{type}", "UpdateMatchingResource", "Update the one resource that the query finds, or create it.", HandleMatchAsync, readsJson: true);
    }

    private static async Task<FhirReply> HandleAsync(FhirRequest request)
    {
        if ((request.UnknownType() ?? request.UnknownParameters()) is { } wrong)
            return wrong;
        if (!(await FhirBody.ResourceAsync(request, request.Type)).Succeeded(out var resource, out var refusal)
            || !SameId(resource, request.Id).Succeeded(out _, out refusal)
            || !Preconditions.VersionOf(request.Http.Request.Headers.IfMatch).Succeeded(out var version, out refusal)
            || !Preconditions.IsNewOnly(request.Http.Request.Headers.IfNoneMatch).Succeeded(out var isNewOnly, out refusal))
        {
            return refusal;
        }

        var (store, options) = (request.Service.Store, request.Service.Search.Options);
        var ready = store.Known(request.Type, request.Id, request.Scope) is { } known ? new ReadyVersion(request.Type, request.Id, resource, options, known) : null;
        var values = ready is null ? FoundBy.Read(resource, request.Type, options) : null;
        var outcome = await store.WriteAsync(
            request.Scope, session => Decide(session, request.Type, request.Id, resource, version, isNewOnly, values: values, ready: ready), [(request.Type, request.Id)], request.Cancel);
        return outcome.Succeeded(out var written, out refusal) ? FhirReply.Written(request, written) : refusal;
    }

    /// <summary>Conditional update (R4 3.1.0.5.3).</summary>
    private static async Task<FhirReply> HandleMatchAsync(FhirRequest request)
    {
        if (request.UnknownType() is { } wrong)
            return wrong;
        if (!(await FhirBody.ResourceAsync(request, request.Type)).Succeeded(out var resource, out var refusal)
            || !Criteria.Required(request, request.Type, request.Http.Request.QueryString.Value).Succeeded(out var criteria, out refusal)
            || !Preconditions.VersionOf(request.Http.Request.Headers.IfMatch).Succeeded(out var version, out refusal)
            || !Preconditions.IsNewOnly(request.Http.Request.Headers.IfNoneMatch).Succeeded(out var isNewOnly, out refusal))
        {
            return refusal;
        }

        var fresh = Ids.New(request.Service.Clock);
        var outcome = await request.Service.Store.WriteAsync(
            request.Scope, session => DecideMatch(session, request.Type, fresh, resource, criteria, version, isNewOnly), request.Cancel);
        return outcome.Succeeded(out var written, out refusal) ? FhirReply.Written(request, written) : refusal;
    }

    internal static Outcome<Written> Decide(WriteSession session, string type, string id, FhirNode resource, VersionMatch? version, bool isNewOnly = false, bool isMadeHere = false, FoundBy? values = null, ReadyVersion? ready = null)
    {
        var current = session.FindReached(type, id);
        if (Preconditions.Unmet(version, current) is { } refusal)
            return refusal;
        if (isNewOnly && current is { Deleted: false })
            return Refusal.PreconditionFailed("A resource with this id is there already.");
        if (current is null && !isMadeHere && !session.Scope.ReachesAll(type))
            return AccessRule.NotThere(type, id); // as for what is there and not reached: an id tried must tell nothing
        if (current is { Deleted: false } && HiddenParts.Of(session.Scope.Reach)?.Holds(resource) == true)
            return HiddenParts.NotChanged(type);
        var next = ready is null ? session.Put(type, id, resource, values) : session.Put(ready);
        return new Written(next, current is { Deleted: false } ? Effect.Updated : Effect.Created);
    }

    internal static Outcome<Written> DecideMatch(
        WriteSession session, string type, string fresh, FhirNode resource, Criteria criteria, VersionMatch? version, bool isNewOnly)
    {
        if (!criteria.FindOne(session).Succeeded(out var match, out var refusal))
            return refusal;
        var own = resource["id"u8].Text;
        if (match.Version is not { } there)
            return Decide(session, type, own ?? fresh, resource, version, isNewOnly: own is not null, isMadeHere: own is null);
        return own is not null && own != there.Id
            ? Refusal.Invalid("The query finds a resource with another id than the one sent.")
            : Decide(session, type, there.Id, resource, version, isNewOnly);
    }

    /// <summary>The id on the path and the id in the resource are the same, and one that FHIR allows (R4 3.1.0.5).</summary>
    internal static Outcome<string> SameId(FhirNode resource, string id)
    {
        if (!IsId(id))
            return Refusal.Invalid("", new RefusalDetail("value", "An id has 1 to 64 letters, digits, hyphens and points."));
        return resource["id"u8].Text == id
            ? id
            : Refusal.Invalid("", new RefusalDetail("invalid", "The id in the resource has to be the id in the address.", $"{resource["resourceType"u8].Text}.id"));
    }

    internal static bool IsId(string id) => PrimitiveText.IsValid(Encoding.UTF8.GetBytes(id), PrimitiveKind.Id);
}
