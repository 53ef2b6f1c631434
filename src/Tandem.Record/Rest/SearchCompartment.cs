using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Tandem.Fhir.Definitions;
using Tandem.Kernel.Outcomes;
using Tandem.Record.Bundles;
using Tandem.Record.Log;
using Tandem.Record.Operations;
using Tandem.Record.Search;

namespace Tandem.Record.Rest;

/// <summary>Search within a compartment: <c>/Patient/123/Observation?…</c>, or everything in it by <c>/Patient/123/*</c> (R4 3.1.1.2, 3.1.0.9).</summary>
internal static class SearchCompartment
{
    internal static void Map(FhirRoutes routes)
    {
        FhirEndpoint.Map(
            routes, ["GET", "HEAD"], "/{type}/{id}/{member}", "SearchCompartment", "Search resources of a type in a compartment.", request => HandleAsync(request, SearchResources.Query(request.Http.Request)));
        FhirEndpoint.Map(
            routes,
            ["POST"],
            "/{type}/{id}/{member}/_search",
            "SearchCompartmentByForm",
            "Search resources of a type in a compartment, parameters in the body.",
            request => SearchResources.HandleFormAsync(request, HandleAsync));
    }

    internal static async Task<FhirReply> HandleAsync(FhirRequest request, string query)
    {
        var member = (string?)request.Http.GetRouteValue("member") ?? "";
        if (request.UnknownType() is { } wrong)
            return wrong;
        if (member.StartsWith('$') && OperationTable.Find(member[1..], request.Type, OperationLevels.Instance) is not null)
            return FhirReply.Error(StatusCodes.Status405MethodNotAllowed, "not-supported", "This operation changes the record; it has to be posted.") with { Allow = "POST" };
        if (Nowhere(request.Type, member) is { } nowhere)
            return nowhere;
        if (!request.Service.Store.Read(request.Type, request.Id, request.Scope, request.Limit).Succeeded(out _, out var refusal))
            return refusal;
        var clause = new CompartmentClause(request.Type, request.Id);
        return member == "*"
            ? await SearchTypes.FindAsync(request, query, clause)
            : await SearchResources.FindAsync(request, member, query, clause, $"{request.Type}/{request.Id}/{member}");
    }

    /// <summary>Refuses an address that no compartment has, whatever is in the record.</summary>
    internal static Refusal? Nowhere(string type, string member)
    {
        if (member is ['$', ..])
            return FhirRequest.NoOperation(member);
        if (!Compartments.Names.Contains(type) || (member != "*" && !R4.IsResourceType(member)))
            return Refusal.NotFound("There is nothing at this address; compartments are of Patient, Encounter, Practitioner, RelatedPerson and Device.");
        return member != "*" && Compartments.Parameters(type, member).Count == 0 ? Refusal.NotFound($"{member} is never in the compartment of a {type}.") : null;
    }
}

/// <summary>A page of resources of several types, with its links.</summary>
/// <param name="request">Who asks.</param>
/// <param name="path">Below the interface.</param>
/// <param name="kept">What is asked for: a link holds for this alone.</param>
/// <param name="looks">How the pages are to look.</param>
internal sealed class MemberPage(FhirRequest request, string path, string kept, string looks = "")
{
    private string Seal => $"members|{path}|{kept}";

    /// <summary>Where the page begins; null for the first.</summary>
    internal async ValueTask<Outcome<PagePlace?>> PlaceAsync(IReadOnlyList<KeyValuePair<string, string>> pairs)
    {
        if (pairs.FirstOrDefault(pair => pair.Key == "_cursor").Value is not { } cursor)
            return (PagePlace?)null;
        return await request.Service.PageKey.OpenAsync(Seal, cursor) is { } place
            ? PagePlace.Read(place)
            : Refusal.Invalid("This is no link of ours to a page. Begin with the first one.");
    }

    /// <summary>Writes the page.</summary>
    /// <param name="own">What stands before everything, on the first page.</param>
    /// <param name="hits">The members, one more than <paramref name="count"/> when there are more.</param>
    /// <param name="along">What they refer to.</param>
    /// <param name="start">Where the page began.</param>
    /// <param name="count">How many members go on a page.</param>
    /// <param name="next">Where the next page begins, when that is known already; null to go by the last member.</param>
    /// <param name="isCut">True when there is more to go along than there is room for.</param>
    internal async Task<FhirReply> WriteAsync(
        IReadOnlyList<ResourceVersion> own, List<ResourceVersion> hits, IReadOnlyList<ResourceVersion> along, PagePlace start, int count, PagePlace? next = null, bool isCut = false)
    {
        var query = string.Join('&', new[] { kept, looks }.Where(part => part.Length > 0));
        var address = $"{request.Address}/{path}";
        var isMore = hits.Count > count && own.Count + count > 0;
        if (hits.Count > count)
            hits.RemoveRange(count, hits.Count - count);
        List<(string, string)> links = [("self", query.Length == 0 ? address : $"{address}?{query}")];
        if (isMore || next is not null)
        {
            next ??= start with { Rid = hits.Count > 0 ? hits[^1].Rid : -1 };
            links.Add(("next", $"{address}?{(query.Length == 0 ? "" : query + "&")}_cursor={await request.Service.PageKey.SealAsync(Seal, next.ToString())}"));
        }

        Redisclosure.Mark(request, own.Concat(hits).Concat(along));
        using var bundle = new BundleWriter("searchset", request, hits.Concat(along).Select(version => version.Bytes.Length + 300));
        if (!isMore && start.Rid == 0)
            bundle.Total(own.Count + hits.Count);
        bundle.Links(links);
        foreach (var version in own.Concat(hits.Where(hit => !own.Contains(hit))))
            bundle.Found(version, "match");
        foreach (var version in along)
            bundle.Found(version, "include");
        if (isCut)
            bundle.Outcome(OperationOutcomeJson.Write([("warning", new RefusalDetail("incomplete", "There is more to go along than goes into one answer; ask for some types at a time."))]));
        return new FhirReply(200, bundle.End());
    }
}
