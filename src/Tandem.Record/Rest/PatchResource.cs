using Microsoft.AspNetCore.Http;
using Tandem.Fhir.Json;
using Tandem.Kernel.Outcomes;
using Tandem.Record.Access;
using Tandem.Record.Bundles;
using Tandem.Record.Log;

namespace Tandem.Record.Rest;

/// <summary>The next version of a resource, made by a JSON Patch or a FHIRPath Patch of the current one (R4 3.1.0.6).</summary>
internal static class PatchResource
{
    internal static void Map(FhirRoutes routes)
    {
        FhirEndpoint.Map(routes, ["PATCH"], "/{type}/{id}", "PatchResource", "Change parts of a resource.", HandleAsync);
        FhirEndpoint.Map(
            routes, ["PATCH"], "/{type}", "PatchMatchingResource", "Change parts of the one resource that the query finds.", HandleMatchAsync);
    }

    private static async Task<FhirReply> HandleAsync(FhirRequest request)
    {
        if ((request.UnknownType() ?? request.UnknownParameters()) is { } wrong)
            return wrong;
        if (NotReadable(request) is { } unreadable)
            return unreadable;
        if (!(await PatchAsync(request)).Succeeded(out var patch, out var refusal)
            || !Preconditions.VersionOf(request.Http.Request.Headers.IfMatch).Succeeded(out var version, out refusal))
        {
            return refusal;
        }

        var outcome = await PatchWrite.RunAsync(request, [new(request.Type, request.Id, Criteria.Empty, patch)], session => Decide(session, request.Type, request.Id, patch, version));
        return outcome.Succeeded(out var written, out refusal) ? FhirReply.Written(request, written) : refusal;
    }

    /// <summary>Conditional patch (R4 3.1.0.6.1).</summary>
    private static async Task<FhirReply> HandleMatchAsync(FhirRequest request)
    {
        if (request.UnknownType() is { } wrong)
            return wrong;
        if (NotReadable(request) is { } unreadable)
            return unreadable;
        if (!(await PatchAsync(request)).Succeeded(out var patch, out var refusal)
            || !Criteria.Required(request, request.Type, request.Http.Request.QueryString.Value).Succeeded(out var criteria, out refusal)
            || !Preconditions.VersionOf(request.Http.Request.Headers.IfMatch).Succeeded(out var version, out refusal))
        {
            return refusal;
        }

        var outcome = await PatchWrite.RunAsync(request, [new(request.Type, null, criteria, patch)], session => DecideMatch(session, request.Type, patch, criteria, version));
        return outcome.Succeeded(out var written, out refusal) ? FhirReply.Written(request, written) : refusal;
    }

    /// <summary>Stages the next version.</summary>
    /// <param name="session">The write.</param>
    /// <param name="type">Resource type.</param>
    /// <param name="id">Logical id.</param>
    /// <param name="patch">The changes.</param>
    /// <param name="version">The version that has to be current; null for any.</param>
    /// <param name="finish">What is done with the result before it is kept; null for nothing.</param>
    internal static Outcome<Written> Decide(
        WriteSession session, string type, string id, PatchedResource patch, VersionMatch? version, Func<FhirNode, Outcome<FhirNode>>? finish = null)
    {
        var current = session.FindReached(type, id);
        if (Preconditions.Unmet(version, current) is { } refusal)
            return refusal;
        if (current is not { Deleted: false })
            return current is null ? Refusal.NotFound($"There is no {type} with this id to patch.") : Refusal.Gone($"The {type} was deleted; it cannot be patched.");
        return patch.Of(current).Then(finish ?? (next => ConditionalReference.NoneBeside(next, current.Root))).Then<Written>(next => HiddenParts.Of(session.Scope.Reach)?.Holds(next) == true
            ? HiddenParts.NotChanged(type)
            : new Written(session.Put(type, id, next), Effect.Updated));
    }

    internal static Outcome<Written> DecideMatch(WriteSession session, string type, PatchedResource patch, Criteria criteria, VersionMatch? version)
    {
        if (!criteria.FindOne(session).Succeeded(out var match, out var refusal))
            return refusal;
        return match.Version is { } there ? Decide(session, type, there.Id, patch, version) : NoMatch(type);
    }

    internal static Refusal NoMatch(string type) => Refusal.NotFound($"The query finds no {type} to patch.");

    private static async Task<Outcome<PatchedResource>> PatchAsync(FhirRequest request)
    {
        var read = await FhirBody.AnyAsync(request, PatchedResource.LimitsOf(request.Service));
        return read.Then(json => PatchedResource.Read(json, request));
    }

    private static FhirReply? NotReadable(FhirRequest request)
    {
        var http = request.Http.Request;
        return ((ContentTypes.IsJsonPatch(http.ContentType ?? "") && ContentTypes.IsUtf8(http.ContentType!)) || ContentTypes.Readable(http.ContentType)) && WireCoding.Readable(http)
            ? null
            : FhirReply.Error(
                StatusCodes.Status415UnsupportedMediaType,
                "not-supported",
                "A patch has to be application/json-patch+json, or Parameters in application/fhir+json or application/fhir+xml, in UTF-8.") with { AcceptPatch = ContentTypes.Patches };
    }
}
