using System.Security.Cryptography;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Tandem.Kernel.Pages;

/// <summary>
/// What was typed into the filters of a list, closed in its address: names and numbers must not stand in addresses, histories and the logs of proxies
/// (OWASP ASVS 5.0, V14.2.1). What is chosen among given words stays as it is. Thread-safe.
/// </summary>
public sealed class SealedFilters(IDataProtectionProvider protection)
{
    /// <summary>The name of the closed value in an address.</summary>
    public const string Name = "find";

    private const int Longest = 200;

    private static readonly IReadOnlyDictionary<string, string> Nothing = new Dictionary<string, string>();
    private readonly IDataProtector protector = protection.CreateProtector("Tandem.Pages.Filters");

    /// <summary>Closes what was typed.</summary>
    /// <param name="list">The path of the list: what was closed for one opens at no other.</param>
    /// <param name="typed">Values by the names of their fields; cut after 200 characters, empty ones left out.</param>
    /// <returns>A value for the address; null when nothing was typed.</returns>
    public string? Seal(string list, IEnumerable<KeyValuePair<string, string>> typed)
    {
        var kept = typed.Select(field => (field.Key, Value: field.Value.Trim())).Where(field => field.Value.Length > 0)
            .ToDictionary(field => field.Key, field => field.Value.Length > Longest ? field.Value[..Longest] : field.Value, StringComparer.Ordinal);
        return kept.Count == 0 ? null : protector.CreateProtector(list).Protect(JsonSerializer.Serialize(kept));
    }

    /// <summary>What was typed, by the names of fields; nothing for no value, one of another list, or one whose key is gone.</summary>
    public IReadOnlyDictionary<string, string> Open(string list, string? closed)
    {
        if (string.IsNullOrEmpty(closed))
            return Nothing;
        try
        {
            return JsonSerializer.Deserialize<Dictionary<string, string>>(protector.CreateProtector(list).Unprotect(closed)) ?? Nothing;
        }
        catch (CryptographicException)
        {
            return Nothing; // closed with a key that is gone: the page shows its list without filters
        }
    }

    /// <summary>Takes the filters of a list, <c>POST {list}/find</c>, and leads back to it.</summary>
    /// <param name="routes">Where to.</param>
    /// <param name="list">The list's path.</param>
    /// <param name="typed">Fields that are typed into.</param>
    /// <param name="chosen">Fields whose values are chosen among given ones.</param>
    public static void Map(IEndpointRouteBuilder routes, string list, string[] typed, params string[] chosen) => routes.MapPost(
        $"{list}/find",
        async (HttpContext context, SealedFilters filters) =>
        {
            var form = await context.Request.ReadFormAsync(context.RequestAborted);
            var closed = filters.Seal(list, typed.Select(name => KeyValuePair.Create(name, form[name].ToString())));
            var parts = chosen.Select(name => (Name: name, Value: form[name].ToString())).Append((Name, Value: closed ?? "")).Where(part => part.Value.Length > 0);
            var query = string.Join('&', parts.Select(part => $"{part.Name}={Uri.EscapeDataString(part.Value)}"));
            return TypedResults.LocalRedirect(query.Length == 0 ? list : $"{list}?{query}");
        }).NeedsFormToken().ExcludeFromDescription();
}
