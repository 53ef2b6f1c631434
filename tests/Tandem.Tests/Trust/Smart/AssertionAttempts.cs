using Tandem.Trust.Smart;

namespace Tandem.Tests.Trust.Smart;

/// <summary>Services that prove themselves badly.</summary>
internal static class AssertionAttempts
{
    private static readonly (string Name, Action<Dictionary<string, object?>, SmartHub> Change)[] OfClaims =
    [
        ("no iss", (claims, _) => claims.Remove("iss")),
        ("iss of another app", (claims, hub) => claims["iss"] = hub.Keyed.Id),
        ("iss of nobody", (claims, _) => claims["iss"] = "nobody"),
        ("no sub", (claims, _) => claims.Remove("sub")),
        ("sub of another app", (claims, hub) => claims["sub"] = hub.Keyed.Id),
        ("no aud", (claims, _) => claims.Remove("aud")),
        ("aud of another server", (claims, _) => claims["aud"] = "https://auth.example.net/token"),
        ("aud of the issuer", (claims, hub) => claims["aud"] = hub.Address),
        ("aud with a slash more", (claims, hub) => claims["aud"] = hub.Address + "/oauth/token/"),
        ("aud of several", (claims, hub) => claims["aud"] = new[] { hub.Address + "/oauth/token", "https://auth.example.net/token" }),
        ("no exp", (claims, _) => claims.Remove("exp")),
        ("exp that has passed", (claims, hub) => claims["exp"] = hub.Clock.GetUtcNow().AddMinutes(-1).ToUnixTimeSeconds()),
        ("exp in six minutes", (claims, hub) => claims["exp"] = hub.Clock.GetUtcNow().AddMinutes(6).ToUnixTimeSeconds()),
        ("exp in a year", (claims, hub) => claims["exp"] = hub.Clock.GetUtcNow().AddYears(1).ToUnixTimeSeconds()),
        ("exp as text", (claims, _) => claims["exp"] = "soon"),
        ("exp below zero", (claims, _) => claims["exp"] = -1),
        ("iat in the future", (claims, hub) => claims["iat"] = hub.Clock.GetUtcNow().AddMinutes(3).ToUnixTimeSeconds()),
        ("nbf in the future", (claims, hub) => claims["nbf"] = hub.Clock.GetUtcNow().AddMinutes(3).ToUnixTimeSeconds()),
        ("no jti", (claims, _) => claims.Remove("jti")),
        ("an empty jti", (claims, _) => claims["jti"] = ""),
        ("a jti without end", (claims, _) => claims["jti"] = new string('j', 201)),
    ];

    private static readonly (string Name, Action<Dictionary<string, object?>> Change, string SignedBy)[] OfHeader =
    [
        ("alg none", header => header["alg"] = "none", "nobody"),
        ("alg None", header => header["alg"] = "None", "nobody"),
        ("alg HS384 with the public keys as secret", header => header["alg"] = "HS384", "hmac"),
        ("alg RS256", header => (header["alg"], header["kid"]) = ("RS256", "rsa-1"), "rsa-256"),
        ("alg PS384", header => (header["alg"], header["kid"]) = ("PS384", "rsa-1"), "rsa-pss"),
        ("alg ES256", header => header["alg"] = "ES256", "ec"),
        ("alg RS384 with an elliptic key", header => header["alg"] = "RS384", "ec"),
        ("alg ES384 with an RSA key", header => (header["alg"], header["kid"]) = ("ES384", "rsa-1"), "rsa"),
        ("no alg", header => header.Remove("alg"), "ec"),
        ("no kid", header => header.Remove("kid"), "ec"),
        ("an unknown kid", header => header["kid"] = "other", "ec"),
        ("a stranger's key", _ => { }, "stranger"),
        ("a signature of zeros", _ => { }, "zero"),
        ("no signature", _ => { }, "nobody"),
        ("crit", header => header["crit"] = new[] { "exp" }, "ec"),
        ("a key of its own in the header", header => header["jwk"] = new { kty = "EC" }, "ec"),
        ("a certificate in the header", header => header["x5c"] = new[] { "AAAA" }, "ec"),
        ("a certificate elsewhere", header => header["x5u"] = "https://evil.example.net/x5u", "ec"),
        ("typ of an access token", header => header["typ"] = "at+jwt", "ec"),
        ("b64 false", header => header["b64"] = false, "ec"),
        ("compressed", header => header["zip"] = "DEF", "ec"),
    ];

