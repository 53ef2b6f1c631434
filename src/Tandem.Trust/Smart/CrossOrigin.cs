using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Tandem.Record.Log;

namespace Tandem.Trust.Smart;

/// <summary>
/// Lets apps that run in a browser call what is for programs: anybody reads the public documents; the rest is for the origins of approved apps, always
/// with a token and never with a cookie, so a page of another site can do nothing in a person's name.
/// </summary>
public static class CrossOrigin
{
    private static readonly string[] Public = ["/.well-known", "/fhir/.well-known", "/fhir/metadata", "/fhir/$versions", "/oauth/jwks", AppStyle.Path];
    private static readonly string[] ForApps = ["/fhir", "/oauth/token", "/oauth/revoke"];

    /// <summary>Answers what browsers ask before and during such calls. Before the gate.</summary>
    public static IApplicationBuilder UseCrossOrigin(this IApplicationBuilder app) => app.Use(static (context, next) =>
        context.Request.Headers.Origin.ToString() is { Length: > 0 } origin ? AnswerAsync(context, origin, next) : next(context));

    private static Task AnswerAsync(HttpContext context, string origin, RequestDelegate next)
    {
        var isPublic = Public.Any(place => context.Request.Path.StartsWithSegments(place, StringComparison.Ordinal));
        if (IsForeignSocket(context, origin))
        {
            context.Response.StatusCode = StatusCodes.Status403Forbidden;
            return Task.CompletedTask;
        }

        if (!isPublic && (!ForApps.Any(place => context.Request.Path.StartsWithSegments(place, StringComparison.Ordinal)) || !IsOfAnApp(context, origin)))
            return next(context);
        var headers = context.Response.Headers;
        headers.AccessControlAllowOrigin = isPublic ? "*" : origin;
        headers.Append("Vary", "Origin");
        headers.AccessControlExposeHeaders = "ETag, Location, Content-Location, Last-Modified, WWW-Authenticate, Retry-After, X-Progress, X-Request-Id, X-Security-Context";
        if (!HttpMethods.IsOptions(context.Request.Method) || !context.Request.Headers.ContainsKey("Access-Control-Request-Method"))
            return next(context);
        headers.AccessControlAllowMethods = "GET, HEAD, POST, PUT, PATCH, DELETE";
        headers.AccessControlAllowHeaders = "Authorization, Content-Type, Content-Encoding, Accept, Prefer, If-Match, If-None-Match, If-None-Exist, If-Modified-Since, Last-Event-ID, X-Request-Id, X-Security-Context";
        headers.AccessControlMaxAge = "600";
        context.Response.StatusCode = StatusCodes.Status204NoContent;
        return Task.CompletedTask;
    }

    /// <summary>Browsers open websockets to anywhere and ask nobody (RFC 6455 10.2), so a page of another site is refused here. Over HTTP/2 they have no header for it but a method (RFC 8441).</summary>
    private static bool IsForeignSocket(HttpContext context, string origin) =>
        (HttpMethods.IsConnect(context.Request.Method) || context.Request.Headers.Upgrade.ToString().Equals("websocket", StringComparison.OrdinalIgnoreCase))
        && origin != $"{context.Request.Scheme}://{context.Request.Host}" && !IsOfAnApp(context, origin);

    private static bool IsOfAnApp(HttpContext context, string origin)
    {
        var record = context.RequestServices.GetRequiredService<RecordStore>();
        return record.Database.Read(session => session.Query(SmartClient.ReadApproved, SmartClient.Read))
            .SelectMany(client => client.Metadata.RedirectUris)
            .Any(address => new Uri(address) is { Scheme: "https" or "http" } uri && uri.GetLeftPart(UriPartial.Authority) == origin);
    }
}
