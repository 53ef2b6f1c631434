using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Tandem.Kernel.Actors;
using Tandem.Record.Rest;
using Tandem.Trust.Access;
using Tandem.Trust.Smart;
using Tandem.Trust.Audit;

namespace Tandem.Trust.SignIn;

/// <summary>Gives each request its scope, and lets nobody without one past the few places that need none.</summary>
public static class SignInGate
{
    private const string PlainCookie = "tandem-session";

    /// <summary>Over TLS a cookie of this prefix can neither be set by another host of the domain nor sent in the clear (RFC 6265bis 4.1.3.2).</summary>
    private const string HostCookie = "__Host-tandem-session";

    private static readonly string[] ForAnyone =
    [
        "/sign-in", "/sign-out", "/set-up", "/preferences", "/scim", "/health", "/metrics", "/assets", "/taste", "/error", "/fhir/metadata", "/fhir/$versions", "/fhir/subscriptions/ws", "/.well-known", "/fhir/.well-known",
        "/oauth/authorize", "/oauth/token", "/oauth/introspect", "/oauth/revoke", "/oauth/register", "/oauth/jwks", AppStyle.Path, "/cds-services", Providers.ProviderLogout.Path,
    ];

    /// <summary>Requests that a page makes by itself: they do not keep a session from resting.</summary>
    private static readonly string[] ByThemselves = ["/live", "/assets", "/health", "/metrics"];

    /// <summary>Puts the gate in front of everything that follows.</summary>
    public static IApplicationBuilder UseSignInGate(this IApplicationBuilder app) => app.Use(async (context, next) =>
    {
        context.SetScope(await ScopeOfAsync(context));
        if (context.Scope().Role != AccessScope.Nobody.Role || ForAnyone.Any(place => context.Request.Path.StartsWithSegments(place)))
        {
            await next(context);
            return;
        }

        if (HttpMethods.IsGet(context.Request.Method) && context.Request.Headers.Accept.ToString().Contains("text/html", StringComparison.Ordinal))
        {
            SignInReturn.Remember(context);
            context.Response.Redirect(context.SignedIn() is null ? "/sign-in" : "/sign-in/means");
        }
        else
        {
            await RefuseAsync(context);
        }
    });

    /// <summary>The open session of a request with its person; null when nobody is signed in.</summary>
    public static SignedIn? SignedIn(this HttpContext context) => context.Features.Get<SignedIn>();

    /// <summary>
    /// Whether what the request began with still holds: for answers that last (streams). False once its session has ended, rests too long or lost its role; always true where
    /// nobody signs in.
    /// </summary>
    public static bool IsStillSignedIn(this HttpContext context) =>
        context.SignedIn() is not { } before
        || (SecretOf(context) is { } secret && context.RequestServices.GetRequiredService<Sessions>().Look(secret) is { } now && now.Session.Id == before.Session.Id
            && now.Session.Role == before.Session.Role && now.Session.Organization == before.Session.Organization);

    /// <summary>Keeps a session's secret with the browser: not readable by scripts, not sent from other sites, gone with the browser's window at the latest
    /// when the session ends.</summary>
    internal static void Keep(HttpContext context, string secret)
    {
        if (context.RequestServices.GetRequiredService<Sessions>().Look(secret) is { } signedIn)
            context.NoteSignIn(signedIn.Person.Scope);
        context.Response.Cookies.Append(CookieOf(context), secret, new CookieOptions
        {
            HttpOnly = true,
            Secure = context.Request.IsHttps,
            SameSite = SameSiteMode.Lax,
            Path = "/",
            MaxAge = TimeSpan.FromHours(12),
            IsEssential = true,
        });
    }

    /// <summary>Takes the session's secret away from the browser.</summary>
    internal static void Forget(HttpContext context) => context.Response.Cookies.Delete(
        CookieOf(context), new CookieOptions { HttpOnly = true, Secure = context.Request.IsHttps, SameSite = SameSiteMode.Lax, Path = "/" });

    /// <summary>The secret of the request's session; only the browser's cookie carries one.</summary>
    internal static string? SecretOf(HttpContext context) => context.Request.Cookies.TryGetValue(CookieOf(context), out var secret) ? secret : null;

    private static string CookieOf(HttpContext context) => context.Request.IsHttps ? HostCookie : PlainCookie;

    /// <summary>An app's token counts for the FHIR interface alone, and goes before a cookie: an app never acts as more than itself.</summary>
    private static async Task<AccessScope> ScopeOfAsync(HttpContext context)
    {
        if (BearerOf(context) is { } token)
            return context.Request.Path.StartsWithSegments("/fhir", StringComparison.Ordinal) ? ScopeOfApp(context, token) : AccessScope.Nobody;
        var sessions = context.RequestServices.GetRequiredService<Sessions>();
        if (SecretOf(context) is not { Length: > 0 } secret || sessions.Look(secret) is not { } signedIn)
            return AccessScope.Nobody;
        context.Features.Set(signedIn);
        if (!ByThemselves.Any(place => context.Request.Path.StartsWithSegments(place)) && !context.Request.Headers.ContainsKey("X-Tandem-Live"))
            await sessions.SeenAsync(secret, signedIn.Session, CancellationToken.None);
        return signedIn.Session.IsOnlyForSetUp ? AccessScope.Nobody : context.RequestServices.GetRequiredService<AccessScopes>().Of(signedIn.Person.Member);
    }

    private static AccessScope ScopeOfApp(HttpContext context, string secret)
    {
        var tokens = context.RequestServices.GetRequiredService<AccessTokens>();
        return tokens.Find(secret) is { } token && tokens.ScopeOf(token) is { } scope ? scope : AccessScope.Nobody;
    }

    /// <summary>The token that a request bears, or null.</summary>
    internal static string? BearerOf(HttpContext context) =>
        context.Request.Headers.Authorization.ToString() is { Length: > 0 } header && header.StartsWith("Bearer ", StringComparison.OrdinalIgnoreCase) ? header[7..].Trim() : null;

    private static Task RefuseAsync(HttpContext context)
    {
        context.Response.StatusCode = StatusCodes.Status401Unauthorized;
        var isApp = BearerOf(context) is not null && context.Request.Path.StartsWithSegments("/fhir", StringComparison.Ordinal); // elsewhere no token is of use
        context.Response.Headers.WWWAuthenticate = BearerOf(context) is null ? "Bearer realm=\"tandem\"" : "Bearer realm=\"tandem\", error=\"invalid_token\"";
        return EarlyRefusal.WriteAsync(context, "login", isApp
            ? "This access token is not known here, has expired or was taken back. Ask for another at the token endpoint."
            : "Sign in first. Ask your administrator for a sign-in link.");
    }
}
