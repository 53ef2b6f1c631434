using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Tandem.Kernel.Actors;

namespace Tandem.Trust.SignIn;

/// <summary>Gives each request its scope, and lets nobody without one past the few places that need none.</summary>
public static class SignInGate
{
    /// <summary>The cookie that carries a session's secret.</summary>
    internal const string Cookie = "tandem-session";

    private static readonly string[] ForAnyone = ["/sign-in", "/set-up", "/health", "/metrics", "/assets", "/taste", "/error", "/fhir/metadata", "/fhir/subscriptions/ws"];

    /// <summary>Puts the gate in front of everything that follows.</summary>
    /// <param name="app">The host.</param>
    /// <param name="open">True gives every request the system scope (<c>--open</c>).</param>
    public static IApplicationBuilder UseSignInGate(this IApplicationBuilder app, bool open) => app.Use(async (context, next) =>
    {
        context.SetScope(open ? AccessScope.System : ScopeOf(context));
        if (context.Scope().Role != AccessScope.Nobody.Role || ForAnyone.Any(place => context.Request.Path.StartsWithSegments(place)))
        {
            await next(context);
            return;
        }

        if (HttpMethods.IsGet(context.Request.Method) && context.Request.Headers.Accept.ToString().Contains("text/html", StringComparison.Ordinal))
            context.Response.Redirect("/sign-in");
        else
            await RefuseAsync(context);
    });

    /// <summary>Keeps a session's secret with the browser: not readable by scripts, not sent from other sites.</summary>
    internal static void Keep(HttpContext context, string secret) => context.Response.Cookies.Append(Cookie, secret, new CookieOptions
    {
        HttpOnly = true,
        Secure = context.Request.IsHttps,
        SameSite = SameSiteMode.Lax,
        Path = "/",
        MaxAge = TimeSpan.FromHours(12),
        IsEssential = true,
    });

    /// <summary>The secret that a request carries: the cookie's, or a bearer token's.</summary>
    internal static string? SecretOf(HttpContext context)
    {
        if (context.Request.Cookies.TryGetValue(Cookie, out var secret))
            return secret;
        var header = context.Request.Headers.Authorization.ToString();
        return header.StartsWith("Bearer ", StringComparison.OrdinalIgnoreCase) ? header[7..].Trim() : null;
    }

    private static AccessScope ScopeOf(HttpContext context) =>
        SecretOf(context) is { Length: > 0 } secret && context.RequestServices.GetRequiredService<Sessions>().Find(secret) is { } person
            ? person.Scope
            : AccessScope.Nobody;

    private static Task RefuseAsync(HttpContext context)
    {
        context.Response.StatusCode = StatusCodes.Status401Unauthorized;
        context.Response.Headers.WWWAuthenticate = "Bearer";
        context.Response.ContentType = "application/fhir+json; charset=utf-8";
        return context.Response.WriteAsync(
            """{"resourceType":"OperationOutcome","issue":[{"severity":"error","code":"login","diagnostics":"Sign in first. Ask your administrator for a sign-in link."}]}""");
    }
}
