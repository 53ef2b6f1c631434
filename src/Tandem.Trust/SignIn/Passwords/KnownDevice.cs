using System.Security.Cryptography;
using System.Text.Json;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.Http;

namespace Tandem.Trust.SignIn.Passwords;

/// <summary>Remembers in a browser that an account has signed in from it before. It lets nobody in; it only has its own count of wrong attempts.</summary>
internal sealed class KnownDevice(IDataProtectionProvider protection)
{
    private const int MostPeople = 8;
    private static readonly TimeSpan Life = TimeSpan.FromDays(365);
    private readonly IDataProtector protector = protection.CreateProtector("Tandem.SignIn.Device");

    /// <summary>The browser's id for an account, or null when it has not signed in to it.</summary>
    internal string? Of(HttpContext context, string? person) => person is not null && Read(context).TryGetValue(person, out var id) ? id : null;

    /// <summary>Remembers an account in this browser.</summary>
    internal void Remember(HttpContext context, string person)
    {
        var known = Read(context);
        known[person] = known.GetValueOrDefault(person) ?? Tokens.New();
        var kept = known.Reverse().Take(MostPeople).Reverse().ToDictionary(StringComparer.Ordinal);
        context.Response.Cookies.Append(NameOf(context), protector.Protect(JsonSerializer.Serialize(kept)), new CookieOptions
        {
            HttpOnly = true, Secure = context.Request.IsHttps, SameSite = SameSiteMode.Strict, Path = "/", MaxAge = Life, IsEssential = true,
        });
    }

    private Dictionary<string, string> Read(HttpContext context)
    {
        if (!context.Request.Cookies.TryGetValue(NameOf(context), out var sealedText))
            return [];
        try
        {
            return JsonSerializer.Deserialize<Dictionary<string, string>>(protector.Unprotect(sealedText)) ?? [];
        }
        catch (CryptographicException)
        {
            return []; // not ours: a stranger's browser
        }
    }

    private static string NameOf(HttpContext context) => context.Request.IsHttps ? "__Host-tandem-device" : "tandem-device";
}
