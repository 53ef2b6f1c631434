using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text.Json;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.Http;
using Tandem.Kernel.Pages;
using Microsoft.AspNetCore.WebUtilities;
using Tandem.Kernel.Outcomes;

namespace Tandem.Trust.Smart;

/// <summary>The patient in the context of a launch, as the other system knows them.</summary>
/// <param name="System">The system.</param>
/// <param name="Patient">Its Patient resource, as JSON.</param>
public sealed record LaunchedPatient(TrustedSystem System, string Patient);

/// <summary>
/// An electronic health record opens the hub for a patient: here the hub is the app (SMART App Launch 2.2, EHR launch, public client with PKCE). Only
/// systems that the site lists may do so. Whoever comes is signed in to the hub already; the launch says about whom, never who. Thread-safe.
/// </summary>
public sealed class EhrLaunch
{
    private const string Cookie = "tandem-launch";
    private const string Scope = "launch patient/Patient.read openid fhirUser";
    private static readonly TimeSpan Lasts = TimeSpan.FromMinutes(10);
    private readonly SmartSettings settings;
    private readonly OutsideWorld outside;
    private readonly Issuer issuer;
    private readonly IDataProtector protector;
    private readonly TimeProvider clock;

    internal EhrLaunch(SmartSettings settings, OutsideWorld outside, Issuer issuer, IDataProtectionProvider protection, TimeProvider clock) =>
        (this.settings, this.outside, this.issuer, protector, this.clock) = (settings, outside, issuer, protection.CreateProtector("Tandem.Smart.EhrLaunch"), clock);

    /// <summary>Begins: the address at the other system where the browser goes next.</summary>
    /// <param name="context">The request; the answer carries a cookie that binds the browser to this launch.</param>
    /// <param name="iss">The other system's FHIR address.</param>
    /// <param name="launch">Its handle.</param>
    public async Task<Outcome<string>> BeginAsync(HttpContext context, string? iss, string? launch)
    {
        if (string.IsNullOrEmpty(launch) || launch.Length > 2_000 || settings.Systems.FirstOrDefault(one => one.Fhir.Length > 0 && one.Fhir == iss) is not { } system)
            return Refusal.Forbidden("This system may not open the hub. Ask your administrator to list it.");
        if (await DiscoverAsync(system.Fhir, context.RequestAborted) is not { } places)
            return Refusal.Unavailable("The other system does not say how it lets apps in. Try again, or tell your administrator.");
        var begun = new Begun(system.Fhir, Tokens.New(), Tokens.New(), places.TokenEndpoint, clock.GetUtcNow() + Lasts);
        context.Response.Cookies.Append(context.CookieName(Cookie), protector.Protect(JsonSerializer.Serialize(begun)), CookieOptions(context));
        return QueryHelpers.AddQueryString(places.AuthorizationEndpoint,
        new Dictionary<string, string?>
        {
            ["response_type"] = "code", ["client_id"] = system.ClientId, ["redirect_uri"] = RedirectOf(context.Request), ["scope"] = Scope, ["state"] = begun.State,
            ["aud"] = system.Fhir, ["launch"] = launch, ["code_challenge"] = ExchangeCode.ChallengeOf(begun.Verifier), ["code_challenge_method"] = "S256",
        });
    }

    /// <summary>Finishes: exchanges the code and asks the other system for the patient in context.</summary>
    public async Task<Outcome<LaunchedPatient>> FinishAsync(HttpContext context, string? code, string? state)
    {
        var begun = Open(context);
        context.Response.Cookies.Delete(context.CookieName(Cookie), CookieOptions(context));
        if (begun is null || string.IsNullOrEmpty(code) || state != begun.State || settings.Systems.FirstOrDefault(one => one.Fhir == begun.Fhir) is not { } system)
            return Refusal.Invalid("This launch does not work any more. Open the hub again from the other system.");
        var cancel = context.RequestAborted;
        var answer = await outside.SendAsync(new HttpRequestMessage(HttpMethod.Post, begun.TokenEndpoint)
        {
            Content = new FormUrlEncodedContent(
            [
                new("grant_type", "authorization_code"), new("code", code), new("redirect_uri", RedirectOf(context.Request)), new("client_id", system.ClientId), new("code_verifier", begun.Verifier),
            ]),
        }, cancel);
        if (Read<TokenReply>(answer) is not { AccessToken: { Length: > 0 } token, Patient: { Length: > 0 and <= 64 } patient } || !patient.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '.'))
            return Refusal.Unavailable("The other system did not say which patient is open there. Open the hub again from there.");
        var request = new HttpRequestMessage(HttpMethod.Get, $"{system.Fhir}/Patient/{patient}");
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        return await outside.SendAsync(request, cancel) is { } json ? new LaunchedPatient(system, json) : Refusal.Unavailable("The other system does not show its patient. Try again from there.");
    }

    private async Task<Places?> DiscoverAsync(string fhir, CancellationToken cancel) =>
        Read<Places>(await outside.GetAsync(fhir + "/.well-known/smart-configuration", cancel)) is { CodeChallengeMethodsSupported: { } methods } places && methods.Contains("S256")
        && ClientAddress.IsServer(places.AuthorizationEndpoint ?? "", settings.AllowLoopback) && ClientAddress.IsServer(places.TokenEndpoint ?? "", settings.AllowLoopback)
            ? places
            : null;

    private Begun? Open(HttpContext context)
    {
        if (!context.Request.Cookies.TryGetValue(context.CookieName(Cookie), out var text))
            return null;
        try
        {
            return JsonSerializer.Deserialize<Begun>(protector.Unprotect(text)) is { } begun && clock.GetUtcNow() < begun.Until ? begun : null;
        }
        catch (CryptographicException)
        {
            return null;
        }
    }

    private string RedirectOf(HttpRequest request) => issuer.Of(request) + "/ehr/callback";

    private static T? Read<T>(string? json)
        where T : class
    {
        try
        {
            return json is null ? null : JsonSerializer.Deserialize<T>(json, SmartJson.Options);
        }
        catch (JsonException)
        {
            return null; // what cannot be read was not said
        }
    }

    private static CookieOptions CookieOptions(HttpContext context) => new()
    {
        HttpOnly = true, Secure = context.Request.IsHttps, SameSite = SameSiteMode.Lax, Path = "/", MaxAge = Lasts, IsEssential = true,
    };

    private sealed record Begun(string Fhir, string State, string Verifier, string TokenEndpoint, DateTimeOffset Until);

    private sealed record Places(string AuthorizationEndpoint, string TokenEndpoint, IReadOnlyList<string>? CodeChallengeMethodsSupported);

    private sealed record TokenReply(string? AccessToken, string? Patient);
}
