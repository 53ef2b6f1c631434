using Microsoft.Net.Http.Headers;
using Tandem.Kernel.Pages;

namespace Tandem.Hub.Pages;

/// <summary>
/// The headers that keep pages to themselves: nothing from another origin, no inline script or style, no framing, no trace of
/// an address elsewhere, and nothing with patient data kept by a browser or proxy.
/// </summary>
internal sealed class SecurityHeaders(RequestDelegate next)
{
    internal const string Policy =
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; font-src 'self'; "
        + "base-uri 'none'; form-action 'self'; frame-ancestors 'none'";

    public Task InvokeAsync(HttpContext context)
    {
        context.Response.OnStarting(static state =>
        {
            var response = (HttpResponse)state;
            var headers = response.Headers;
            headers.ContentSecurityPolicy = response.HttpContext.Features.Get<FormTargets>() is { Source: var source }
                ? Policy.Replace("form-action 'self'", $"form-action 'self' {source}", StringComparison.Ordinal)
                : Policy;
            headers.XContentTypeOptions = "nosniff";
            headers["Referrer-Policy"] = "same-origin";
            headers["Cross-Origin-Opener-Policy"] = "same-origin";
            headers["Cross-Origin-Resource-Policy"] = "same-origin";
            headers["Permissions-Policy"] = "camera=(), microphone=(), geolocation=(), payment=(), usb=()";
            if (response.HttpContext.Request.IsHttps)
                headers.StrictTransportSecurity = "max-age=31536000; includeSubDomains";
            if (headers.CacheControl.Count == 0 || response.ContentType?.StartsWith("text/html", StringComparison.OrdinalIgnoreCase) is true)
                headers[HeaderNames.CacheControl] = "no-store"; // answers of the FHIR interface too; what may be kept says so itself
            return Task.CompletedTask;
        }, context.Response);
        return next(context);
    }
}
