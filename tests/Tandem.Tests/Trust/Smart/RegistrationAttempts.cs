using System.Net;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Tandem.Tests.Trust.Smart;

/// <summary>Registrations that may not be kept, and tokens that open nothing.</summary>
internal static class RegistrationAttempts
{
    /// <summary>A key set with one public RSA key of so many bits, behind so many bytes of zeros.</summary>
    internal static string RsaKey(int bits, int zeros = 0, byte first = 0xC3) =>
        $$"""{"keys":[{"kty":"RSA","kid":"a","n":"{{TestKeys.Encode([.. new byte[zeros], first, .. Enumerable.Repeat((byte)0xC3, (bits / 8) - 1)])}}","e":"AQAB"}]}""";

    private static readonly (string Name, Action<JsonObject> Change)[] OfMetadata =
    [
        ("no name", body => body.Remove("client_name")),
        ("a name of one letter", body => body["client_name"] = "x"),
        ("a name without end", body => body["client_name"] = new string('n', 81)),
        ("a name over two lines", body => body["client_name"] = "Good\nBad"),
        ("no redirect", body => body["redirect_uris"] = new JsonArray()),
        ("a redirect without encryption", body => body["redirect_uris"] = new JsonArray("http://app.example.org/cb")),
        ("a redirect to localhost by name", body => body["redirect_uris"] = new JsonArray("http://localhost:8000/cb")),
        ("a redirect with a fragment", body => body["redirect_uris"] = new JsonArray("https://app.example.org/cb#x")),
        ("a redirect with a wildcard", body => body["redirect_uris"] = new JsonArray("https://*.example.org/cb")),
        ("a redirect with a user name", body => body["redirect_uris"] = new JsonArray("https://a@app.example.org/cb")),
        ("a redirect of script", body => body["redirect_uris"] = new JsonArray("javascript:alert(1)")),
        ("a redirect of data", body => body["redirect_uris"] = new JsonArray("data:text/html,x")),
        ("a redirect of a scheme without a dot", body => body["redirect_uris"] = new JsonArray("myapp:/cb")),
        ("a relative redirect", body => body["redirect_uris"] = new JsonArray("/cb")),
        ("eleven redirects", body => body["redirect_uris"] = new JsonArray([.. Enumerable.Range(0, 11).Select(n => (JsonNode)$"https://app.example.org/{n}")])),
        ("a redirect among good ones", body => body["redirect_uris"] = new JsonArray("https://app.example.org/cb", "http://evil.example.net/")),
        ("the implicit grant", body => body["grant_types"] = new JsonArray("implicit")),
        ("the password grant", body => body["grant_types"] = new JsonArray("password", "authorization_code")),
        ("no grant", body => body["grant_types"] = new JsonArray()),
        ("people and itself at once", body => body["grant_types"] = new JsonArray("authorization_code", "client_credentials")),
        ("response_type token", body => body["response_types"] = new JsonArray("token")),
        ("a secret in the body as method", body => body["token_endpoint_auth_method"] = "client_secret_post"),
        ("a signed secret as method", body => body["token_endpoint_auth_method"] = "client_secret_jwt"),
        ("keys without their method", body => body["jwks_uri"] = "https://app.example.org/jwks"),
        ("a key method without keys", body => body["token_endpoint_auth_method"] = "private_key_jwt"),
        ("a private key", body => (body["token_endpoint_auth_method"], body["jwks"]) = ("private_key_jwt", JsonNode.Parse("""{"keys":[{"kty":"EC","crv":"P-384","kid":"a","x":"AA","y":"AA","d":"AA"}]}"""))),
        ("a symmetric key", body => (body["token_endpoint_auth_method"], body["jwks"]) = ("private_key_jwt", JsonNode.Parse("""{"keys":[{"kty":"oct","kid":"a","k":"AAAA"}]}"""))),
        ("a small curve", body => (body["token_endpoint_auth_method"], body["jwks"]) = ("private_key_jwt", JsonNode.Parse("""{"keys":[{"kty":"EC","crv":"P-256","kid":"a","x":"AA","y":"AA"}]}"""))),
        ("an RSA key of 2048 bits", body => (body["token_endpoint_auth_method"], body["jwks"]) = ("private_key_jwt", JsonNode.Parse(RsaKey(2048)))),
        ("an RSA key of 2048 bits behind zeros", body => (body["token_endpoint_auth_method"], body["jwks"]) = ("private_key_jwt", JsonNode.Parse(RsaKey(2048, zeros: 128)))),
        ("an RSA key whose first bits are zeros", body => (body["token_endpoint_auth_method"], body["jwks"]) = ("private_key_jwt", JsonNode.Parse(RsaKey(3072, first: 1)))),
        ("an RSA key of 16,384 bits", body => (body["token_endpoint_auth_method"], body["jwks"]) = ("private_key_jwt", JsonNode.Parse(RsaKey(16_384)))),
        ("an RSA key that is none", body => (body["token_endpoint_auth_method"], body["jwks"]) = ("private_key_jwt", JsonNode.Parse("""{"keys":[{"kty":"RSA","kid":"a","n":"%","e":"AQAB"}]}"""))),
        ("an empty key set", body => (body["token_endpoint_auth_method"], body["jwks"]) = ("private_key_jwt", JsonNode.Parse("""{"keys":[]}"""))),
        ("keys in a place without encryption", body => (body["token_endpoint_auth_method"], body["jwks_uri"]) = ("private_key_jwt", "http://app.example.org/jwks")),
        ("keys in a file", body => (body["token_endpoint_auth_method"], body["jwks_uri"]) = ("private_key_jwt", "file:///etc/passwd")),
        ("no scope", body => body.Remove("scope")),
        ("an unknown scope", body => body["scope"] = "everything"),
        ("a system's scope for an app for people", body => body["scope"] = "system/*.rs"),
        ("a software statement", body => body["software_statement"] = "e30.e30.x"),
        ("a launch address without encryption", body => body["initiate_login_uri"] = "http://app.example.org/launch"),
        ("a service with a patient's scope", body =>
        {
            (body["grant_types"], body["token_endpoint_auth_method"], body["jwks_uri"]) = (new JsonArray("client_credentials"), "private_key_jwt", "https://app.example.org/jwks");
            body.Remove("redirect_uris");
            body["scope"] = "patient/*.rs";
        }),
        ("a service with a secret", body =>
        {
            body["grant_types"] = new JsonArray("client_credentials");
            body.Remove("redirect_uris");
            body["scope"] = "system/*.rs";
        }),
    ];

