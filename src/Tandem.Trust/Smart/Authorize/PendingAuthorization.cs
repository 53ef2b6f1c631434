using System.Security.Cryptography;
using System.Text.Json;
using Microsoft.AspNetCore.DataProtection;

namespace Tandem.Trust.Smart;

/// <summary>What an app asks of a person, checked, until the person has answered.</summary>
/// <param name="Client">The app's client_id.</param>
/// <param name="RedirectUri">Where the answer goes.</param>
/// <param name="Scope">What it asks for.</param>
/// <param name="State">Comes back unchanged.</param>
/// <param name="Challenge">PKCE, S256.</param>
/// <param name="Nonce">For the id_token, or null.</param>
internal sealed record PendingAuthorization(string Client, string RedirectUri, string Scope, string State, string Challenge, string? Nonce)
{
    /// <summary>The hub's own launch, or null when the app began by itself.</summary>
    public LaunchContext? Launch { get; init; }

    /// <summary>What the person typed to find a patient, or null.</summary>
    public string? Search { get; init; }

    internal ScopeSet Scopes => ScopeSet.Parse(Scope).Value;
}

/// <summary>In which context the hub launches an app.</summary>
/// <param name="Client">Which app.</param>
/// <param name="Person">Who launched it (reference): nobody else may use it.</param>
/// <param name="Patient">For which patient (logical id).</param>
internal sealed record LaunchContext(string Client, string Person, string Patient)
{
    public string? Encounter { get; init; }

    /// <summary>What else is in context: references.</summary>
    public IReadOnlyList<string> Context { get; init; } = [];
}

/// <summary>
/// Seals requests and launches into addresses and opens them again, for some minutes: nothing is kept for people who never come back, and nothing of a
/// patient stands in an address. Thread-safe.
/// </summary>
internal sealed class SealedRequests(IDataProtectionProvider protection, TimeProvider clock)
{
    private static readonly TimeSpan RequestLasts = TimeSpan.FromMinutes(20);
    private static readonly TimeSpan LaunchLasts = TimeSpan.FromMinutes(5);
    private readonly IDataProtector requests = protection.CreateProtector("Tandem.Smart.Request");
    private readonly IDataProtector launches = protection.CreateProtector("Tandem.Smart.Launch");

    internal string Seal(PendingAuthorization request) => Seal(requests, request, RequestLasts);

    internal string Seal(LaunchContext launch) => Seal(launches, launch, LaunchLasts);

    /// <summary>Null for one that is too old or not of this hub.</summary>
    internal PendingAuthorization? OpenRequest(string? text) => Open<PendingAuthorization>(requests, text);

    /// <summary>Null for one that is too old or not of this hub.</summary>
    internal LaunchContext? OpenLaunch(string? text) => Open<LaunchContext>(launches, text);

    private string Seal<T>(IDataProtector protector, T content, TimeSpan lasts) =>
        protector.Protect(JsonSerializer.Serialize(new Sealed<T>(clock.GetUtcNow() + lasts, content)));

    private T? Open<T>(IDataProtector protector, string? text)
        where T : class
    {
        if (string.IsNullOrEmpty(text))
            return null;
        try
        {
            return JsonSerializer.Deserialize<Sealed<T>>(protector.Unprotect(text)) is { } opened && clock.GetUtcNow() < opened.Until ? opened.Content : null;
        }
        catch (CryptographicException)
        {
            return null;
        }
    }

    private sealed record Sealed<T>(DateTimeOffset Until, T Content);
}
