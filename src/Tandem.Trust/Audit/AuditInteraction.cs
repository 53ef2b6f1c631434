using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Tandem.Trust.Audit;

/// <summary>Which interaction a request is: of FHIR by its codes (R4 restful-interaction), of everything else by the hub's words.</summary>
internal static class AuditInteraction
{
    internal const string Page = "page";
    internal const string Act = "act";
    internal const string Login = "login";
    internal const string Logout = "logout";
    internal const string OAuth = "oauth";
    internal const string Batch = "batch";

    /// <summary>By method, path and the route's pattern.</summary>
    internal static string Of(HttpContext context)
    {
        var method = context.Request.Method;
        var path = context.Request.Path;
        var pattern = (context.GetEndpoint() as RouteEndpoint)?.RoutePattern.RawText ?? "";
        if (path.StartsWithSegments("/fhir"))
            return Rest(HttpMethods.IsHead(method) ? "GET" : method, pattern.TrimStart('/'));
        if (path.StartsWithSegments("/sign-out"))
            return Logout;
        if (path.StartsWithSegments("/sign-in") || path.StartsWithSegments("/set-up"))
            return Login;
        if (path.StartsWithSegments("/oauth") && HttpMethods.IsPost(method) && !path.StartsWithSegments("/oauth/consent"))
            return OAuth;
        return HttpMethods.IsGet(method) || HttpMethods.IsHead(method) ? Page : Act;
    }

    /// <summary>C, R, U, D or E (R4 audit-event-action).</summary>
    internal static string ActionOf(string interaction) => interaction switch
    {
        "create" => "C",
        "update" or "patch" => "U",
        "delete" => "D",
        "read" or "vread" or Page or "history" or "history-instance" or "history-type" or "history-system" or "notification" or "download" => "R",
        _ => "E",
    };

    private static string Rest(string method, string pattern) => (method, pattern) switch
    {
        ("GET", "fhir/metadata") => "capabilities",
        ("GET", "fhir/{type}/{id}") => "read",
        ("GET", "fhir/{type}/{id}/_history/{version}") => "vread",
        ("GET", "fhir/{type}/{id}/_history") => "history-instance",
        ("GET", "fhir/{type}/_history") => "history-type",
        ("GET", "fhir/_history") => "history-system",
        ("GET", "fhir/bulk-jobs/{job}/{file}") => "download",
        ("GET" or "DELETE", "fhir/bulk-jobs/{job}") => "operation", // asks after it, or ends it
        ("GET", "fhir/{type}") or ("GET", "fhir/{type}/{id}/{member}") or ("POST", "fhir/{type}/_search" or "fhir/{type}/{id}/{member}/_search") => "search-type",
        ("GET", "fhir") or ("GET", "fhir/") or ("POST", "fhir/_search") => "search-system",
        ("POST", "fhir") or ("POST", "fhir/") => Batch,
        ("POST", "fhir/{type}") => "create",
        ("PUT", _) => "update",
        ("PATCH", _) => "patch",
        ("DELETE", _) => "delete",
        _ => "operation",
    };
}
