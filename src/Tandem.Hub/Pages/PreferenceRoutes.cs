using Microsoft.AspNetCore.Mvc;
using Tandem.Hub.Layout;
using Tandem.Kernel.Pages;

namespace Tandem.Hub.Pages;

/// <summary>A reader chooses language, theme and whether single letters act. The choice is a cookie of a year; unknown words change nothing.</summary>
internal static class PreferenceRoutes
{
    private static readonly TimeSpan Year = TimeSpan.FromDays(365);

    internal static void MapPreferences(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/preferences").ExcludeFromDescription();
        group.MapPost("/language", (HttpContext context, [FromForm] string? language, [FromForm] string? back) =>
            Keep(context, Preferences.LanguageCookie, Languages.All.Contains(language) ? language : null, back));
        group.MapPost("/theme", (HttpContext context, [FromForm] string? theme, [FromForm] string? back) =>
            Keep(context, Preferences.ThemeCookie, Themes.Of(theme).Word() == theme ? theme : null, back));
        group.MapPost("/letters", (HttpContext context, [FromForm] string? letters, [FromForm] string? back) =>
            Keep(context, Preferences.LettersCookie, letters is "on" or "off" ? letters : null, back));
    }

    /// <summary>Where to go back to: only an address of this hub.</summary>
    internal static string Local(string? back) =>
        back is ['/', ..] and not ['/', '/' or '\\', ..] && !back.Any(char.IsControl) ? back : "/";

    private static IResult Keep(HttpContext context, string cookie, string? word, string? back)
    {
        if (word is not null)
        {
            context.Response.Cookies.Append(context.CookieName(cookie), word, new CookieOptions
            {
                HttpOnly = true,
                IsEssential = true,
                SameSite = SameSiteMode.Lax,
                Secure = context.Request.IsHttps,
                MaxAge = Year,
            });
        }

        return Results.LocalRedirect(Local(back));
    }
}
