using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;
using Tandem.Kernel.Outcomes;
using Tandem.Record.Log;

namespace Tandem.Trust.Smart;

/// <summary>What an assertion has to say to be believed.</summary>
/// <param name="Issuer">Who signed it.</param>
/// <param name="Subject">Of whom it speaks; null when that is not asked.</param>
/// <param name="Audience">For whom it is.</param>
/// <param name="Keys">The issuer's keys with a given id.</param>
internal sealed record AssertionRule(string Issuer, string? Subject, string Audience, Func<string, CancellationToken, Task<IReadOnlyList<JsonWebKey>>> Keys);

/// <summary>
/// A short-lived signed statement by somebody outside (RFC 7523; SMART App Launch 2.2, asymmetric authentication; CDS Hooks 2.0, trust): ES384 or
/// RS384, at most five minutes, once.
/// </summary>
internal sealed class SignedAssertion(RecordStore record, TimeProvider clock)
{
    private const string FindUsed = "SELECT 1 FROM smart_assertions WHERE issuer = $1 AND jti_hash = $2";
    private static readonly string[] Algorithms = ["ES384", "RS384"];
    private static readonly string[] Headers = ["alg", "kid", "typ", "jku"];
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan Skew = TimeSpan.FromSeconds(10);
    private readonly JsonWebTokenHandler tokens = new() { MaximumTokenSizeInBytes = 8 * 1024, MapInboundClaims = false };

    /// <summary>Who says to have signed it, before anything is checked; null when it is no assertion.</summary>
    internal JsonWebToken? Look(string text)
    {
        if (!tokens.CanReadToken(text) || text.Count('.') != 2)
            return null;
        try
        {
            return tokens.ReadJsonWebToken(text);
        }
        catch (Exception e) when (e is ArgumentException or SecurityTokenException)
        {
            return null;
        }
    }

    /// <summary>Null when it is right and was never used before; it is used up by that.</summary>
    internal async Task<Refusal?> UseAsync(JsonWebToken assertion, AssertionRule rule, CancellationToken cancel) =>
        WrongClaims(assertion, rule) ?? await WrongSignatureAsync(assertion, rule, cancel) ?? await UsedAsync(assertion, cancel);

    private Refusal? WrongClaims(JsonWebToken assertion, AssertionRule rule)
    {
        var now = clock.GetUtcNow();
        if (!Algorithms.Contains(assertion.Alg) || string.IsNullOrEmpty(assertion.Kid) || HeadersOf(assertion).Except(Headers).Any())
            return Wrong("The assertion has to be signed with ES384 or RS384, by a key with a kid, and without further headers.");
        if (assertion.Typ is { Length: > 0 } type && !type.Equals("JWT", StringComparison.OrdinalIgnoreCase))
            return Wrong("The assertion is of another kind than JWT.");
        if (assertion.Issuer != rule.Issuer || (rule.Subject is { } subject && assertion.Subject != subject))
            return Wrong("iss and sub have to be the client_id.");
        if (assertion.Audiences.ToList() is not [var audience] || audience != rule.Audience)
            return Wrong("aud has to be the address that this request goes to.");
        if (TimeOf(assertion, "exp") is not { } expires || expires <= now - Skew || expires > now + Longest + Skew)
            return Wrong("exp has to be at most five minutes from now and not passed.");
        if (TimeOf(assertion, "iat") is { } issued && issued > now + Skew)
            return Wrong("iat lies in the future.");
        if (TimeOf(assertion, "nbf") is { } begins && begins > now + Skew)
            return Wrong("nbf lies in the future.");
        return assertion.Id is { Length: >= 8 and <= 200 } ? null : Wrong("jti has to be a text of 8 to 200 characters that was never used before.");
    }

    private async Task<Refusal?> WrongSignatureAsync(JsonWebToken assertion, AssertionRule rule, CancellationToken cancel)
    {
        var keys = await rule.Keys(assertion.Kid, cancel);
        var result = await tokens.ValidateTokenAsync(assertion, new TokenValidationParameters
        {
            IssuerSigningKeys = keys.Where(key => (key.Kty == JsonWebAlgorithmsKeyTypes.EllipticCurve) == (assertion.Alg == "ES384")),
            TryAllIssuerSigningKeys = false,
            ValidAlgorithms = Algorithms,
            RequireSignedTokens = true,
            ValidateIssuer = false, // the claims are held against the rule above, by this hub's clock
            ValidateAudience = false,
            ValidateLifetime = false,
        });
        return result.IsValid ? null : Wrong("The signature does not match a key of the sender.");
    }

    private async Task<Refusal?> UsedAsync(JsonWebToken assertion, CancellationToken cancel) => (await record.WriteAsync<bool>(
        Kernel.Actors.AccessScope.System,
        session =>
        {
            var (issuer, id) = (assertion.Issuer, Tokens.Hash(assertion.Id));
            if (session.Query(FindUsed, _ => true, issuer, id).Count > 0)
                return Wrong("The assertion was used before.");
            session.Write(SmartTables.Assertions, issuer, id, clock.GetUtcNow() + Longest + Longest);
            return true;
        },
        cancel)).Refusal;

    private static DateTimeOffset? TimeOf(JsonWebToken assertion, string claim) =>
        assertion.TryGetPayloadValue<long>(claim, out var seconds) && seconds is > 0 and < 253402300800 ? DateTimeOffset.FromUnixTimeSeconds(seconds) : null;

    private static IEnumerable<string> HeadersOf(JsonWebToken assertion)
    {
        using var header = System.Text.Json.JsonDocument.Parse(Base64UrlEncoder.DecodeBytes(assertion.EncodedHeader));
        return [.. header.RootElement.EnumerateObject().Select(member => member.Name)];
    }

    private static Refusal Wrong(string text) => OAuthError.InvalidClient(text);
}