    internal static IEnumerable<OAuthAttempt> All =>
    [
        .. OfMetadata.Select(one => new OAuthAttempt("register: " + one.Name, async hub =>
        {
            var body = Metadata;
            one.Change(body);
            return OAuthAttempt.Refused(await RegisterAsync(hub, body.ToJsonString()));
        })),
        new("register: a member twice", async hub => OAuthAttempt.Refused(await RegisterAsync(hub, Metadata.ToJsonString()[..^1] + ""","client_name":"Other name"}"""))),
        new("register: a body without end", async hub => OAuthAttempt.Refused(await RegisterAsync(hub, "[" + new string(' ', 70_000) + "]"))),
        new("register: no JSON", async hub => OAuthAttempt.Refused(await RegisterAsync(hub, "client_name=x"))),
        new("register: an array", async hub => OAuthAttempt.Refused(await RegisterAsync(hub, "[]"))),
        new("register: null", async hub => OAuthAttempt.Refused(await RegisterAsync(hub, "null"))),
        new("register: a form", async hub => OAuthAttempt.Refused(await hub.PostAsync("/oauth/register", new() { ["client_name"] = "Form app" }))),
        new("register: an approved status of its own", async hub =>
        {
            var body = Metadata;
            (body["status"], body["registration_status"]) = ("approved", "approved");
            var id = (await RegisterAsync(hub, body.ToJsonString())).Json.GetProperty("client_id").GetString();
            using var reply = await hub.AskAsync(new Dictionary<string, string>(hub.Request()) { ["client_id"] = id!, ["redirect_uri"] = "https://new.example.org/cb" });
            return reply.StatusCode == HttpStatusCode.BadRequest ? null : "it works without approval";
        }),
        new("register: reading it without its token", async hub =>
            (await hub.GetAsync("/oauth/register/" + hub.Public.Id)).Status == HttpStatusCode.Unauthorized ? null : "told"),
        new("register: reading it with another app's token", async hub =>
        {
            var mine = (await RegisterAsync(hub, Metadata.ToJsonString())).Json.GetProperty("registration_access_token").GetString();
            return (await hub.GetAsync("/oauth/register/" + hub.Public.Id, mine)).Status == HttpStatusCode.Unauthorized ? null : "told";
        }),
        .. OfBearer,
    ];

