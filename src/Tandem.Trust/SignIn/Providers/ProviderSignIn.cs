using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;
using Tandem.Kernel.Actors;
using Tandem.Kernel.Outcomes;
using Tandem.Record.Log;

namespace Tandem.Trust.SignIn.Providers;

/// <summary>
/// Signing in at an organisation's identity provider: authorization code with PKCE (S256), state and nonce, the answer's issuer (RFC 9207) and the token's signature, issuer, audience, times and
/// nonce checked (OpenID Connect Core 3.1.3.7). Who comes back is matched by <see cref="ProviderPeople"/>.
/// </summary>
internal sealed class ProviderSignIn(
    RecordStore record, ProviderDiscovery discovery, StepCookie steps, SignInJournal journal, ProviderPeople people, SignInOptions site, IDataProtectionProvider protection, TimeProvider clock)
{
    internal const string AnswerPath = "/sign-in/answer";
    private const string Step = "provider";
    private static readonly JsonWebTokenHandler Reader = new() { MapInboundClaims = false };
    private static readonly string[] Algorithms = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512"];

    /// <summary>What somebody is told whose provider signs with a shorter key than is taken.</summary>
    internal static readonly Refusal ShortKey = Refusal.Unauthenticated("Your organisation's sign-in uses a key that is shorter than this hub takes. Tell your administrator, or sign in another way.");

    private readonly IDataProtector protector = protection.CreateProtector("Tandem.SignIn.Provider");

    internal ProviderSettings? Find(string organization) =>
        record.Database.Read(session => session.First(ProviderSettings.ReadOne, ProviderSettings.Read, organization));

    internal IReadOnlyList<ProviderSettings> All() => record.Database.Read(session => session.Query(ProviderSettings.ReadAll, ProviderSettings.Read));

    internal string Seal(string secret) => protector.Protect(secret);

    /// <summary>Where the browser goes to sign in; null when the provider cannot be reached.</summary>
    internal async Task<Uri?> BeginAsync(HttpContext context, string organization, CancellationToken cancel)
    {
        if (Find(organization) is not { } settings || await discovery.FindAsync(settings.Issuer, wantsNewKeys: false, cancel) is not { } document)
            return null;
        var attempt = new Attempt(organization, Tokens.New(), Tokens.New(), Tokens.New());
        steps.Leave(context, Step, JsonSerializer.Serialize(attempt), fromElsewhere: true);
        var challenge = WebEncoders.Base64UrlEncode(SHA256.HashData(Encoding.ASCII.GetBytes(attempt.Verifier)));
        return new Uri(QueryHelpers.AddQueryString(document.Authorization.ToString(), new Dictionary<string, string?>
        {
            ["response_type"] = "code", ["client_id"] = settings.ClientId, ["redirect_uri"] = Here(context, AnswerPath), ["scope"] = "openid profile email",
            ["state"] = attempt.State, ["nonce"] = attempt.Nonce, ["code_challenge"] = challenge, ["code_challenge_method"] = "S256",
        }));
    }

    /// <summary>Takes the provider's answer and begins a session.</summary>
    /// <returns>The session's secret, for the cookie.</returns>
    internal async Task<Outcome<string>> AnswerAsync(HttpContext context, CancellationToken cancel)
    {
        var origin = Origin.Of(context);
        var outcome = await ClaimsAsync(context, cancel);
        if (outcome.Succeeded(out var answer, out var refusal))
        {
            var signedIn = await people.SignInAsync(answer.Settings, answer.Token, origin, cancel);
            if (signedIn.Refusal is null)
                return signedIn;
            refusal = signedIn.Refusal;
        }

        await journal.NoteAsync(new SignInEvent(SignInAct.Refused, null, "provider: " + (ReferenceEquals(refusal, ShortKey) ? "key too short" : refusal.Kind), origin.Address), cancel);
        return refusal;
    }

    /// <summary>Where the browser goes to sign out at the provider too; null when it offers nothing.</summary>
    internal async Task<Uri?> LeaveAsync(HttpContext context, string organization, CancellationToken cancel) =>
        Find(organization) is { } settings && await discovery.FindAsync(settings.Issuer, wantsNewKeys: false, cancel) is { EndSession: { } end }
            ? new Uri(QueryHelpers.AddQueryString(end.ToString(), new Dictionary<string, string?>
            {
                ["client_id"] = settings.ClientId, ["post_logout_redirect_uri"] = Here(context, "/sign-in"),
            }))
            : null;

    private async Task<Outcome<(ProviderSettings Settings, JsonWebToken Token)>> ClaimsAsync(HttpContext context, CancellationToken cancel)
    {
        var query = context.Request.Query;
        if (steps.Take(context, Step) is not { } state || JsonSerializer.Deserialize<Attempt>(state) is not { } attempt || !Same(query["state"].ToString(), attempt.State))
            return Refusal.Invalid("This sign-in was not begun here, or took too long. Begin again.");
        if (query["code"].ToString() is not { Length: > 0 } code || Find(attempt.Organization) is not { } settings)
            return Refusal.Unauthenticated("Your organisation's sign-in was given up or refused. Begin again.");
        if (await discovery.FindAsync(settings.Issuer, wantsNewKeys: false, cancel) is not { } document)
            return Refusal.Unavailable("Your organisation's sign-in cannot be reached now. Try again later, or sign in another way.");
        if ((document.NamesIssuer || query.ContainsKey("iss")) && query["iss"].ToString() != settings.Issuer)
            return Refusal.Unauthenticated("The answer came from somebody else. Begin again.");
        if (await ExchangeAsync(context, settings, document, code, attempt.Verifier, cancel) is not { } text)
            return Refusal.Unauthenticated("Your organisation's sign-in did not confirm who you are. Begin again.");
        var token = await ReadTokenAsync(settings, text, cancel);
        if (token is not null && !IsKeyEnough(settings, token))
            return ShortKey;
        if (token is not null && !settings.IsStrongEnough(token.Claims.Where(claim => claim.Type is "acr" or "amr").Select(claim => claim.Value)))
            return Refusal.Unauthenticated("Your organisation's sign-in asked for less than this hub needs. Sign in there with a second factor.");
        return token is not null && token.TryGetPayloadValue<string>("nonce", out var nonce) && Same(nonce, attempt.Nonce) && !string.IsNullOrEmpty(token.Subject)
            ? (settings, token)
            : Refusal.Unauthenticated("Your organisation's sign-in did not confirm who you are. Begin again.");
    }

    /// <summary>Whether the key that a token was checked with is as long as the site, or the organisation for its provider, asks for.</summary>
    internal bool IsKeyEnough(ProviderSettings settings, JsonWebToken token) => KeyLength.IsEnough(token.SigningKey, settings.ShortestRsaKey(site.ShortestRsaKey));

    /// <summary>A token that the provider signed for this hub and that holds now; null when it did not. Whether its key is long enough is asked by <see cref="IsKeyEnough"/>.</summary>
    internal async Task<JsonWebToken?> ReadTokenAsync(ProviderSettings settings, string text, CancellationToken cancel) =>
        await discovery.FindAsync(settings.Issuer, wantsNewKeys: false, cancel) is not { } document ? null
        : await ValidateAsync(settings, document, text)
            ?? (await discovery.FindAsync(settings.Issuer, wantsNewKeys: true, cancel) is { } newer ? await ValidateAsync(settings, newer, text) : null);

    private async Task<string?> ExchangeAsync(HttpContext context, ProviderSettings settings, ProviderDocument document, string code, string verifier, CancellationToken cancel)
    {
        var fields = new Dictionary<string, string>
        {
            ["grant_type"] = "authorization_code", ["code"] = code, ["redirect_uri"] = Here(context, AnswerPath), ["client_id"] = settings.ClientId, ["code_verifier"] = verifier,
        };
        using var request = new HttpRequestMessage(HttpMethod.Post, document.Token) { Content = new FormUrlEncodedContent(fields) };
        if (settings.SealedSecret is { } sealedSecret)
        {
            var basic = $"{Uri.EscapeDataString(settings.ClientId)}:{Uri.EscapeDataString(protector.Unprotect(sealedSecret))}"; // RFC 6749 2.3.1
            request.Headers.Authorization = new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.ASCII.GetBytes(basic)));
        }

        try
        {
            using var reply = await discovery.Client.SendAsync(request, cancel);
            if (!reply.IsSuccessStatusCode)
                return null;
            using var found = JsonDocument.Parse(await reply.Content.ReadAsStringAsync(cancel));
            return found.RootElement.TryGetProperty("id_token", out var token) ? token.GetString() : null;
        }
        catch (Exception e) when (e is HttpRequestException or JsonException or InvalidOperationException || (e is TaskCanceledException && !cancel.IsCancellationRequested))
        {
            return null; // told to the person as "did not confirm"
        }
    }

    private async Task<JsonWebToken?> ValidateAsync(ProviderSettings settings, ProviderDocument document, string text)
    {
        var result = await Reader.ValidateTokenAsync(text, new TokenValidationParameters
        {
            ValidIssuer = settings.Issuer, ValidAudience = settings.ClientId, IssuerSigningKeys = document.Keys, ValidAlgorithms = Algorithms, RequireSignedTokens = true,
            RequireExpirationTime = true, ClockSkew = TimeSpan.FromMinutes(2),
            LifetimeValidator = (from, until, _, rules) => until > clock.GetUtcNow().UtcDateTime - rules.ClockSkew && (from is null || from < clock.GetUtcNow().UtcDateTime + rules.ClockSkew),
        });
        return result is { IsValid: true, SecurityToken: JsonWebToken token } && (token.Audiences.Count() == 1 || (token.TryGetPayloadValue<string>("azp", out var party) && party == settings.ClientId))
            ? token
            : null;
    }

    private static string Here(HttpContext context, string path) => $"{context.Request.Scheme}://{context.Request.Host}{path}";

    private static bool Same(string one, string other) => CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(one), Encoding.UTF8.GetBytes(other));

    private sealed record Attempt(string Organization, string State, string Nonce, string Verifier);
}
