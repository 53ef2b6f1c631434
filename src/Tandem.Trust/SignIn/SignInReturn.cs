using Microsoft.AspNetCore.Http;
using Tandem.Kernel.Pages;

namespace Tandem.Trust.SignIn;

/// <summary>
/// Where somebody was going when they were asked to sign in: kept with the browser for some minutes, so that they get there afterwards (an app
/// that they are connecting waits for it).
/// </summary>
internal static class SignInReturn
{
    private const string Cookie = "tandem-return";
    private const int Longest = 3_500;
    private static readonly TimeSpan Life = TimeSpan.FromMinutes(20);

    /// <summary>Remembers the address of a request.</summary>
    internal static void Remember(HttpContext context)
    {
        var place = context.Request.Path + context.Request.QueryString.ToString();
        if (place.Length <= Longest && IsLocal(place))
        {
            context.Response.Cookies.Append(context.CookieName(Cookie), place, new CookieOptions
            {
                HttpOnly = true,
                Secure = context.Request.IsHttps,
                SameSite = SameSiteMode.Lax,
                MaxAge = Life,
                IsEssential = true,
            });
        }
    }

    /// <summary>Where to go after signing in, once.</summary>
    /// <param name="context">The request that signed in.</param>
    /// <param name="otherwise">Where else.</param>
    internal static string Take(HttpContext context, string otherwise)
    {
        if (!context.Request.Cookies.TryGetValue(context.CookieName(Cookie), out var place) || !IsLocal(place))
            return otherwise;
        context.Response.Cookies.Delete(context.CookieName(Cookie), new CookieOptions { Secure = context.Request.IsHttps, Path = "/" });
        return place;
    }

    /// <summary>A path of this hub, and nothing that a browser takes for another host.</summary>
    private static bool IsLocal(string place) =>
        place.StartsWith('/') && !place.StartsWith("//", StringComparison.Ordinal) && !place.Contains('\\', StringComparison.Ordinal) && !place.Any(char.IsControl);
}
