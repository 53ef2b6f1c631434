using System.Security.Cryptography;
using System.Text.Json;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.Http;

namespace Tandem.Trust.SignIn;

/// <summary>
/// What one step of signing in leaves for the next (a challenge, a first factor that was right), sealed in a cookie of a few minutes that is taken once. A
/// step of one kind cannot be used as another. Thread-safe.
/// </summary>
public sealed class StepCookie(IDataProtectionProvider protection, TimeProvider clock)
{
    private static readonly TimeSpan Life = TimeSpan.FromMinutes(10);

    /// <summary>Leaves a step's state.</summary>
    /// <param name="context">The request.</param>
    /// <param name="kind">Which step, such as <c>passkey</c>.</param>
    /// <param name="state">What the next step needs.</param>
    /// <param name="fromElsewhere">True when the next step is a link of another site (an identity provider's answer).</param>
    public void Leave(HttpContext context, string kind, string state, bool fromElsewhere = false)
    {
        var sealedText = Protector(kind).Protect(JsonSerializer.Serialize(new Step(clock.GetUtcNow() + Life, state)));
        var options = Options(context, fromElsewhere);
        options.MaxAge = Life;
        context.Response.Cookies.Append(NameOf(context, kind), sealedText, options);
    }

    /// <summary>Takes a step's state; null when there is none, it is too old or of another kind.</summary>
    public string? Take(HttpContext context, string kind)
    {
        var state = Look(context, kind);
        context.Response.Cookies.Delete(NameOf(context, kind), Options(context, fromElsewhere: false));
        return state;
    }

    /// <summary>As <see cref="Take"/>, but leaves it there: for a page that is shown in between.</summary>
    public string? Look(HttpContext context, string kind)
    {
        if (!context.Request.Cookies.TryGetValue(NameOf(context, kind), out var sealedText))
            return null;
        try
        {
            return JsonSerializer.Deserialize<Step>(Protector(kind).Unprotect(sealedText)) is { } step && clock.GetUtcNow() < step.Until ? step.State : null;
        }
        catch (CryptographicException)
        {
            return null; // not ours, or sealed with a key that is gone: the step begins anew
        }
    }

    private IDataProtector Protector(string kind) => protection.CreateProtector("Tandem.SignIn.Step", kind);

    private static string NameOf(HttpContext context, string kind) => context.Request.IsHttps ? $"__Host-tandem-{kind}" : $"tandem-{kind}";

    private static CookieOptions Options(HttpContext context, bool fromElsewhere) => new()
    {
        HttpOnly = true,
        Secure = context.Request.IsHttps,
        SameSite = fromElsewhere ? SameSiteMode.Lax : SameSiteMode.Strict,
        Path = "/",
        IsEssential = true,
    };

    private sealed record Step(DateTimeOffset Until, string State);
}
