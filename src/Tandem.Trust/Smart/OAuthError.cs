using Microsoft.AspNetCore.Http;
using Tandem.Kernel.Outcomes;

namespace Tandem.Trust.Smart;

/// <summary>The errors of OAuth (RFC 6749 4.1.2.1 and 5.2, RFC 7591 3.2.2, RFC 8707) as refusals whose detail carries the code.</summary>
internal static class OAuthError
{
    internal static Refusal InvalidRequest(string text) => Make("invalid_request", text);

    internal static Refusal InvalidClient(string text) => Make("invalid_client", text);

    internal static Refusal InvalidGrant(string text) => Make("invalid_grant", text);

    internal static Refusal InvalidScope(string text) => Make("invalid_scope", text);

    internal static Refusal InvalidTarget(string text) => Make("invalid_target", text);

    internal static Refusal UnauthorizedClient(string text) => Make("unauthorized_client", text);

    internal static Refusal UnsupportedGrantType(string text) => Make("unsupported_grant_type", text);

    internal static Refusal InvalidMetadata(string text) => Make("invalid_client_metadata", text);

    internal static Refusal InvalidRedirect(string text) => Make("invalid_redirect_uri", text);

    /// <summary>The caller was refused too often (RFC 6749 leaves how; as RFC 8628 3.5 and RFC 6585 4).</summary>
    internal static Refusal SlowDown => Make("slow_down", "Too many attempts. Wait a minute and try again.");

    internal static Refusal Make(string code, string text) => Refusal.Invalid(text, new RefusalDetail(code, text));

    /// <summary>The error's code.</summary>
    internal static string CodeOf(Refusal refusal) => refusal switch
    {
        { Kind: RefusalKind.Unavailable } => "temporarily_unavailable",
        { Kind: RefusalKind.Uncertain } => "server_error",
        { Details: [var detail, ..] } => detail.Code,
        _ => "invalid_request",
    };

    /// <summary>The answer of an endpoint that programs call; never kept by a cache.</summary>
    internal static IResult Reply(Refusal refusal, HttpContext context)
    {
        var code = CodeOf(refusal);
        var status = code switch
        {
            "invalid_client" => StatusCodes.Status401Unauthorized,
            "slow_down" => StatusCodes.Status429TooManyRequests,
            "temporarily_unavailable" => StatusCodes.Status503ServiceUnavailable,
            "server_error" => StatusCodes.Status500InternalServerError,
            _ => StatusCodes.Status400BadRequest,
        };
        if (status == StatusCodes.Status401Unauthorized)
            context.Response.Headers.WWWAuthenticate = "Basic realm=\"tandem\", charset=\"UTF-8\"";
        if (status == StatusCodes.Status429TooManyRequests)
            context.Response.Headers.RetryAfter = "60";
        return Json(context, new ErrorBody(code, refusal.Text), status);
    }

    /// <summary>A JSON answer that no cache keeps (RFC 6749 5.1).</summary>
    internal static IResult Json<T>(HttpContext context, T body, int status = StatusCodes.Status200OK)
    {
        context.Response.Headers.CacheControl = "no-store";
        context.Response.Headers.Pragma = "no-cache";
        return Results.Json(body, SmartJson.Options, statusCode: status);
    }

    private sealed record ErrorBody(string Error, string ErrorDescription);
}
