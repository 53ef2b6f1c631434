using System.Globalization;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Tandem.Kernel.Outcomes;

namespace Tandem.Trust.Provisioning.Scim;

/// <summary>Answers of the SCIM interface: <c>application/scim+json</c>, errors as RFC 7644 3.12.</summary>
internal static class ScimAnswer
{
    internal const string ContentType = "application/scim+json; charset=utf-8";

    internal static IResult Json(JsonNode body, int status = StatusCodes.Status200OK) => Results.Text(body.ToJsonString(), ContentType, statusCode: status);

    /// <summary>A user or group with its version; 304 for a reader who has it.</summary>
    internal static IResult Resource(HttpContext context, JsonObject resource, int status = StatusCodes.Status200OK)
    {
        context.Response.Headers.ETag = ScimVersion.Of(ScimVersion.Mark(resource));
        return HttpMethods.IsGet(context.Request.Method) && ScimVersion.IsKnown(context.Request, resource)
            ? Results.StatusCode(StatusCodes.Status304NotModified)
            : Json(ScimSelection.Of(context.Request).From(resource), status);
    }

    internal static IResult Error(int status, string text, string? type = null)
    {
        var body = new JsonObject { ["schemas"] = new JsonArray("urn:ietf:params:scim:api:messages:2.0:Error"), ["status"] = status.ToString(CultureInfo.InvariantCulture), ["detail"] = text };
        if (type is not null)
            body["scimType"] = type;
        return Json(body, status);
    }

    internal static IResult NotFound => Error(StatusCodes.Status404NotFound, "There is no such resource.");

    /// <summary>A refusal of a use case.</summary>
    internal static IResult Error(Refusal refusal)
    {
        var text = refusal.Details.Count == 0 ? refusal.Text : string.Join(" ", refusal.Details.Select(detail => detail.Text));
        return refusal.Kind switch
        {
            _ when refusal.Details.Any(detail => detail.Code == "duplicate") => Error(StatusCodes.Status409Conflict, text, "uniqueness"),
            RefusalKind.NotFound => Error(StatusCodes.Status404NotFound, text),
            RefusalKind.Forbidden => Error(StatusCodes.Status403Forbidden, text),
            RefusalKind.Conflict => Error(StatusCodes.Status409Conflict, text),
            RefusalKind.PreconditionFailed => Error(StatusCodes.Status412PreconditionFailed, text),
            RefusalKind.Unavailable => Error(StatusCodes.Status503ServiceUnavailable, text),
            RefusalKind.Uncertain => Error(StatusCodes.Status500InternalServerError, text),
            _ => Error(StatusCodes.Status400BadRequest, text, "invalidValue"),
        };
    }

    /// <summary>The page of a list that a request asks for, or the error of its filter.</summary>
    internal static IResult List(IReadOnlyList<JsonObject> all, ScimQuery query)
    {
        var found = all;
        if (query.Filter.Length > 0)
        {
            if (ScimFilterReading.Read(query.Filter) is not { } filter)
                return Error(StatusCodes.Status400BadRequest, "The filter cannot be read.", "invalidFilter");
            found = [.. all.Where(filter.Meets)];
        }

        if (query.SortBy.Length > 0)
            found = Sorted(found, query.SortBy, query.IsDescending);
        var page = found.Skip(query.Start - 1).Take(query.Count).ToList();
        return Json(new JsonObject
        {
            ["schemas"] = new JsonArray("urn:ietf:params:scim:api:messages:2.0:ListResponse"), ["totalResults"] = found.Count, ["startIndex"] = query.Start, ["itemsPerPage"] = page.Count,
            ["Resources"] = new JsonArray([.. page.Select(one => query.Selection.From(ScimVersion.Mark(one)))]),
        });
    }

    /// <summary>The one of a list with this id.</summary>
    internal static IResult One(IReadOnlyList<JsonObject> all, string id) => all.FirstOrDefault(one => one["id"]!.ToString() == id) is { } found ? Json(ScimVersion.Mark(found)) : NotFound;

    /// <summary>By an attribute, without regard to capitals; what does not have it comes last (RFC 7644 3.4.2.3). Of several values the first counts.</summary>
    private static IReadOnlyList<JsonObject> Sorted(IReadOnlyList<JsonObject> all, string by, bool isDescending)
    {
        var keyed = all.Select(one => (One: one, Key: Key(ScimPath.Values(one, by).FirstOrDefault())));
        var present = keyed.Where(pair => pair.Key.Length > 0);
        var sorted = isDescending
            ? present.OrderByDescending(pair => pair.Key, StringComparer.OrdinalIgnoreCase)
            : present.OrderBy(pair => pair.Key, StringComparer.OrdinalIgnoreCase);
        return [.. sorted.Concat(keyed.Where(pair => pair.Key.Length == 0)).Select(pair => pair.One)];
    }

    private static string Key(JsonNode? value) => (value is JsonObject whole ? whole["value"] : value)?.ToString() ?? "";
}
