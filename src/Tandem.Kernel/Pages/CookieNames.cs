using Microsoft.AspNetCore.Http;

namespace Tandem.Kernel.Pages;

/// <summary>What cookies are called: over TLS with a prefix by which browsers take them from this very host and over TLS only (RFC 6265bis 4.1.3).</summary>
public static class CookieNames
{
    /// <summary>The name for this request. With the prefix a cookie has to be Secure and of the path <c>/</c>.</summary>
    public static string CookieName(this HttpContext context, string name) => context.Request.IsHttps ? "__Host-" + name : name;
}
