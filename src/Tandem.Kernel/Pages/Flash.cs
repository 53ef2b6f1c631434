using System.Security.Cryptography;
using System.Text.Json;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Tandem.Kernel.Outcomes;

namespace Tandem.Kernel.Pages;

/// <summary>
/// What the next page says of the act just done ("You took this item"), with the post that takes it back. It travels in an
/// encrypted cookie of one minute, so that an act can answer with a redirect.
/// </summary>
/// <param name="Text">A sentence in the reader's language.</param>
/// <param name="Tone">What it means.</param>
/// <param name="UndoAction">A local address to post to, or null when it cannot be taken back.</param>
public sealed record Flash(string Text, Tone Tone = Tone.Done, string? UndoAction = null);

/// <summary>Carries a <see cref="Flash"/> from an act to the page after it. Thread-safe.</summary>
public sealed class FlashCarrier(IDataProtectionProvider protection)
{
    private const string Cookie = "tandem-flash";
    private static readonly TimeSpan Life = TimeSpan.FromMinutes(1);
    private readonly IDataProtector protector = protection.CreateProtector("Tandem.Pages.Flash");

    /// <summary>Leaves it for the next page.</summary>
    public void Leave(HttpContext context, Flash flash)
    {
        ArgumentNullException.ThrowIfNull(context);
        context.Response.Cookies.Append(CookieOf(context), protector.Protect(JsonSerializer.Serialize(flash)), new CookieOptions
        {
            HttpOnly = true,
            IsEssential = true,
            SameSite = SameSiteMode.Strict,
            Secure = context.Request.IsHttps,
            MaxAge = Life,
        });
    }

    /// <summary>Leaves what came of a form for the page that it leads to.</summary>
    /// <param name="context">The post.</param>
    /// <param name="refusal">Why not, or null when it was done.</param>
    /// <param name="done">What is said when it was.</param>
    /// <param name="page">A local address.</param>
    public RedirectHttpResult Lead(HttpContext context, Refusal? refusal, string done, string page)
    {
        Leave(context, refusal is null ? new Flash(done) : new Flash(refusal.Text, Tone.Caution));
        return TypedResults.LocalRedirect(page);
    }

    /// <summary>Takes what was left, once; null when nothing was, or when it was not ours.</summary>
    public Flash? Take(HttpContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        if (!context.Request.Cookies.TryGetValue(CookieOf(context), out var sealedText))
            return null;

        if (!context.Response.HasStarted)
            context.Response.Cookies.Delete(CookieOf(context), new CookieOptions { Secure = context.Request.IsHttps });
        try
        {
            return JsonSerializer.Deserialize<Flash>(protector.Unprotect(sealedText));
        }
        catch (CryptographicException)
        {
            return null; // sealed with a key that is gone: the act stands, only its echo is lost
        }
    }

    private static string CookieOf(HttpContext context) => context.Request.IsHttps ? "__Host-" + Cookie : Cookie;
}