    internal static IEnumerable<OAuthAttempt> All =>
    [
        .. OfClaims.Select(one => new OAuthAttempt("assertion: " + one.Name, async hub =>
            OAuthAttempt.Refused(await hub.TokenAsync(hub.ServiceForm(hub.Assert(claims => one.Change(claims, hub)))), "invalid_client"))),
        .. OfHeader.Select(one => new OAuthAttempt("assertion: " + one.Name, async hub =>
            OAuthAttempt.Refused(await hub.TokenAsync(hub.ServiceForm(hub.Assert(header: one.Change, signedBy: one.SignedBy))), "invalid_client"))),
        new("assertion: twice", async hub =>
        {
            var assertion = hub.Assert();
            var first = await hub.TokenAsync(hub.ServiceForm(assertion));
            return first.Text.Contains("access_token", StringComparison.Ordinal) ? OAuthAttempt.Refused(await hub.TokenAsync(hub.ServiceForm(assertion)), "invalid_client") : first.Text;
        }),
        new("assertion: changed after it was signed", async hub =>
        {
            var parts = hub.Assert().Split('.');
            var other = hub.Assert().Split('.');
            return OAuthAttempt.Refused(await hub.TokenAsync(hub.ServiceForm($"{parts[0]}.{other[1]}.{parts[2]}")), "invalid_client");
        }),
        new("assertion: no token at all", async hub => OAuthAttempt.Refused(await hub.TokenAsync(hub.ServiceForm("assertion")), "invalid_client")),
        new("assertion: five parts", async hub => OAuthAttempt.Refused(await hub.TokenAsync(hub.ServiceForm("e30.e30.e30.e30.e30")), "invalid_client")),
        new("assertion: header that is no JSON", async hub => OAuthAttempt.Refused(await hub.TokenAsync(hub.ServiceForm("AAAA.e30.AAAA")), "invalid_client")),
        new("assertion: very long", async hub => OAuthAttempt.Refused(await hub.TokenAsync(hub.ServiceForm(hub.Assert(claims => claims["more"] = new string('x', 20_000)))), "invalid_client")),
        new("assertion: of no type", async hub =>
        {
            var form = hub.ServiceForm(hub.Assert());
            form.Remove("client_assertion_type");
            return OAuthAttempt.Refused(await hub.TokenAsync(form), "invalid_client");
        }),
        new("assertion: of another type", async hub => OAuthAttempt.Refused(
            await hub.TokenAsync(new(hub.ServiceForm(hub.Assert())) { ["client_assertion_type"] = "urn:ietf:params:oauth:client-assertion-type:saml2-bearer" }), "invalid_client")),
        new("assertion: with another client_id", async hub => OAuthAttempt.Refused(
            await hub.TokenAsync(new(hub.ServiceForm(hub.Assert())) { ["client_id"] = hub.Keyed.Id }), "invalid_client")),
        new("assertion: beside a secret", async hub => OAuthAttempt.Refused(await hub.TokenAsync(hub.ServiceForm(hub.Assert()), hub.Basic()), "invalid_request")),
        new("service: a scope of a patient", async hub => OAuthAttempt.Refused(await hub.TokenAsync(new(hub.ServiceForm(hub.Assert())) { ["scope"] = "patient/Patient.rs" }), "invalid_scope")),
        new("service: a scope beyond its registration", async hub => OAuthAttempt.Refused(await hub.TokenAsync(new(hub.ServiceForm(hub.Assert())) { ["scope"] = "system/*.rs" }), "invalid_scope")),
        new("service: more letters than registered", async hub => OAuthAttempt.Refused(
            await hub.TokenAsync(new(hub.ServiceForm(hub.Assert())) { ["scope"] = "system/Patient.cruds" }), "invalid_scope")),
        new("service: no scope", async hub => OAuthAttempt.Refused(await hub.TokenAsync(new(hub.ServiceForm(hub.Assert())) { ["scope"] = "" }), "invalid_scope")),
        new("service: a code", async hub => OAuthAttempt.Refused(
            await hub.TokenAsync(new(hub.ServiceForm(hub.Assert())) { ["grant_type"] = "authorization_code", ["code"] = "x", ["redirect_uri"] = "https://x", ["code_verifier"] = SmartHub.Verifier }), "unauthorized_client")),
        new("service: disabled", async hub =>
        {
            var (client, _) = await hub.AddAsync(hub.Service.Metadata, "disabled");
            return OAuthAttempt.Refused(await hub.TokenAsync(hub.ServiceForm(hub.Assert(client: client.Id))), "invalid_client");
        }),
        new("service: waits for approval", async hub =>
        {
            var (client, _) = await hub.AddAsync(hub.Service.Metadata, "pending");
            return OAuthAttempt.Refused(await hub.TokenAsync(hub.ServiceForm(hub.Assert(client: client.Id))), "invalid_client");
        }),
    ];

    /// <summary>An assertion of the service, right but for what a test changes.</summary>
    internal static string Assert(
        this SmartHub hub, Action<Dictionary<string, object?>>? claims = null, Action<Dictionary<string, object?>>? header = null, string signedBy = "ec", string? client = null) =>
        hub.Keys.Assertion(client ?? hub.Service.Id, hub.Address + "/oauth/token", hub.Clock.GetUtcNow(), claims, header, signedBy);

    /// <summary>A launch for Pia, handed out by the hub.</summary>
    internal static string Launch(this SmartHub hub, string? client = null, string person = "Practitioner/ana") =>
        hub.Get<SealedRequests>().Seal(new LaunchContext(client ?? hub.Public.Id, person, "pia"));
}
