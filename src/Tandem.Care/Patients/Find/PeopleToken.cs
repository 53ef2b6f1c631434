using System.Security.Cryptography;
using System.Text.Json;
using Microsoft.AspNetCore.DataProtection;

namespace Tandem.Care.Patients;

/// <summary>What was typed into the search, and where its list stands.</summary>
/// <param name="Text">Names or a number.</param>
/// <param name="Born">A birth date, or null.</param>
/// <param name="After">Where the page before ended, or null.</param>
internal sealed record PeopleSearch(string Text, DateOnly? Born, PeoplePlace? After = null);

/// <summary>
/// Seals a search into an address and opens it again: names, numbers and birth dates must not stand in addresses, histories and the
/// logs of proxies. Thread-safe.
/// </summary>
internal sealed class PeopleToken(IDataProtectionProvider protection)
{
    private readonly IDataProtector protector = protection.CreateProtector("Tandem.Patients.Search");

    internal string Seal(PeopleSearch search) => protector.Protect(JsonSerializer.Serialize(search));

    /// <summary>The search; null for a token of another hub or none.</summary>
    internal PeopleSearch? Open(string? token)
    {
        if (string.IsNullOrEmpty(token))
            return null;
        try
        {
            return JsonSerializer.Deserialize<PeopleSearch>(protector.Unprotect(token));
        }
        catch (CryptographicException)
        {
            return null; // sealed with a key that is gone: the page asks anew
        }
    }
}