    private static IEnumerable<OAuthAttempt> OfBearer =>
    [
        new("bearer: invented", hub => NotLetInAsync(hub, _ => Task.FromResult("invented"))),
        new("bearer: empty", hub => NotLetInAsync(hub, _ => Task.FromResult(""))),
        new("bearer: a refresh token", hub => NotLetInAsync(hub, async one => TokenAttempts.Text(await one.TokensAsync(), "refresh_token"))),
        new("bearer: an id_token", hub => NotLetInAsync(hub, async one => TokenAttempts.Text(await one.TokensAsync(), "id_token"))),
        new("bearer: the hash of a token", hub => NotLetInAsync(hub, async one => Tandem.Trust.Tokens.Hash(TokenAttempts.Text(await one.TokensAsync(), "access_token")))),
        new("bearer: after an hour", hub => NotLetInAsync(hub, async one =>
        {
            var token = TokenAttempts.Text(await one.TokensAsync(), "access_token");
            await one.PassAsync(TimeSpan.FromMinutes(61));
            return token;
        })),
        new("bearer: given back", hub => NotLetInAsync(hub, async one =>
        {
            var token = TokenAttempts.Text(await one.TokensAsync(), "access_token");
            await one.PostAsync("/oauth/revoke", new() { ["token"] = token, ["client_id"] = one.Public.Id });
            return token;
        })),
        new("bearer: as XML", async hub =>
        {
            var answer = await hub.GetAsync("/fhir/Patient/pia?_format=xml", "invented");
            return answer.Status == HttpStatusCode.Unauthorized && answer.Text.Contains("<code value=\"login\"", StringComparison.Ordinal) ? null : $"{answer.Status} {answer.Text}";
        }),
        new("bearer: for a page", async hub =>
        {
            var answer = await hub.GetAsync("/worklist", TokenAttempts.Text(await hub.TokensAsync(), "access_token"));
            return answer.Status == HttpStatusCode.Unauthorized ? null : $"{answer.Status}";
        }),
        new("bearer: in the address", async hub =>
        {
            var answer = await hub.GetAsync("/fhir/Patient/pia?access_token=" + TokenAttempts.Text(await hub.TokensAsync(), "access_token"));
            return answer.Status == HttpStatusCode.Unauthorized ? null : $"{answer.Status}";
        }),
    ];

    internal static JsonObject Metadata => new()
    {
        ["client_name"] = "New app", ["redirect_uris"] = new JsonArray("https://new.example.org/cb"), ["token_endpoint_auth_method"] = "none",
        ["grant_types"] = new JsonArray("authorization_code", "refresh_token"), ["scope"] = SmartHub.Scopes,
    };

    internal static async Task<Answer> RegisterAsync(SmartHub hub, string json)
    {
        using var body = new StringContent(json, Encoding.UTF8, "application/json");
        return await hub.SendAsync(HttpMethod.Post, "/oauth/register", body);
    }

    private static async Task<string?> NotLetInAsync(SmartHub hub, Func<SmartHub, Task<string>> token)
    {
        var shown = await token(hub);
        var answer = await hub.GetAsync("/fhir/Patient/pia", shown);
        var said = shown.Length == 0 ? "Sign in first" : "This access token"; // an app has no use for a link to sign in by
        return answer.Status == HttpStatusCode.Unauthorized && answer.Headers.WwwAuthenticate.ToString().StartsWith("Bearer", StringComparison.Ordinal) && answer.Text.Contains(said, StringComparison.Ordinal)
            ? null
            : $"{answer.Status} {answer.Text}";
    }
}
