using System.Security.Cryptography;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace Tandem.Tests.Trust.SignIn;

/// <summary>An identity provider on a real socket that answers as a test says, also wrongly: the ID token's claims, key and algorithm are the test's.</summary>
internal sealed class ScriptedProvider : IAsyncDisposable
{
    // Once a run: to make them takes seconds, and the library keeps what it signed with by the key's numbers.
    private static readonly RSA Rsa = RSA.Create(3072);
    private static readonly RSA Other = RSA.Create(3072);
    private static readonly RSA Small = RSA.Create(2048);
    private static readonly RSA Smallest = RSA.Create(1024);
    private readonly WebApplication app;

    private ScriptedProvider()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        app = builder.Build();
        app.MapGet("/.well-known/openid-configuration", () => Results.Json(new Dictionary<string, object>
        {
            ["issuer"] = Issuer, ["authorization_endpoint"] = Issuer + "/authorize", ["token_endpoint"] = Issuer + "/token", ["jwks_uri"] = Issuer + "/keys",
            ["authorization_response_iss_parameter_supported"] = true,
        }));
        app.MapGet("/keys", () => Results.Json(new { keys = new[] { Published(Rsa, "one"), Published(Small, "small"), Published(Smallest, "smallest") } }));
        app.MapPost("/token", () => Answer(Token));
    }

    internal string Issuer => app.Urls.First();

    /// <summary>What the next sign-in is answered with.</summary>
    internal string Token { get; set; } = "";

    internal static async Task<ScriptedProvider> StartAsync(CancellationToken cancel)
    {
        var provider = new ScriptedProvider();
        await provider.app.StartAsync(cancel);
        return provider;
    }

    /// <summary>A token of these claims.</summary>
    /// <param name="claims">A claim that is null is left out.</param>
    /// <param name="signing"><c>right</c>, <c>stranger</c> (another key of the same name), <c>unnamed</c> (another key's name), <c>small</c> and <c>smallest</c> (published, of 2048 and 1024 bits), <c>none</c>, <c>secret</c> (HS256 with the public key).</param>
    /// <param name="type">The header <c>typ</c>.</param>
    internal string Sign(IReadOnlyDictionary<string, object?> claims, string signing = "right", string type = "JWT")
    {
        var payload = JsonSerializer.Serialize(claims.Where(claim => claim.Value is not null).ToDictionary());
        var handler = new JsonWebTokenHandler { SetDefaultTimesOnTokenCreation = false };
        var headers = new Dictionary<string, object> { ["typ"] = type };
        return signing switch
        {
            "none" => $"{Base64UrlEncoder.Encode("""{"alg":"none","typ":"JWT"}""")}.{Base64UrlEncoder.Encode(payload)}.",
            "secret" => handler.CreateToken(payload, new SigningCredentials(new SymmetricSecurityKey(Rsa.ExportSubjectPublicKeyInfo()) { KeyId = "one" }, SecurityAlgorithms.HmacSha256)),
            "stranger" => handler.CreateToken(payload, Credentials(Other, "one"), Without(headers)),
            "small" => handler.CreateToken(payload, Credentials(Small, "small"), Without(headers)),
            "smallest" => handler.CreateToken(payload, Credentials(Smallest, "smallest"), Without(headers)),
            "unnamed" => handler.CreateToken(payload, Credentials(Other, "two"), Without(headers)),
            _ => handler.CreateToken(payload, Credentials(Rsa, "one"), Without(headers)),
        };
    }

    public async ValueTask DisposeAsync()
    {
        await app.StopAsync(CancellationToken.None);
        await app.DisposeAsync();
    }

    private static IResult Answer(string token) => Results.Json(new Dictionary<string, object> { ["access_token"] = "x", ["token_type"] = "Bearer", ["id_token"] = token });

    private static SigningCredentials Credentials(RSA key, string id) => new(new RsaSecurityKey(key) { KeyId = id }, SecurityAlgorithms.RsaSha256);

    /// <summary>The handler writes <c>typ</c> itself unless it is another one.</summary>
    private static Dictionary<string, object> Without(Dictionary<string, object> headers) => headers["typ"] is "JWT" ? [] : headers;

    private static Dictionary<string, string> Published(RSA key, string id)
    {
        var parameters = key.ExportParameters(includePrivateParameters: false);
        return new() { ["kty"] = "RSA", ["use"] = "sig", ["alg"] = "RS256", ["kid"] = id, ["n"] = Base64UrlEncoder.Encode(parameters.Modulus), ["e"] = Base64UrlEncoder.Encode(parameters.Exponent) };
    }
}
