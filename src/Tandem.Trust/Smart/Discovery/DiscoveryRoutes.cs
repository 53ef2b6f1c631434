using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.IdentityModel.Tokens;

namespace Tandem.Trust.Smart;

/// <summary>What this server offers, for programs: SMART's, OpenID Connect's and OAuth's documents and the public keys.</summary>
internal static class DiscoveryRoutes
{
    /// <summary>What is offered of SMART App Launch 2.2 (conformance, capabilities).</summary>
    private static readonly string[] Capabilities =
    [
        "launch-ehr", "launch-standalone", "authorize-post", "client-public", "client-confidential-symmetric", "client-confidential-asymmetric", "sso-openid-connect",
        "context-banner", "context-style", "context-ehr-patient", "context-ehr-encounter", "context-standalone-patient", "permission-offline", "permission-online", "permission-patient",
        "permission-user", "permission-v1", "permission-v2",
    ];

    private static readonly string[] Addresses =
        ["/fhir/.well-known/smart-configuration", "/.well-known/smart-configuration", "/.well-known/openid-configuration", "/.well-known/oauth-authorization-server"];

    private static readonly string[] Methods = ["GET", "HEAD"];

    internal static void Map(IEndpointRouteBuilder routes)
    {
        foreach (var address in Addresses)
            routes.MapMethods(address, Methods, (HttpContext context, Issuer issuer, SmartSettings settings) => Document(context, issuer, settings)).ExcludeFromDescription();
        routes.MapMethods("/oauth/jwks", Methods, async (HttpContext context, SigningKeys keys, CancellationToken cancel) =>
        {
            context.Response.Headers.CacheControl = "public, max-age=300";
            return Results.Json(new { keys = (await keys.PublishedAsync(cancel)).Select(PublicKey.Of) }, SmartJson.Options);
        }).ExcludeFromDescription();
    }

    /// <summary>One document serves all four: each reader takes the members it knows.</summary>
    private static IResult Document(HttpContext context, Issuer issuer, SmartSettings settings)
    {
        context.Response.Headers.CacheControl = "public, max-age=300";
        return Results.Json(MetadataOf(issuer.Of(context.Request), settings), SmartJson.Options);
    }

    private static ServerMetadata MetadataOf(string at, SmartSettings settings) => new(at, $"{at}/oauth/authorize", $"{at}/oauth/token", $"{at}/oauth/jwks")
    {
        IntrospectionEndpoint = $"{at}/oauth/introspect",
        RevocationEndpoint = $"{at}/oauth/revoke",
        RegistrationEndpoint = settings.DynamicRegistration ? $"{at}/oauth/register" : null,
        ManagementEndpoint = $"{at}/connected-apps",
        Capabilities = Capabilities,
        ScopesSupported = [.. ScopeSet.Words, "patient/*.cruds", "user/*.cruds", "system/*.cruds", "patient/*.read", "user/*.read"],
    };

    /// <summary>The same addresses by the names that they have in a CapabilityStatement (SMART App Launch 1.0, extension oauth-uris).</summary>
    internal static IReadOnlyList<(string Name, string Address)> AddressesOf(string at, SmartSettings settings)
    {
        var known = MetadataOf(at, settings);
        (string Name, string? Address)[] all =
        [
            ("authorize", known.AuthorizationEndpoint), ("token", known.TokenEndpoint), ("register", known.RegistrationEndpoint), ("manage", known.ManagementEndpoint),
            ("introspect", known.IntrospectionEndpoint), ("revoke", known.RevocationEndpoint),
        ];
        return [.. all.Where(one => one.Address is not null).Select(one => (one.Name, one.Address!))];
    }

    private sealed record PublicKey(string Kty, string Use, string Alg, string Kid, string N, string E)
    {
        internal static PublicKey Of(JsonWebKey key) => new(key.Kty, key.Use, key.Alg, key.Kid, key.N, key.E);
    }
}

/// <summary>RFC 8414 2, OpenID Connect Discovery 3 and SMART App Launch 2.2 (.well-known/smart-configuration) in one.</summary>
internal sealed record ServerMetadata(string Issuer, string AuthorizationEndpoint, string TokenEndpoint, string JwksUri)
{
    public string? IntrospectionEndpoint { get; init; }

    public string? RevocationEndpoint { get; init; }

    public string? RegistrationEndpoint { get; init; }

    public string? ManagementEndpoint { get; init; }

    public IReadOnlyList<string> Capabilities { get; init; } = [];

    public IReadOnlyList<string> ScopesSupported { get; init; } = [];

    public IReadOnlyList<string> ResponseTypesSupported { get; } = ["code"];

    public IReadOnlyList<string> ResponseModesSupported { get; } = ["query"];

    public IReadOnlyList<string> GrantTypesSupported { get; } = ["authorization_code", "refresh_token", "client_credentials"];

    public IReadOnlyList<string> CodeChallengeMethodsSupported { get; } = ["S256"];

    public IReadOnlyList<string> TokenEndpointAuthMethodsSupported { get; } = ClientAuthentication.Methods;

    public IReadOnlyList<string> TokenEndpointAuthSigningAlgValuesSupported { get; } = ["RS384", "ES384"];

    public IReadOnlyList<string> SubjectTypesSupported { get; } = ["public"];

    public IReadOnlyList<string> IdTokenSigningAlgValuesSupported { get; } = ["RS256"];

    public IReadOnlyList<string> ClaimsSupported { get; } = ["iss", "sub", "aud", "exp", "iat", "auth_time", "nonce", "fhirUser"];

    [JsonPropertyName("authorization_response_iss_parameter_supported")]
    public bool AnswersNameIssuer { get; } = true;

    public bool RequestParameterSupported { get; }

    public bool RequestUriParameterSupported { get; }

    public bool ClaimsParameterSupported { get; }
}
