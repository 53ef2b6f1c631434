using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Tandem.Trust.Smart;

/// <summary>
/// How the hub looks in its light theme, so that an app can look alike (SMART App Launch 2.2, <c>smart_style_url</c>). Open to anybody. What stands under an address never changes: another look gets
/// another one.
/// </summary>
internal static class AppStyle
{
    internal const string Path = "/oauth/style-1.json";
    private const string Font = "-apple-system, \"Segoe UI\", Roboto, \"Noto Sans\", \"Liberation Sans\", system-ui, sans-serif";

    private static readonly Style Light = new("#f2f5f6", "#b3202c", "#0b5563", "", "#1d6b3d", "#14202a", "4px", "14px", "16px", Font, Font);

    internal static void Map(IEndpointRouteBuilder routes) => routes.MapGet(Path, (HttpContext context) =>
    {
        context.Response.Headers.CacheControl = "public, max-age=86400";
        return Results.Json(Light, SmartJson.Options);
    }).ExcludeFromDescription();

    private sealed record Style(
        string ColorBackground, string ColorError, string ColorHighlight, string ColorModalBackdrop, string ColorSuccess, string ColorText, string DimBorderRadius, string DimFontSize, string DimSpacingSize,
        string FontFamilyBody, string FontFamilyHeading);
}
